package imap

import (
	"strconv"

	"ehlo/sim/store"
)

// SetQuota limits what an account may hold (RFC 9208 §4.1.3). A resource that is not named has no limit afterwards.
type SetQuota struct {
	Root  string
	Quota store.Quota // octets in whole KiB
}

// Name is the command on the wire.
func (SetQuota) Name() string { return "SETQUOTA" }

func (c SetQuota) append(e *encoder) {
	e.text(" ")
	e.astring(c.Root)
	e.text(" (")
	space := ""
	for _, r := range [...]struct {
		name  string
		limit int64
	}{{"STORAGE", c.Quota.Octets / 1024}, {"MESSAGE", int64(c.Quota.Messages)}, {"MAILBOX", int64(c.Quota.Mailboxes)}} {
		if r.limit > 0 {
			e.text(space + r.name + " " + strconv.FormatInt(r.limit, 10))
			space = " "
		}
	}
	e.text(")")
}

func parseSetQuota(s *scanner) Command {
	var c SetQuota
	s.space(termQuotaRoot)
	c.Root = s.astring(termQuotaRoot)
	s.space(termResource)
	s.expect('(', termOpen)
	for s.peek() != ')' && !s.bad {
		start := s.pos
		name := s.run(charAtom, termResource)
		s.mark(start, termResource)
		s.space(termNumber)
		limit := int64(s.number(termNumber))
		switch {
		case equalFold(name, "STORAGE"):
			c.Quota.Octets = limit * 1024
		case equalFold(name, "MESSAGE"):
			c.Quota.Messages = int(limit)
		case equalFold(name, "MAILBOX"):
			c.Quota.Mailboxes = int(limit)
		default:
			s.failAt(start, termResource, ReplySyntax)
		}
		if !s.accept(' ') {
			break
		}
	}
	s.expect(')', termClose)
	return c
}

func (c SetQuota) serve(s *Server) {
	s.ask(&Event{Kind: AskSetQuota, Root: c.Root, Quota: c.Quota}, quotaTask{})
}
