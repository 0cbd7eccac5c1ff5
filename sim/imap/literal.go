package imap

import "bytes"

// literalAtEnd is the number of octets that a line announces with {n} at its end, and false where it announces none. A
// line cannot end within a quoted string, so nothing else looks like that but the text of a status response.
func literalAtEnd(text []byte) (n int64, ok bool) {
	n, plus, ok := announced(text)
	return n, ok && !plus
}

// announced reads {n} or {n+} at the end of a line.
func announced(text []byte) (n int64, plus, ok bool) {
	text, ok = bytes.CutSuffix(text, []byte("}"))
	if !ok {
		return 0, false, false
	}
	text, plus = bytes.CutSuffix(text, []byte("+"))
	s := newScanner(text[bytes.LastIndexByte(text, '{')+1:])
	if len(s.p) == len(text) {
		return 0, false, false
	}
	n, ok = s.digits()
	return n, plus, ok && s.pos == len(s.p)
}

// isStatus says that a line of a server is a greeting, a status response or a continuation request, whose end is text.
func isStatus(line []byte) bool {
	word, rest, _ := bytes.Cut(line, []byte(" "))
	if string(word) != "*" {
		return true
	}
	word, _, _ = bytes.Cut(rest, []byte(" "))
	for _, name := range statusNames {
		if equalFold(word, name) {
			return true
		}
	}
	return false
}
