package daemon

import (
	"slices"
	"strconv"
	"time"

	"ehlo/sim/dns"
	"ehlo/sim/message"
	"ehlo/sim/smtp"
	"ehlo/sim/store"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// Crash stops the host's daemons: what they had in hand is gone, and what is on the disk stays, the queue and the
// mailboxes among it. The driver ends the sessions afterwards.
func (h *Host) Crash() {
	h.crashed = true
	h.searches, h.routes, h.heard = nil, nil, nil
	h.names.Reset()
	for _, q := range h.queue {
		q.Active = false
	}
}

// Boot starts the daemons again: all that waits is tried at once.
func (h *Host) Boot(env Env) {
	h.crashed = false
	for _, q := range h.queue {
		q.Active = false
		q.Next = env.Now()
		h.due.Push(q.Next, q.ID)
	}
	h.RunQueue(env)
}

// SetDiskFull lets the host have no room for mail, or room again.
func (h *Host) SetDiskFull(full bool) { h.diskFull = full }

// RefuseNames lets the host's name server fail, or work again.
func (h *Host) RefuseNames(on bool) { h.names.Refuse(on) }

// ForgeName lets the host's name server give a name another address; an empty name makes it honest again.
func (h *Host) ForgeName(name, address string) { h.names.Forge(name, address) }

// Compose writes a message of a few lines as somebody at the host would.
func (h *Host) Compose(env Env, e smtp.Envelope, subject string) []byte {
	h.serial++
	var room [512]byte // on the stack
	text := append(append(room[:0], "From: <"...), e.From.String()...)
	before := ">\r\nTo: <"
	for _, r := range e.To[:min(len(e.To), 3)] {
		text = append(append(text, before...), r.Path.String()...)
		before = ">, <"
	}
	text = append(append(append(text, ">\r\nSubject: "...), subject...), "\r\nDate: "...)
	text = append(append(text, message.FormatDate(env.Date(env.Now()))...), "\r\nMessage-ID: <"...)
	text = append(strconv.AppendInt(text, int64(env.Now()), 36), '.')
	text = append(append(strconv.AppendUint(text, uint64(h.serial), 36), '@'), h.Name...)
	text = append(append(append(text, ">\r\n\r\n"...), subject...), "\r\n"...)
	return append(make([]byte, 0, len(text)), text...)
}

// addressOf is the address by which this host reaches another one.
func (h *Host) addressOf(other *world.Host) string {
	if h.def.IPv6 != "" && other.IPv6 != "" {
		return other.IPv6
	}
	return other.Address
}

// Submit hands a message to a mail server, which is named by its host. What the server does not take now waits in this
// host's queue.
func (h *Host) Submit(env Env, server string, e smtp.Envelope, text []byte) {
	literal := server
	for i := range h.world.Hosts {
		if h.world.Hosts[i].Name == server {
			literal = dns.Literal(h.addressOf(&h.world.Hosts[i]))
		}
	}
	letter := env.NewLetter()
	h.ledger.Accepted += int64(len(e.To))
	h.ledger.Queued += int64(len(e.To))
	m := &mail{letter: letter, number: ownNumbers + letter, envelope: e, content: text, subject: subject(env, text)}
	h.queued(env, m, 0)
	h.wait(env, m, target{Recipient: e.To[0], from: e.From}, literal, env.Now())
	q := h.queue[len(h.queue)-1]
	q.To, q.NextHost = slices.Clone(e.To), server
	h.runQueue(env)
}

// RemoveOld removes the messages that users' age limits no longer allow.
func (h *Host) RemoveOld(env Env) {
	for i := range h.accounts {
		a := &h.accounts[i]
		if a.maxAge <= 0 {
			continue
		}
		for _, name := range a.Store.Names() {
			box, _ := a.Store.Mailbox(name)
			limit := env.Date(env.Now()) - int64(a.maxAge/time.Second)
			var old []store.UID
			for _, m := range box.Snapshot().All() {
				if m.Date < limit {
					old = append(old, m.UID)
				}
			}
			if len(old) == 0 {
				continue
			}
			if err := h.Expunge(env, a.Address, name, old); err == nil {
				env.Emit(trace.Event{Kind: trace.KindAct, Actor: h.Name, Target: a.Address, Label: "age limit", Verb: strconv.Itoa(len(old))})
			}
		}
	}
}
