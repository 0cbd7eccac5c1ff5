package smtp

import (
	"ehlo/sim/engine"
	"ehlo/sim/machine"
)

// Noop is NOOP: nothing but an answer (RFC 5321 §4.1.1.9).
type Noop struct{}

// parseNoop takes [ SP String ], and any other text as well: servers should ignore it.
func parseNoop(p *parser) Command {
	if !p.end() && !p.octet(' ') {
		p.fail(termSpace, ReplySyntax)
		return nil
	}
	if start := p.pos; start < len(p.line) {
		p.pos = len(p.line)
		p.span(start, termString)
	}
	return Noop{}
}

func (Noop) verb() machine.Verb { return NOOP }

func (Noop) appendTo(dst []byte, _ *extensions) []byte { return append(dst, "NOOP"...) }

func (Noop) serve(s *Server, _ engine.Time) { s.answer(NOOP, s.reply(ReplyNoopOK)) }

func (Noop) explain(e *explainer) { e.note("smtp.note.command.NOOP") }
