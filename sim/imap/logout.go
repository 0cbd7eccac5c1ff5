package imap

// Logout ends the session (RFC 3501 §6.1.3).
type Logout struct{}

// Name is the command on the wire.
func (Logout) Name() string { return "LOGOUT" }

func (Logout) append(*encoder) {}

func parseLogout(*scanner) Command { return Logout{} }

func (Logout) serve(s *Server) {
	s.reply(star, ReplyBye, about{})
	s.finish(ReplyCompleted)
	s.close()
}
