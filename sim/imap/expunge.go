package imap

// Expunge removes the messages that have \Deleted and says which (RFC 3501 §6.4.3).
type Expunge struct{}

// Name is the command on the wire.
func (Expunge) Name() string { return "EXPUNGE" }

func (Expunge) append(*encoder) {}

func parseExpunge(*scanner) Command { return Expunge{} }

func (Expunge) serve(s *Server) {
	switch {
	case s.box.readOnly:
		s.finish(ReplyReadOnly)
	case s.box.latest.Deleted() == 0:
		s.complete()
	default:
		s.ask(&Event{Kind: AskExpunge, UIDs: deletedUIDs(s.box.latest)}, expungeTask{})
	}
}

type expungeTask struct{}

func (t expungeTask) clone() task { return t }

func (t expungeTask) answer(s *Server, a *Answer) {
	if !a.OK {
		s.refuse(a, ReplyServerFault)
		return
	}
	s.box.hear(a.Snapshot)
	s.box.removed = true
	s.completeExpunged(a.Snapshot)
}
