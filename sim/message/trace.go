package message

import (
	"strconv"
	"strings"
	"time"
)

// Received is what one hop writes of itself on a message (RFC 5321 §4.4). From and By must be set; of the others, what
// is "" is left out.
type Received struct {
	From        string // the name the client gave in EHLO or HELO
	FromAddress string // the address it came from, without brackets
	By          string // this host
	Program     string // what this host says of itself behind its name, without parentheses
	With        string // SMTP, ESMTP, ESMTPS … (RFC 3848)
	ID          string
	For         string // the recipient, where there is only one
	Time        int64  // seconds since 1970-01-01 UTC
}

// AppendReceived adds the field, folded, with its CR LF.
func AppendReceived(dst []byte, r Received) []byte {
	dst = append(dst, "Received: from "...)
	dst = append(dst, r.From...)
	if r.FromAddress != "" {
		dst = append(dst, " (["...)
		if strings.Contains(r.FromAddress, ":") { // RFC 5321 §4.1.3
			dst = append(dst, "IPv6:"...)
		}
		dst = append(dst, r.FromAddress...)
		dst = append(dst, "])"...)
	}
	dst = append(dst, "\r\n\tby "...)
	dst = append(dst, r.By...)
	if r.Program != "" {
		dst = append(append(append(dst, " ("...), r.Program...), ')')
	}
	for _, part := range [...]struct{ name, value string }{{" with ", r.With}, {" id ", r.ID}} {
		if part.value != "" {
			dst = append(dst, part.name...)
			dst = append(dst, part.value...)
		}
	}
	if r.For != "" {
		dst = append(dst, "\r\n\tfor <"...)
		dst = append(dst, r.For...)
		dst = append(dst, '>')
	}
	dst = append(dst, ";\r\n\t"...)
	return append(appendDate(dst, r.Time), "\r\n"...)
}

// appendDate adds "Mon, 2 Jan 2006 15:04:05 +0000", which package time would read for each message anew.
func appendDate(dst []byte, unix int64) []byte {
	t := time.Unix(unix, 0).UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	dst = append(append(dst, days[3*t.Weekday():][:3]...), ", "...)
	dst = append(strconv.AppendInt(dst, int64(day), 10), ' ')
	dst = append(append(dst, months[3*(month-1):][:3]...), ' ')
	dst = append(strconv.AppendInt(dst, int64(year), 10), ' ')
	dst = append(appendPadded(dst, hour), ':')
	dst = append(appendPadded(dst, minute), ':')
	return append(appendPadded(dst, second), " +0000"...)
}

// appendPadded adds a number below 100 with two digits.
func appendPadded(dst []byte, n int) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }

// FormatDate returns a moment, in seconds since 1970-01-01 UTC, as in "Sat, 22 Nov 2025 04:30:00 +0000" (RFC 5322 §3.3).
func FormatDate(unix int64) string {
	var room [len("Sat, 22 Nov 2025 04:30:00 +0000")]byte // on the stack
	return string(appendDate(room[:0], unix))
}

// AppendMbox adds a message to a mailbox file as Unix keeps it (RFC 4155): a From_ line with the reverse-path, or
// MAILER-DAEMON where it is null, and the moment it came; the message with LF line ends; an empty line. A line that
// begins with "From ", after any number of ">", gets one ">" more, so that readers can undo it.
func AppendMbox(dst []byte, from string, date int64, msg []byte) []byte {
	if from == "" {
		from = "MAILER-DAEMON"
	}
	dst = append(dst, "From "...)
	dst = append(dst, from...)
	dst = append(dst, ' ')
	dst = time.Unix(date, 0).UTC().AppendFormat(dst, time.ANSIC)
	dst = append(dst, '\n')
	for i := 0; i < len(msg); {
		end := lineEnd(msg, i)
		line := msg[i:end]
		i = end
		if n := len(line); n > 1 && line[n-2] == '\r' && line[n-1] == '\n' {
			line = line[:n-2]
		} else if line[n-1] == '\n' {
			line = line[:n-1]
		}
		if isFromLine(line) {
			dst = append(dst, '>')
		}
		dst = append(dst, line...)
		dst = append(dst, '\n')
	}
	return append(dst, '\n')
}

func isFromLine(line []byte) bool {
	for len(line) > 0 && line[0] == '>' {
		line = line[1:]
	}
	return len(line) >= 5 && string(line[:5]) == "From "
}
