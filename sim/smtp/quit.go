package smtp

import (
	"ehlo/sim/engine"
	"ehlo/sim/machine"
)

// Quit is QUIT: the server says goodbye and closes (RFC 5321 §4.1.1.10).
type Quit struct{}

func parseQuit(p *parser) Command {
	if !p.noArgument() {
		return nil
	}
	return Quit{}
}

func (Quit) verb() machine.Verb { return QUIT }

func (Quit) appendTo(dst []byte, _ *extensions) []byte { return append(dst, "QUIT"...) }

func (Quit) serve(s *Server, _ engine.Time) {
	s.write(s.reply(ReplyGoodbye))
	s.close()
}

func (Quit) explain(e *explainer) { e.note("smtp.note.command.QUIT") }
