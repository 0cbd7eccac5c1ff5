package sim_test

import (
	"fmt"

	"ehlo/sim"
	"ehlo/sim/script"
	"ehlo/sim/trace"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

// Two hosts, one message, and what the trace says of it.
func Example() {
	text, _ := worlds.Text("two-domains")
	def, err := world.Parse("two-domains", text)
	if err != nil {
		panic(err)
	}
	tl, err := sim.NewTimeline(def)
	if err != nil {
		panic(err)
	}
	typed, err := script.Parse("example", []byte(`
telnet mx.example.net 25
> EHLO laptop.example.org
> MAIL FROM:<alice@example.org>
> RCPT TO:<bob@example.net>
> DATA
> Subject: Lunch on Friday?
>
> At noon, by the gate.
> .
> QUIT
`))
	if err != nil {
		panic(err)
	}
	if err := typed.Play(tl); err != nil {
		panic(err)
	}
	for _, e := range tl.Trace().All() {
		switch e.Kind {
		case trace.KindLine:
			fmt.Printf("%v %s: %4s %v\n", e.At, e.Dir, e.Label, e.Class)
		case trace.KindQueued, trace.KindDelivered:
			fmt.Printf("%v %s %s %q\n", e.At, e.Kind, e.Actor, e.Label)
		}
	}
	// Output:
	// 00:00.018 S:  220 greeting
	// 00:00.036 C: EHLO command
	// 00:00.054 S:  250 untagged
	// 00:00.054 S:  250 untagged
	// 00:00.054 S:  250 untagged
	// 00:00.054 S:  250 untagged
	// 00:00.054 S:  250 untagged
	// 00:00.054 S:  250 untagged
	// 00:00.054 S:  250 untagged
	// 00:00.054 S:  250 untagged
	// 00:00.054 S:  250 untagged
	// 00:00.054 S:  250 untagged
	// 00:00.054 S:  250 untagged
	// 00:00.054 S:  250 ok
	// 00:00.072 C: MAIL command
	// 00:00.090 S:  250 ok
	// 00:00.108 C: RCPT command
	// 00:00.126 S:  250 ok
	// 00:00.144 C: DATA command
	// 00:00.162 S:  354 more
	// 00:00.180 C:      content
	// 00:00.198 C:      content
	// 00:00.216 C:      content
	// 00:00.235 C:    . command
	// 00:00.253 queued mx.example.net "Lunch on Friday?"
	// 00:00.253 delivered mx.example.net "Lunch on Friday?"
	// 00:00.253 S:  250 ok
	// 00:00.271 C: QUIT command
	// 00:00.289 S:  221 ok
}
