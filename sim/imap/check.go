package imap

// Check asks the server to put the mailbox in order (RFC 3501 §6.4.1). Here it always is.
type Check struct{}

// Name is the command on the wire.
func (Check) Name() string { return "CHECK" }

func (Check) append(*encoder) {}

func parseCheck(*scanner) Command { return Check{} }

func (Check) serve(s *Server) { s.complete() }
