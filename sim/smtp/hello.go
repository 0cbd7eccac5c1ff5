package smtp

import (
	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/sasl"
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
	if p.lenient.has(LenientName) {
		return p.anyName(), true
	}
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

// anyName takes what stands behind the verb, and notes where it is no name.
func (p *parser) anyName() string {
	p.while(func(c byte) bool { return c == ' ' })
	start := p.pos
	strict := parser{line: p.line, pos: start}
	if start == len(p.line) || !strict.domainOrLiteral(ReplySyntax) || !strict.end() {
		p.takes(LenientName)
	}
	p.pos = len(p.line)
	p.span(start, termClientDomain)
	return string(p.line[start:])
}

func (h Hello) verb() machine.Verb {
	if h.Basic {
		return HELO
	}
	return EHLO
}

func (h Hello) appendTo(dst []byte, _ *extensions) []byte {
	return append(append(append(dst, commands[h.verb()].name...), ' '), h.Name...)
}

func (h Hello) serve(s *Server, _ engine.Time) {
	s.reset()
	s.hello, s.extended, s.offered = h.Name, !h.Basic, 0
	if h.Basic {
		s.answer(HELO, s.reply(ReplyHelo))
		return
	}
	r := s.reply(ReplyEhlo)
	r.Text += s.announcement()
	if s.identity.User != "" { // AUTH is not announced again, and its parameter of MAIL stays
		s.offered |= ExtAuth & s.cfg.Extensions
	}
	s.answer(EHLO, r)
}

// announcing is what decides on the lines that a server announces.
type announcing struct {
	extensions       Extensions
	size             int64
	recipients       int
	mechanisms       sasl.Set
	starts, tls, got bool // STARTTLS is possible, the session is inside TLS, somebody has logged in
}

// announcement is the lines of all extensions. In ehlo's own order they are put together anew only where something is not as it
// was the last time.
func (s *Server) announcement() string {
	var room [usualReply]byte // on the stack
	text := room[:0]
	if s.cfg.Order != nil {
		for _, keyword := range s.cfg.Order {
			text = s.announce(text, extensionNamed(keyword))
		}
		return string(text)
	}
	now := announcing{s.cfg.Extensions, s.cfg.MaxSize, s.cfg.MaxRecipients, s.mechanisms(), s.cfg.StartTLS, s.secure(), s.identity.User != ""}
	last := &s.announced
	if last.lines == "" || last.of != now {
		for i := range offers {
			text = s.announce(text, &offers[i])
		}
		last.of, last.lines, last.offered = now, string(text), s.offered
	}
	s.offered = last.offered
	return last.lines
}

// announce adds the line of an extension, where the server has it now.
func (s *Server) announce(text []byte, x *extension) []byte {
	params, ok := s.offers(x)
	if !ok {
		return text
	}
	s.offered |= x.is
	text = append(append(text, '\n'), x.keyword...)
	if params != "" {
		text = append(append(text, ' '), params...)
	}
	return text
}

// offers says whether the server announces an extension now, and with which parameters.
func (s *Server) offers(x *extension) (params string, ok bool) {
	if !s.cfg.Extensions.has(x.is) || x.params == nil {
		return "", s.cfg.Extensions.has(x.is)
	}
	return x.params(s)
}

// followHello keeps what the server offers. To a server that does not know EHLO the client says HELO (RFC 5321 §3.2).
func (c *Client) followHello(now engine.Time, h Hello, r Reply) bool {
	if !h.Basic && (r.Code == 500 || r.Code == 502) {
		h.Basic = true
		c.flight = c.flight[1:]
		c.send(now, h)
		return true
	}
	if r.Class() == trace.ClassOK {
		c.offered = extensions{}
		if !h.Basic {
			c.before = readExtensions(r.Text, c.before)
			c.offered = c.before
		}
	}
	return false
}

func (h Hello) explain(e *explainer) {
	e.note("smtp.note.command."+commands[h.verb()].name, "name", h.Name)
}
