package imap

// Delete removes a mailbox with its messages (RFC 3501 §6.3.4).
type Delete struct{ Mailbox string }

// Name is the command on the wire.
func (Delete) Name() string { return "DELETE" }

func (c Delete) append(e *encoder) {
	e.text(" ")
	e.mailbox(c.Mailbox)
}

func parseDelete(s *scanner) Command {
	s.space(termMailbox)
	return Delete{s.mailbox(termMailbox)}
}

func (c Delete) serve(s *Server) { s.ask(&Event{Kind: AskDelete, Mailbox: c.Mailbox}, plainTask{}) }

// plainTask is a command of which the account says only whether it was done.
type plainTask struct{}

func (t plainTask) clone() task { return t }

func (plainTask) answer(s *Server, a *Answer) {
	if !a.OK {
		s.refuse(a, ReplyServerFault)
		return
	}
	s.complete()
}
