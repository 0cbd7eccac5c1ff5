package daemon

import (
	"slices"
	"strings"

	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// Aliases are those by which the host's MTA goes.
func (h *Host) Aliases() []world.Alias { return h.def.MTA.Aliases }

// Deliverable says what would become of mail for an address without sending any: whether it ends here, then in which
// account or in what an alias stands for, and whether there is anybody.
func (h *Host) Deliverable(env Env, address string) (local bool, account string, ok bool) {
	p := asked(address)
	if local = h.isLocal(p.Domain); !local {
		return false, "", true
	}
	if a, found := h.alias(strings.ToLower(p.Local)); found {
		return true, strings.Join(a.To, ", "), true
	}
	if a, found := h.recipient(p); found {
		return true, a.Name, true
	}
	return true, "", h.knows(env, p)
}

// Drop takes a message from the queue without a word, and says how many entries it had there: its keeper wants it so.
func (h *Host) Drop(env Env, letter uint32) (n int) {
	for _, q := range slices.Clone(h.queue) {
		if q.Letter != letter || q.Active {
			continue
		}
		n++
		h.ledger.Queued -= int64(len(q.To))
		for _, to := range q.To {
			h.discard(env, letter, to, "removed by root")
		}
		h.queue = slices.DeleteFunc(h.queue, func(x *Entry) bool { return x == q })
	}
	return n
}

// Retry starts an attempt now for a message that waits, and says how many entries it has in the queue.
func (h *Host) Retry(env Env, letter uint32) int {
	h.Release(env, letter)
	return h.flush(env, func(q *Entry) bool { return q.Letter == letter })
}

// Hold lets a message wait until its keeper releases it, and says how many entries it has that do not wait so already.
func (h *Host) Hold(letter uint32) (n int) {
	for _, q := range h.queue {
		if q.Letter == letter && !q.Held && !q.Active {
			q.Held = true
			n++
		}
	}
	return n
}

// Release lets a message that was held wait like others, and says how many entries it has that were.
func (h *Host) Release(env Env, letter uint32) (n int) {
	for _, q := range h.queue {
		if q.Letter == letter && q.Held {
			q.Held = false
			q.Next = max(q.Next, env.Now())
			h.due.Push(q.Next, q.ID)
			env.Wake(h, q.Next)
			n++
		}
	}
	return n
}

// HasMTA says whether the host runs a server for SMTP.
func (h *Host) HasMTA() bool {
	return slices.ContainsFunc(h.def.Services, func(s world.Service) bool { return s.Protocol == "smtp" })
}

// Definition is what the host was before the world started.
func (h *Host) Definition() *world.Host { return h.def }

// Domains are those whose mail ends here.
func (h *Host) Domains() []string { return h.local }

// Tunnel is a port at which stunnel speaks TLS for the plain service at another one, or, where Host is not "", takes plain
// connections and speaks TLS to the service at that host's port.
type Tunnel struct {
	Accept, Connect int
	Host            string
	User            string // who has started it
}

// Tunnels lists those that stunnel keeps open.
func (h *Host) Tunnels() []Tunnel { return h.tunnels }

// SetTunnels lets stunnel keep others open; none ends it.
func (h *Host) SetTunnels(env Env, tunnels []Tunnel) {
	h.tunnels = slices.Clone(tunnels)
	for _, t := range tunnels {
		label := ""
		for _, s := range h.def.Services {
			if s.Port == t.Connect && t.Host == "" {
				label = s.Protocol
			}
		}
		env.Emit(trace.Event{Kind: trace.KindListen, Actor: h.Name, Num: int64(t.Accept), Label: label})
	}
}
