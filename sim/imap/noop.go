package imap

// Noop does nothing, and so is the way to hear what has changed (RFC 3501 §6.1.2).
type Noop struct{}

// Name is the command on the wire.
func (Noop) Name() string { return "NOOP" }

func (Noop) append(*encoder) {}

func parseNoop(*scanner) Command { return Noop{} }

func (Noop) serve(s *Server) { s.complete() }
