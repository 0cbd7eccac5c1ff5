package mua

import (
	"encoding/base64"
	"strconv"
	"strings"

	"ehlo/sim/message"
	"ehlo/sim/terminal"
)

// compose makes a message of a draft: its header fields, an empty line, its text. From, Date and Message-ID are added, and
// what MIME needs where the draft says nothing of it (RFC 5322 §3.6, RFC 2045 §4). Without surroundings the date is left out.
func (p *Program) compose(env terminal.Env, draft string) []byte {
	header, body := message.Split(message.Canonical(draft))
	var b strings.Builder
	b.WriteString("From: " + mailbox(p.account.name, p.account.address) + "\r\n")
	mime := false
	for _, f := range message.Fields(header) {
		switch strings.ToLower(f.Name) {
		case "from", "date", "message-id", "mime-version":
			continue
		case "content-type":
			mime = true
		case "subject":
			f.Value = words(f.Value)
		}
		if f.Value != "" {
			b.WriteString(f.Name + ": " + f.Value + "\r\n")
		}
	}
	if env != nil {
		now := env.Now()
		b.WriteString("Date: " + message.FormatDate(env.Date(now)) + "\r\n")
		b.WriteString("Message-ID: <" + strconv.FormatInt(int64(now), 36) + "." + strconv.Itoa(int(p.number)+1) + "@" + p.host + ">\r\n")
	}
	b.WriteString("MIME-Version: 1.0\r\n")
	switch {
	case mime:
	case isASCII(string(body)):
		b.WriteString("Content-Type: text/plain; charset=us-ascii\r\n")
	default:
		b.WriteString("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n")
		body = Base64Lines(body)
	}
	b.WriteString("\r\n")
	b.Write(body)
	if n := len(body); n > 0 && body[n-1] != '\n' {
		b.WriteString("\r\n")
	}
	return []byte(b.String())
}

// mailbox writes a name and an address (RFC 5322 §3.4).
func mailbox(name, address string) string {
	switch {
	case name == "":
		return "<" + address + ">"
	case !isASCII(name):
		return words(name) + " <" + address + ">"
	case strings.ContainsAny(name, `()<>[]:;@\,."`):
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `" <` + address + ">"
	}
	return name + " <" + address + ">"
}

// words writes text that is no ASCII as encoded words of at most 75 characters (RFC 2047 §2).
func words(text string) string {
	if isASCII(text) {
		return text
	}
	const most = 45 // octets, which are 60 characters of base64
	var out []string
	part := ""
	for _, r := range text {
		if len(part)+len(string(r)) > most {
			out = append(out, part)
			part = ""
		}
		part += string(r)
	}
	out = append(out, part)
	for i := range out {
		out[i] = "=?utf-8?B?" + base64.StdEncoding.EncodeToString([]byte(out[i])) + "?="
	}
	return strings.Join(out, "\r\n ")
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 || s[i] == 0 {
			return false
		}
	}
	return true
}

// Base64Lines is octets in base64, in lines of 76 characters (RFC 2045 §6.8).
func Base64Lines(body []byte) []byte {
	text := base64.StdEncoding.EncodeToString(body)
	var out []byte
	for len(text) > 76 {
		out = append(append(out, text[:76]...), "\r\n"...)
		text = text[76:]
	}
	return append(append(out, text...), "\r\n"...)
}
