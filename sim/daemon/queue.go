package daemon

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ehlo/sim/dns"
	"ehlo/sim/engine"
	"ehlo/sim/message"
	"ehlo/sim/smtp"
	"ehlo/sim/trace"
)

// How long an MTA waits between attempts, when it tells the sender that it still tries, and how long it does (RFC 5321
// §4.5.4.1), where the world file does not say it.
const (
	RetryInterval = 30 * time.Minute
	WarnAfter     = 4 * time.Hour
	GiveUpAfter   = 5 * 24 * time.Hour
)

// ownNumbers is from where the messages are numbered that no client has brought.
const ownNumbers = 10_000

// Entry is one message on its way to one domain.
type Entry struct {
	ID            uint32 // within the host
	Letter        uint32
	Number        uint32 // by which the server names the message
	smtp.Envelope        // To are those who still wait
	Domain        string // in lower case, or an address literal; "" for a mailbox of this host that could not be written
	NextHost      string
	Content       []byte // with this host's trace field; never changed
	Arrived       engine.Time
	Next          engine.Time // the next attempt, where none is under way
	Attempts      int
	Active        bool   // an attempt is under way
	Held          bool   // until its keeper releases it
	Warned        bool   // the sender was told of the delay
	Reason        string // the last reply that deferred it
}

// Ledger counts recipients: each that a host took over must be accounted for.
type Ledger struct {
	Accepted  int64 // brought by sessions and by the host's own users
	Generated int64 // of the host's own notices
	Expanded  int64 // that aliases and lists added, or took away where it is below 0
	Delivered int64
	Relayed   int64 // another host took them over
	Bounced   int64 // given up, and a notice told the sender
	Discarded int64 // given up without one
	Queued    int64 // those that wait
}

// Balance is how many recipients are not accounted for: it is always 0.
func (l Ledger) Balance() int64 {
	return l.Accepted + l.Generated + l.Expanded - l.Delivered - l.Relayed - l.Bounced - l.Discarded - l.Queued
}

// Ledger counts what became of the recipients that the host took over.
func (h *Host) Ledger() Ledger { return h.ledger }

// Queue lists what waits or is being sent, oldest first.
func (h *Host) Queue() []Entry {
	entries := make([]Entry, len(h.queue))
	for i, q := range h.queue {
		entries[i] = *q
	}
	return entries
}

// entry finds an entry of the queue by its number.
func (h *Host) entry(id uint32) (*Entry, bool) {
	i, ok := slices.BinarySearchFunc(h.queue, id, func(q *Entry, id uint32) int { return cmp.Compare(q.ID, id) })
	if !ok {
		return nil, false
	}
	return h.queue[i], true
}

// Accept takes responsibility for a message of somebody at this host: it delivers to local recipients and queues for the
// others.
func (h *Host) Accept(env Env, e smtp.Envelope, content []byte) uint32 {
	h.ledger.Accepted += int64(len(e.To))
	return h.accept(env, e, content, 0, 0, true)
}

// accept forwards the message that begins behind the free octets of whole. conn is the session that brought it, 0 for none; own says that it is of the host's own users,
// for whom it signs.
func (h *Host) accept(env Env, e smtp.Envelope, whole []byte, free int, conn uint32, own bool) uint32 {
	letter, content := env.NewLetter(), whole[free:]
	if h.def.MTA.Masquerade != "" {
		e, content = h.masquerade(e, content)
	}
	if own {
		content = h.signed(env, content)
	}
	number := h.serial
	if conn == 0 { // nobody was told a name
		number = ownNumbers + letter
	}
	m := &mail{letter: letter, number: number, envelope: e, content: content, whole: whole, subject: subject(env, content)}
	m.targets = m.room[:0]
	h.queued(env, m, conn)
	h.forward(env, m)
	return letter
}

// subject is a message's subject for the trace.
func subject(env Env, content []byte) string {
	if !env.Told() {
		return ""
	}
	return message.Subject(content)
}

func (h *Host) queued(env Env, m *mail, conn uint32) {
	event := trace.Event{Kind: trace.KindQueued, Actor: h.Name, Letter: m.letter, Conn: conn, Label: m.subject, Num: int64(len(m.content))}
	if !env.Told() {
		env.Emit(event)
		return
	}
	envelope := trace.Envelope{From: m.envelope.From.String(), To: make([]string, len(m.envelope.To))}
	for i, p := range m.envelope.To {
		envelope.To[i] = p.String()
	}
	event.Data = envelope.Append(make([]byte, 0, 128))
	env.Emit(event)
	h.identify(m)
}

// forward delivers to the recipients who live here and makes a queue entry for each domain of the others.
func (h *Host) forward(env Env, m *mail) {
	for _, to := range m.envelope.To {
		h.expand(env, m, to)
	}
	first := len(h.queue)
	caught := false
	var failed []failure
	for _, t := range m.targets {
		switch {
		case t.fault != nil:
			failed = append(failed, failure{t.Recipient, t.fault.String(), "", t.from})
		case t.discard:
			h.discard(env, m.letter, t.Recipient, "/dev/null")
		case t.account != "" || h.isLocal(t.Domain):
			failed = append(failed, h.deposit(env, m, t)...)
		case h.catchAll != "": // one copy, however many recipients live elsewhere
			if caught {
				h.ledger.Expanded--
				continue
			}
			caught, t.account = true, h.catchAll
			failed = append(failed, h.deposit(env, m, t)...)
		default:
			h.enqueue(env, first, m, t)
		}
	}
	h.failAll(env, m.report(env.Now()), failed)
	h.RunQueue(env)
}

// enqueue adds a recipient to the entry of its domain, which is one of those from place first on.
func (h *Host) enqueue(env Env, first int, m *mail, t target) {
	h.ledger.Queued++
	domain := strings.ToLower(t.Domain)
	for _, q := range h.queue[min(first, len(h.queue)):] {
		if q.Letter == m.letter && q.Domain == domain && q.From == t.from && len(q.Content) == len(t.content(m)) {
			q.To = append(q.To, t.Recipient)
			return
		}
	}
	h.wait(env, m, t, domain, env.Now())
}

// wait makes an entry of a recipient whose next attempt is at a moment.
func (h *Host) wait(env Env, m *mail, t target, domain string, next engine.Time) {
	h.serial++
	q := &Entry{ID: h.serial, Letter: m.letter, Number: m.number, Envelope: m.envelope, Domain: domain, NextHost: domain, Content: t.content(m),
		Arrived: env.Now(), Next: next}
	q.From, q.To = t.from, []smtp.Recipient{t.Recipient}
	if h.def.Smarthost != "" {
		q.NextHost = h.def.Smarthost
	}
	h.queue = append(h.queue, q)
	h.due.Push(next, q.ID)
	if next > env.Now() {
		env.Wake(h, next)
	}
}

func (h *Host) isLocal(domain string) bool {
	if last := &h.lastDomain; last.name != domain || domain == "" {
		last.name, last.local = domain, h.isItself(domain) || h.known.local[strings.ToLower(domain)]
	}
	return h.lastDomain.local
}

// isItself says that a domain is no more than another word for this host: its name, its address (RFC 5321 §4.1.3), or
// nothing, as in <Postmaster>.
func (h *Host) isItself(domain string) bool {
	if domain == "" || strings.EqualFold(domain, h.Name) {
		return true
	}
	address, ok := dns.LiteralAddress(domain)
	return ok && (address == h.def.Address || address == h.def.IPv6)
}

// NextRun is the earliest moment at which the host wants [Host.RunQueue], and false where it wants none.
func (h *Host) NextRun() (engine.Time, bool) {
	next := engine.Never
	if at, ok := h.names.Timeout(); ok {
		next = at
	}
	for !h.crashed && !h.def.MTA.Hold {
		at, ok := h.due.Next()
		if !ok {
			break
		}
		if q, ok := h.entry(h.due.Peek()); ok && !q.Active && !q.Held && q.Next == at {
			next = min(next, at)
			break
		}
		h.due.Pop()
	}
	return next, next < engine.Never
}

// RunQueue starts an attempt for each entry whose time has come.
func (h *Host) RunQueue(env Env) {
	if at, ok := h.names.Timeout(); ok && at <= env.Now() {
		h.names.HandleTimeout(env.Now())
		h.pumpNames(env)
	}
	if !h.def.MTA.Hold {
		h.runQueue(env)
	}
}

func (h *Host) runQueue(env Env) {
	for !h.crashed {
		at, ok := h.due.Next()
		if !ok || at > env.Now() {
			return
		}
		_, id := h.due.Pop()
		if q, ok := h.entry(id); ok && !q.Active && !q.Held && q.Next == at {
			if q.Domain == "" {
				h.retryLocal(env, q)
			} else {
				h.begin(env, q)
			}
		}
	}
}

// Flush starts an attempt now for everything that waits: what a host does whose line has come up.
func (h *Host) Flush(env Env) {
	h.flush(env, func(*Entry) bool { return true })
}

// flush starts an attempt for the entries that are meant, and says how many those are, with those under way.
func (h *Host) flush(env Env, meant func(*Entry) bool) int {
	n := 0
	for _, q := range h.queue {
		if !meant(q) {
			continue
		}
		if n++; !q.Active && !q.Held {
			q.Next = env.Now()
			h.due.Push(q.Next, q.ID)
		}
	}
	h.runQueue(env)
	return n
}

// verdict is what became of a recipient at the next host.
type verdict struct {
	class trace.Class
	text  string
}

// classOfText is the class of a reply, transient where there is none.
func classOfText(reply string) trace.Class {
	if strings.HasPrefix(reply, "5") {
		return trace.ClassPermanent
	}
	return trace.ClassTransient
}

// giveBack ends an attempt with the same verdict for all recipients of an entry.
func (h *Host) giveBack(env Env, id uint32, v verdict, remote string) {
	if q, ok := h.entry(id); ok {
		verdicts := make([]verdict, len(q.To))
		for i := range verdicts {
			verdicts[i] = v
		}
		h.settle(env, q, verdicts, v.text, remote, 0)
	}
}

// tooLate fails a message whose sender wants it back when it is not delivered by a moment (RFC 2852 §4).
var tooLate = smtp.Reply{Code: 550, Enhanced: "5.4.7", Text: "The time that the sender set for the delivery is over"}

// deadline is by when the sender wants a message delivered, [engine.Never] for no moment.
func (q *Entry) deadline() engine.Time {
	if !q.By.Given {
		return engine.Never
	}
	return q.Arrived.Add(q.By.Within)
}

// settle ends an attempt: what was taken or refused for good leaves the queue, the rest waits or expires. remote is the
// host that has spoken, "" for none; of DSN and DELIVERBY, offers is what it takes over.
func (h *Host) settle(env Env, q *Entry, verdicts []verdict, reason, remote string, offers smtp.Extensions) {
	var later []smtp.Recipient
	var failed []failure
	var relayed []failure // of which somebody may want to hear
	taken := 0
	late := env.Now() >= q.deadline()
	expired := env.Now().Sub(q.Arrived) >= h.giveUpAfter() || late && q.By.Return
	for k, to := range q.To {
		switch v := verdicts[k]; {
		case v.class == trace.ClassOK:
			if taken++; q.By.Given || to.Notify.Has(smtp.NotifySuccess) {
				relayed = append(relayed, failure{to, v.text, remote, q.From})
			}
		case v.class == trace.ClassPermanent || expired:
			if v.class != trace.ClassPermanent && late && q.By.Return {
				v.text = tooLate.String()
			}
			if v.text == "" { // nobody answered
				v.text = "451 4.4.1 No answer from " + q.NextHost
			}
			failed = append(failed, failure{to, v.text, remote, q.From})
		default:
			later = append(later, to)
		}
	}
	h.ledger.Queued -= int64(taken + len(failed))
	if taken > 0 {
		h.ledger.Relayed += int64(taken)
		env.Emit(trace.Event{Kind: trace.KindRelayed, Actor: h.Name, Target: q.NextHost, Letter: q.Letter, Num: int64(taken)})
	}
	r := report{letter: q.Letter, envelope: q.Envelope, content: q.Content, arrived: q.Arrived}
	if len(later) == 0 {
		h.queue = slices.DeleteFunc(h.queue, func(x *Entry) bool { return x == q })
	} else {
		h.deferEntry(env, q, later, reason)
	}
	h.notifyRelayed(env, r, relayed, offers)
	h.failAll(env, r, failed)
}

// deferEntry lets an entry wait for its next attempt, and tells the sender once that it takes long.
func (h *Host) deferEntry(env Env, q *Entry, later []smtp.Recipient, reason string) {
	q.To, q.Active, q.Reason = later, false, reason
	q.Next = env.Now().Add(h.retryAfter(q.Attempts))
	late := env.Now() >= q.deadline()
	if !late {
		q.Next = min(q.Next, q.deadline())
	}
	h.due.Push(q.Next, q.ID)
	env.Emit(trace.Event{Kind: trace.KindDeferred, Actor: h.Name, Target: q.NextHost, Letter: q.Letter, Until: q.Next,
		Data: []byte(reason)})
	env.Wake(h, q.Next)
	warn := h.def.MTA.WarnAfter
	if warn == 0 {
		warn = WarnAfter
	}
	if !q.Warned && (warn > 0 && env.Now().Sub(q.Arrived) >= warn || late) {
		q.Warned = true
		r := report{letter: q.Letter, envelope: q.Envelope, content: q.Content, arrived: q.Arrived, until: q.Arrived.Add(h.giveUpAfter())}
		if reason == "" {
			reason = "451 4.4.1 No answer from " + q.NextHost
		}
		var slow []failure
		for _, to := range later {
			slow = append(slow, failure{to, reason, "", q.From})
		}
		h.notify(env, r, actionDelayed, slow)
	}
}

func (h *Host) retryAfter(attempts int) time.Duration {
	if waits := h.def.MTA.Retry; len(waits) > 0 {
		return waits[min(max(attempts, 1), len(waits))-1]
	}
	return RetryInterval
}

func (h *Host) giveUpAfter() time.Duration {
	if d := h.def.MTA.GiveUpAfter; d > 0 {
		return d
	}
	return GiveUpAfter
}
