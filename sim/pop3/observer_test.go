package pop3

import (
	"strings"
	"testing"

	"ehlo/sim/machine"
	"ehlo/sim/machine/machinetest"
	"ehlo/sim/trace"
)

// TestObserverAgrees listens to a server and its client: after each line the observer is in the server's state.
func TestObserverAgrees(t *testing.T) {
	for _, path := range machinetest.Paths(t, "testdata/server/*.txt") {
		h, o := newHost(nil), NewObserver()
		o.Observe(0, trace.ToClient, h.Output())
		for _, said := range machinetest.Conversation(t, path) {
			if said.Dir != trace.ToServer {
				continue
			}
			for line := range strings.Lines(string(said.Data)) {
				o.Observe(0, trace.ToServer, []byte(line))
				h.Receive(0, []byte(line))
				o.Observe(0, trace.ToClient, h.Output())
				if got, want := o.State(), Table().States[h.State()]; got != want {
					t.Fatalf("%s: after %q the observer is in %s, the server in %s", path, line, got, want)
				}
			}
		}
	}
}

func TestObserverBytewise(t *testing.T) {
	for _, path := range machinetest.Paths(t, "testdata/*/*.txt") {
		machinetest.ObserveBytewise(t, func() machine.Observer { return NewObserver() }, machinetest.Conversation(t, path))
	}
}

// TestObserverLines reads one session and lists its lines as the inspector shows them.
func TestObserverLines(t *testing.T) {
	said := machinetest.Conversation(t, "testdata/observer/elsewhere.txt")
	var got []string
	for _, l := range machinetest.Observe(NewObserver(), said, 0) {
		got = append(got, strings.Join([]string{l.Dir.String(), l.Label, l.Verb, l.Class.String(), l.State, l.Next}, "|"))
	}
	want := []string{
		"S|+OK||greeting|authorization|authorization",
		"C|CAPA|CAPA|command|authorization|authorization",
		"S|+OK|CAPA|ok|authorization|authorization",
		"S|USER|CAPA|untagged|authorization|authorization",
		"S|UIDL|CAPA|untagged|authorization|authorization",
		"S|.|CAPA|untagged|authorization|authorization",
		"C|USER|USER|command|authorization|authorization",
		"C|PASS|PASS|command|authorization|authorization",
		"C|UIDL|UIDL|command|authorization|authorization",
		"C|UIDL|UIDL|command|authorization|authorization",
		"C|TOP|TOP|command|authorization|authorization",
		"C|XMAGIC||command|authorization|authorization",
		"C|QUIT|QUIT|command|authorization|authorization",
		"S|+OK|USER|ok|authorization|user given",
		"S|+OK|PASS|ok|user given|transaction",
		"S|+OK|UIDL|ok|transaction|transaction",
		"S|1 whqtsw|UIDL|untagged|transaction|transaction",
		"S|.|UIDL|untagged|transaction|transaction",
		"S|+OK|UIDL|ok|transaction|transaction",
		"S|+OK|TOP|ok|transaction|transaction",
		"S||TOP|content|transaction|transaction",
		"S|.|TOP|untagged|transaction|transaction",
		"S|-ERR||permanent|transaction|transaction",
		"S|-ERR|QUIT|permanent|transaction|update",
		"S|?|||update|update",
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("line %d:\ngot  %s\nwant %s", i, strings.Join(got[min(i, len(got)):], "\n     "), strings.Join(want[min(i, len(want)):], "\n     "))
		}
	}
}
