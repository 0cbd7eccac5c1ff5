package daemon

import (
	"bytes"
	"slices"
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

// stamp puts this host's trace field, and fields that it adds, before a message. What does not begin with a header has the
// empty line put before it that ends one, or else its text would become a part of these fields.
func stamp(r message.Received, added, msg, header []byte) []byte {
	content := message.AppendReceived(make([]byte, 0, len(msg)+len(added)+256), r)
	content = append(content, added...)
	if !bytes.HasPrefix(msg, []byte("\r\n")) && len(message.Fields(header[:message.FieldEnd(header, 0)])) == 0 {
		content = append(content, "\r\n"...)
	}
	return append(content, msg...)
}

// appendDelivered adds a message without the Return-Path fields that it came with: the one that final delivery writes is
// to be the only one (RFC 5321 §4.4).
func appendDelivered(dst, msg []byte) []byte {
	header, _ := message.Split(msg)
	dst = slices.Grow(dst, len(msg))
	if message.Count(header, "Return-Path") == 0 {
		return append(dst, msg...)
	}
	from := 0
	for _, f := range message.Fields(header) {
		if strings.EqualFold(f.Name, "Return-Path") {
			dst = append(dst, msg[from:f.Start]...)
			from = f.End
		}
	}
	return append(dst, msg[from:]...)
}

// isEightBit says that a message has octets that SMTP may carry only by the 8BITMIME extension (RFC 6152 §3).
func isEightBit(msg []byte) bool {
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
