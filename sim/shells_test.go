package sim_test

import (
	"errors"
	"slices"
	"testing"

	"ehlo/sim"
	"ehlo/sim/terminal"
	"ehlo/sim/trace"
)

// TestWithoutShells: this test's program has no shells, as tutor.wasm.
func TestWithoutShells(t *testing.T) {
	if terminal.Installed() {
		t.Fatal("something in this test imports package shell")
	}
	tl := start(t, "two-domains")
	typed := trace.Input{Kind: trace.InputTerminal, Actor: "laptop.example.org", Conn: 1, Data: []byte("date\n")}
	var refused *sim.InputError
	if err := tl.Input(typed); !errors.As(err, &refused) || refused.ID != "sim.not-whole" {
		t.Errorf("typing at a terminal: %v", err)
	}
	if n := tl.World().Terminals(); len(n) > 0 {
		t.Errorf("the refused input has made %v", n)
	}
	log := tl.InputLog("test")
	if _, err := sim.Replay(tl.Definition(), log); err != nil {
		t.Errorf("a log without terminals: %v", err)
	}
	log.Inputs = append(log.Inputs, typed)
	if again, err := sim.Replay(tl.Definition(), log); !errors.As(err, &refused) || refused.ID != "sim.not-whole" || again != nil {
		t.Errorf("a log with a terminal: %v", err)
	}
	info, _ := tl.World().Terminal("laptop.example.org", 1)
	if info.Prompt != "alice@laptop:~$ " || info.User != "alice" {
		t.Errorf("a terminal that nobody has used is %+v", info)
	}
	if words := tl.World().Complete("laptop.example.org", 1, "telnet mx.ex"); !slices.Equal(words, []string{"mx.example.net"}) {
		t.Errorf("telnet mx.ex could become %v", words)
	}
}
