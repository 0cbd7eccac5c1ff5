package daemon

import (
	"ehlo/sim/engine"
	"ehlo/sim/smtp"
	"ehlo/sim/trace"
)

// relay is an MTA's client session that hands one queue entry to the next host.
type relay struct {
	*smtp.Client
	noMailbox
	entry    uint32
	envelope smtp.Envelope
	content  []byte
	verdicts []verdict // of the envelope's recipients
	asked    int       // recipients that were named so far
	reason   string    // the last reply that was no success
	over     bool      // settled with the queue
}

// verdict is what the next host said of a recipient.
type verdict struct {
	class trace.Class
	text  string
}

// notEightBit fails a message that the next host cannot be given: an MTA that does not change the encoding of others
// returns it (RFC 6152 §3).
var notEightBit = smtp.Reply{Code: 554, Enhanced: "5.6.3", Text: "The next host does not take 8-bit messages"}

func newRelay(now engine.Time, h *Host, q *Entry) *relay {
	r := &relay{Client: smtp.NewClient(smtp.ClientConfig{}, now), entry: q.ID, envelope: q.Envelope, content: q.Content,
		verdicts: make([]verdict, len(q.To))}
	r.envelope.Size, r.envelope.Body = int64(len(q.Content)), ""
	if isEightBit(q.Content) {
		r.envelope.Body = "8BITMIME"
	}
	return r
}

// Pump gives the next command after each reply, and settles with the queue when the message has its verdicts.
func (r *relay) Pump(env Env, h *Host, conn uint32) {
	for {
		e, ok := r.Next()
		if !ok {
			return
		}
		if e.Kind == smtp.EventReply {
			r.reply(env, h, e)
		}
	}
}

func (r *relay) reply(env Env, h *Host, e smtp.Event) {
	now := env.Now()
	class := e.Reply.Class()
	ok := class == trace.ClassOK
	if !ok && class != trace.ClassMore {
		r.reason = e.Reply.String()
	}
	switch e.Command.(type) {
	case nil: // the greeting
		if !ok {
			r.quit(env, h, verdict{class, r.reason})
			return
		}
		r.Do(now, smtp.Hello{Name: h.Name})
	case smtp.Hello:
		if !ok {
			r.quit(env, h, verdict{class, r.reason})
			return
		}
		if _, offered := r.Extension("8BITMIME"); r.envelope.Body != "" && !offered {
			r.quit(env, h, verdict{trace.ClassPermanent, notEightBit.String()})
			return
		}
		r.Do(now, smtp.Mail{Envelope: r.envelope})
	case smtp.Mail:
		if !ok {
			r.quit(env, h, verdict{class, r.reason})
			return
		}
		r.Do(now, smtp.Rcpt{Recipient: r.envelope.To[0]})
	case smtp.Rcpt:
		r.verdicts[r.asked] = verdict{class, e.Reply.String()}
		r.asked++
		r.afterRcpt(env, h)
	case smtp.Data:
		for i := range r.verdicts {
			if r.verdicts[i].class == trace.ClassOK {
				r.verdicts[i] = verdict{class, e.Reply.String()}
			}
		}
		r.settle(env, h)
		r.Do(now, smtp.Quit{})
	}
}

// afterRcpt names the next recipient, or sends the message if anybody was taken.
func (r *relay) afterRcpt(env Env, h *Host) {
	if r.asked < len(r.envelope.To) {
		r.Do(env.Now(), smtp.Rcpt{Recipient: r.envelope.To[r.asked]})
		return
	}
	for _, v := range r.verdicts {
		if v.class == trace.ClassOK {
			r.Do(env.Now(), smtp.Data{Message: r.content})
			return
		}
	}
	r.settle(env, h)
	r.Do(env.Now(), smtp.Quit{})
}

// quit gives every recipient the same verdict and says goodbye.
func (r *relay) quit(env Env, h *Host, v verdict) {
	for i := range r.verdicts {
		r.verdicts[i] = v
	}
	r.settle(env, h)
	r.Do(env.Now(), smtp.Quit{})
}

func (r *relay) settle(env Env, h *Host) {
	if !r.over {
		r.over = true
		h.settle(env, r.entry, r.verdicts, r.reason)
	}
}

// End settles what a broken connection left open: recipients without a verdict wait for the next attempt. A message
// whose final reply was lost is among them and may arrive twice (RFC 5321 §6.1).
func (r *relay) End(env Env, h *Host, conn uint32) {
	for i := range r.verdicts {
		if r.verdicts[i].class == trace.ClassOK && !r.over {
			r.verdicts[i] = verdict{}
		}
	}
	r.settle(env, h)
}

// Copy returns an independent copy.
func (r *relay) Copy() Session {
	c := *r
	c.Client = r.Client.Clone()
	c.verdicts = append([]verdict(nil), r.verdicts...)
	return &c
}
