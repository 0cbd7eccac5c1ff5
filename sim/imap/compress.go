package imap

import "ehlo/sim/engine"

// Compress asks to go on inside DEFLATE (RFC 4978 §3). The machine knows no compression: its driver takes it on, as it does
// TLS.
type Compress struct{}

// Name is the command on the wire.
func (Compress) Name() string { return "COMPRESS" }

func (Compress) append(e *encoder) { e.text(" DEFLATE") }

func parseCompress(s *scanner) Command {
	s.space(termAlgorithm)
	start := s.pos
	if word := s.run(charAtom, termAlgorithm); !s.bad && !equalFold(word, "DEFLATE") {
		s.failAt(start, termAlgorithm, ReplySyntax)
	}
	s.mark(start, termAlgorithm)
	return Compress{}
}

// serve drops what the client has sent behind the command: it may say nothing before the reply.
func (Compress) serve(s *Server) {
	switch {
	case !s.cfg.Compress:
		s.finish(ReplyElsewhere)
	case s.compressed:
		s.finish(ReplyCompressed)
	default:
		s.finish(ReplyCompress)
		s.compressing = true
		s.in.Reset()
	}
}

// Compressing says that what follows the last octet of Output is compressed, and that the machine waits for [Server.Compressed].
func (s *Server) Compressing() bool { return s.compressing }

// Compressed says that the driver compresses what the server says, and decompresses what the client says.
func (s *Server) Compressed(now engine.Time) {
	if s.compressing {
		s.compressing, s.compressed, s.heard = false, true, now
	}
}
