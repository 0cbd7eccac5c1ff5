package daemon

import (
	"slices"
	"strings"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/message"
	"ehlo/sim/smtp"
	"ehlo/sim/store"
	"ehlo/sim/trace"
)

// How long an MTA waits between attempts and how long it tries (RFC 5321 §4.5.4.1).
const (
	RetryInterval = 30 * time.Minute
	GiveUpAfter   = 5 * 24 * time.Hour
)

// Entry is one message on its way to one next host.
type Entry struct {
	ID            uint32 // within the host
	Letter        uint32
	smtp.Envelope // To are those who still wait
	NextHost      string
	Content       []byte // with this host's trace field; never changed
	Arrived       engine.Time
	Next          engine.Time // the next attempt, where none is under way
	Attempts      int
	Active        bool   // an attempt is under way
	Reason        string // the last reply that deferred it
}

// Queue lists what waits or is being sent, oldest first.
func (h *Host) Queue() []Entry { return h.queue }

// Accept takes responsibility for a message: it delivers to local recipients and queues for the others. content carries
// this host's Received field. conn is the session that brought it, 0 for a message of the host's own.
func (h *Host) Accept(env Env, e smtp.Envelope, content []byte, conn uint32) uint32 {
	letter := env.NewLetter()
	h.queued(env, letter, e, content, conn)
	h.forward(env, letter, e, content)
	return letter
}

func (h *Host) queued(env Env, letter uint32, e smtp.Envelope, content []byte, conn uint32) {
	envelope := trace.Envelope{From: e.From.String()}
	for _, p := range e.To {
		envelope.To = append(envelope.To, p.String())
	}
	env.Emit(trace.Event{Kind: trace.KindQueued, Actor: h.Name, Letter: letter, Conn: conn, Label: message.Subject(content),
		Num: int64(len(content)), Data: envelope.Append(nil)})
}

// forward delivers to the recipients who live here and makes a queue entry for each next host of the others.
func (h *Host) forward(env Env, letter uint32, e smtp.Envelope, content []byte) {
	first := len(h.queue)
	caught := false
	for _, to := range e.To {
		if h.isLocal(to.Domain) {
			h.deliver(env, letter, e.From, to.Path, content)
			continue
		}
		if h.catchAll != "" { // one copy, however many recipients live elsewhere
			if !caught {
				h.deliver(env, letter, e.From, to.Path, content)
			}
			caught = true
			continue
		}
		next := h.nextHost(to.Domain)
		// A notice to the sender may have been queued in between.
		i := slices.IndexFunc(h.queue[first:], func(q Entry) bool { return q.Letter == letter && q.NextHost == next })
		if i >= 0 {
			h.queue[first+i].To = append(h.queue[first+i].To, to)
			continue
		}
		h.serial++
		q := Entry{ID: h.serial, Letter: letter, Envelope: e, NextHost: next, Content: content, Arrived: env.Now(), Next: env.Now()}
		q.To = []smtp.Recipient{to}
		h.queue = append(h.queue, q)
	}
	h.RunQueue(env)
}

func (h *Host) isLocal(domain string) bool {
	return h.isItself(domain) ||
		slices.ContainsFunc(h.local, func(d string) bool { return strings.EqualFold(d, domain) })
}

// isItself says that a domain is no more than another word for this host: its name, its address (RFC 5321 §4.1.3), or
// nothing, as in <Postmaster>.
func (h *Host) isItself(domain string) bool {
	return domain == "" || strings.EqualFold(domain, h.Name) || domain == "["+h.def.Address+"]"
}

// nextHost is where mail for a domain goes: the smarthost, or the domain's MX, or the host of that name or address.
func (h *Host) nextHost(domain string) string {
	if h.def.Smarthost != "" {
		return h.def.Smarthost
	}
	for _, d := range h.world.Domains {
		if strings.EqualFold(d.Name, domain) {
			return d.MX
		}
	}
	for i := range h.world.Hosts {
		if domain == "["+h.world.Hosts[i].Address+"]" {
			return h.world.Hosts[i].Name
		}
	}
	return domain
}

// deliver puts a message into the recipient's INBOX behind a Return-Path field (RFC 5321 §4.4).
func (h *Host) deliver(env Env, letter uint32, from, to smtp.Path, content []byte) {
	a, ok := h.Destination(to)
	if !ok {
		h.fail(env, letter, from, to, unknownUser.String(), content)
		return
	}
	box, _ := a.Store.Mailbox("INBOX")
	text := appendDelivered([]byte("Return-Path: <"+from.String()+">\r\n"), content)
	r, err := box.Commit(store.Batch{Append: []store.Draft{{Content: text, Date: env.Date(env.Now())}}})
	if err != nil {
		h.fail(env, letter, from, to, mailboxFull.String(), content)
		return
	}
	env.Emit(trace.Event{Kind: trace.KindDelivered, Actor: h.Name, Target: a.Address, Letter: letter, Num: int64(r.Appended[0]),
		Label: message.Subject(content)})
	h.changed(env, a.Address, "INBOX", r.Snapshot, 0)
}

// recipient finds the account of a forward-path whose domain is local; postmaster needs no domain.
func (h *Host) recipient(to smtp.Path) (*Account, bool) {
	if !h.isItself(to.Domain) {
		return h.account(to.Local + "@" + to.Domain)
	}
	for i := range h.accounts {
		if strings.EqualFold(h.accounts[i].Name, to.Local) {
			return &h.accounts[i], true
		}
	}
	return nil, false
}

// fail gives up on a recipient and returns a notice to the reverse-path, unless that is null (RFC 5321 §6.1).
func (h *Host) fail(env Env, letter uint32, from, to smtp.Path, reason string, content []byte) {
	env.Emit(trace.Event{Kind: trace.KindFailed, Actor: h.Name, Target: to.String(), Letter: letter, Data: []byte(reason)})
	if !from.Null {
		h.Accept(env, smtp.Envelope{From: smtp.Path{Null: true}, To: []smtp.Recipient{{Path: from}}}, h.notice(env, from, to, reason, content), 0)
	}
}

// RunQueue starts an attempt for each entry whose time has come.
func (h *Host) RunQueue(env Env) {
	now := env.Now()
	for i := range h.queue {
		q := &h.queue[i]
		if q.Active || q.Next > now {
			continue
		}
		q.Active = true
		q.Attempts++
		s := newRelay(now, h, q)
		conn := env.Dial(h.Name, q.NextHost, 25, s)
		env.Emit(trace.Event{Kind: trace.KindAttempt, Actor: h.Name, Target: q.NextHost, Letter: q.Letter, Conn: conn})
	}
}

// NextRun is the earliest moment at which an entry wants another attempt, and false where none does.
func (h *Host) NextRun() (engine.Time, bool) {
	next := engine.Never
	for i := range h.queue {
		if !h.queue[i].Active {
			next = min(next, h.queue[i].Next)
		}
	}
	return next, next < engine.Never
}

// settle ends an attempt: what was taken or refused for good leaves the queue, the rest waits or expires.
func (h *Host) settle(env Env, id uint32, verdicts []verdict, reason string) {
	i := slices.IndexFunc(h.queue, func(q Entry) bool { return q.ID == id })
	if i < 0 {
		return
	}
	q := h.queue[i]
	var later []smtp.Recipient
	var failed []int
	relayed := 0
	expired := env.Now().Sub(q.Arrived) >= GiveUpAfter
	for k, to := range q.To {
		switch v := verdicts[k]; {
		case v.class == trace.ClassOK:
			relayed++
		case v.class == trace.ClassPermanent || expired:
			failed = append(failed, k)
		default:
			later = append(later, to)
		}
	}
	if relayed > 0 {
		env.Emit(trace.Event{Kind: trace.KindRelayed, Actor: h.Name, Target: q.NextHost, Letter: q.Letter, Num: int64(relayed)})
	}
	if len(later) == 0 {
		h.queue = slices.Delete(h.queue, i, i+1)
	} else {
		w := &h.queue[i]
		w.To, w.Active, w.Reason, w.Next = later, false, reason, env.Now().Add(RetryInterval)
		env.Emit(trace.Event{Kind: trace.KindDeferred, Actor: h.Name, Target: q.NextHost, Letter: q.Letter, Until: w.Next,
			Data: []byte(reason)})
		env.Wake(h, w.Next)
	}
	for _, k := range failed {
		if verdicts[k].text == "" { // nobody answered
			verdicts[k].text = "451 4.4.1 No answer from " + q.NextHost
		}
		h.fail(env, q.Letter, q.From, q.To[k].Path, verdicts[k].text, q.Content)
	}
}
