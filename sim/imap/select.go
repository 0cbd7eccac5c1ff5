package imap

// Select opens a mailbox (RFC 3501 §6.3.1); with ReadOnly it is EXAMINE, which changes nothing (§6.3.2).
type Select struct {
	Mailbox  string
	ReadOnly bool
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
	e.astring(c.Mailbox)
}

func parseSelect(s *scanner) Command {
	s.space(termMailbox)
	return Select{Mailbox: canonicalMailbox(s.astring(termMailbox))}
}

func parseExamine(s *scanner) Command {
	s.space(termMailbox)
	return Select{Mailbox: canonicalMailbox(s.astring(termMailbox)), ReadOnly: true}
}

func (c Select) serve(s *Server) {
	s.box = view{} // whatever comes of it, the mailbox that was selected is not any more
	s.ask(Event{Kind: AskSelect, Mailbox: c.Mailbox, ReadOnly: c.ReadOnly}, selectTask(c))
}

type selectTask Select

func (t selectTask) clone() task { return t }

func (t selectTask) answer(s *Server, a Answer) {
	if !a.OK {
		s.refuse(a, ReplyNoMailbox)
		return
	}
	s.box = view{name: t.Mailbox, readOnly: t.ReadOnly || a.ReadOnly, told: a.Snapshot, latest: a.Snapshot,
		recent: a.FirstRecent, keywords: a.Snapshot.Keywords()}
	s.writeFlags()
	s.untagged(int64(a.Snapshot.Len()), "EXISTS")
	s.untagged(int64(s.box.recents()), "RECENT")
	if first := a.Snapshot.FirstUnseen(); first > 0 {
		s.reply(star, ReplyUnseen, about{number: int64(first)})
	}
	s.reply(star, ReplyUIDValidity, about{number: int64(a.Snapshot.UIDValidity())})
	s.reply(star, ReplyUIDNext, about{number: int64(a.Snapshot.UIDNext())})
	if s.box.readOnly {
		s.reply(star, ReplyNoPermanentFlags, about{})
		s.finish(ReplyExamined)
		return
	}
	s.reply(star, ReplyPermanentFlags, about{})
	s.finish(ReplySelected)
}

// systemFlags is the flags of every mailbox (RFC 3501 §2.3.2).
const systemFlags = `\Answered \Flagged \Deleted \Seen \Draft`
