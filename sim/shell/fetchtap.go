package shell

import (
	"bytes"
	"strconv"
	"strings"
)

// fetchTap cuts what a server says into lines for -v, and leaves the messages themselves out.
type fetchTap struct {
	name    string // "POP3", "IMAP", "SMTP"
	buffer  []byte // up to the last whole line
	literal int    // octets of an IMAP literal that are still to come
	silent  bool   // the lines of a message follow, up to a lone dot
	hush    bool   // the reply to a command that fetches a message comes next
	began   bool   // a literal has just begun
}

// next takes the next line, or a part of a literal, off what has come; shown says whether -v shows it.
func (t *fetchTap) next() (line []byte, shown, ok bool) {
	if t.literal > 0 {
		n := min(t.literal, len(t.buffer))
		line, t.buffer, t.literal = t.buffer[:n], t.buffer[n:], t.literal-n
		return line, false, n > 0
	}
	i := bytes.IndexByte(t.buffer, '\n')
	if i < 0 {
		return nil, false, false
	}
	line, t.buffer = t.buffer[:i+1], t.buffer[i+1:]
	text := strings.TrimRight(string(line), "\r\n")
	if t.silent {
		t.silent = text != "."
		return line, false, true
	}
	if t.name == "IMAP" && strings.HasSuffix(text, "}") {
		if n, err := strconv.Atoi(text[strings.LastIndexByte(text, '{')+1 : len(text)-1]); err == nil {
			t.literal, t.began = n, true
		}
	}
	if t.hush {
		t.hush, t.silent = false, strings.HasPrefix(text, "+OK")
	}
	return line, true, true
}

// heard shows a line of the server. Of a message that comes by IMAP it says then how long its header is, or its body.
func (f *fetchmail) heard(p *Process, line []byte) {
	text := strings.TrimRight(string(line), "\r\n")
	f.say(p, "fetchmail: "+f.tap.name+"< "+text+"\n")
	if !f.tap.began {
		return
	}
	f.tap.began = false
	octets := strconv.Itoa(f.tap.literal)
	if strings.Contains(text, "RFC822.HEADER") {
		f.tell(p, "reading message "+f.label()+" ("+octets+" header octets)")
	} else {
		f.tell(p, " ("+octets+" body octets)")
	}
	f.say(p, " \n")
}

// said shows what goes to the server, passwords left out, and sends it.
func (f *fetchmail) said(p *Process, out []byte) {
	for line := range bytes.Lines(out) {
		f.say(p, "fetchmail: "+f.tap.name+"> "+withoutPassword(strings.TrimRight(string(line), "\r\n"))+"\n")
	}
	if len(out) > 0 {
		p.Env().Write(f.conn, out)
	}
}

// withoutPassword is a command as fetchmail shows it.
func withoutPassword(line string) string {
	if strings.HasPrefix(line, "PASS ") {
		return "PASS *"
	}
	if tag, rest, ok := strings.Cut(line, " "); ok && strings.HasPrefix(rest, "LOGIN ") {
		if i := strings.LastIndexByte(rest, ' '); i > len("LOGIN") {
			return tag + " " + rest[:i] + " *"
		}
	}
	return line
}
