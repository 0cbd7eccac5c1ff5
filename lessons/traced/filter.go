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
}

// always are kinds that a diagram needs whatever it shows.
var always = map[trace.Kind]bool{trace.KindWorld: true, trace.KindHost: true, trace.KindLink: true, trace.KindListen: true}

// only passes the events on that the filter does not leave out.
func only(events iter.Seq2[int, trace.Event], f Filter) iter.Seq2[int, trace.Event] {
	if f.Host == "" && f.Protocol == "" {
		return events // Conn is for who draws
	}
	return func(yield func(int, trace.Event) bool) {
		of := map[uint32]bool{} // connections that the filter lets through
		for i, e := range events {
			if e.Kind == trace.KindOpen {
				of[e.Conn] = (f.Host == "" || e.Actor == f.Host || e.Target == f.Host) && (f.Protocol == "" || e.Label == f.Protocol)
			}
			wanted := always[e.Kind]
			switch {
			case wanted:
			case e.Conn != 0:
				wanted = of[e.Conn]
			default:
				wanted = f.Protocol == "" && (e.Actor == f.Host || e.Target == f.Host)
			}
			if wanted && !yield(i, e) {
				return
			}
		}
	}
}
