package mua

import (
	"slices"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/pop3"
	"ehlo/sim/sasl"
	"ehlo/sim/terminal"
)

// patience is how long the program waits for a server.
const patience = 5 * time.Minute

// popReader fetches what is new by POP3, removes from the server what is to go, and ends.
type popReader struct {
	w      wire
	client *pop3.Client // nil until the connection stands
	ids    []pop3.UniqueID
	at     int // how many of them are done
}

func (r *popReader) wire() *wire { return &r.w }

func (r *popReader) machine() clientMachine {
	if r.client == nil {
		return nil
	}
	return r.client
}

func (r *popReader) begin(p *Program, env terminal.Env) {
	r.client = pop3.NewClient(pop3.ClientConfig{Timeout: patience, TLS: r.w.sealed}, env.Now())
}

func (r *popReader) busy() bool { return true }

func (r *popReader) work(*Program, terminal.Env) {}

func (r *popReader) quit(now engine.Time) {
	if r.client != nil {
		r.client.Do(now, pop3.Quit{})
	}
}

func (r *popReader) copy() reader {
	c := *r
	if r.client != nil {
		c.client = r.client.Clone()
	}
	c.ids = slices.Clone(r.ids)
	return &c
}

func (r *popReader) timeout() (engine.Time, bool) { return timeoutOf(r.machine()) }

func (r *popReader) handleTimeout(now engine.Time) { expire(r.machine(), now) }

func (r *popReader) over(p *Program, _ terminal.Env) {
	if p.fault == nil && (r.client == nil || !r.client.Done()) {
		p.fail("mua.lost", "host", r.w.host)
	}
	p.in = nil
}

func (r *popReader) pump(p *Program, env terminal.Env) {
	for {
		e, ok := r.client.Next()
		switch {
		case !ok:
			return
		case e.Kind == pop3.EventClosed && e.Err != nil && p.fault == nil:
			p.fail("mua.lost", "host", r.w.host)
		case e.Kind != pop3.EventReply:
		case e.OK && e.Err == nil:
			r.done(p, env, e)
		default:
			r.refused(p, env, e)
		}
	}
}

func (r *popReader) refused(p *Program, env terminal.Env, e pop3.Event) {
	now := env.Now()
	switch e.Command.(type) {
	case pop3.Quit:
	case pop3.Uidl: // it was optional: without it, each message is fetched every time
		r.client.Do(now, pop3.Stat{})
	case pop3.Logon:
		if e.Err == pop3.ErrNoTLS {
			p.fail("mua.no-starttls", "host", r.w.host)
		} else {
			p.fail("mua.login", "user", p.account.user, "host", r.w.host, "text", e.Text)
		}
		r.client.Do(now, pop3.Quit{})
	default:
		p.fail("mua.said-no", "host", r.w.host, "text", e.Text)
		r.client.Do(now, pop3.Quit{})
	}
}

func (r *popReader) done(p *Program, env terminal.Env, e pop3.Event) {
	now := env.Now()
	switch e.Command.(type) {
	case nil: // the greeting
		logon := pop3.Logon{User: p.account.user, Password: p.account.password, Nonce: sasl.Nonce(env.Chance(), env.Chance())}
		if p.account.incomingTLS == startTLS {
			logon.TLS = pop3.TLSRequired
		}
		r.client.Do(now, logon)
	case pop3.Logon:
		r.client.Do(now, pop3.Uidl{})
	case pop3.Stat:
		for n := range e.Count {
			r.ids = append(r.ids, pop3.UniqueID{N: n + 1})
		}
		r.next(p, now)
	case pop3.Uidl:
		r.ids = e.IDs
		r.next(p, now)
	case pop3.Retr:
		l := p.store(inbox, e.Content)
		l.uid = r.ids[r.at].ID
		if !p.account.keep {
			r.client.Do(now, pop3.Dele{N: r.ids[r.at].N})
			return
		}
		r.at++
		r.next(p, now)
	case pop3.Dele:
		p.gone = slices.DeleteFunc(p.gone, func(uid string) bool { return uid == r.ids[r.at].ID })
		r.at++
		r.next(p, now)
	}
}

// next goes on with the next message that is new, or is to go.
func (r *popReader) next(p *Program, now engine.Time) {
	for ; r.at < len(r.ids); r.at++ {
		id := r.ids[r.at]
		here := id.ID != "" && slices.ContainsFunc(p.folder(inbox).messages, func(l letter) bool { return l.uid == id.ID })
		switch {
		case id.ID != "" && slices.Contains(p.gone, id.ID), here && !p.account.keep:
			r.client.Do(now, pop3.Dele{N: id.N})
			return
		case !here:
			r.client.Do(now, pop3.Retr{N: id.N})
			return
		}
	}
	r.client.Do(now, pop3.Quit{})
}
