package daemon

import (
	"strconv"
	"strings"

	"ehlo/sim/message"
)

// completed is the fields that a submission service adds to a message of a user who has logged in, where they are missing:
// From, Date and Message-ID, and Sender where From names somebody else (RFC 6409 §8). Nothing that is there is changed.
func (h *Host) completed(env Env, user string, header []byte) []byte {
	address := user
	if a, ok := h.named(user); ok {
		address = a.Address
	}
	var added strings.Builder
	from, ok := message.Get(header, "From")
	if !ok {
		added.WriteString("From: <" + address + ">\r\n")
	} else if _, ok := message.Get(header, "Sender"); !ok && !names(from, address) {
		added.WriteString("Sender: <" + address + ">\r\n")
	}
	if _, ok := message.Get(header, "Date"); !ok {
		added.WriteString("Date: " + message.FormatDate(env.Date(env.Now())) + "\r\n")
	}
	if _, ok := message.Get(header, "Message-ID"); !ok {
		h.serial++
		added.WriteString("Message-ID: <" + strconv.FormatInt(int64(env.Now()), 36) + "." +
			strconv.FormatUint(uint64(h.serial), 36) + "@" + h.Name + ">\r\n")
	}
	return []byte(added.String())
}

// names says whether an address list has only that address.
func names(list, address string) bool {
	addresses := message.ParseAddressList(list)
	return len(addresses) == 1 && strings.EqualFold(addresses[0].Mailbox+"@"+addresses[0].Host, address)
}
