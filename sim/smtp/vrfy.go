package smtp

import (
	"bytes"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
)

// Vrfy is VRFY: is there such a user or mailbox (RFC 5321 §4.1.1.6)?
type Vrfy struct {
	Name string // a user or a mailbox
	UTF8 bool   // the reply may have characters beyond ASCII (RFC 6531 §3.7.4)
}

// Expn is EXPN: who is on a mailing list (RFC 5321 §4.1.1.7)?
type Expn struct {
	Name string
	UTF8 bool // as for [Vrfy]
}

func parseVrfy(p *parser) Command {
	name, wide, ok := p.queried()
	if !ok {
		return nil
	}
	return Vrfy{name, wide}
}

func parseExpn(p *parser) Command {
	name, wide, ok := p.queried()
	if !ok {
		return nil
	}
	return Expn{name, wide}
}

// queried takes SP String [ SP "SMTPUTF8" ]. What the string is, is for the server to say (RFC 5321 §3.5.1).
func (p *parser) queried() (name string, wide, ok bool) {
	if !p.octet(' ') || p.end() {
		return "", false, p.fail(termString, ReplySyntax)
	}
	start, end := p.pos, len(p.line)
	if i := bytes.LastIndexByte(p.line, ' '); i > start && p.offered.has(ExtSMTPUTF8) && bytes.EqualFold(p.line[i+1:], []byte("SMTPUTF8")) {
		wide, end = true, i
	}
	for p.pos < end {
		if c := p.line[p.pos]; c < ' ' || c > '~' && !p.wideRune() {
			return "", false, p.fail(termString, ReplySyntax)
		} else if c > '~' {
			p.pos = p.utf8
		} else {
			p.pos++
		}
	}
	p.span(start, termQueried)
	name = string(p.line[start:end])
	p.pos = len(p.line)
	if p.note && wide {
		p.spans = append(p.spans, machine.Span{Start: end + 1, End: p.pos, Term: "smtp.parameter.SMTPUTF8", Ref: "RFC 6531 §3.7.4"})
	}
	if p.utf8 > 0 && !wide {
		return "", false, p.failAt(p.utf8, termUTF8, ReplyNeedUTF8)
	}
	return name, wide, true
}

func (Vrfy) verb() machine.Verb { return VRFY }

func (Expn) verb() machine.Verb { return EXPN }

func (v Vrfy) appendTo(dst []byte, offered *extensions) []byte {
	return appendQueried(append(dst, "VRFY "...), v.Name, v.UTF8, offered)
}

func (x Expn) appendTo(dst []byte, offered *extensions) []byte {
	return appendQueried(append(dst, "EXPN "...), x.Name, x.UTF8, offered)
}

func appendQueried(dst []byte, name string, wide bool, offered *extensions) []byte {
	if dst = append(dst, name...); wide && offered.has(ExtSMTPUTF8) {
		dst = append(dst, " SMTPUTF8"...)
	}
	return dst
}

func (v Vrfy) serve(s *Server, _ engine.Time) { s.query(AskVerify, VRFY, v.Name) }

func (x Expn) serve(s *Server, _ engine.Time) { s.query(AskExpand, EXPN, x.Name) }

// query asks the surroundings about a name, or says that nothing is told of names (RFC 5321 §7.3).
func (s *Server) query(kind EventKind, v machine.Verb, name string) {
	if !s.cfg.Verify {
		s.answer(v, s.reply(ReplyUnverified))
		return
	}
	s.askNamed(kind, name)
}

func (v Vrfy) explain(e *explainer) { e.note("smtp.note.command.VRFY", "name", v.Name) }

func (x Expn) explain(e *explainer) { e.note("smtp.note.command.EXPN", "name", x.Name) }
