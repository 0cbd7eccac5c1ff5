package smtp

import (
	"ehlo/sim/engine"
	"ehlo/sim/machine"
)

// Rset is RSET: the transaction is given up (RFC 5321 §4.1.1.5).
type Rset struct{}

func parseRset(p *parser) Command {
	if !p.noArgument() {
		return nil
	}
	return Rset{}
}

func (Rset) verb() machine.Verb { return RSET }

func (Rset) appendTo(dst []byte, _ *extensions) []byte { return append(dst, "RSET"...) }

func (Rset) serve(s *Server, _ engine.Time) {
	s.reset()
	s.answer(RSET, s.reply(ReplyResetOK))
}

func (Rset) explain(e *explainer) { e.note("smtp.note.command.RSET") }
