package imap

import (
	"strings"

	"ehlo/sim/store"
)

// Create makes a mailbox (RFC 3501 §6.3.3), for some uses where the client names them (RFC 6154 §3).
type Create struct {
	Mailbox string
	Use     []string // as in `\Sent`
}

// Name is the command on the wire.
func (Create) Name() string { return "CREATE" }

func (c Create) append(e *encoder) {
	e.text(" ")
	e.mailbox(c.Mailbox)
	if len(c.Use) > 0 {
		e.text(" (USE (" + strings.Join(c.Use, " ") + "))")
	}
}

func parseCreate(s *scanner) Command {
	var c Create
	s.space(termNewMailbox)
	c.Mailbox = s.mailbox(termNewMailbox)
	if s.peek() != ' ' {
		return c
	}
	s.space(termCreateParam)
	s.expect('(', termOpen)
	for {
		start := s.pos
		name := s.run(charAtom, termCreateParam)
		if !equalFold(name, "USE") {
			s.failAt(start, termCreateParam, ReplySyntax)
		}
		s.mark(start, termCreateParam)
		s.space(termUse)
		c.Use = append(c.Use, s.uses()...)
		if s.bad || !s.accept(' ') {
			break
		}
	}
	s.expect(')', termClose)
	return c
}

// uses reads what a mailbox is to be for, in parentheses.
func (s *scanner) uses() (names []string) {
	s.expect('(', termOpen)
	for s.peek() != ')' && !s.bad {
		start := s.pos
		s.expect('\\', termUse)
		s.run(charAtom, termUse)
		s.mark(start, termUse)
		names = append(names, string(s.p[start:s.pos]))
		if !s.accept(' ') {
			break
		}
	}
	s.expect(')', termClose)
	return names
}

func (c Create) serve(s *Server) {
	var use store.Uses
	for _, name := range c.Use {
		u := store.UseNamed(name)
		if u == 0 {
			s.finish(ReplyUse)
			return
		}
		use |= u
	}
	// A delimiter at the end says that there will be mailboxes below: they need no leave (RFC 3501 §6.3.3).
	name := strings.TrimSuffix(c.Mailbox, string(store.Delimiter))
	s.ask(&Event{Kind: AskCreate, Mailbox: canonicalMailbox(name), Use: use}, createTask{})
}

type createTask struct{}

func (t createTask) clone() task { return t }

func (createTask) answer(s *Server, a *Answer) {
	switch {
	case !a.OK:
		s.refuse(a, ReplyServerFault)
	case a.ObjectID == "":
		s.complete()
	default:
		s.completeWith(ReplyCreated, about{text: a.ObjectID})
	}
}
