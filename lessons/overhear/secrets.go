package overhear

import (
	"bytes"
	"encoding/base64"
	"regexp"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// Secrets knows where in a session passwords are, and what proves that somebody knows one. The zero value is at the beginning of one.
type Secrets struct {
	login bool // a login goes on: what the client says next is a part of it
}

// filler stands for an octet of a password: a letter is right everywhere in the grammars.
const filler = 'x'

// literalEnd is the announcement of a literal at the end of an IMAP line (RFC 3501 §4.3, RFC 7888 §3).
var literalEnd = regexp.MustCompile(`\{\d+\+?\}\r?\n?$`)

// Mask returns the octets of the session's next line with as many others in the place of a password.
func (s *Secrets) Mask(protocol string, l machine.Line) []byte {
	if l.Dir == trace.ToClient {
		if ends(l.Class) && l.Class != trace.ClassMore && (l.Verb == "AUTH" || l.Verb == "AUTHENTICATE" || l.Verb == "LOGIN") {
			s.login = false
		}
		return l.Data
	}
	if s.login {
		return hide(l.Data, 0)
	}
	switch skip := 0; l.Verb {
	case "PASS":
		return hide(l.Data, words(l.Data, 1))
	case "APOP":
		return hide(l.Data, words(l.Data, 2))
	case "LOGIN":
		if protocol != "imap" {
			return l.Data
		}
		s.login = true
		return hide(l.Data, astring(l.Data, words(l.Data, 2)))
	case "AUTH", "AUTHENTICATE":
		s.login = true
		if skip = 2; protocol == "imap" {
			skip++
		}
		return hide(l.Data, words(l.Data, skip))
	}
	return l.Data
}

// words is where the word behind the first n ones begins.
func words(line []byte, n int) int {
	at := 0
	for range n {
		i := bytes.IndexByte(line[at:], ' ')
		if i < 0 {
			return len(line)
		}
		for at += i; at < len(line) && line[at] == ' '; at++ {
		}
	}
	return at
}

// astring is where what follows the astring that begins at a place begins.
func astring(line []byte, at int) int {
	if at < len(line) && line[at] == '"' {
		for at++; at < len(line) && line[at] != '"'; at++ {
			if line[at] == '\\' {
				at++
			}
		}
		return min(at+2, len(line))
	}
	return at + words(line[at:], 1)
}

// hide fills the octets of a line from a place on. Quotes, spaces, the line end and the announcement of a literal stay;
// base64 stays base64, and of PLAIN the names are shown (RFC 4616 §2).
func hide(line []byte, from int) []byte {
	out := bytes.Clone(line)
	end := len(bytes.TrimRight(line, "\r\n"))
	if m := literalEnd.FindIndex(line); m != nil {
		end = m[0]
	}
	if from >= end || bytes.Equal(line[from:end], []byte("*")) || bytes.Equal(line[from:end], []byte("=")) {
		return out
	}
	if plain, err := base64.StdEncoding.DecodeString(string(line[from:end])); err == nil && len(plain) > 0 {
		keep := 0
		if parts := strings.SplitN(string(plain), "\x00", 3); len(parts) == 3 {
			keep = len(parts[0]) + len(parts[1]) + 2
		}
		for i := keep; i < len(plain); i++ {
			plain[i] = filler
		}
		base64.StdEncoding.Encode(out[from:end], plain)
		return out
	}
	for i := from; i < end; i++ {
		if out[i] != '"' && out[i] != ' ' {
			out[i] = filler
		}
	}
	return out
}
