package smtp

import (
	"ehlo/sim/engine"
	"ehlo/sim/machine"
)

// Etrn is ETRN: the server is to send now what waits in its queue for a host (RFC 1985 §5).
type Etrn struct {
	Domain     string
	Subdomains bool // "@": and what waits for the domains below it
}

// parseEtrn takes SP [ "@" ] Domain. The queues with names of their own, which "#" begins, are none of a server's that has
// one queue.
func parseEtrn(p *parser) Command {
	if !p.octet(' ') {
		p.fail(termSpace, ReplySyntax)
		return nil
	}
	start := p.pos
	e := Etrn{Subdomains: p.octet('@')}
	from := p.pos
	if !p.domain(ReplySyntax) {
		return nil
	}
	e.Domain = string(p.line[from:p.pos])
	p.span(start, termNode)
	if !p.noArgument() {
		return nil
	}
	return e
}

func (Etrn) verb() machine.Verb { return ETRN }

func (x Etrn) appendTo(dst []byte, _ *extensions) []byte {
	if dst = append(dst, "ETRN "...); x.Subdomains {
		dst = append(dst, '@')
	}
	return append(dst, x.Domain...)
}

func (x Etrn) serve(s *Server, _ engine.Time) {
	s.askNamed(AskQueue, x.Domain).Subdomains = x.Subdomains
}

func (x Etrn) explain(e *explainer) { e.note("smtp.note.command.ETRN", "domain", x.Domain) }
