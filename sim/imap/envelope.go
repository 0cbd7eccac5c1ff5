package imap

import (
	"strings"

	"ehlo/sim/message"
)

func writeEnvelope(dst []byte, _ *FetchItem, m *fetched) []byte {
	return appendEnvelope(append(dst, "ENVELOPE "...), header(m.content))
}

// appendEnvelope writes the header as an envelope structure (RFC 3501 §7.4.2).
func appendEnvelope(dst, head []byte) []byte {
	fields := message.Fields(head)
	get := func(name string) (string, bool) {
		for i := range fields {
			if strings.EqualFold(fields[i].Name, name) {
				return fields[i].Value, true
			}
		}
		return "", false
	}
	field := func(name string) []byte {
		value, ok := get(name)
		return appendNString(dst, value, ok)
	}
	addresses := func(names ...string) []byte { // of the first field that has some
		for _, name := range names {
			value, _ := get(name)
			if list := message.ParseAddressList(value); len(list) > 0 {
				return appendAddresses(dst, list)
			}
		}
		return append(dst, "NIL"...)
	}
	dst = append(dst, '(')
	dst = field("Date")
	dst = append(dst, ' ')
	dst = field("Subject")
	dst = append(dst, ' ')
	dst = addresses("From")
	dst = append(dst, ' ')
	dst = addresses("Sender", "From")
	dst = append(dst, ' ')
	dst = addresses("Reply-To", "From")
	for _, name := range [...]string{"To", "Cc", "Bcc"} {
		dst = append(dst, ' ')
		dst = addresses(name)
	}
	dst = append(dst, ' ')
	dst = field("In-Reply-To")
	dst = append(dst, ' ')
	dst = field("Message-ID")
	return append(dst, ')')
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
