package imap

// Subscribe adds a name to those that LSUB lists, or takes it off (RFC 3501 §6.3.6, §6.3.7). There need not be a mailbox
// of that name.
type Subscribe struct {
	Mailbox string
	Off     bool // UNSUBSCRIBE
}

// Name is the command on the wire.
func (c Subscribe) Name() string {
	if c.Off {
		return "UNSUBSCRIBE"
	}
	return "SUBSCRIBE"
}

func (c Subscribe) append(e *encoder) {
	e.text(" ")
	e.mailbox(c.Mailbox)
}

func parseSubscribe(s *scanner) Command {
	s.space(termMailbox)
	return Subscribe{Mailbox: s.mailbox(termMailbox)}
}

func parseUnsubscribe(s *scanner) Command {
	s.space(termMailbox)
	return Subscribe{Mailbox: s.mailbox(termMailbox), Off: true}
}

func (c Subscribe) serve(s *Server) {
	kind := AskSubscribe
	if c.Off {
		kind = AskUnsubscribe
	}
	s.ask(&Event{Kind: kind, Mailbox: c.Mailbox}, plainTask{})
}
