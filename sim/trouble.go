package sim

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// faulty says whether a host suffers from a fault of a kind now.
func (w *World) faulty(kind, host string) bool {
	return slices.ContainsFunc(w.troubles, func(f world.Fault) bool { return f.Kind == kind && f.Host == host })
}

// begin lets something break. until is when it is known to end, 0 where it is not.
func (w *World) begin(f world.Fault, until engine.Time) {
	w.troubles = append(w.troubles, f)
	w.tell(f, 1, until)
	w.affect(f, true)
}

// end repairs what broke, and says whether it was broken.
func (w *World) end(f world.Fault) bool {
	i := w.broken(f)
	if i < 0 {
		return false
	}
	w.troubles = slices.Delete(w.troubles, i, i+1)
	w.tell(f, 0, 0)
	w.affect(f, false)
	return true
}

// broken is the place of a fault among those that last, whoever let it begin, and -1 where it is none of them.
func (w *World) broken(f world.Fault) int {
	return slices.IndexFunc(w.troubles, func(t world.Fault) bool {
		return t.Kind == f.Kind && t.Value == f.Value && (t.Host == f.Host && t.Other == f.Other || t.Host == f.Other && t.Other == f.Host)
	})
}

func (w *World) tell(f world.Fault, on int64, until engine.Time) {
	w.Emit(trace.Event{Kind: trace.KindTrouble, Actor: f.Host, Target: f.Other, Label: f.Kind, Verb: f.Value, Num: on, Until: until})
}

// affect brings a fault, or its end, to what it concerns.
func (w *World) affect(f world.Fault, on bool) {
	if world.IsLinkFault(f.Kind) {
		w.affectLink(f)
		return
	}
	h := w.hosts[w.hostIndex(f.Host)]
	switch f.Kind {
	case world.Crash:
		if on {
			w.crash(f.Host)
		} else if !w.faulty(world.Crash, f.Host) {
			w.net.Boot(f.Host)
			h.Boot(w)
		}
	case world.DiskFull:
		h.SetDiskFull(on)
	case world.NamesFail:
		h.RefuseNames(on)
	case world.NamesForged:
		name, address, _ := strings.Cut(f.Value, " ")
		if !on {
			name = ""
		}
		h.ForgeName(name, strings.TrimSpace(address))
	}
}

// affectLink lets a link be as all of its faults together make it.
func (w *World) affectLink(f world.Fault) {
	link, ok := w.net.LinkBetween(f.Host, f.Other)
	if !ok {
		return
	}
	down, noIPv6, loss, slow := false, false, int64(-1), int64(1)
	for _, t := range w.troubles {
		if l, ok := w.net.LinkBetween(t.Host, t.Other); !ok || l != link {
			continue
		}
		switch t.Kind {
		case world.LinkDown:
			down = true
		case world.NoIPv6:
			noIPv6 = true
		case world.LinkLoss:
			ppm, _ := world.ParsePercent(t.Value)
			loss = max(loss, int64(ppm))
		case world.LinkSlow:
			n, _ := strconv.ParseInt(t.Value, 10, 64)
			slow = max(slow, n)
		}
	}
	w.net.SetDown(link, down)
	w.net.SetNoIPv6(link, noIPv6)
	w.net.SetLoss(link, loss)
	w.net.SetSlow(link, slow)
}

// crash stops a host: its ends of all connections are gone, and what its daemons had in hand is as it was on the disk.
func (w *World) crash(host string) {
	at := w.hostIndex(host)
	conns := w.net.Crash(host)
	w.hosts[at].Crash()
	for i := range w.seats {
		if w.seats[i].host == at {
			w.seats[i].Crash()
		}
	}
	for _, id := range conns {
		c := w.conn(id)
		if c.closed {
			continue
		}
		for d := range c.ends {
			if e := c.ends[d]; e.host == at {
				c.ends[d] = end{host: -1}
				if e.session != nil {
					e.session.End(w, w.hosts[at], id)
				}
			}
		}
		nc, _ := w.net.Conn(id)
		if nc.Client == host {
			c.person, c.lost = false, c.person
		} else if nc.Server == host {
			c.served, c.lost = false, c.served
		}
		if c.ends[trace.ToServer].host < 0 && c.ends[trace.ToClient].host < 0 {
			w.Emit(trace.Event{Kind: trace.KindCut, Actor: nc.Client, Target: nc.Server, Conn: id})
			w.over(id)
		}
	}
}

// tamper lets faults on the way change what a server says, and says what goes on the wire.
func (w *World) tamper(server string, p []byte) []byte {
	if w.faulty(world.StripTLS, server) {
		p = bytes.ReplaceAll(bytes.ReplaceAll(p, []byte("STARTTLS"), []byte("XXXXXXXX")), []byte("STLS"), []byte("XXXX"))
	}
	for i, f := range w.troubles {
		if f.Kind != world.ReplyReplaced || f.Host != server {
			continue
		}
		begins, reply, _ := strings.Cut(f.Value, " => ")
		if !bytes.HasPrefix(p, []byte(begins)) {
			continue
		}
		w.troubles = slices.Delete(slices.Clone(w.troubles), i, i+1) // once
		w.tell(f, 0, 0)
		return []byte(reply + "\r\n")
	}
	return p
}

// cutting says how many octets the next connection to a host lives for, 0 where nothing cuts it, and forgets that.
func (w *World) cutting(server string) int64 {
	i := slices.IndexFunc(w.troubles, func(f world.Fault) bool { return f.Kind == world.CutAt && f.Host == server })
	if i < 0 {
		return 0
	}
	f := w.troubles[i]
	w.troubles = slices.Delete(slices.Clone(w.troubles), i, i+1)
	w.tell(f, 0, 0)
	n, _ := strconv.ParseInt(f.Value, 10, 64)
	return n
}

// sever cuts a connection from the server's side.
func (w *World) sever(id uint32) {
	nc, _ := w.net.Conn(id)
	w.net.Break(w.now, id, trace.ToClient)
	w.Emit(trace.Event{Kind: trace.KindCut, Actor: nc.Client, Target: nc.Server, Conn: id, Dir: trace.ToClient})
	w.over(id)
}

// fault lets something break now, or repairs it; see [trace.InputFault].
func (w *World) fault(in trace.Input) {
	f, _ := world.FaultOf(in.Target, in.Actor, string(in.Data))
	if in.Kind == trace.InputFault {
		w.begin(f, 0)
		return
	}
	w.end(f)
}

// checkFault says why a fault cannot happen.
func (w *World) checkFault(in trace.Input) error {
	f, ok := world.FaultOf(in.Target, in.Actor, string(in.Data))
	args := map[string]string{"fault": in.Target, "host": in.Actor, "args": string(in.Data)}
	if !ok {
		return &InputError{"sim.bad-fault", args}
	}
	if f.Other != "" {
		if _, ok := w.net.LinkBetween(f.Host, f.Other); !ok {
			return &InputError{"sim.no-link", args}
		}
	}
	if in.Kind == trace.InputRepair && w.broken(f) < 0 {
		return &InputError{"sim.no-fault", args}
	}
	return nil
}

// Troubles lists the faults that last.
func (w *World) Troubles() []world.Fault { return slices.Clone(w.troubles) }
