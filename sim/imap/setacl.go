package imap

import "ehlo/sim/store"

// SetACL says what somebody may do with a mailbox (RFC 4314 §3.1), or takes the entry off its list (§3.2).
type SetACL struct {
	Mailbox string
	Who     string
	Op      store.FlagOp // what is done with Rights: they take the place of those that there were, or add to or take from them
	Rights  string
	Delete  bool // DELETEACL
}

// Name is the command on the wire.
func (c SetACL) Name() string {
	if c.Delete {
		return "DELETEACL"
	}
	return "SETACL"
}

func (c SetACL) append(e *encoder) {
	e.text(" ")
	e.mailbox(c.Mailbox)
	e.text(" ")
	e.astring(c.Who)
	if !c.Delete {
		e.text(" ")
		e.astring([...]string{"", "+", "-"}[c.Op] + c.Rights)
	}
}

func parseDeleteACL(s *scanner) Command {
	c := SetACL{Delete: true}
	s.space(termMailbox)
	c.Mailbox = s.mailbox(termMailbox)
	s.space(termIdentifier)
	c.Who = s.astring(termIdentifier)
	return c
}

func parseSetACL(s *scanner) Command {
	var c SetACL
	s.space(termMailbox)
	c.Mailbox = s.mailbox(termMailbox)
	s.space(termIdentifier)
	c.Who = s.astring(termIdentifier)
	s.space(termRights)
	start := s.pos
	c.Rights = s.astring(termRights)
	if len(c.Rights) > 0 {
		switch c.Rights[0] {
		case '+':
			c.Op, c.Rights = store.FlagAdd, c.Rights[1:]
		case '-':
			c.Op, c.Rights = store.FlagRemove, c.Rights[1:]
		}
	}
	if _, ok := store.ParseRights(c.Rights); !ok {
		s.failAt(start, termRights, ReplySyntax)
	}
	return c
}

func (c SetACL) serve(s *Server) {
	rights, _ := store.ParseRights(c.Rights)
	op := c.Op
	if c.Delete {
		op = store.FlagSet
	}
	s.ask(&Event{Kind: AskSetACL, Mailbox: c.Mailbox, User: c.Who, Op: op, Rights: rights}, plainTask{})
}
