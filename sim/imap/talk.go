package imap

import "ehlo/sim/wire"

// talk is a command that goes on in lines of its own behind a continuation request: the responses of AUTHENTICATE, the
// DONE that ends IDLE.
type talk interface {
	// line takes the client's next line without its line end; whole is false where it is too long or ends by LF alone.
	line(s *Server, text []byte, whole bool)
	clone() talk
}

// converse gives the running talk its line.
func (s *Server) converse(line []byte, tooLong bool) {
	text, ended := wire.TrimEnd(line)
	t := s.talk
	s.talk = nil
	t.line(s, text, ended && !tooLong)
}
