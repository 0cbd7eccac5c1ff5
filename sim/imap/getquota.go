package imap

import "strconv"

// GetQuota asks what an account may hold and what it holds (RFC 9208 §4.1.1), or, given a mailbox, which account that
// counts for (§4.1.2).
type GetQuota struct {
	Root    string // "" is the user's own
	Mailbox string // of GETQUOTAROOT
	ByBox   bool   // GETQUOTAROOT
}

// Name is the command on the wire.
func (c GetQuota) Name() string {
	if c.ByBox {
		return "GETQUOTAROOT"
	}
	return "GETQUOTA"
}

func (c GetQuota) append(e *encoder) {
	e.text(" ")
	if c.ByBox {
		e.mailbox(c.Mailbox)
		return
	}
	e.astring(c.Root)
}

func parseGetQuota(s *scanner) Command {
	s.space(termQuotaRoot)
	return GetQuota{Root: s.astring(termQuotaRoot)}
}

func parseGetQuotaRoot(s *scanner) Command {
	s.space(termMailbox)
	return GetQuota{Mailbox: s.mailbox(termMailbox), ByBox: true}
}

func (c GetQuota) serve(s *Server) {
	s.ask(&Event{Kind: AskQuota, Root: c.Root, Mailbox: c.Mailbox}, quotaTask{c.Mailbox, c.ByBox})
}

// quotaTask waits for what an account holds.
type quotaTask struct {
	mailbox string
	byBox   bool
}

func (t quotaTask) clone() task { return t }

func (t quotaTask) answer(s *Server, a *Answer) {
	if !a.OK {
		s.refuse(a, ReplyNoQuota)
		return
	}
	if t.byBox {
		s.out = s.appendMailbox(append(s.out, "* QUOTAROOT "...), t.mailbox)
		s.out = append(appendAstring(append(s.out, ' '), a.Root), "\r\n"...)
	}
	s.out = appendAstring(append(s.out, "* QUOTA "...), a.Root)
	s.out = append(s.out, " ("...)
	space := ""
	for _, r := range [...]struct {
		name        string
		used, limit int64
	}{
		{"STORAGE", (a.Usage.Octets + 1023) / 1024, a.Quota.Octets / 1024},
		{"MESSAGE", int64(a.Usage.Messages), int64(a.Quota.Messages)},
		{"MAILBOX", int64(a.Usage.Mailboxes), int64(a.Quota.Mailboxes)},
	} {
		if r.limit > 0 {
			s.out = append(append(append(s.out, space...), r.name...), ' ')
			s.out = append(strconv.AppendInt(s.out, r.used, 10), ' ')
			s.out = strconv.AppendInt(s.out, r.limit, 10)
			space = " "
		}
	}
	s.out = append(s.out, ")\r\n"...)
	s.complete()
}
