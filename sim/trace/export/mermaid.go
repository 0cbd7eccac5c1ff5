package export

import (
	"iter"
	"strconv"
	"strings"

	"ehlo/sim/trace"
)

// Mermaid writes the ladder as a sequence diagram in Mermaid's language, for documents that draw it themselves. Options
// mean the same as for [LadderSVG].
func Mermaid(events iter.Seq2[int, trace.Event], o Options) string {
	l := newLadder(events, o)
	var b strings.Builder
	b.WriteString("sequenceDiagram\n")
	for i, h := range l.hosts {
		b.WriteString("  participant " + participant(i) + " as " + mermaidText(h.name) + "\n")
	}
	if l.dropped > 0 && len(l.hosts) > 0 {
		b.WriteString("  Note over " + participant(0) + ": " + mermaidText(l.text("ladder.earlier", "count", strconv.Itoa(l.dropped))) + "\n")
	}
	for i := range l.rows {
		b.WriteString("  " + l.statement(&l.rows[i]) + "\n")
	}
	return b.String()
}

func participant(column int) string { return "h" + strconv.Itoa(column+1) }

// statement is a row: an arrow where something goes from host to host, a note otherwise.
func (l *ladder) statement(r *row) string {
	from, to, text := participant(r.from), participant(r.to), r.text
	arrow := "->>"
	switch r.shape {
	case shapeFold:
		text = l.text("ladder.more", "count", strconv.Itoa(r.count))
		arrow = "-->>"
	case shapePacket:
		if r.class == trace.ClassContent {
			text = l.text("ladder.content", "octets", strconv.FormatInt(r.octets, 10))
		}
		text = mark(r.dir) + " " + text
		switch {
		case r.class == trace.ClassPermanent || r.class == trace.ClassTransient:
			arrow = "--x"
		case r.dir == trace.ToClient:
			arrow = "-->>"
		}
	case shapeWire:
		arrow = "-)"
	case shapeBroken:
		arrow = "-x"
	case shapeEnvelope:
	default:
		return "Note over " + from + ": " + mermaidText(text)
	}
	return from + arrow + to + ": " + mermaidText(text)
}

// mermaidText writes what would end a text, or be taken for a sign of the language, by its number.
func mermaidText(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch r {
		case '#', ';', '<', '>', '"', '\\', '%', '{', '}':
			b.WriteString("#" + strconv.Itoa(int(r)) + ";")
		case '\n', '\r':
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 {
		return " "
	}
	return b.String()
}
