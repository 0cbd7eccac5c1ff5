package imap

import (
	"ehlo/sim/store"
)

// Replace puts a message into a mailbox and takes another out of the selected one, both or neither (RFC 8508 §3). N is a
// message number, or with UID a UID; [Star] is the largest.
type Replace struct {
	N       uint32
	UID     bool
	Mailbox string
	Message AppendMessage
}

// Name is the command on the wire.
func (c Replace) Name() string {
	if c.UID {
		return "UID REPLACE"
	}
	return "REPLACE"
}

func (c Replace) append(e *encoder) {
	e.text(" ")
	e.buf = appendSeqNumber(e.buf, c.N)
	Append{c.Mailbox, []AppendMessage{c.Message}}.append(e)
}

func parseReplace(s *scanner) Command    { return s.replace(false) }
func parseUIDReplace(s *scanner) Command { return s.replace(true) }

func (s *scanner) replace(uid bool) Command {
	c := Replace{UID: uid}
	s.space(setTerm(uid))
	start := s.pos
	c.N = s.seqNumber(setTerm(uid))
	s.mark(start, setTerm(uid))
	s.space(termMailbox)
	c.Mailbox = s.mailbox(termMailbox)
	s.space(termMessage)
	c.Message = s.message()
	return c
}

func (c Replace) serve(s *Server) {
	if s.box.readOnly {
		s.finish(ReplyReadOnly)
		return
	}
	target, ok := s.box.target(One(c.N), c.UID)
	if !ok {
		s.badSet()
		return
	}
	drafts, ok := s.drafts([]AppendMessage{c.Message})
	if !ok {
		return
	}
	uids, _ := s.box.present(target)
	if len(uids) == 0 {
		s.update(c.UID, c.UID, believed{})
		s.finish(ReplyExpungeIssued)
		return
	}
	s.ask(&Event{Kind: AskReplace, Mailbox: c.Mailbox, Drafts: drafts, UIDs: uids}, replaceTask{})
}

type replaceTask struct{}

func (t replaceTask) clone() task { return t }

// answer tells of what came before what goes (RFC 8508 §4.3).
func (replaceTask) answer(s *Server, a *Answer) {
	if !a.OK {
		s.refuse(a, ReplyTryCreate)
		return
	}
	s.reply(star, ReplyReplaced, appended(a.Target, a.UIDs))
	s.box.hear(a.Snapshot)
	s.box.removed = true
	s.bring(a.Target, a.UIDs)
	s.completeExpunged(a.Snapshot)
}

// appended is what a reply says of messages that came: where, and how they are called.
func appended(box store.Snapshot, uids []store.UID) about {
	return about{number: int64(box.UIDValidity()), text: uidSet(uids)}
}
