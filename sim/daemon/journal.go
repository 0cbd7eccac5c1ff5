package daemon

import (
	"bytes"
	"slices"
	"strings"

	"ehlo/sim/message"
	"ehlo/sim/trace"
)

// journalSize is how many events a host's journal holds at least, once there were as many.
const journalSize = 1000

// noted are the kinds of event of which a mail log tells.
var noted = []trace.Kind{trace.KindAccept, trace.KindQueued, trace.KindDeferred, trace.KindRelayed, trace.KindDelivered, trace.KindFailed, trace.KindLogin}

// Noted is an event of which a mail log tells.
type Noted struct {
	trace.Event
	MessageID string // of a message that was taken, without brackets
	Number    uint32 // of a message that was taken: by which its server names it (see [persona.QueueID])
}

// Note keeps an event of the host for its mail log, if it is one of which that tells.
func (h *Host) Note(e *trace.Event) {
	if !slices.Contains(noted, e.Kind) {
		return
	}
	if len(h.journal) >= 2*journalSize {
		h.journal = slices.Clone(h.journal[journalSize:])
	}
	kept := Noted{Event: *e}
	kept.Data = bytes.Clone(e.Data)
	h.journal = append(h.journal, kept)
}

// Journal lists what the host's mail log tells of, oldest first. It must not be changed.
func (h *Host) Journal() []Noted { return h.journal }

// identify adds to the newest event of the journal how its message is called.
func (h *Host) identify(m *mail) {
	if n := len(h.journal); n > 0 && h.journal[n-1].Kind == trace.KindQueued && h.journal[n-1].Letter == m.letter {
		header, _ := message.Split(m.content)
		id, _ := message.Get(header, "Message-ID")
		h.journal[n-1].MessageID, h.journal[n-1].Number = strings.Trim(strings.TrimSpace(id), "<>"), m.number
	}
}
