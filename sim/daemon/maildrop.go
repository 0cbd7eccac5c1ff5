package daemon

import "ehlo/sim/store"

// MailFile is a user's INBOX as the file that it was on old hosts: its path and its text.
func (h *Host) MailFile(address string) (path string, text []byte, ok bool) {
	a, ok := h.account(address)
	if !ok {
		return "", nil, false
	}
	box, _ := a.Store.Mailbox(store.Inbox)
	return "/var/mail/" + a.Name, mboxFile{box}.Bytes(), true
}
