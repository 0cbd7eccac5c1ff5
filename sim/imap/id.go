package imap

// ID tells the server what program the client is, and asks the same of the server (RFC 2971 §3). It is for statistics and
// reports of defects, not for behaving otherwise.
type ID struct {
	Params []string // names and values in turn; none is NIL
}

// maxIDParams is the most names and values that ID may have (RFC 2971 §3.3).
const maxIDParams = 60

// Name is the command on the wire.
func (ID) Name() string { return "ID" }

func (c ID) append(e *encoder) {
	if len(c.Params) == 0 {
		e.text(" NIL")
		return
	}
	e.text(" (")
	for i, p := range c.Params {
		if i > 0 {
			e.text(" ")
		}
		e.str(p)
	}
	e.text(")")
}

func parseID(s *scanner) Command {
	var c ID
	s.space(termIDParams)
	if s.isNil() {
		return c
	}
	s.expect('(', termIDParams)
	for s.peek() != ')' && !s.bad {
		start := s.pos
		if len(c.Params) == maxIDParams {
			s.failAt(start, termClose, ReplySyntax)
		}
		if len(c.Params)%2 == 1 && s.isNil() {
			c.Params = append(c.Params, "")
		} else {
			c.Params = append(c.Params, s.str(termIDParams))
		}
		if !s.accept(' ') {
			break
		}
	}
	if len(c.Params)%2 == 1 {
		s.fail(termIDParams)
	}
	s.expect(')', termClose)
	return c
}

func (ID) serve(s *Server) {
	s.out = append(s.out, "* ID "...)
	if len(s.cfg.ID) == 0 {
		s.out = append(s.out, "NIL"...)
	}
	for i, p := range s.cfg.ID {
		if i == 0 {
			s.out = append(s.out, '(')
		} else {
			s.out = append(s.out, ' ')
		}
		s.out = appendString(s.out, p)
	}
	if len(s.cfg.ID) > 0 {
		s.out = append(s.out, ')')
	}
	s.out = append(s.out, "\r\n"...)
	s.complete()
}
