package smtp

import (
	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// Rcpt is RCPT: one more recipient (RFC 5321 §4.1.1.3).
type Rcpt struct {
	Recipient

	route bool // the path had a source route
}

// rcptParameters are the parameters of RCPT.
var rcptParameters []parameter[Rcpt]

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
	if !parameters(p, rcptParameters, &r) {
		return nil
	}
	return r
}

func (Rcpt) verb() machine.Verb { return RCPT }

func (r Rcpt) appendTo(dst []byte, _ extensions) []byte {
	return append(append(append(dst, "RCPT TO:<"...), r.Path.String()...), '>')
}

func (r Rcpt) serve(s *Server, _ engine.Time) {
	if len(s.envelope.To) >= s.cfg.MaxRecipients { // RFC 5321 §4.5.3.1.10
		s.refused++
		s.answer(RCPT, s.reply(ReplyTooManyRecipients))
		return
	}
	s.to = r.Recipient
	s.ask(Event{Kind: AskRecipient, Path: r.Path, Envelope: s.sharedEnvelope()})
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
