package pop3

import (
	"strconv"

	"ehlo/sim/machine"
	"ehlo/sim/store"
)

// Uidl is UIDL: the unique-id of message N, or of all messages where N is 0 (RFC 1939 §7). Its reply has IDs.
type Uidl struct{ N int }

// UniqueID is a unique-id listing: a message-number, and what names the message in every session, of at most 70 octets
// (RFC 1939 §7).
type UniqueID struct {
	N  int
	ID string
}

// Verb is UIDL.
func (Uidl) Verb() machine.Verb { return verbUIDL }

func (c Uidl) append(dst []byte) []byte {
	dst = append(dst, "UIDL"...)
	if c.N == 0 {
		return dst
	}
	return appendMessage(dst, c.N)
}

func (c Uidl) follows() follows {
	if c.N == 0 {
		return followsListing
	}
	return followsNothing
}

func parseUidl(s *scanner) request {
	var c Uidl
	if !s.bare() {
		c.N = s.message()
		s.end()
	}
	return c
}

func (c Uidl) execute(s *Server) {
	if c.N != 0 {
		if _, ok := s.message(c.N); ok {
			s.reply(ReplyUniqueID)
		}
		return
	}
	s.reply(ReplyUidl)
	for n, m := range s.drop.snapshot.All() {
		if s.drop.isMarked(n) {
			continue
		}
		s.out = strconv.AppendInt(s.out, int64(n), 10)
		s.out = append(appendUID(append(s.out, ' '), s.drop.snapshot.UIDValidity(), m.UID), "\r\n"...)
	}
	s.out = append(s.out, ".\r\n"...)
}

// appendUniqueID adds the unique-id of a message.
func (s *Server) appendUniqueID(dst []byte, n int) []byte {
	m, _ := s.drop.snapshot.At(n)
	return appendUID(dst, s.drop.snapshot.UIDValidity(), m.UID)
}

// appendUID adds UIDVALIDITY and UID, eight hexadecimal digits each: together they name a message for ever (RFC 3501
// §2.3.1.1).
func appendUID(dst []byte, validity uint32, uid store.UID) []byte {
	const digits = "0123456789abcdef"
	for v, i := uint64(validity)<<32|uint64(uid), 60; i >= 0; i -= 4 {
		dst = append(dst, digits[v>>i&15])
	}
	return dst
}
