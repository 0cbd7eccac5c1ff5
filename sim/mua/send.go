package mua

import (
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/message"
	"ehlo/sim/sasl"
	"ehlo/sim/smtp"
	"ehlo/sim/terminal"
	"ehlo/sim/trace"
)

// sender hands one message of the outbox to the server that sends mail.
type sender struct {
	w        wire
	client   *smtp.Client // nil until the connection stands
	number   uint32       // of the message in the outbox
	envelope smtp.Envelope
	asked    int // recipients
	logged   bool
	sent     bool
}

func (s *sender) wire() *wire { return &s.w }

func (s *sender) machine() clientMachine {
	if s.client == nil {
		return nil
	}
	return s.client
}

func (s *sender) begin(_ *Program, env terminal.Env) {
	s.client = smtp.NewClient(smtp.ClientConfig{}, env.Now())
}

func (s *sender) timeout() (engine.Time, bool) { return timeoutOf(s.machine()) }

func (s *sender) handleTimeout(now engine.Time) { expire(s.machine(), now) }

// over goes on with the next message where this one was taken.
func (s *sender) over(p *Program, env terminal.Env) {
	p.out = nil
	if !s.sent {
		if p.fault == nil {
			p.fail("mua.lost", "host", s.w.host)
		}
		return
	}
	if p.flush(env); p.out != nil || len(p.copies) == 0 || !p.reach(env) {
		return
	}
	if r, ok := p.in.(*imapReader); ok && r.entered {
		r.keepCopies(p)
		r.work(p, env)
		p.advance(env, r)
	}
}

func (s *sender) pump(p *Program, env terminal.Env) {
	for {
		e, ok := s.client.Next()
		switch {
		case !ok:
			return
		case e.Kind == smtp.EventClosed && p.fault == nil:
			p.fail("mua.lost", "host", s.w.host)
		case e.Kind == smtp.EventReply:
			s.reply(p, env, e)
		}
	}
}

func (s *sender) reply(p *Program, env terminal.Env, e *smtp.Event) {
	now := env.Now()
	if class := e.Reply.Class(); class != trace.ClassOK {
		s.refused(p, now, e)
		return
	}
	switch e.Command.(type) {
	case nil: // the greeting
		s.client.Do(now, smtp.Hello{Name: p.host})
	case smtp.Hello:
		s.greeted(p, env)
	case smtp.StartTLS:
		s.client.Do(now, smtp.Hello{Name: p.host})
	case smtp.Auth:
		s.logged = true
		s.client.Do(now, smtp.Mail{Envelope: s.envelope})
	case smtp.Mail:
		s.client.Do(now, smtp.Rcpt{Recipient: s.envelope.To[0]})
	case smtp.Rcpt:
		if s.asked++; s.asked < len(s.envelope.To) {
			s.client.Do(now, smtp.Rcpt{Recipient: s.envelope.To[s.asked]})
		} else {
			s.client.Do(now, smtp.Data{Message: message.WithoutBcc(p.folder(outbox).letter(s.number).content)})
		}
	case smtp.Data:
		s.taken(p)
		s.client.Do(now, smtp.Quit{})
	}
}

// greeted goes on behind EHLO: TLS and login where the account says so.
func (s *sender) greeted(p *Program, env terminal.Env) {
	now := env.Now()
	if p.account.outgoingTLS == startTLS && !s.w.sealed {
		if s.client.Offers(smtp.ExtStartTLS) {
			s.client.Do(now, smtp.StartTLS{})
			return
		}
		p.fail("mua.no-starttls", "host", s.w.host)
		s.client.Do(now, smtp.Quit{})
		return
	}
	if !p.account.login || s.logged {
		s.client.Do(now, smtp.Mail{Envelope: s.envelope})
		return
	}
	m := s.client.Mechanisms().Strongest()
	if m == sasl.None {
		p.fail("mua.no-login", "host", s.w.host)
		s.client.Do(now, smtp.Quit{})
		return
	}
	s.client.Do(now, smtp.Auth{Mechanism: m, Credentials: sasl.Credentials{User: p.account.user, Password: p.account.password,
		Nonce: sasl.Nonce(env.Chance(), env.Chance())}})
}

// refused keeps the message in the outbox with the reason.
func (s *sender) refused(p *Program, now engine.Time, e *smtp.Event) {
	reason := e.Reply.String()
	switch c := e.Command.(type) {
	case smtp.Quit:
		return
	case smtp.Auth:
		p.fail("mua.login", "user", p.account.user, "host", s.w.host, "text", reason)
	case smtp.Rcpt:
		p.fail("mua.recipient", "address", c.Path.String(), "host", s.w.host, "text", reason)
	default:
		p.fail("mua.said-no", "host", s.w.host, "text", reason)
	}
	if l := p.folder(outbox).letter(s.number); l != nil {
		l.reason = reason
	}
	s.client.Do(now, smtp.Quit{})
}

// taken moves the message to where copies of what was sent are kept.
func (s *sender) taken(p *Program) {
	box := p.folder(outbox)
	l := box.letter(s.number)
	content := l.content
	i, _ := box.find(s.number)
	box.messages = append(box.messages[:i:i], box.messages[i+1:]...)
	if p.open == outbox && p.shown == s.number {
		p.shown = 0
	}
	s.sent = true
	if p.account.protocol == imapProtocol {
		p.copies = append(p.copies[:len(p.copies):len(p.copies)], content)
		return
	}
	p.store(p.sent, content).seen = true
}

// flush hands the next message of the outbox on, where one waits and nobody has refused it.
func (p *Program) flush(env terminal.Env) {
	if p.out != nil || p.offline {
		return
	}
	for i := range p.folder(outbox).messages {
		l := &p.folder(outbox).messages[i]
		if l.reason != "" {
			continue
		}
		s := &sender{number: l.number}
		if s.envelope = envelopeOf(p.account.address, l.content); len(s.envelope.To) == 0 {
			continue
		}
		if p.dial(env, s, p.account.outgoing) {
			p.out = s
		}
		return
	}
}

// envelopeOf is the envelope that a message's own header asks for: everybody in To and Cc.
func envelopeOf(from string, content []byte) (e smtp.Envelope) {
	e.From, _ = smtp.ParsePath(from)
	header, _ := message.Split(content)
	for _, name := range []string{"To", "Cc", "Bcc"} {
		value, _ := message.Get(header, name)
		for _, a := range message.ParseAddressList(value) {
			path, ok := smtp.ParsePath(a.Mailbox + "@" + a.Host)
			if ok && a.Host != "" && !strings.ContainsAny(a.Mailbox+a.Host, "\r\n") {
				e.To = append(e.To, smtp.Recipient{Path: path})
			}
		}
	}
	return e
}
