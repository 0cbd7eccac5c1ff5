package daemon

import (
	"bytes"
	"slices"

	"ehlo/sim/trace"
)

// journalSize is how many events a host's journal holds at least, once there were as many.
const journalSize = 1000

// noted are the kinds of event of which a mail log tells.
var noted = []trace.Kind{trace.KindAccept, trace.KindQueued, trace.KindDeferred, trace.KindRelayed, trace.KindDelivered, trace.KindFailed, trace.KindLogin}

// Note keeps an event of the host for its mail log, if it is one of which that tells.
func (h *Host) Note(e *trace.Event) {
	if !slices.Contains(noted, e.Kind) {
		return
	}
	if len(h.journal) >= 2*journalSize {
		h.journal = slices.Clone(h.journal[journalSize:])
	}
	kept := *e
	kept.Data = bytes.Clone(e.Data)
	h.journal = append(h.journal, kept)
}

// Journal lists what the host's mail log tells of, oldest first. It must not be changed.
func (h *Host) Journal() []trace.Event { return h.journal }
