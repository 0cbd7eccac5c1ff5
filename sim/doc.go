// Package sim is the front door to a simulated mail internet: a [World] of hosts, links, servers and mailboxes in virtual
// time, and a [Timeline] that can be played, rewound, undone and saved.
//
// A world does nothing by itself. Whoever drives it gives it inputs and lets time pass:
//
//	def, err := world.Parse("two-domains", text)
//	tl, err := sim.NewTimeline(def)
//	tl.Input(trace.Input{Kind: trace.InputOpen, Actor: "laptop.example.org", Target: "mx.example.net:25"})
//	tl.Run() // until only timers remain
//	tl.Input(trace.Input{Kind: trace.InputType, Actor: "laptop.example.org", Conn: 1, Data: []byte("EHLO laptop.example.org\r\n")})
//	tl.Run()
//	for _, e := range tl.Visible() { … }
//
// What happened is said by trace events and nothing else. The same definition and the same inputs give the same trace,
// octet for octet, wherever they are played.
package sim
