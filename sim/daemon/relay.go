package daemon

import (
	"slices"
	"strconv"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/smtp"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// relay is an MTA's client session. It hands the messages of a route to the next host, one after the other.
type relay struct {
	*smtp.Client
	noMailbox
	route    uint32
	host     string   // the name under which the next host was looked up
	entries  []uint32 // of the queue, that are in the transaction
	envelope smtp.Envelope
	to       []smtp.Recipient // the envelope's, in memory that the next one takes
	content  []byte
	deadline engine.Time // by when the sender wants the message delivered
	verdicts []verdict   // of the envelope's recipients
	transaction
	reason    string   // the last reply that was no success
	announced uint32   // the letter whose attempt the trace knows of
	over      bool     // the route knows that it has ended
	verified  bool     // it says nothing of a message without TLS and a certificate that is right
	tlsa      [][]byte // nor without a certificate that these name (RFC 7672)
}

// What an MTA finds out before it sends.
var (
	// notEightBit fails a message that the next host cannot be given: an MTA that does not change the encoding of others
	// returns it (RFC 6152 §3).
	notEightBit = smtp.Reply{Code: 554, Enhanced: "5.6.3", Text: "The next host does not take 8-bit messages"}
	// tooBig fails a message that is larger than the next host takes (RFC 1870 §6.1).
	tooBig = smtp.Reply{Code: 552, Enhanced: "5.3.4", Text: "The message is larger than the next host takes"}
	// notUTF8 fails a message whose addresses or header the next host cannot take (RFC 6531 §3.2).
	notUTF8 = smtp.Reply{Code: 553, Enhanced: "5.6.7", Text: "The next host does not take addresses and headers beyond ASCII"}
	// noRequireTLS fails a message that demands TLS where the next host does not promise it (RFC 8689 §5).
	noRequireTLS = smtp.Reply{Code: 550, Enhanced: "5.7.30", Text: "The next host does not promise TLS, and the message demands it"}
	// noDeliverBy fails a message that is to come back where it is late, and the next host would not send it back (RFC 2852 §4).
	noDeliverBy = smtp.Reply{Code: 550, Enhanced: "5.3.3", Text: "The next host does not offer DELIVERBY, and the message is to come back where it is late"}
	// noTLS and notVerified let a message wait for a host that this one does not trust (RFC 3207 §4.1).
	noTLS       = smtp.Reply{Code: 454, Enhanced: "4.7.4", Text: "The next host offers no TLS"}
	notVerified = smtp.Reply{Code: 454, Enhanced: "4.7.5", Text: "The certificate of the next host is not to be trusted"}
)

func newRelay(env Env, route uint32, host string) *relay {
	r, ok := take(&env.Spare().relays)
	if !ok {
		r = &relay{Client: new(smtp.Client)}
	}
	*r = relay{Client: r.Client, route: route, host: host, entries: r.entries[:0], verdicts: r.verdicts[:0], to: r.to[:0]}
	r.Begin(smtp.ClientConfig{}, env.Now())
	return r
}

// ServerName is the name for which a certificate should stand.
func (r *relay) ServerName() string { return r.host }

// Demands is what TLS has to bring: a certificate that is right, or one that is named.
func (r *relay) Demands() (verified bool, tlsa [][]byte) { return r.verified, r.tlsa }

// mustSeal says that nothing of a message is said without TLS.
func (r *relay) mustSeal() bool { return r.verified || len(r.tlsa) > 0 }

// Pump gives the next command after each reply, and settles with the queue when a message has its verdicts.
func (r *relay) Pump(env Env, h *Host, conn uint32) {
	for {
		e, ok := r.Next()
		switch {
		case !ok:
			return
		case e.Kind == smtp.EventReply:
			r.reply(env, h, conn, e)
		case e.Kind == smtp.EventClosed:
			if e.Reply.Text != "" {
				r.reason = e.Reply.String()
			}
			r.End(env, h, conn)
		}
	}
}

func (r *relay) reply(env Env, h *Host, conn uint32, e *smtp.Event) {
	now := env.Now()
	class := e.Reply.Class()
	ok := class == trace.ClassOK
	if !ok && class != trace.ClassMore {
		r.reason = e.Reply.String()
	}
	switch e.Command.(type) {
	case nil: // the greeting
		if !ok {
			r.leave(env, h)
			return
		}
		r.Do(now, smtp.Hello{Name: h.Name})
	case smtp.Hello:
		if !ok {
			r.leave(env, h)
			return
		}
		r.greeted(env, h, conn)
	case smtp.StartTLS:
		switch {
		case ok:
			r.reason = ""
			if len(r.tlsa) > 0 {
				env.Emit(trace.Event{Kind: trace.KindAuth, Actor: h.Name, Target: r.host, Conn: conn, Label: "dane", Verb: "pass", Class: trace.ClassOK})
			}
			r.Do(now, smtp.Hello{Name: h.Name})
		case r.mustSeal():
			r.leave(env, h)
		default:
			r.next(env, h, conn)
		}
	case smtp.Mail, smtp.Rcpt, smtp.Data, smtp.Bdat:
		r.answered(env, h, conn, e)
	case smtp.Rset:
		if len(r.entries) > 0 {
			r.begin(now, h)
			return
		}
		r.next(env, h, conn)
	}
}

// greeted goes on after EHLO: inside TLS where the next host offers it and this one wants it.
func (r *relay) greeted(env Env, h *Host, conn uint32) {
	offered := r.Offers(smtp.ExtStartTLS)
	switch {
	case r.TLS().Version != "" || h.def.MTA.TLS == world.NeverTLS && !r.mustSeal():
		r.next(env, h, conn)
	case offered:
		if r.mustSeal() {
			r.reason = notVerified.String() // what it will have been where the handshake fails
		}
		r.Do(env.Now(), smtp.StartTLS{})
	case r.mustSeal():
		r.reason = noTLS.String()
		r.leave(env, h)
	default:
		r.next(env, h, conn)
	}
}

// next begins the transaction of the next message that waits for this session, or says goodbye.
func (r *relay) next(env Env, h *Host, conn uint32) {
	for {
		if r.hasDoneEnough() && h.hasMore(r.route) {
			r.over = true
			r.Do(env.Now(), smtp.Quit{})
			h.redial(env, r.route)
			return
		}
		batch := h.batch(r.route)
		if len(batch) == 0 {
			r.over = true
			r.Do(env.Now(), smtp.Quit{})
			return
		}
		first := batch[0]
		r.envelope, r.content, r.deadline = first.Envelope, first.Content, first.deadline()
		r.envelope.To, r.entries, r.first, r.until, r.reason = r.to[:0], r.entries[:0], 0, 0, ""
		for _, q := range batch {
			r.envelope.To = append(r.envelope.To, q.To...)
			r.entries = append(r.entries, q.ID)
		}
		r.to = r.envelope.To
		r.verdicts = append(r.verdicts[:0], make([]verdict, len(r.to))...)
		if r.announced != first.Letter {
			r.announced = first.Letter
			env.Emit(trace.Event{Kind: trace.KindAttempt, Actor: h.Name, Target: h.hostNamed(r.host), Letter: first.Letter, Conn: conn})
		}
		if refusal := r.unfit(env.Now()); refusal != nil {
			r.all(verdict{refusal.Class(), refusal.String()})
			r.settle(env, h)
			continue
		}
		r.begin(env.Now(), h)
		return
	}
}

// unfit says why the next host cannot be given the message, and prepares what MAIL declares of it.
func (r *relay) unfit(now engine.Time) *smtp.Reply {
	r.envelope.Size, r.envelope.Body = int64(len(r.content)), ""
	if isEightBit(r.content) {
		if !r.Offers(smtp.Ext8BitMIME) {
			return &notEightBit
		}
		r.envelope.Body = "8BITMIME"
	}
	if r.envelope.UTF8 && !r.Offers(smtp.ExtSMTPUTF8) {
		if !isASCII(&r.envelope, r.content) {
			return &notUTF8
		}
		r.envelope.UTF8 = false // the message does not need what its sender asked for
	}
	if by := &r.envelope.By; by.Given {
		if by.Within = r.deadline.Sub(now); by.Return {
			least, offered := r.Extension("DELIVERBY")
			seconds, _ := strconv.ParseInt(least, 10, 64)
			switch {
			case !offered:
				return &noDeliverBy
			case by.Within < max(time.Duration(seconds), 1)*time.Second:
				return &tooLate
			}
		}
	}
	if r.envelope.RequireTLS && !r.Offers(smtp.ExtRequireTLS) {
		return &noRequireTLS
	}
	if limit, offered := r.Extension("SIZE"); offered {
		if n, err := strconv.ParseInt(limit, 10, 64); err == nil && n > 0 && r.envelope.Size > n {
			return &tooBig
		}
	}
	return nil
}

// all gives every recipient the same verdict.
func (r *relay) all(v verdict) {
	for i := range r.verdicts {
		r.verdicts[i] = v
	}
}

// leave says goodbye to a host that does not want to talk, and lets the route go on to the next one.
func (r *relay) leave(env Env, h *Host) {
	r.Do(env.Now(), smtp.Quit{})
	if !r.over {
		r.over = true
		h.sessionOver(env, r.route, r.reason)
	}
}

// settle gives the verdicts to the entries of the transaction.
func (r *relay) settle(env Env, h *Host) {
	offers := r.offers()
	at := 0
	for _, id := range r.entries {
		if q, ok := h.entry(id); ok {
			n := len(q.To)
			h.settle(env, q, r.verdicts[at:at+n], r.reason, r.host, offers)
			at += n
		}
	}
	r.entries = r.entries[:0]
}

// End settles what a broken connection left open: recipients without a verdict wait for the next attempt. A message
// whose final reply was lost is among them and may arrive twice (RFC 5321 §6.1).
func (r *relay) End(env Env, h *Host, _ uint32) {
	if r.over {
		return
	}
	r.over = true
	r.lastWord(verdict{})
	r.settle(env, h)
	h.sessionOver(env, r.route, r.reason)
}

// Copy returns an independent copy.
func (r *relay) Copy() Session {
	c := *r
	c.Client = r.Client.Clone()
	c.entries = slices.Clone(r.entries)
	c.to = slices.Clone(r.to)
	c.envelope.To = c.to
	c.verdicts = slices.Clone(r.verdicts)
	return &c
}
