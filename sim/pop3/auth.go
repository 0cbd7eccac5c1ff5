package pop3

import (
	"ehlo/sim/machine"
	"ehlo/sim/sasl"
	"ehlo/sim/trace"
	"ehlo/sim/wire"
)

// Auth is AUTH: it begins the exchange of a SASL mechanism or, without one, asks which there are (RFC 1734 §2, RFC 5034).
// For the list the reply has Lines.
type Auth struct {
	Mechanism string
	Initial   string // the initial response in base64, "=" for one without octets, "" for none (RFC 5034)
}

// Verb is AUTH.
func (Auth) Verb() machine.Verb { return verbAUTH }

func (c Auth) append(dst []byte) []byte {
	dst = append(dst, "AUTH"...)
	if c.Mechanism != "" {
		dst = append(append(dst, ' '), c.Mechanism...)
	}
	if c.Initial != "" {
		dst = append(append(dst, ' '), c.Initial...)
	}
	return dst
}

func (c Auth) follows() follows {
	if c.Mechanism == "" {
		return followsListing
	}
	return followsNothing
}

func parseAuth(s *scanner) request {
	var c Auth
	if s.bare() {
		return c
	}
	c.Mechanism = s.mechanism()
	if s.err == nil && s.pos < len(s.text) {
		c.Initial = s.initial(sasl.Named(c.Mechanism))
	}
	s.end()
	return c
}

// mechanism reads the name of a mechanism (RFC 4422 §3.1). One that is not known is no fault of the grammar.
func (s *scanner) mechanism() string {
	start := s.pos + 1
	name := s.word(termMechanism)
	if m := sasl.Named(name); m != sasl.None && s.err == nil {
		s.unspan()
		s.span(start, s.pos, m.Term(), m.Ref())
	}
	return name
}

// initial reads an initial response. What it says is for the mechanism to judge.
func (s *scanner) initial(m sasl.Mechanism) string {
	start := s.pos + 1
	text := s.word(termInitial)
	if s.err != nil {
		return ""
	}
	if _, err := sasl.Initial([]byte(text)); err != nil {
		s.unspan()
		s.fail(start+err.(*sasl.Base64Error).Pos, termInitial, ReplyBase64)
		return ""
	}
	if s.explain && m.TakesInitial() {
		s.unspan()
		x := sasl.Begin(m, true)
		s.spans = append(s.spans, sasl.ExplainText(x.Step(), []byte(text), true, start).Spans...)
	}
	return text
}

func (c Auth) execute(s *Server) {
	if c.Mechanism == "" {
		s.verb = machine.NoVerb // the list is no login
		s.reply(ReplyMechanisms)
		for _, m := range s.mechanisms().Mechanisms() {
			s.out = append(append(s.out, m.String()...), "\r\n"...)
		}
		s.out = append(s.out, ".\r\n"...)
		return
	}
	m := sasl.Named(c.Mechanism)
	switch {
	case s.mechanisms().Has(m):
		initial, _ := sasl.Initial([]byte(c.Initial))
		s.sasl = sasl.NewServer(m, s.exchange())
		s.lines.Limit = max(s.cfg.MaxLine, maxResponse)
		if m == sasl.Login && c.Initial != "" && s.cfg.Quirks&ServerFirst != 0 {
			s.stop(ReplyInitial)
			return
		}
		s.proceed(s.sasl.Start(initial, c.Initial != ""))
	case s.cfg.Mechanisms.Has(m):
		s.reply(ReplyNeedTLS)
	default:
		s.reply(ReplyMechanism)
	}
}

// exchange is what an exchange needs, with challenges that are new each time.
func (s *Server) exchange() sasl.Config {
	s.exchanges++
	c := sasl.Fresh(s.cfg.Chance, s.exchanges, s.cfg.Hostname)
	c.SaltKey, c.Prompts = s.cfg.SaltKey, s.cfg.Prompts
	return c
}

// respond takes a line of the client within an exchange.
func (s *Server) respond(line []byte, tooLong bool) {
	text, crlf := wire.TrimEnd(line)
	s.verb, s.keyword = verbAUTH, commands[verbAUTH].keyword
	octets, err := sasl.Decode(text)
	switch {
	case tooLong:
		s.reply(ReplyTooLong)
		s.lines.Limit = s.cfg.MaxLine
	case !crlf && s.cfg.Quirks&BareLF == 0:
		s.stop(ReplyLineEnd)
	case sasl.IsCancel(text):
		s.proceed(s.sasl.Cancel())
	case err != nil:
		s.stop(ReplyBase64)
	default:
		s.proceed(s.sasl.Respond(octets))
	}
}

// stop ends an exchange without a login.
func (s *Server) stop(id ReplyID) {
	s.lines.Limit = s.cfg.MaxLine
	s.reply(id)
}

// proceed does what the mechanism wants.
func (s *Server) proceed(r sasl.Result) {
	switch r.Outcome {
	case sasl.Challenge:
		s.out = append(sasl.Append(append(s.out, "+ "...), r.Data), "\r\n"...)
		s.state = Table().Next(s.state, verbAUTH, trace.ClassMore)
	case sasl.NeedSecret:
		s.ask(secretTask{}, Event{Kind: AskSecret, User: r.Question.User, ActAs: r.Question.ActAs})
	case sasl.Accepted:
		s.open(r.Identity.As)
	default:
		s.refused(r)
	}
}

func (s *Server) refused(r sasl.Result) {
	switch r.Reason {
	case sasl.ReasonCancelled:
		s.stop(ReplyCancelled)
	case sasl.ReasonInitial:
		s.stop(ReplyInitial)
	case sasl.ReasonCredentials, sasl.ReasonIdentity, sasl.ReasonProhibited, sasl.ReasonUnsupported:
		s.user = r.Identity.User
		s.mistakes++
		s.refuseLogin(Answer{})
	default:
		s.stop(ReplyResponse)
	}
}

// secretTask gives an exchange the secret that it wants.
type secretTask struct{}

func (secretTask) answered(s *Server, a Answer) { s.proceed(s.sasl.Answer(a.Secret)) }
