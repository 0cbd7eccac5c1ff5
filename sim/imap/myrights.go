package imap

// MyRights asks what the user may do with a mailbox (RFC 4314 §3.5).
type MyRights struct{ Mailbox string }

// Name is the command on the wire.
func (MyRights) Name() string { return "MYRIGHTS" }

func (c MyRights) append(e *encoder) {
	e.text(" ")
	e.mailbox(c.Mailbox)
}

func parseMyRights(s *scanner) Command {
	s.space(termMailbox)
	return MyRights{s.mailbox(termMailbox)}
}

func (c MyRights) serve(s *Server) {
	s.ask(&Event{Kind: AskRights, Mailbox: c.Mailbox}, myRightsTask(c))
}

type myRightsTask MyRights

func (t myRightsTask) clone() task { return t }

func (t myRightsTask) answer(s *Server, a *Answer) {
	if !a.OK {
		s.refuse(a, ReplyNoMailbox)
		return
	}
	s.out = s.appendMailbox(append(s.out, "* MYRIGHTS "...), t.Mailbox)
	s.out = append(appendAstring(append(s.out, ' '), a.Rights.String()), "\r\n"...)
	s.complete()
}
