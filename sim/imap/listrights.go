package imap

import "ehlo/sim/store"

// ListRights asks which rights somebody can be given on a mailbox (RFC 4314 §3.4).
type ListRights struct{ Mailbox, Who string }

// Name is the command on the wire.
func (ListRights) Name() string { return "LISTRIGHTS" }

func (c ListRights) append(e *encoder) {
	e.text(" ")
	e.mailbox(c.Mailbox)
	e.text(" ")
	e.astring(c.Who)
}

func parseListRights(s *scanner) Command {
	var c ListRights
	s.space(termMailbox)
	c.Mailbox = s.mailbox(termMailbox)
	s.space(termIdentifier)
	c.Who = s.astring(termIdentifier)
	return c
}

func (c ListRights) serve(s *Server) {
	s.ask(&Event{Kind: AskListRights, Mailbox: c.Mailbox, User: c.Who}, listRightsTask(c))
}

type listRightsTask ListRights

func (t listRightsTask) clone() task { return t }

// answer writes the rights that cannot be taken away, which are the owner's, and then those that can be given one by one.
func (t listRightsTask) answer(s *Server, a *Answer) {
	if !a.OK {
		s.refuse(a, ReplyNoMailbox)
		return
	}
	s.out = s.appendMailbox(append(s.out, "* LISTRIGHTS "...), t.Mailbox)
	s.out = appendAstring(append(s.out, ' '), t.Who)
	s.out = appendAstring(append(s.out, ' '), a.Rights.Letters())
	for _, letter := range []byte((store.AllRights &^ a.Rights).Letters()) {
		s.out = append(s.out, ' ', letter)
	}
	s.out = append(s.out, "\r\n"...)
	s.complete()
}
