package smtp

import (
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
)

// Help is HELP: words for the person at the client (RFC 5321 §4.1.1.8).
type Help struct {
	About string // a command, or ""
}

// parseHelp takes [ SP String ].
func parseHelp(p *parser) Command {
	if !p.end() && !p.octet(' ') {
		p.fail(termSpace, ReplySyntax)
		return nil
	}
	start := p.pos
	if p.pos = len(p.line); start < p.pos {
		p.span(start, termTopic)
	}
	return Help{string(p.line[start:])}
}

func (Help) verb() machine.Verb { return HELP }

func (h Help) appendTo(dst []byte, _ *extensions) []byte {
	if dst = append(dst, "HELP"...); h.About != "" {
		dst = append(append(dst, ' '), h.About...)
	}
	return dst
}

func (h Help) serve(s *Server, _ engine.Time) {
	if h.About == "" {
		s.answer(HELP, s.reply(ReplyHelp, "commands", s.performed()))
		return
	}
	if v := verbOf([]byte(h.About)); v != machine.NoVerb && s.performs(v) {
		s.answer(HELP, s.reply(ReplyHelpCommand, "usage", commands[v].usage))
		return
	}
	s.answer(HELP, s.reply(ReplyNoHelp))
}

// performed lists the commands that the server performs.
func (s *Server) performed() string {
	var names []string
	for v, c := range commands {
		if c.parse != nil && s.performs(machine.Verb(v)) {
			names = append(names, c.name)
		}
	}
	return strings.Join(names, " ")
}

// performs says whether the server performs a command in some state of the session.
func (s *Server) performs(v machine.Verb) bool {
	if s.cfg.Without&(1<<v) != 0 {
		return false
	}
	switch v {
	case STARTTLS:
		return s.cfg.StartTLS && s.cfg.Extensions.has(ExtStartTLS)
	case AUTH:
		return s.cfg.Mechanisms != 0 && s.cfg.Extensions.has(ExtAuth)
	case BDAT:
		return s.cfg.Extensions.has(ExtChunking)
	case ETRN:
		return s.cfg.Extensions.has(ExtETRN)
	}
	return true
}

func (h Help) explain(e *explainer) { e.note("smtp.note.command.HELP") }
