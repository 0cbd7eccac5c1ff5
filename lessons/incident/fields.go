package incident

import (
	"bytes"
	"strings"
)

// field is a key with its value in a log line: places in the line's text.
type field struct {
	key        string
	keyStart   int
	start, end int
}

// terms name the keys of log lines, with the section where what they tell is specified.
var terms = map[string]struct{ term, ref string }{
	"from": {"from", "RFC 5321 §4.1.1.2"}, "F": {"from", "RFC 5321 §4.1.1.2"}, "to": {"to", "RFC 5321 §4.1.1.3"}, "orig_to": {"orig-to", ""}, "relay": {"relay", ""},
	"H": {"relay", ""}, "delay": {"delay", ""}, "delays": {"delays", ""}, "xdelay": {"xdelay", ""}, "DT": {"xdelay", ""}, "QT": {"delay", ""},
	"dsn": {"dsn", "RFC 3463 §2"}, "status": {"status", ""}, "stat": {"status", ""},
	"size": {"size", ""}, "S": {"size", ""}, "nrcpt": {"nrcpt", ""}, "nrcpts": {"nrcpt", ""}, "message-id": {"message-id", "RFC 5322 §3.6.4"},
	"msgid": {"message-id", "RFC 5322 §3.6.4"}, "id": {"message-id", "RFC 5322 §3.6.4"}, "client": {"client", ""}, "proto": {"proto", "RFC 3848"}, "P": {"proto", "RFC 3848"},
	"helo": {"helo", "RFC 5321 §4.1.1.1"}, "mailer": {"mailer", ""}, "T": {"mailer", ""}, "pri": {"pri", ""}, "ctladdr": {"ctladdr", ""}, "class": {"class", ""},
	"daemon": {"daemon", ""}, "ruleset": {"ruleset", ""}, "arg1": {"arg1", ""}, "reject": {"reject", ""}, "uid": {"uid", ""}, "sasl_method": {"sasl-method", "RFC 4954 §4"},
	"mech": {"sasl-method", "RFC 4954 §4"}, "sasl_username": {"sasl-username", ""}, "authid": {"sasl-username", ""}, "A": {"sasl-username", ""},
	"R": {"router", ""}, "C": {"reply", "RFC 5321 §4.2"}, "X": {"tls", ""}, "version": {"tls", ""}, "cipher": {"tls", ""}, "verify": {"verify", ""}, "CV": {"verify", ""},
}

// fields reads "key=value, key=value" from a place of a text on (Postfix and Sendmail). A value ends at a comma with a space behind it, or
// at its ">" where it begins with "<"; that of a key that greedy names goes up to the end.
func fields(text []byte, start, end int, greedy string) []field {
	var list []field
	for start < end {
		for start < end && (text[start] == ' ' || text[start] == ',' || text[start] == ';') {
			start++
		}
		eq := start
		for eq < end && isKey(text[eq]) {
			eq++
		}
		if eq == end || text[eq] != '=' || eq == start {
			if next := bytes.IndexByte(text[start:end], ' '); next >= 0 { // a word that is no field
				start += next + 1
				continue
			}
			break
		}
		f := field{key: string(text[start:eq]), keyStart: start, start: eq + 1}
		f.end = valueEnd(text, f.start, end)
		if f.key == greedy {
			f.end = end
		}
		list = append(list, f)
		start = f.end
	}
	return list
}

func isKey(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}

// valueEnd is where the value that begins at a place ends. Behind "proto=ESMTP" of a refusal stands a blank and the next field.
func valueEnd(text []byte, start, end int) int {
	if start < end && text[start] == '<' {
		if i := bytes.IndexByte(text[start:end], '>'); i >= 0 && (start+i+1 == end || text[start+i+1] == ' ' || text[start+i+1] == ';' || bytes.HasPrefix(text[start+i+1:end], []byte(", "))) {
			return start + i + 1
		}
	}
	if i := bytes.Index(text[start:end], []byte(", ")); i >= 0 {
		end = start + i
	}
	if i := bytes.Index(text[start:end], []byte(" helo=")); i >= 0 {
		end = start + i
	}
	return end
}

// name marks a field and what its value is; the value of dsn has the meaning of its code.
func (e *Entry) name(f field) {
	t, ok := terms[f.key]
	if !ok {
		e.span(f.keyStart, f.end, "incident.log.key", "")
		return
	}
	e.span(f.keyStart, f.end, "incident.log."+t.term, t.ref)
	if t.term == "dsn" {
		e.status(f.start, f.end)
	}
}

func (e *Entry) value(f field) string { return string(e.Text[f.start:f.end]) }

// bare is an address without its angle brackets.
func bare(s string) string { return strings.TrimSuffix(strings.TrimPrefix(s, "<"), ">") }
