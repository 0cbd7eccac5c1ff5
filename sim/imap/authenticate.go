package imap

import (
	"ehlo/sim/sasl"
)

// Authenticate logs in by a SASL mechanism (RFC 3501 §6.2.2).
type Authenticate struct {
	Mechanism string
	Initial   string // the initial response in base64, "=" for one without octets, "" for none (RFC 4959 §3)

	Credentials sasl.Credentials // with which a client goes through the exchange; not read from the wire
}

// Name is the command on the wire.
func (Authenticate) Name() string { return "AUTHENTICATE" }

func (c Authenticate) append(e *encoder) {
	e.text(" " + c.Mechanism)
	if c.Initial != "" {
		e.text(" " + c.Initial)
	}
}

func parseAuthenticate(s *scanner) Command {
	var c Authenticate
	s.space(termMechanism)
	start := s.pos
	c.Mechanism = string(s.run(charAtom, termMechanism))
	m := sasl.Named(c.Mechanism)
	if m != sasl.None && s.note {
		s.markAs(start, m.Term(), m.Ref())
	} else {
		s.mark(start, termMechanism)
	}
	if s.peek() != ' ' {
		return c
	}
	s.space(termInitial)
	start = s.pos
	for !s.atEnd() && s.p[s.pos] > ' ' && s.p[s.pos] < 0x7f {
		s.pos++
	}
	if s.pos == start {
		s.fail(termInitial)
		return c
	}
	text := s.p[start:s.pos]
	if _, err := sasl.Initial(text); err != nil {
		s.failAt(start+err.(*sasl.Base64Error).Pos, termInitial, ReplyBase64)
		return c
	}
	c.Initial = string(text)
	if s.note && !s.bad && m.TakesInitial() {
		x := sasl.Begin(m, true)
		s.spans = append(s.spans, sasl.ExplainText(x.Step(), text, true, start).Spans...)
	} else {
		s.mark(start, termInitial)
	}
	return c
}

func (c Authenticate) serve(s *Server) {
	m := sasl.Named(c.Mechanism)
	switch {
	case s.mechanisms().Has(m):
		initial, _ := sasl.Initial([]byte(c.Initial))
		s.sasl = sasl.NewServer(m, s.exchange())
		s.proceed(s.sasl.Start(initial, c.Initial != ""))
	case s.cfg.Mechanisms.Has(m):
		s.finish(ReplyNeedTLS)
	default:
		s.finish(ReplyMechanism)
	}
}

// Mistakes is how many logins by AUTHENTICATE were refused.
func (s *Server) Mistakes() int { return s.mistakes }

// Claimed is the user that the last refused AUTHENTICATE named.
func (s *Server) Claimed() string { return s.claimed }

// clear says whether a password may cross the connection as it is.
func (s *Server) clear() bool { return s.tls || !s.cfg.ClearNeedsTLS }

// mechanisms is those that AUTHENTICATE takes now.
func (s *Server) mechanisms() sasl.Set {
	if !s.clear() {
		return s.cfg.Mechanisms.WithoutClear()
	}
	return s.cfg.Mechanisms
}

// exchange is what an exchange needs, with challenges that are new each time.
func (s *Server) exchange() sasl.Config {
	s.exchanges++
	c := sasl.Fresh(s.cfg.Chance, s.exchanges, s.cfg.Hostname)
	c.SaltKey = s.cfg.SaltKey
	return c
}

// proceed does what the mechanism wants.
func (s *Server) proceed(r sasl.Result) {
	switch r.Outcome {
	case sasl.Challenge:
		s.out = append(sasl.Append(append(s.out, "+ "...), r.Data), "\r\n"...)
		s.talk = exchanging{}
	case sasl.NeedSecret:
		s.ask(&Event{Kind: AskSecret, User: r.Question.User, ActAs: r.Question.ActAs}, secretTask{})
	case sasl.Accepted:
		s.ask(&Event{Kind: AskIdentity, User: r.Identity.As}, loginTask{r.Identity.As})
	case sasl.Refused:
		switch r.Reason {
		case sasl.ReasonCancelled:
			s.finish(ReplyCancelled)
		case sasl.ReasonInitial:
			s.finish(ReplyInitial)
		case sasl.ReasonCredentials, sasl.ReasonProhibited, sasl.ReasonUnsupported:
			s.mistakes, s.claimed = s.mistakes+1, r.Identity.User
			s.finish(ReplyLoginRefused)
		case sasl.ReasonIdentity:
			s.mistakes, s.claimed = s.mistakes+1, r.Identity.User
			s.finish(ReplyIdentity)
		default:
			s.finish(ReplyResponse)
		}
	}
}

// exchanging is an AUTHENTICATE that waits for a response of the client.
type exchanging struct{}

func (t exchanging) clone() talk { return t }

func (exchanging) line(s *Server, text []byte, whole bool) {
	octets, err := sasl.Decode(text)
	switch {
	case sasl.IsCancel(text):
		s.proceed(s.sasl.Cancel())
	case !whole || err != nil:
		s.finish(ReplyBase64)
	default:
		s.proceed(s.sasl.Respond(octets))
	}
}

// secretTask gives an exchange the secret that it wants.
type secretTask struct{}

func (t secretTask) clone() task { return t }

func (secretTask) answer(s *Server, a *Answer) { s.proceed(s.sasl.Answer(a.Secret)) }
