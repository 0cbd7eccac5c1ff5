package imap

import "ehlo/sim/store"

// UIDExpunge removes those of the messages in Set, which are UIDs, that have \Deleted, and says which (RFC 4315 §2.1).
type UIDExpunge struct{ Set SequenceSet }

// Name is the command on the wire.
func (UIDExpunge) Name() string { return "UID EXPUNGE" }

func (c UIDExpunge) append(e *encoder) {
	e.text(" ")
	e.buf = c.Set.Append(e.buf)
}

func parseUIDExpunge(s *scanner) Command {
	s.space(termUIDSet)
	return UIDExpunge{s.sequenceSet(termUIDSet)}
}

func (c UIDExpunge) serve(s *Server) {
	if s.box.readOnly {
		s.finish(ReplyReadOnly)
		return
	}
	target, _ := s.box.target(c.Set, true)
	var uids []store.UID
	for _, r := range target {
		for seq := s.box.latest.From(store.UID(r.from)); ; seq++ {
			var m store.Message
			var ok bool
			seq, m, ok = s.box.latest.Next(seq, store.Filter{With: store.Deleted})
			if !ok || uint32(m.UID) > r.to {
				break
			}
			uids = append(uids, m.UID)
		}
	}
	if len(uids) == 0 {
		s.complete()
		return
	}
	s.ask(&Event{Kind: AskExpunge, UIDs: uids}, expungeTask{})
}
