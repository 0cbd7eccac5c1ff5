package traced

import (
	"iter"

	"ehlo/sim/trace"
)

// Filter leaves events out of what is drawn. What is not set leaves out nothing.
type Filter struct {
	Conn     uint32 `json:"conn"`     // only this connection
	Host     string `json:"host"`     // only what this host does, and what others do to it
	Protocol string `json:"protocol"` // only connections to a service of this protocol
	After    int    `json:"after"`    // only what happens behind the first so many events, between hosts that then take part
}

// always are kinds that a diagram needs whatever it shows.
var always = map[trace.Kind]bool{trace.KindWorld: true, trace.KindHost: true, trace.KindLink: true, trace.KindListen: true}

// only passes the events on that the filter does not leave out.
func only(events iter.Seq2[int, trace.Event], f Filter) iter.Seq2[int, trace.Event] {
	if f.Host == "" && f.Protocol == "" && f.After == 0 {
		return events // Conn is for who draws
	}
	return func(yield func(int, trace.Event) bool) {
		of := map[uint32]bool{} // connections that the filter lets through
		part := f.taking(events)
		for i, e := range events {
			if e.Kind == trace.KindOpen {
				of[e.Conn] = (f.Host == "" || e.Actor == f.Host || e.Target == f.Host) && (f.Protocol == "" || e.Label == f.Protocol)
			}
			wanted := always[e.Kind]
			switch {
			case wanted:
				wanted = part == nil || part[e.Actor] && (e.Kind != trace.KindLink || part[e.Target])
			case i < f.After:
			case e.Conn != 0:
				wanted = of[e.Conn]
			default:
				wanted = f.Protocol == "" && (f.Host == "" || e.Actor == f.Host || e.Target == f.Host)
			}
			if wanted && !yield(i, e) {
				return
			}
		}
	}
}

// taking are the hosts that take part in what happens behind the first events, nil where none are left out.
func (f Filter) taking(events iter.Seq2[int, trace.Event]) map[string]bool {
	if f.After == 0 {
		return nil
	}
	hosts := map[string]bool{"": true} // a world's own events have none
	for i, e := range events {
		if i >= f.After && e.Conn != 0 {
			hosts[e.Actor], hosts[e.Target] = true, true
		}
	}
	return hosts
}
