package imap

import (
	"bytes"

	"ehlo/sim/message"
)

func writeEnvelope(dst []byte, _ *FetchItem, m *fetched) []byte {
	return appendEnvelope(append(dst, "ENVELOPE "...), header(m.content))
}

// The fields of an envelope, in their order (RFC 3501 §7.4.2).
const (
	envDate = iota
	envSubject
	envFrom
	envSender
	envReplyTo
	envTo
	envCc
	envBcc
	envInReplyTo
	envMessageID
	numEnvFields
)

var envFields = [numEnvFields]string{"DATE", "SUBJECT", "FROM", "SENDER", "REPLY-TO", "TO", "CC", "BCC", "IN-REPLY-TO",
	"MESSAGE-ID"}

// appendEnvelope writes the header as an envelope structure (RFC 3501 §7.4.2).
func appendEnvelope(dst, head []byte) []byte {
	var raw [numEnvFields][]byte // of the first field of each name; nil where there is none
	for len(head) > 0 {
		end := message.FieldEnd(head, 0)
		colon := bytes.IndexByte(head[:end], ':')
		if colon > 0 {
			name := bytes.TrimRight(head[:colon], " \t")
			for i := range envFields {
				if len(name) == len(envFields[i]) && raw[i] == nil && equalFold(name, envFields[i]) {
					raw[i] = head[colon+1 : end]
					break
				}
			}
		}
		head = head[end:]
	}
	open := byte('(')
	for i := range raw {
		dst = append(dst, open)
		open = ' '
		switch i {
		case envSender, envReplyTo: // of From, where they have none
			before := len(dst)
			if dst = appendAddressField(dst, raw[i]); string(dst[before:]) == "NIL" {
				dst = appendAddressField(dst[:before], raw[envFrom])
			}
		case envFrom, envTo, envCc, envBcc:
			dst = appendAddressField(dst, raw[i])
		default:
			dst = appendNString(dst, unfolded(raw[i]), raw[i] != nil)
		}
	}
	return append(dst, ')')
}

// unfolded is a field's value without its folds and the white space at its ends.
func unfolded(raw []byte) []byte {
	raw = bytes.Trim(raw, " \t\r\n")
	if bytes.IndexByte(raw, '\n') < 0 && bytes.IndexByte(raw, '\r') < 0 {
		return raw
	}
	return []byte(message.Unfold(raw))
}

// appendAddressField writes the addresses of a field, or NIL.
func appendAddressField(dst, raw []byte) []byte {
	if raw == nil {
		return append(dst, "NIL"...)
	}
	value := unfolded(raw)
	if out, ok := appendPlainAddresses(dst, value); ok {
		return out
	}
	list := message.ParseAddressList(string(value))
	if len(list) == 0 {
		return append(dst, "NIL"...)
	}
	return appendAddresses(dst, list)
}

// appendPlainAddresses writes addresses of the forms that nearly all have, as in "a@b.example, Carla D <c@d.example>",
// without taking them apart; ok is false where one is of another form.
func appendPlainAddresses(dst, value []byte) (out []byte, ok bool) {
	if len(value) == 0 {
		return dst, false
	}
	dst = append(dst, '(')
	for len(value) > 0 {
		one := value
		if i := bytes.IndexByte(value, ','); i >= 0 {
			one, value = value[:i], bytes.TrimLeft(value[i+1:], " \t")
			if len(value) == 0 {
				return dst, false
			}
		} else {
			value = nil
		}
		var name []byte
		address := one
		if i := bytes.IndexByte(one, '<'); i >= 0 {
			name, address = bytes.TrimRight(one[:i], " "), one[i+1:]
			if address, ok = bytes.CutSuffix(address, []byte(">")); !ok || !isPlain(name, true) || bytes.Contains(name, []byte("  ")) {
				return dst, false
			}
		}
		at := bytes.IndexByte(address, '@')
		if at < 1 || at+1 == len(address) || !isPlain(address[:at], false) || !isPlain(address[at+1:], false) {
			return dst, false
		}
		dst = append(dst, '(')
		dst = append(appendNString(dst, name, len(name) > 0), " NIL "...)
		dst = append(appendQuoted(dst, address[:at]), ' ')
		dst = append(appendQuoted(dst, address[at+1:]), ')')
	}
	return append(dst, ')'), true
}

// isPlain says that an address or a name means what it says: there are no specials in it, and of white space only
// spaces, where they are allowed (RFC 5322 §3.2.3).
func isPlain(p []byte, spaces bool) bool {
	for _, c := range p {
		switch c {
		case '(', ')', '<', '>', '[', ']', ':', ';', '@', '\\', ',', '"':
			return false
		case ' ':
			if !spaces {
				return false
			}
		default:
			if c < ' ' || c >= 0x7f {
				return false
			}
		}
	}
	return true
}

// appendAddresses writes a list of addresses; the begin and the end of a group have NIL for their host.
func appendAddresses(dst []byte, list []message.Address) []byte {
	dst = append(dst, '(')
	for i, a := range list {
		host := a.Host != "" || a.Mailbox != "" && !opensGroup(list[i:])
		dst = append(dst, '(')
		dst = append(appendNString(dst, a.Name, a.Name != ""), ' ')
		dst = append(appendNString(dst, a.Route, a.Route != ""), ' ')
		dst = append(appendNString(dst, a.Mailbox, a.Mailbox != ""), ' ')
		dst = append(appendNString(dst, a.Host, host), ')')
	}
	return append(dst, ')')
}

// opensGroup says whether the first of the addresses, which has no host, is the name of a group: the next one without
// a host is then the group's end. Else it is an address that lacks its domain.
func opensGroup(list []message.Address) bool {
	for _, a := range list[1:] {
		if a.Host == "" {
			return a.Mailbox == ""
		}
	}
	return false
}
