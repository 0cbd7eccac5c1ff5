package imap

// Unselect leaves the mailbox and removes nothing (RFC 3691 §2).
type Unselect struct{}

// Name is the command on the wire.
func (Unselect) Name() string { return "UNSELECT" }

func (Unselect) append(*encoder) {}

func parseUnselect(*scanner) Command { return Unselect{} }

func (Unselect) serve(s *Server) { s.finish(ReplyCompleted) }
