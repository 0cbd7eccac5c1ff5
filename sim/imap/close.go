package imap

import "ehlo/sim/store"

// Close leaves the mailbox and removes its messages that have \Deleted, without saying which (RFC 3501 §6.4.2).
type Close struct{}

// Name is the command on the wire.
func (Close) Name() string { return "CLOSE" }

func (Close) append(*encoder) {}

func parseClose(*scanner) Command { return Close{} }

func (Close) serve(s *Server) {
	if s.box.readOnly || s.box.latest.Deleted() == 0 {
		s.finish(ReplyCompleted)
		return
	}
	s.ask(&Event{Kind: AskExpunge, UIDs: deletedUIDs(s.box.latest)}, closeTask{})
}

type closeTask struct{}

func (t closeTask) clone() task { return t }

func (t closeTask) answer(s *Server, a *Answer) {
	if !a.OK {
		s.refuse(a, ReplyServerFault)
		return
	}
	if s.qresync {
		s.finishWith(ReplyExpunged, about{number: int64(a.Snapshot.HighestModSeq())})
		return
	}
	s.finish(ReplyCompleted)
}

// deletedUIDs is the messages of a mailbox that have \Deleted, ascending.
func deletedUIDs(box store.Snapshot) []store.UID {
	uids := make([]store.UID, 0, box.Deleted())
	for _, m := range box.AllDeleted() {
		uids = append(uids, m.UID)
	}
	return uids
}
