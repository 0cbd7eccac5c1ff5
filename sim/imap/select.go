package imap

import "ehlo/sim/store"

// Select opens a mailbox (RFC 3501 §6.3.1); with ReadOnly it is EXAMINE, which changes nothing (§6.3.2).
type Select struct {
	Mailbox   string
	ReadOnly  bool
	CondStore bool // the client wants modification sequences from now on (RFC 7162 §3.1.8)
	Resync    Resync
}

// Resync is what a client knows of a mailbox, so that it is told what has happened since (RFC 7162 §3.2.5). The zero
// value knows nothing.
type Resync struct {
	UIDValidity uint32
	ModSeq      store.ModSeq
	Known       SequenceSet    // the UIDs that it has; empty is all
	Match       [2]SequenceSet // message numbers, and the UIDs that they had
}

// Name is the command on the wire.
func (c Select) Name() string {
	if c.ReadOnly {
		return "EXAMINE"
	}
	return "SELECT"
}

func (c Select) append(e *encoder) {
	e.text(" ")
	e.mailbox(c.Mailbox)
	switch r := c.Resync; {
	case r.UIDValidity != 0:
		e.text(" (QRESYNC (")
		e.number(uint64(r.UIDValidity))
		e.text(" ")
		e.number(uint64(r.ModSeq))
		if len(r.Known) > 0 {
			e.text(" " + r.Known.String())
		}
		if len(r.Match[0]) > 0 {
			e.text(" (" + r.Match[0].String() + " " + r.Match[1].String() + ")")
		}
		e.text("))")
	case c.CondStore:
		e.text(" (CONDSTORE)")
	}
}

func parseSelect(s *scanner) Command  { return s.selectCommand(false) }
func parseExamine(s *scanner) Command { return s.selectCommand(true) }

func (s *scanner) selectCommand(readOnly bool) Command {
	c := Select{ReadOnly: readOnly}
	s.space(termMailbox)
	c.Mailbox = s.mailbox(termMailbox)
	if s.peek() != ' ' || len(s.p) > s.pos+1 && s.p[s.pos+1] != '(' {
		return c
	}
	s.space(termSelectParam)
	s.expect('(', termOpen)
	for {
		start := s.pos
		switch name := s.run(charAtom, termSelectParam); {
		case equalFold(name, "CONDSTORE"):
			s.mark(start, termSelectParam)
			c.CondStore = true
		case equalFold(name, "QRESYNC"):
			s.mark(start, termSelectParam)
			s.space(termOpen)
			c.Resync = s.resync()
		default:
			s.failAt(start, termSelectParam, ReplySyntax)
		}
		if s.bad || !s.accept(' ') {
			break
		}
	}
	s.expect(')', termClose)
	return c
}

// resync reads what a client knows of a mailbox.
func (s *scanner) resync() (r Resync) {
	s.expect('(', termOpen)
	r.UIDValidity = s.nzNumber(termUIDValidity)
	s.space(termModSeq)
	r.ModSeq = s.modSeq(true)
	if s.accept(' ') {
		if s.peek() != '(' {
			r.Known = s.knownSet(termUIDSet)
			if !s.accept(' ') {
				s.expect(')', termClose)
				return r
			}
		}
		s.expect('(', termOpen)
		r.Match[0] = s.knownSet(termSequenceSet)
		s.space(termUIDSet)
		r.Match[1] = s.knownSet(termUIDSet)
		s.expect(')', termClose)
	}
	s.expect(')', termClose)
	return r
}

// knownSet reads a set that names what is known, and so without "*" (RFC 7162 §7).
func (s *scanner) knownSet(t term) SequenceSet {
	start := s.pos
	set := s.sequenceSet(t)
	for _, r := range set {
		if r.From == Star || r.To == Star {
			s.failAt(start, t, ReplySyntax)
		}
	}
	return set
}

func (c Select) serve(s *Server) {
	switch {
	case c.Resync.UIDValidity != 0 && !s.qresync:
		s.reply(s.tag, ReplyNotEnabled, about{text: "QRESYNC"})
		return
	case s.uidOnly && len(c.Resync.Match[0]) > 0:
		s.reply(s.tag, ReplyUIDRequired, about{})
		return
	}
	// Whatever comes of it, the mailbox that was selected is not any more.
	if s.state == Selected {
		s.reply(star, ReplyClosed, about{})
	}
	s.box, s.state = view{}, Authenticated
	s.condstore = s.condstore || c.CondStore
	s.ask(&Event{Kind: AskSelect, Mailbox: c.Mailbox, ReadOnly: c.ReadOnly}, selectTask(c))
}

type selectTask Select

func (t selectTask) clone() task { return t }

func (t selectTask) answer(s *Server, a *Answer) {
	if !a.OK {
		s.refuse(a, ReplyNoMailbox)
		return
	}
	s.box = view{name: t.Mailbox, readOnly: t.ReadOnly || a.ReadOnly, told: a.Snapshot, latest: a.Snapshot,
		recent: a.FirstRecent, keywords: a.Snapshot.Keywords(), rights: a.Rights}
	if s.rev2 {
		s.box.recent = noRecent
	}
	s.writeFlags()
	s.exists()
	first := a.Snapshot.FirstUnseen()
	switch {
	case s.rev2:
		s.list("LIST", MailboxInfo{Name: t.Mailbox, Delimiter: store.Delimiter})
	case first > 0 && !s.uidOnly:
		s.reply(star, ReplyUnseen, about{number: int64(first)})
	}
	s.reply(star, ReplyUIDValidity, about{number: int64(a.Snapshot.UIDValidity())})
	s.reply(star, ReplyUIDNext, about{number: int64(a.Snapshot.UIDNext())})
	s.reply(star, ReplyHighestModSeq, about{number: int64(a.Snapshot.HighestModSeq())})
	if a.ObjectID != "" {
		s.reply(star, ReplyMailboxID, about{text: a.ObjectID})
	}
	end := ReplySelected
	if s.box.readOnly {
		s.reply(star, ReplyNoPermanentFlags, about{})
		end = ReplyExamined
	} else {
		s.reply(star, ReplyPermanentFlags, about{})
	}
	if t.Resync.UIDValidity == a.Snapshot.UIDValidity() {
		s.resync(t.Resync)
	}
	s.finish(end)
}

// systemFlags is the flags of every mailbox (RFC 3501 §2.3.2).
const systemFlags = `\Answered \Flagged \Deleted \Seen \Draft`
