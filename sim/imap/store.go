package imap

import (
	"strconv"

	"ehlo/sim/store"
)

// Store changes flags (RFC 3501 §6.4.6). Silent asks the server not to repeat what the flags are now; UID says that Set
// holds UIDs (§6.4.8). Where Conditional is true, messages that changed later than UnchangedSince are left as they are
// (RFC 7162 §3.1.3).
type Store struct {
	Set            SequenceSet
	UID            bool
	Conditional    bool
	UnchangedSince store.ModSeq
	Op             store.FlagOp
	Silent         bool
	Flags          store.Flags
}

// Name is the command on the wire.
func (c Store) Name() string {
	if c.UID {
		return "UID STORE"
	}
	return "STORE"
}

func (c Store) append(e *encoder) {
	e.text(" ")
	e.buf = c.Set.Append(e.buf)
	if c.Conditional {
		e.text(" (UNCHANGEDSINCE ")
		e.buf = strconv.AppendUint(e.buf, uint64(c.UnchangedSince), 10)
		e.text(")")
	}
	e.text(" " + [...]string{"", "+", "-"}[c.Op] + "FLAGS")
	if c.Silent {
		e.text(".SILENT")
	}
	e.text(" ")
	e.buf = appendFlags(e.buf, c.Flags, false)
}

func parseStore(s *scanner) Command    { return s.store(false) }
func parseUIDStore(s *scanner) Command { return s.store(true) }

func (s *scanner) store(uid bool) Command {
	c := Store{UID: uid}
	s.space(setTerm(uid))
	c.Set = s.sequenceSet(setTerm(uid))
	s.space(termStoreAtt)
	if s.peek() == '(' {
		s.storeModifier(&c)
		s.space(termStoreAtt)
	}
	start := s.pos
	switch {
	case s.accept('+'):
		c.Op = store.FlagAdd
	case s.accept('-'):
		c.Op = store.FlagRemove
	}
	switch name := s.run(charAtom, termStoreAtt); {
	case equalFold(name, "FLAGS"):
	case equalFold(name, "FLAGS.SILENT"):
		c.Silent = true
	default:
		s.failAt(start, termStoreAtt, ReplySyntax)
	}
	s.mark(start, termStoreAtt)
	s.space(termFlagList)
	c.Flags = s.storeFlags()
	return c
}

// storeModifier reads what may stand before the flags (RFC 4466 §2.5, store-modifiers).
func (s *scanner) storeModifier(c *Store) {
	start := s.pos
	s.pos++
	if s.peek() == '\\' { // flags, and nothing says what to do with them
		s.failAt(start, termStoreAtt, ReplySyntax)
		return
	}
	start = s.pos
	if name := s.run(charAtom, termModifier); !equalFold(name, "UNCHANGEDSINCE") {
		s.failAt(start, termModifier, ReplySyntax)
	}
	s.mark(start, termModifier)
	s.space(termModSeq)
	c.Conditional, c.UnchangedSince = true, s.modSeq(false)
	s.expect(')', termClose)
}

func setTerm(uid bool) term {
	if uid {
		return termUIDSet
	}
	return termSequenceSet
}

// storeFlags reads flags in parentheses, or at least one without.
func (s *scanner) storeFlags() store.Flags {
	var f store.Flags
	list := s.accept('(')
	if list && s.accept(')') {
		return f
	}
	for {
		f = f.With(s.storeFlag())
		if s.bad || !s.accept(' ') {
			break
		}
	}
	if list {
		s.expect(')', termClose)
	}
	return f
}

// storeFlag reads a flag that a client may set, which \Recent is not.
func (s *scanner) storeFlag() store.Flags {
	start := s.pos
	s.accept('\\')
	s.run(charAtom, termFlag)
	if s.bad {
		return store.Flags{}
	}
	f, err := store.ParseFlags([]string{string(s.p[start:s.pos])})
	if err != nil {
		s.failAt(start, termFlag, ReplySyntax)
	}
	s.mark(start, termFlag)
	return f
}

func (c Store) serve(s *Server) {
	if c.Conditional {
		s.useModSeq()
	}
	if s.box.readOnly {
		s.finish(ReplyReadOnly)
		return
	}
	target, ok := s.box.target(c.Set, c.UID)
	if !ok {
		s.badSet()
		return
	}
	t := &storeTask{command: c, target: target}
	b := store.Batch{UnchangedSince: c.UnchangedSince}
	for _, r := range target {
		for seq := s.box.from(store.UID(r.from)); seq <= s.box.len(); seq++ {
			m := s.box.at(seq)
			if uint32(m.UID) > r.to {
				break
			}
			if _, gone := s.box.ghost(m.UID); gone {
				t.gone = true
				continue
			}
			if c.Conditional && c.UnchangedSince == 0 { // every message has changed since (RFC 7162 §3.1.3)
				t.modified = append(t.modified, m.UID)
				continue
			}
			b.Flags = append(b.Flags, store.FlagEdit{UID: m.UID, Op: c.Op, Flags: c.Flags})
		}
	}
	if len(b.Flags) == 0 {
		t.end(s, believed{})
		return
	}
	s.ask(&Event{Kind: AskStore, Batch: b}, t)
}

type storeTask struct {
	command  Store
	target   []span
	gone     bool        // a message that was named is no longer there
	modified []store.UID // those that changed too late, ascending
}

func (t *storeTask) clone() task {
	c := *t
	return &c
}

func (t *storeTask) answer(s *Server, a *Answer) {
	if !a.OK {
		s.refuse(a, ReplyServerFault)
		return
	}
	s.box.hear(a.Snapshot)
	s.flags(a.Snapshot)
	t.modified = a.Modified
	left := spansOf(a.Modified)
	for _, r := range t.target {
		for seq := s.box.from(store.UID(r.from)); seq <= s.box.len(); seq++ {
			was := s.box.at(seq)
			if uint32(was.UID) > r.to {
				break
			}
			m, ok := lookup(a.Snapshot, was.UID)
			switch {
			case !ok:
				t.gone = true
			case contains(left, uint32(m.UID)):
			case !t.command.Silent:
				s.fetchFlags(seq, m, t.command.UID)
			case s.condstore: // RFC 7162 §3.1.3
				s.fetchModSeq(seq, m, t.command.UID)
			}
		}
	}
	told := believed{target: without(t.target, left), told: a.Snapshot, silent: t.command.Silent,
		edit: store.FlagEdit{Op: t.command.Op, Flags: t.command.Flags}}
	if t.gone && t.command.Silent && !t.command.UID {
		told = believed{} // it ends with NO, from which the client cannot tell what was done
	}
	t.end(s, told)
}

// end says whether all that was named was there. UIDs that are not do not count (RFC 3501 §6.4.8).
func (t *storeTask) end(s *Server, told believed) {
	about := about{}
	if len(t.modified) > 0 { // the numbers of the moment before an EXPUNGE
		about.text = string(appendSpans(nil, s.box.numbers(t.modified, t.command.UID)))
	}
	s.update(t.command.UID, t.command.UID, told)
	switch {
	case t.gone && !t.command.UID:
		s.finish(ReplyExpungeIssued)
	case len(t.modified) > 0:
		s.finishWith(ReplyModified, about)
	default:
		s.finish(ReplyCompleted)
	}
}
