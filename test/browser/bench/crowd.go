package main

import (
	"cmp"
	"fmt"
	"slices"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// The crowd is a made-up trace in which many messages are on their way at once, each over a connection of its own, between
// six hosts whose links take ten seconds. All are on their way from crowdFrom to crowdUntil.
const (
	crowdHosts = 6
	crowdHop   = engine.Time(10e9)
	crowdFrom  = engine.Time(6e9)
	crowdUntil = engine.Time(9.9e9)
)

// crowd is the events of so many messages, in the binary encoding.
func crowd(letters int) []byte {
	var events []trace.Event
	name := func(i int) string { return fmt.Sprintf("mx%d.example.net", i%crowdHosts) }
	events = append(events, trace.Event{Kind: trace.KindWorld, Label: "crowd"})
	for i := range crowdHosts {
		events = append(events, trace.Event{Kind: trace.KindHost, Actor: name(i), Target: fmt.Sprintf("192.0.2.%d", i+1), Label: "mta"},
			trace.Event{Kind: trace.KindListen, Actor: name(i), Num: 25, Label: "smtp"})
	}
	for i := range crowdHosts {
		for k := range i {
			events = append(events, trace.Event{Kind: trace.KindLink, Actor: name(k), Target: name(i), Until: crowdHop})
		}
	}
	const text = "Subject: One of many\r\nFrom: alice@example.org\r\n\r\nHello\r\n"
	for n := range letters {
		a, b := name(n), name(n+1+n/crowdHosts%(crowdHosts-1))
		id, at := uint32(n+1), engine.Time(n%97)*60e6
		octets := int64(len(text))
		until := at + crowdHop
		events = append(events,
			trace.Event{At: at, Kind: trace.KindQueued, Actor: a, Letter: id, Label: "One of many", Num: octets,
				Data: trace.Envelope{From: "alice@example.org", To: []string{"bob@example.net"}}.Append(nil)},
			trace.Event{At: at, Kind: trace.KindAttempt, Actor: a, Target: b, Letter: id, Conn: id},
			trace.Event{At: at, Kind: trace.KindOpen, Actor: a, Target: b, Conn: id, Num: 25},
			trace.Event{At: at, Kind: trace.KindAccept, Actor: b, Target: a, Conn: id, Num: 25},
			trace.Event{At: at, Kind: trace.KindSegment, Actor: a, Target: b, Conn: id, Dir: trace.ToServer, Num: octets, From: at, Until: until, Data: []byte(text)},
			trace.Event{At: at, Kind: trace.KindLine, Actor: a, Target: b, Conn: id, Dir: trace.ToServer, Num: octets, From: at, Until: until,
				Verb: "DATA", Class: trace.ClassContent, Data: []byte(text)})
	}
	slices.SortStableFunc(events, func(a, b trace.Event) int { return cmp.Compare(a.At, b.At) })
	var enc trace.Encoder
	var chunk []byte
	for i := range events {
		events[i].Seq = uint64(i + 1)
		chunk = enc.Append(chunk, &events[i])
	}
	return chunk
}
