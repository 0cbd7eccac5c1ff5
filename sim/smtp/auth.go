package smtp

import (
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/sasl"
	"ehlo/sim/wire"
)

// maxExchange is the longest line of an exchange in octets, with CR LF (RFC 4954 §4).
const maxExchange = 12288

// Auth is AUTH: the client logs in by a SASL mechanism (RFC 4954 §4).
type Auth struct {
	Mechanism   sasl.Mechanism
	Credentials sasl.Credentials // of a client
	NoInitial   bool             // a client waits for the server's first challenge

	initial []byte // that a server was given
	given   bool
	name    string // of the mechanism, as it was written
}

func parseAuth(p *parser) Command {
	if !p.octet(' ') {
		p.fail(termSpace, ReplySyntax)
		return nil
	}
	start := p.pos
	name := string(p.while(isMechanism))
	if name == "" || len(name) > 20 || !p.end() && p.at() != ' ' {
		p.fail(termMechanism, ReplySyntax)
		return nil
	}
	a := Auth{Mechanism: sasl.Named(name), name: name}
	p.mechanismSpan(start, a.Mechanism)
	if p.octet(' ') {
		if a.given = true; !p.initialResponse(&a) {
			return nil
		}
	}
	return a
}

func isMechanism(c byte) bool { return isLdh(c) || c == '_' }

func (p *parser) mechanismSpan(start int, m sasl.Mechanism) {
	if p.note {
		ref := m.Ref()
		if ref == "" {
			ref = "RFC 4422 §3.1"
		}
		p.spans = append(p.spans, machine.Span{Start: start, End: p.pos, Term: m.Term(), Ref: ref})
	}
}

// initialResponse takes base64 / "=" up to the end of the line.
func (p *parser) initialResponse(a *Auth) bool {
	start := p.pos
	octets, err := sasl.Initial(p.line[start:])
	if e, ok := err.(*sasl.Base64Error); ok {
		return p.failAt(start+e.Pos, termBase64, ReplyNotBase64)
	}
	if start == len(p.line) {
		return p.fail(termBase64, ReplyNotBase64)
	}
	p.pos = len(p.line)
	a.initial = octets
	if p.note {
		p.spans = append(p.spans, sasl.ExplainText(sasl.Begin(a.Mechanism, true).Step(), p.line[start:], true, start).Spans...)
	}
	return true
}

func (Auth) verb() machine.Verb { return AUTH }

func (a Auth) appendTo(dst []byte, _ *extensions) []byte {
	return append(append(dst, "AUTH "...), a.Mechanism.String()...)
}

// exchange is a login that is under way at a server.
type exchange struct {
	mechanism sasl.Mechanism
	initial   []byte
	given     bool
	server    sasl.Server
}

// mechanisms is the mechanisms that the connection's state allows: none that tells the password to whoever listens,
// unless the server is told to (RFC 4954 §4).
func (s *Server) mechanisms() sasl.Set {
	if s.secure() || s.cfg.ClearAuth {
		return s.cfg.Mechanisms
	}
	return s.cfg.Mechanisms.WithoutClear()
}

func (a Auth) serve(s *Server, _ engine.Time) {
	switch {
	case s.identity.User != "":
		s.answer(AUTH, s.reply(ReplyLoggedIn))
	case a.Mechanism.Clear() && s.cfg.Mechanisms.Has(a.Mechanism) && !s.mechanisms().Has(a.Mechanism):
		s.answer(AUTH, s.reply(ReplyEncryptionRequired))
	case !s.mechanisms().Has(a.Mechanism):
		s.answer(AUTH, s.reply(ReplyNoMechanism, "mechanism", a.name))
	default:
		s.exchange = &exchange{mechanism: a.Mechanism, initial: a.initial, given: a.given}
		s.ask(AskExchange).Mechanism = a.Mechanism
	}
}

// settleExchange begins the exchange with what the surroundings bring to it.
func (s *Server) settleExchange(a Answer) {
	if a.Reply != nil {
		s.answer(AUTH, s.verdict(a, ReplyLocalError))
		return
	}
	x := s.exchange
	x.server = sasl.NewServer(x.mechanism, a.Exchange)
	s.follow(x.server.Start(x.initial, x.given))
}

func (s *Server) settleSecret(a Answer) {
	if a.Reply != nil {
		s.loggedIn(s.exchange.server.Cancel())
		s.answer(AUTH, s.verdict(a, ReplyLocalError))
		return
	}
	s.follow(s.exchange.server.Answer(a.Secret))
}

// response takes a line of the exchange.
func (s *Server) response(line []byte, tooLong bool) {
	text, crlf := wire.TrimEnd(line)
	switch {
	case tooLong:
		s.abandon(ReplyExchangeTooLong)
		return
	case !crlf && !s.cfg.Lenient.has(LenientLineEnds):
		s.abandon(ReplyBareLineEnd)
		return
	case sasl.IsCancel(text):
		s.follow(s.exchange.server.Cancel())
		return
	}
	octets, err := sasl.Decode(text)
	if err != nil {
		s.abandon(ReplyNotBase64)
		return
	}
	s.follow(s.exchange.server.Respond(octets))
}

// abandon ends an exchange whose line cannot be read.
func (s *Server) abandon(reply ReplyID) {
	s.loggedIn(sasl.Result{Outcome: sasl.Refused, Reason: sasl.ReasonSyntax})
	s.answer(AUTH, s.reply(reply))
}

// follow does what the mechanism wants next.
func (s *Server) follow(r sasl.Result) {
	switch r.Outcome {
	case sasl.Challenge:
		s.answer(AUTH, Reply{Code: 334, Text: string(sasl.Append(nil, r.Data))})
		return
	case sasl.NeedSecret:
		e := s.ask(AskSecret)
		e.Mechanism, e.Question = s.exchange.mechanism, r.Question
		return
	}
	s.loggedIn(r)
	switch {
	case r.Outcome == sasl.Accepted:
		s.identity = r.Identity
		s.answer(AUTH, s.reply(ReplyAuthOK))
	case r.Reason == sasl.ReasonCancelled:
		s.answer(Cancel, s.reply(ReplyCancelled))
	case r.Reason == sasl.ReasonInitial:
		s.answer(AUTH, s.reply(ReplyNoInitial))
	case r.Reason == sasl.ReasonSyntax:
		s.answer(AUTH, s.reply(ReplyExchangeSyntax))
	default:
		s.answer(AUTH, s.reply(ReplyAuthFailed))
	}
}

// loggedIn reports what came of the exchange, and forgets it.
func (s *Server) loggedIn(r sasl.Result) {
	s.events.Add(Event{Kind: EventLogin, Mechanism: s.exchange.mechanism, Accepted: r.Outcome == sasl.Accepted,
		Identity: r.Identity, Reason: r.Reason})
	s.exchange = nil
}

// sendInitial adds the initial response to AUTH where the mechanism has one and the line stays short enough for every
// server (RFC 4954 §4).
func (c *Client) sendInitial(a Auth) {
	c.sasl, c.reason = sasl.NewClient(a.Mechanism, a.Credentials), sasl.ReasonNone
	if a.NoInitial || !a.Mechanism.ClientFirst() {
		return
	}
	probe := c.sasl
	r, _ := probe.Initial()
	if n := len("AUTH  \r\n") + len(a.Mechanism.String()) + (len(r.Data)+2)/3*4; r.Abort || n > minLine {
		return // the challenge that follows is answered, or the exchange cancelled
	}
	c.sasl = probe
	c.out = sasl.AppendInitial(append(c.out, ' '), r.Data)
}

// followAuth answers a challenge, and says whether another reply will come.
func (c *Client) followAuth(now engine.Time, r Reply) bool {
	if r.Code != 334 {
		if r.Code == 235 && c.reason == sasl.ReasonNone {
			c.reason = c.sasl.Succeeded()
		}
		return false
	}
	challenge, err := sasl.Decode([]byte(strings.TrimSpace(r.Text)))
	response := sasl.Response{Abort: true, Reason: sasl.ReasonSyntax}
	if err == nil {
		response = c.sasl.Respond(challenge)
	}
	if response.Abort {
		c.reason = response.Reason
		c.out = append(c.out, "*\r\n"...)
	} else {
		c.out = append(sasl.Append(c.out, response.Data), "\r\n"...)
	}
	c.wait(now, commands[AUTH].wait)
	return true
}

func (a Auth) explain(e *explainer) {
	e.note("smtp.note.command.AUTH", "mechanism", strings.ToUpper(a.name))
	if a.Mechanism == sasl.None {
		return
	}
	x := sasl.Begin(a.Mechanism, a.given)
	if a.given && a.Mechanism.TakesInitial() {
		said := sasl.Explain(x.Step(), a.initial)
		e.Notes, e.Why = append(e.Notes, said.Notes...), append(e.Why, said.Why...)
	} else if a.given {
		e.Why = append(e.Why, sasl.ReasonInitial.Note())
		e.Repair = "AUTH " + a.Mechanism.String()
	}
}
