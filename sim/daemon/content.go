package daemon

import (
	"bytes"
	"encoding/binary"
	"strings"

	"ehlo/sim/message"
	"ehlo/sim/smtp"
)

// maxHops is how many hosts a message may have passed before this one takes it to be going round in a circle (RFC 5321
// §6.3).
const maxHops = 100

func (h *Host) maxHops() int {
	if n := h.def.MTA.MaxHops; n > 0 {
		return n
	}
	return maxHops
}

// hops counts the hosts that a message has passed by their Received fields.
func hops(header []byte) int { return message.Count(header, "Received") }

// stamp puts this host's trace field, behind the fields of top and before those of added, before a message, and so many free
// octets before all of it. What does not begin with a header has the empty line put before it that ends one, or else its text
// would become a part of these fields.
func stamp(free int, top []byte, r message.Received, added, msg, header []byte) []byte {
	size := free + len(top) + len(r.From) + len(r.FromAddress) + len(r.By) + len(r.For) + len(added) + len(msg)
	content := append(make([]byte, free, size+112), top...)
	content = message.AppendReceived(content, r)
	content = append(content, added...)
	if !bytes.HasPrefix(msg, []byte("\r\n")) && !message.BeginsWithField(header) {
		content = append(content, "\r\n"...)
	}
	return append(content, msg...)
}

// The field of final delivery, around the reverse-path.
const returnPath, returnPathEnd = "Return-Path: <", ">\r\n"

// returnPathSize is how many octets the field of final delivery has.
func returnPathSize(from smtp.Path) int {
	return len(returnPath) + len(from.String()) + len(returnPathEnd)
}

// deliveredFrom is a message as final delivery writes it: behind a Return-Path field with the reverse-path, and without
// those that it came with (RFC 5321 §4.4). Where whole ends with the message and has just the room for the field before it, the
// field goes there.
func deliveredFrom(from string, msg, whole []byte) []byte {
	var room [128]byte // on the stack
	field := append(append(append(room[:0], returnPath...), from...), returnPathEnd...)
	header, _ := message.Split(msg)
	again := message.Count(header, "Return-Path") > 0
	if n := len(field); !again && len(msg) > 0 && len(whole) == n+len(msg) && &whole[n] == &msg[0] {
		copy(whole, field)
		return whole
	}
	dst := append(make([]byte, 0, len(field)+len(msg)), field...)
	if !again {
		return append(dst, msg...)
	}
	kept := 0
	for _, f := range message.Fields(header) {
		if strings.EqualFold(f.Name, "Return-Path") {
			dst = append(dst, msg[kept:f.Start]...)
			kept = f.End
		}
	}
	return append(dst, msg[kept:]...)
}

// isEightBit says that a message has octets that SMTP may carry only by the 8BITMIME extension (RFC 6152 §3).
func isEightBit(msg []byte) bool {
	const word, high = 8, 0x8080808080808080
	for ; len(msg) >= word; msg = msg[word:] {
		if binary.LittleEndian.Uint64(msg)&high != 0 {
			return true
		}
	}
	for _, c := range msg {
		if c > 0x7f {
			return true
		}
	}
	return false
}

// isASCII says that neither the addresses nor the header of a message need SMTPUTF8 (RFC 6531 §3.2).
func isASCII(e *smtp.Envelope, msg []byte) bool {
	header, _ := message.Split(msg)
	for _, to := range e.To {
		if !to.IsASCII() {
			return false
		}
	}
	return e.From.IsASCII() && !isEightBit(header)
}
