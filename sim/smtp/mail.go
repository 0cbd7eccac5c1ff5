package smtp

import (
	"math"
	"strconv"
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
)

// Mail is MAIL: a transaction begins, and this is its sender (RFC 5321 §4.1.1.2). To is not part of it. A client sends the
// parameters that the server has offered.
type Mail struct {
	Envelope

	extended bool // parameters were there
	route    bool // the path had a source route
}

// mailParameters are the parameters of MAIL.
var mailParameters = []parameter[Mail]{
	{"SIZE", "RFC 1870 §6", readSize},
	{"BODY", "RFC 6152 §2", readBody},
}

func parseMail(p *parser) Command {
	var m Mail
	if !p.argument("FROM:", termFrom) {
		return nil
	}
	start := p.pos
	if p.keyword("<>") {
		m.From.Null = true
		p.span(start, termNullPath)
	} else {
		ok := false
		if m.From, m.route, ok = p.path(ReplySenderSyntax); !ok {
			return nil
		}
		p.span(start, termReversePath)
	}
	m.extended = !p.end()
	if !parameters(p, mailParameters, &m) {
		return nil
	}
	return m
}

// readSize takes 1*20DIGIT; what is more than an int64 holds counts as the most it holds (RFC 1870 §3).
func readSize(p *parser, m *Mail, value string) bool {
	if value == "" || len(value) > 20 {
		return p.fail(termSizeValue, ReplyParameterSyntax)
	}
	for i := range len(value) {
		if !isDigit(value[i]) {
			p.pos += i
			return p.fail(termSizeValue, ReplyParameterSyntax)
		}
	}
	size, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		size = math.MaxInt64
	}
	m.Size = size
	return true
}

// readBody takes "7BIT" / "8BITMIME".
func readBody(p *parser, m *Mail, value string) bool {
	m.Body = strings.ToUpper(value)
	return m.Body == "7BIT" || m.Body == "8BITMIME" || p.fail(termBodyValue, ReplyParameterSyntax)
}

func (Mail) verb() machine.Verb { return MAIL }

func (m Mail) appendTo(dst []byte, offered extensions) []byte {
	dst = append(append(append(dst, "MAIL FROM:<"...), m.From.String()...), '>')
	if _, ok := offered.find("SIZE"); ok && m.Size > 0 {
		dst = strconv.AppendInt(append(dst, " SIZE="...), m.Size, 10)
	}
	if _, ok := offered.find("8BITMIME"); ok && m.Body != "" {
		dst = append(append(dst, " BODY="...), m.Body...)
	}
	return dst
}

func (m Mail) serve(s *Server, _ engine.Time) {
	switch {
	case m.extended && !s.extended: // HELO negotiates no extension
		s.answer(MAIL, s.reply(ReplyParameter))
	case s.cfg.MaxSize > 0 && m.Size > s.cfg.MaxSize: // RFC 1870 §6.1
		s.answer(MAIL, s.tooBig())
	default:
		s.envelope = m.Envelope
		s.ask(Event{Kind: AskSender, Path: m.From, Envelope: s.envelope})
	}
}

func (s *Server) settleSender(a Answer) {
	s.answer(MAIL, s.verdict(a, ReplySenderOK))
	if s.state != Sender {
		s.reset()
	}
}

func (s *Server) tooBig() Reply {
	return s.reply(ReplyTooBig, "limit", strconv.FormatInt(s.cfg.MaxSize, 10))
}

func (m Mail) explain(e *explainer) {
	if m.From.Null {
		e.note("smtp.note.command.MAIL.null")
	} else {
		e.note("smtp.note.command.MAIL", "address", m.From.String())
	}
	if m.route {
		e.note("smtp.note.source-route")
	}
}
