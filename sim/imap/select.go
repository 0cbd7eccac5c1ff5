package imap

import "strconv"

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
		recent: a.FirstRecent}
	const flags = `\Answered \Flagged \Deleted \Seen \Draft`
	s.out = append(s.out, "* FLAGS ("+flags+")\r\n"...)
	s.untagged(int64(a.Snapshot.Len()), "EXISTS")
	s.untagged(int64(s.box.recents()), "RECENT")
	if first := a.Snapshot.FirstUnseen(); first > 0 {
		s.okCode("UNSEEN", int64(first), "First unseen message")
	}
	s.okCode("UIDVALIDITY", int64(a.Snapshot.UIDValidity()), "UIDs are valid")
	s.okCode("UIDNEXT", int64(a.Snapshot.UIDNext()), "Predicted next UID")
	if s.box.readOnly {
		s.out = append(s.out, "* OK [PERMANENTFLAGS ()] No flags can be changed\r\n"...)
		s.finish(replyExamined)
		return
	}
	s.out = append(s.out, "* OK [PERMANENTFLAGS ("+flags+" \\*)] Flags that last\r\n"...)
	s.finish(replySelected)
}

// okCode writes an untagged OK with a response code that has a number.
func (s *Server) okCode(code string, n int64, text string) {
	s.out = append(append(append(s.out, "* OK ["...), code...), ' ')
	s.out = append(strconv.AppendInt(s.out, n, 10), "] "...)
	s.out = append(append(s.out, text...), "\r\n"...)
}
