package imap

import (
	"strconv"

	"ehlo/sim/store"
)

// Copy puts messages into another mailbox (RFC 3501 §6.4.7) and, as MOVE, takes them out of this one, both or neither
// (RFC 6851 §3). UID says that Set holds UIDs.
type Copy struct {
	Set     SequenceSet
	UID     bool
	Move    bool
	Mailbox string
}

// Name is the command on the wire.
func (c Copy) Name() string {
	name := "COPY"
	if c.Move {
		name = "MOVE"
	}
	if c.UID {
		return "UID " + name
	}
	return name
}

func (c Copy) append(e *encoder) {
	e.text(" ")
	e.buf = c.Set.Append(e.buf)
	e.text(" ")
	e.mailbox(c.Mailbox)
}

func parseCopy(s *scanner) Command    { return s.copy(Copy{}) }
func parseMove(s *scanner) Command    { return s.copy(Copy{Move: true}) }
func parseUIDCopy(s *scanner) Command { return s.copy(Copy{UID: true}) }
func parseUIDMove(s *scanner) Command { return s.copy(Copy{UID: true, Move: true}) }

func (s *scanner) copy(c Copy) Command {
	s.space(setTerm(c.UID))
	c.Set = s.sequenceSet(setTerm(c.UID))
	s.space(termMailbox)
	c.Mailbox = s.mailbox(termMailbox)
	return c
}

func (c Copy) serve(s *Server) {
	if c.Move && s.box.readOnly {
		s.finish(ReplyReadOnly)
		return
	}
	target, ok := s.box.target(c.Set, c.UID)
	if !ok {
		s.badSet()
		return
	}
	uids, gone := s.box.present(target)
	switch {
	case gone && !c.UID: // all of them or none
		s.update(false, false, believed{})
		s.finish(ReplyExpungeIssued)
	case len(uids) == 0:
		s.update(c.UID, c.UID, believed{})
		s.finish(ReplyCompleted)
	default:
		s.ask(&Event{Kind: AskCopy, UIDs: uids, Mailbox: c.Mailbox, Move: c.Move}, copyTask(c))
	}
}

// present is the messages of a target that are there, and whether the client knows others that are gone.
func (v *view) present(target []span) (uids []store.UID, gone bool) {
	for _, r := range target {
		for seq := v.from(store.UID(r.from)); seq <= v.len(); seq++ {
			m := v.at(seq)
			if uint32(m.UID) > r.to {
				break
			}
			if _, ok := v.latest.Seq(m.UID); ok {
				uids = append(uids, m.UID)
			} else {
				gone = true
			}
		}
	}
	return uids, gone
}

type copyTask Copy

func (t copyTask) clone() task { return t }

func (t copyTask) answer(s *Server, a *Answer) {
	if !a.OK {
		s.refuse(a, ReplyTryCreate)
		return
	}
	copied := len(a.Copied) > 0
	about := about{copied: a}
	if copied && t.Move { // before the EXPUNGE of what was moved (RFC 6851 §4.3)
		s.reply(star, ReplyMoved, about)
	}
	s.box.hear(a.Snapshot)
	s.box.removed = t.Move
	s.bring(a.Target, a.UIDs)
	s.update(t.Move || t.UID, t.UID, believed{})
	if copied && !t.Move {
		s.finishWith(ReplyCopied, about)
		return
	}
	s.finish(ReplyCompleted)
}

// appendCopied writes what the code COPYUID has behind its name: where the messages are, what they were called and what
// they are called there (RFC 4315 §3).
func appendCopied(dst []byte, a *Answer) []byte {
	dst = strconv.AppendUint(dst, uint64(a.Target.UIDValidity()), 10)
	dst = appendSpans(append(dst, ' '), spansOf(a.Copied))
	return appendSpans(append(dst, ' '), spansOf(a.UIDs))
}
