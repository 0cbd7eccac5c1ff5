package smtp

import (
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// Rcpt is RCPT: one more recipient (RFC 5321 §4.1.1.3). A client sends the parameters that the server has offered.
type Rcpt struct {
	Recipient

	extended bool // parameters were there
	route    bool // the path had a source route
	wide     bool // the path has characters beyond ASCII
}

// rcptParameters are the parameters of RCPT.
var rcptParameters = []parameter[Rcpt]{
	{"NOTIFY", "RFC 3461 §4.1", ExtDSN, readNotify},
	{"ORCPT", "RFC 3461 §4.2", ExtDSN, readOriginal},
}

func parseRcpt(p *parser) Command {
	var r Rcpt
	if !p.argument("TO:", termTo) {
		return nil
	}
	start := p.pos
	if p.keyword("<Postmaster>") {
		r.Local = string(p.line[start+1 : p.pos-1])
	} else {
		ok := false
		if r.Path, r.route, ok = p.path(ReplyRecipientSyntax); !ok {
			return nil
		}
	}
	p.span(start, termForwardPath)
	r.extended, r.wide = !p.end(), p.utf8 > 0
	if !parameters(p, rcptParameters, &r) {
		return nil
	}
	return r
}

// readNotify takes "NEVER" / 1#( "SUCCESS" / "FAILURE" / "DELAY" ).
func readNotify(p *parser, r *Rcpt, value string) bool {
	for word := range strings.SplitSeq(value, ",") {
		found := false
		for i, name := range notifications {
			if strings.EqualFold(word, name) {
				found = r.Notify&(1<<i) == 0
				r.Notify |= 1 << i
			}
		}
		if !found || r.Notify.Has(NotifyNever) && r.Notify != NotifyNever {
			return p.fail(termNotifyValue, ReplyParameterSyntax)
		}
	}
	return true
}

// readOriginal takes addr-type ";" xtext.
func readOriginal(p *parser, r *Rcpt, value string) bool {
	kind, address, found := strings.Cut(value, ";")
	if !found || !isDotString(kind) {
		return p.fail(termOriginalValue, ReplyParameterSyntax)
	}
	p.pos += len(kind) + 1
	text, ok := p.xtext(address, 500, termOriginalValue)
	r.Original = kind + ";" + text
	return ok
}

func (Rcpt) verb() machine.Verb { return RCPT }

func (r Rcpt) appendTo(dst []byte, offered *extensions) []byte {
	dst = append(r.Path.append(append(dst, "RCPT TO:<"...)), '>')
	if r.Notify != 0 && offered.has(ExtDSN) {
		dst = r.Notify.append(append(dst, " NOTIFY="...))
	}
	if kind, address, ok := strings.Cut(r.Original, ";"); ok && offered.has(ExtDSN) {
		dst = appendXtext(append(append(append(dst, " ORCPT="...), kind...), ';'), address)
	}
	return dst
}

func (r Rcpt) serve(s *Server, _ engine.Time) {
	switch {
	case r.extended && !s.extended:
		s.refused++
		s.answer(RCPT, s.reply(ReplyParameter))
	case r.wide && !s.envelope.UTF8: // RFC 6531 §3.5
		s.refused++
		s.answer(RCPT, s.reply(ReplyNeedUTF8))
	case len(s.envelope.To) >= s.cfg.MaxRecipients: // RFC 5321 §4.5.3.1.10
		s.refused++
		s.answer(RCPT, s.reply(ReplyTooManyRecipients))
	default:
		s.to = r.Recipient
		e := s.ask(AskRecipient)
		e.Path, e.Envelope = r.Path, s.sharedEnvelope()
	}
}

func (s *Server) settleRecipient(a Answer) {
	r := s.verdict(a, ReplyRecipientOK)
	if r.Class() == trace.ClassOK {
		s.envelope.To = append(s.envelope.To, s.to)
	} else {
		s.refused++
	}
	s.answer(RCPT, r)
}

// sharedEnvelope is the envelope so far, in a form that keeps its recipients when more are added.
func (s *Server) sharedEnvelope() Envelope {
	e := s.envelope
	e.To = e.To[:len(e.To):len(e.To)]
	return e
}

func (r Rcpt) explain(e *explainer) {
	e.note("smtp.note.command.RCPT", "address", r.Path.String())
	if r.Domain == "" {
		e.note("smtp.note.postmaster")
	}
	if r.route {
		e.note("smtp.note.source-route")
	}
}
