package imap

// StartTLS asks for the TLS handshake that follows the reply; the session goes on inside (RFC 3501 §6.2.1).
type StartTLS struct{}

// Name is the command on the wire.
func (StartTLS) Name() string { return "STARTTLS" }

func (StartTLS) append(*encoder) {}

func parseStartTLS(*scanner) Command { return StartTLS{} }

// serve drops what the client has sent behind the command: it came before the handshake, from whomever.
func (StartTLS) serve(s *Server) {
	switch {
	case s.tls:
		s.finish(ReplyTLSActive)
	case !s.cfg.StartTLS:
		s.finish(ReplyElsewhere)
	default:
		s.finish(ReplyStartTLS)
		s.upgrading = true
		s.in.Reset()
	}
}
