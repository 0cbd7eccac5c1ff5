package paste

import (
	"bytes"
	"slices"

	"ehlo/sim/daemon"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// aside begins lines that telnet, nc or openssl write around a session.
var aside = []string{"Trying ", "Connected to ", "Escape character is ", "Connection closed", "Connection to ", "telnet> ",
	"$ ", "# ", "CONNECTED(", "---"}

// guess names the protocol of a text without marks, "" where nothing in it is known.
func guess(lines []source) string {
	for _, l := range lines {
		if cutAny(l.text, aside) != nil {
			continue
		}
		if p := protocolOfReply(l.text); p != "" {
			return p
		}
		if p := protocolOfCommand(l.text); p != "" {
			return p
		}
	}
	return ""
}

// protocolOf names the protocol of what was said.
func protocolOf(part []utterance) string {
	for _, u := range part {
		if p := Spoken(u.text, u.dir); p != "" {
			return p
		}
	}
	return ""
}

// Spoken names the protocol to which a line belongs that one side said, "" where it may be of any.
func Spoken(line []byte, dir trace.Dir) string {
	if dir == trace.ToClient {
		return protocolOfReply(line)
	}
	return protocolOfCommand(line)
}

func protocolOfReply(line []byte) string {
	switch {
	case isReply(line, false), isReply(line, true):
		return "smtp"
	case isStatus(line):
		return "pop3"
	case cutAny(line, []string{"* OK", "* PREAUTH", "* BYE", "* CAPABILITY"}) != nil:
		return "imap"
	}
	return ""
}

func protocolOfCommand(line []byte) string {
	words := bytes.Fields(line)
	if len(words) == 0 {
		return ""
	}
	for _, p := range []string{"smtp", "pop3"} {
		if daemon.Table(p).VerbNamed(string(words[0])) != machine.NoVerb {
			return p
		}
	}
	if len(words) > 1 && daemon.Table("imap").VerbNamed(string(words[1])) != machine.NoVerb {
		return "imap"
	}
	return ""
}

// isReply says whether a line is one of an SMTP reply; more, whether it is one that is not the last.
func isReply(line []byte, more bool) bool {
	if len(line) < 3 || line[0] < '2' || line[0] > '5' || !isDigit(line[1]) || !isDigit(line[2]) {
		return false
	}
	if len(line) == 3 {
		return !more
	}
	return line[3] == '-' && more || line[3] == ' ' && !more
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isStatus says whether a line begins a POP3 reply.
func isStatus(line []byte) bool {
	word, _, _ := bytes.Cut(line, []byte(" "))
	return bytes.Equal(word, []byte("+OK")) || bytes.Equal(word, []byte("-ERR"))
}

// unmarked finds out who said each line of a session as a terminal shows it: a server speaks first, and then whoever's
// turn the protocol says it is.
func unmarked(lines []source, protocol string) []utterance {
	t := turns{tags: map[string]bool{}}
	var said []utterance
	for _, l := range lines {
		if !t.inside() && (cutAny(l.text, aside) != nil || len(bytes.TrimSpace(l.text)) == 0) {
			continue
		}
		dir := trace.ToServer
		switch protocol {
		case "smtp":
			dir = t.smtp(l.text)
		case "pop3":
			dir = t.pop3(l.text)
		case "imap":
			dir = t.imap(l.text)
		default:
			return nil
		}
		said = append(said, utterance{dir: dir, text: l.text, at: l.at})
	}
	return said
}

// turns is how far a session without marks has been read.
type turns struct {
	data    bool            // SMTP: the client sends a message
	body    bool            // POP3: lines of the server up to a lone dot
	asked   bool            // POP3: the latest command has an answer of several lines
	open    bool            // IMAP: a literal has begun
	waits   bool            // and the server has not yet asked for it
	literal int             // its octets that are still to come
	from    trace.Dir       // who sends it
	tags    map[string]bool // IMAP: of commands
}

// inside says whether every line belongs to the session, also an empty one.
func (t *turns) inside() bool { return t.data || t.body || t.open }

func (t *turns) smtp(line []byte) trace.Dir {
	if t.data {
		t.data = !bytes.Equal(line, []byte("."))
		return trace.ToServer
	}
	if isReply(line, false) || isReply(line, true) {
		t.data = bytes.HasPrefix(line, []byte("354"))
		return trace.ToClient
	}
	return trace.ToServer
}

// long are the POP3 commands with answers of several lines; those of the second list only without an argument.
var long, longAlone = []string{"RETR", "TOP", "CAPA"}, []string{"LIST", "UIDL", "AUTH"}

func (t *turns) pop3(line []byte) trace.Dir {
	switch {
	case t.body:
		t.body = !bytes.Equal(line, []byte("."))
		return trace.ToClient
	case isStatus(line):
		t.body = t.asked && line[0] == '+'
		t.asked = false
		return trace.ToClient
	case bytes.HasPrefix(line, []byte("+ ")) || bytes.Equal(line, []byte("+")): // RFC 5034 §4
		return trace.ToClient
	}
	words := bytes.Fields(line)
	named := func(list []string) bool {
		return len(words) > 0 && slices.ContainsFunc(list, func(v string) bool { return bytes.EqualFold(words[0], []byte(v)) })
	}
	t.asked = named(long) || named(longAlone) && len(words) == 1
	return trace.ToServer
}

func (t *turns) imap(line []byte) trace.Dir {
	if t.open {
		if t.from == trace.ToServer && t.waits && bytes.HasPrefix(line, []byte("+")) {
			t.waits = false // the server bids the client go on
			return trace.ToClient
		}
		if t.literal -= len(line) + len("\r\n"); t.literal >= 0 { // the next line still belongs to it, or follows it
			return t.from
		}
	} else {
		t.from = t.imapLine(line)
	}
	t.literal, t.open = literalAt(line)
	t.waits = t.open
	return t.from
}

// imapLine says who begins a line: a server, where it has a server's first word or the tag of a command.
func (t *turns) imapLine(line []byte) trace.Dir {
	first, rest, _ := bytes.Cut(line, []byte(" "))
	if len(first) == 1 && (first[0] == '*' || first[0] == '+') {
		return trace.ToClient
	}
	verdict, _, _ := bytes.Cut(rest, []byte(" "))
	isVerdict := slices.ContainsFunc([]string{"OK", "NO", "BAD"}, func(v string) bool { return bytes.EqualFold(verdict, []byte(v)) })
	if isVerdict && t.tags[string(first)] {
		return trace.ToClient
	}
	t.tags[string(first)] = true
	return trace.ToServer
}

// literalAt is the size of the literal that a line announces at its end (RFC 3501 §4.3, RFC 7888 §3).
func literalAt(line []byte) (n int, ok bool) {
	i := bytes.LastIndexByte(line, '{')
	if i < 0 || line[len(line)-1] != '}' {
		return 0, false
	}
	digits := bytes.TrimRight(line[i+1:len(line)-1], "+-")
	for _, c := range digits {
		if !isDigit(c) || n > MaxText {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, len(digits) > 0
}
