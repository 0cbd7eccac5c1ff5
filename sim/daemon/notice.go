package daemon

import (
	"strconv"

	"ehlo/sim/message"
	"ehlo/sim/smtp"
)

// notice is the message that tells a sender what could not be delivered (RFC 5321 §6.1). Its words are the server's, in
// English as everywhere on the wire.
func (h *Host) notice(env Env, to, failed smtp.Path, reason string, content []byte) []byte {
	now := env.Now()
	header, _ := message.Split(content)
	h.serial++
	m := "From: Mail Delivery System <MAILER-DAEMON@" + h.Name + ">\r\n" +
		"To: <" + to.String() + ">\r\n" +
		"Subject: Undelivered Mail Returned to Sender\r\n" +
		"Date: " + message.FormatDate(env.Date(now)) + "\r\n" +
		"Message-ID: <" + strconv.FormatInt(int64(now), 36) + "." + strconv.FormatUint(uint64(h.serial), 36) + "@" + h.Name + ">\r\n" +
		"Auto-Submitted: auto-replied\r\n\r\n" +
		"Your message could not be delivered to <" + failed.String() + ">.\r\n" +
		"The answer was:\r\n\r\n    " + quotable(reason) + "\r\n\r\n" +
		"The header of your message:\r\n\r\n"
	return append([]byte(m), header...)
}

// quotable is what another host said in a form that every host takes in a message: a line that is not too long, of visible
// ASCII.
func quotable(reason string) string {
	const limit = 512 // RFC 5321 §4.5.3.1.5
	line := []byte(reason[:min(len(reason), limit)])
	for i, c := range line {
		if c < ' ' || c > '~' {
			line[i] = '?'
		}
	}
	return string(line)
}

// MailFile is a user's INBOX as the file that it was on old hosts: its path and its text.
func (h *Host) MailFile(address string) (path string, text []byte, ok bool) {
	a, ok := h.account(address)
	if !ok {
		return "", nil, false
	}
	box, _ := a.Store.Mailbox("INBOX")
	for _, m := range box.Snapshot().All() {
		content, err := box.Content(m.UID)
		if err != nil {
			continue
		}
		from := "MAILER-DAEMON"
		header, _ := message.Split(content)
		if p, found := message.Get(header, "Return-Path"); found && len(p) > 2 {
			from = p[1 : len(p)-1]
		} else if list, found := message.Get(header, "From"); found {
			for _, addr := range message.ParseAddressList(list) {
				from = addr.Mailbox + "@" + addr.Host
				break
			}
		}
		text = message.AppendMbox(text, from, m.Date, content)
	}
	return "/var/mail/" + a.Name, text, true
}
