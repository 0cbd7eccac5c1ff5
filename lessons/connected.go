package lessons

import (
	"strconv"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// connected asks for a connection that was established.
type connected struct{ where }

func readConnected(f *fields) condition { return connected{readWhere(f)} }

func (c connected) judge(f *facts, _ Query, after uint64) verdict {
	host, port := c.args()
	none := missing("lessons.missing.connection", "host", host, "port", port)
	for _, s := range f.sessions {
		if s.relays || s.opened <= after || s.settled > f.now {
			continue
		}
		switch {
		case c.holds(s) && s.outcome == trace.KindEstablished:
			return done(s.settledAt)
		case s.outcome == trace.KindUnreachable:
			none = missing("lessons.missing.unreachable", "name", s.server, "host", host, "port", port)
		case s.outcome == trace.KindRefused && strings.EqualFold(s.server, host):
			none = missing("lessons.missing.door", "host", host, "asked", strconv.FormatInt(s.port, 10), "port", port)
		case s.outcome == trace.KindEstablished:
			none = missing("lessons.missing.elsewhere", "server", s.server, "asked", strconv.FormatInt(s.port, 10), "host", host, "port", port)
		}
	}
	return none
}

func (c connected) happened() machine.Note {
	host, port := c.args()
	return note("lessons.happened.connected", "host", host, "port", port)
}
