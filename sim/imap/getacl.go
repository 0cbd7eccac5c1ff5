package imap

// GetACL asks who may do what with a mailbox (RFC 4314 §3.3).
type GetACL struct{ Mailbox string }

// Name is the command on the wire.
func (GetACL) Name() string { return "GETACL" }

func (c GetACL) append(e *encoder) {
	e.text(" ")
	e.mailbox(c.Mailbox)
}

func parseGetACL(s *scanner) Command {
	s.space(termMailbox)
	return GetACL{s.mailbox(termMailbox)}
}

func (c GetACL) serve(s *Server) { s.ask(&Event{Kind: AskACL, Mailbox: c.Mailbox}, getACLTask(c)) }

type getACLTask GetACL

func (t getACLTask) clone() task { return t }

func (t getACLTask) answer(s *Server, a *Answer) {
	if !a.OK {
		s.refuse(a, ReplyNoMailbox)
		return
	}
	s.out = s.appendMailbox(append(s.out, "* ACL "...), t.Mailbox)
	for _, g := range a.Grants {
		s.out = appendAstring(append(s.out, ' '), g.Who)
		s.out = appendAstring(append(s.out, ' '), g.Rights.String())
	}
	s.out = append(s.out, "\r\n"...)
	s.complete()
}
