package imap

// Rename gives a mailbox, and all below it, another name. INBOX stays: a new mailbox gets its messages (RFC 3501 §6.3.5).
type Rename struct{ Mailbox, To string }

// Name is the command on the wire.
func (Rename) Name() string { return "RENAME" }

func (c Rename) append(e *encoder) {
	e.text(" ")
	e.mailbox(c.Mailbox)
	e.text(" ")
	e.mailbox(c.To)
}

func parseRename(s *scanner) Command {
	var c Rename
	s.space(termMailbox)
	c.Mailbox = s.mailbox(termMailbox)
	s.space(termNewMailbox)
	c.To = s.mailbox(termNewMailbox)
	return c
}

func (c Rename) serve(s *Server) {
	s.ask(&Event{Kind: AskRename, Mailbox: c.Mailbox, To: c.To}, plainTask{})
}
