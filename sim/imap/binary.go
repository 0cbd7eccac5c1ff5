package imap

import (
	"bytes"
	"strconv"

	"ehlo/sim/message"
)

// decoded is the octets of the part that a section names without their transfer encoding (RFC 3516 §4.3); ok is false
// where there is no such part, and where nobody knows the encoding.
func (m *fetched) decoded(sec *Section) (octets []byte, ok bool) {
	if len(sec.Part) == 0 {
		return m.content, true
	}
	e := m.root().part(sec.Part)
	if e == nil {
		return nil, false
	}
	if octets, ok = e.decoded(); !ok {
		m.refused = ReplyUnknownCTE
	}
	return octets, ok
}

// decoded is a part's body without its transfer encoding, which only a part that holds no others has (RFC 2045 §6.4).
func (e *entity) decoded() (octets []byte, ok bool) {
	if e.parts != nil || e.message != nil {
		return e.body, true
	}
	return message.DecodeTransfer(e.encoding(), e.body)
}

// encoding is a part's transfer encoding, "" for none.
func (e *entity) encoding() string {
	encoding, _ := parameters(e.field(mimeEncoding))
	return encoding
}

func writeBinary(dst []byte, item *FetchItem, m *fetched) []byte {
	dst = item.Section.append(append(dst, "BINARY"...), appendAstring)
	octets, ok := m.decoded(&item.Section)
	dst, octets = item.partial(dst, octets)
	dst = append(dst, ' ')
	if !ok {
		return append(dst, "NIL"...)
	}
	if bytes.IndexByte(octets, 0) < 0 {
		return appendLiteral(dst, octets)
	}
	return append(appendLiteralHead(append(dst, '~'), len(octets)), octets...)
}

func writeBinarySize(dst []byte, item *FetchItem, m *fetched) []byte {
	dst = item.Section.append(append(dst, "BINARY.SIZE"...), appendAstring)
	octets, _ := m.decoded(&item.Section)
	return strconv.AppendInt(append(dst, ' '), int64(len(octets)), 10)
}
