package daemon

import "ehlo/sim/message"

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
