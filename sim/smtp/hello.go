package smtp

import (
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// Hello is EHLO or HELO: the client names itself and ends any transaction (RFC 5321 §4.1.1.1).
type Hello struct {
	Name  string // a domain or an address literal
	Basic bool   // HELO
}

func parseEhlo(p *parser) Command {
	name, ok := p.clientName()
	if !ok {
		return nil
	}
	return Hello{Name: name}
}

func parseHelo(p *parser) Command {
	name, ok := p.clientName()
	if !ok {
		return nil
	}
	return Hello{Name: name, Basic: true}
}

// clientName takes SP ( Domain / address-literal ) and the end of the line. The grammar of HELO has no literal, but a
// client without a name has nothing else to say, and clients that EHLO was refused say it again.
func (p *parser) clientName() (string, bool) {
	if !p.octet(' ') {
		return "", p.fail(termSpace, ReplySyntax)
	}
	start := p.pos
	if !p.domainOrLiteral(ReplySyntax) {
		return "", false
	}
	name := string(p.line[start:p.pos])
	p.span(start, termClientDomain)
	return name, p.noArgument()
}

func (h Hello) verb() machine.Verb {
	if h.Basic {
		return HELO
	}
	return EHLO
}

func (h Hello) appendTo(dst []byte, _ extensions) []byte {
	return append(append(append(dst, commands[h.verb()].name...), ' '), h.Name...)
}

func (h Hello) serve(s *Server, _ engine.Time) {
	s.reset()
	s.hello, s.extended = h.Name, !h.Basic
	if h.Basic {
		s.answer(HELO, s.reply(ReplyHelo))
		return
	}
	r := s.reply(ReplyEhlo)
	for i := range offers {
		params, ok := offers[i].offer(&s.cfg)
		if !ok {
			continue
		}
		r.Text += "\n" + offers[i].keyword
		if params != "" {
			r.Text += " " + params
		}
	}
	s.answer(EHLO, r)
}

// followHello keeps what the server offers. To a server that does not know EHLO the client says HELO (RFC 5321 §3.2).
func (c *Client) followHello(now engine.Time, h Hello, r Reply) bool {
	if !h.Basic && (r.Code == 500 || r.Code == 502) {
		h.Basic = true
		c.send(now, h)
		return true
	}
	if r.Class() == trace.ClassOK {
		c.offered = nil
		if !h.Basic {
			c.offered = strings.Split(r.Text, "\n")[1:]
		}
	}
	return false
}

func (h Hello) explain(e *explainer) {
	e.note("smtp.note.command."+commands[h.verb()].name, "name", h.Name)
}
