package sim

import (
	"strconv"

	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/smtp"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// actor is what an actor of the definition has done so far.
type actor struct {
	done int // how often it did what it does
	next engine.Time
	conn uint32 // of a reader that stays: the last one, or 0
}

// act lets an actor do what it does, and plans the next time. At a host that is down nobody does anything.
func (w *World) act(i int) {
	a := &w.def.Actors[i]
	at := w.now.Add(a.Every)
	if a.Jitter > 0 {
		at += engine.Time(w.actChance.N(uint64(a.Jitter) + 1))
	}
	w.actors[i].next = at
	if a.Until == 0 || at <= engine.Time(a.Until) {
		w.plans.Push(at, plan{planAct, i})
	}
	if w.net.IsDown(a.Host) {
		return
	}
	if id := w.actors[i].conn; a.Idle && id != 0 && !w.conn(id).closed {
		return // it is there already
	}
	n := w.actors[i].done
	w.actors[i].done++
	switch a.Kind {
	case world.Reader:
		w.note(a, "poll", a.User)
		name, port, _ := splitTarget(a.Server)
		w.actors[i].conn = w.open(a.Host, name, port, 0, daemon.NewReader(w.now, a.Protocol, a.User, a.Password,
			daemon.Habits{Remove: a.Delete, Idle: a.Idle, Keep: a.KeepSent}))
	case world.Writer:
		to := a.To[n%len(a.To)]
		w.note(a, "write", to)
		w.write(a, n, to)
	case world.Spammer:
		w.note(a, "write", strconv.Itoa(len(a.To)))
		w.write(a, n, a.To...)
	case world.DialUp:
		w.note(a, "dial", a.Server)
		w.end(world.Fault{Kind: world.LinkDown, Host: a.Host, Other: a.Server})
		w.plans.Push(w.now.Add(a.For), plan{planHangUp, i})
		w.hosts[w.hostIndex(a.Host)].Flush(w)
		if a.Fetch != "" {
			w.note(a, "fetch", a.Fetch)
			w.open(a.Host, a.Server, 25, 0, daemon.NewStarter(w.now, a.Fetch))
		}
	}
}

// nextAct is when an actor acts next.
func (w *World) nextAct(i int) engine.Time { return w.actors[i].next }

func (w *World) note(a *world.Actor, does, whom string) {
	w.Emit(trace.Event{Kind: trace.KindAct, Actor: a.Host, Target: whom, Label: a.Kind, Verb: does})
}

// write lets an actor's mail program send a message. It goes to the program's server; what that does not take now waits in
// the program's outbox, which is the host's queue.
func (w *World) write(a *world.Actor, n int, to ...string) {
	var e smtp.Envelope
	e.From, _ = smtp.ParsePath(a.User)
	for _, address := range to {
		path, _ := smtp.ParsePath(address)
		e.To = append(e.To, smtp.Recipient{Path: path})
	}
	server, _, _ := splitTarget(a.Server)
	subject := a.Subject
	if subject == "" {
		subject = "Hello"
	}
	h := w.hosts[w.hostIndex(a.Host)]
	text := h.Compose(w, e, subject+" "+strconv.Itoa(n+1))
	h.Submit(w, server, e, text)
	for i := range w.def.Actors {
		if r := &w.def.Actors[i]; r.KeepSent && r.Host == a.Host && (r.User == e.From.Local || r.User == a.User) {
			h.Sent(r.User, text)
		}
	}
}
