package smtp

import (
	"strconv"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
)

// Mail is MAIL: a transaction begins, and this is its sender (RFC 5321 §4.1.1.2). To is not part of it. A client sends the
// parameters that the server has offered.
type Mail struct {
	Envelope

	extended bool // parameters were there
	route    bool // the path had a source route
}

func parseMail(p *parser) Command {
	var m Mail
	if !p.argument("FROM:", termFrom) {
		return nil
	}
	start := p.pos
	if p.keyword("<>") {
		m.From.Null = true
		p.span(start, termNullPath)
	} else {
		ok := false
		if m.From, m.route, ok = p.path(ReplySenderSyntax); !ok {
			return nil
		}
		p.span(start, termReversePath)
	}
	m.extended = !p.end()
	if !parameters(p, mailParameters, &m) {
		return nil
	}
	if p.utf8 > 0 && !m.UTF8 {
		p.failAt(p.utf8, termUTF8, ReplyNeedUTF8)
		return nil
	}
	return m
}

func (Mail) verb() machine.Verb { return MAIL }

func (m Mail) appendTo(dst []byte, offered *extensions) []byte {
	dst = m.From.append(append(dst, "MAIL FROM:<"...))
	return m.appendParameters(append(dst, '>'), offered)
}

func (m Mail) serve(s *Server, _ engine.Time) {
	switch {
	case m.extended && !s.extended: // HELO negotiates no extension
		s.answer(MAIL, s.reply(ReplyParameter))
	case s.cfg.MaxSize > 0 && m.Size > s.cfg.MaxSize: // RFC 1870 §6.1
		s.answer(MAIL, s.tooBig())
	default:
		s.envelope = m.Envelope
		e := s.ask(AskSender)
		e.Path, e.Envelope = m.From, s.envelope
	}
}

func (s *Server) settleSender(a Answer) {
	s.answer(MAIL, s.verdict(a, ReplySenderOK))
	if s.state != Sender {
		s.reset()
	}
}

func (s *Server) tooBig() Reply {
	return s.reply(ReplyTooBig, "limit", strconv.FormatInt(s.cfg.MaxSize, 10))
}

func (m Mail) explain(e *explainer) {
	if m.From.Null {
		e.note("smtp.note.command.MAIL.null")
	} else {
		e.note("smtp.note.command.MAIL", "address", m.From.String())
	}
	if m.route {
		e.note("smtp.note.source-route")
	}
}
