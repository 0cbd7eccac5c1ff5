package export

import (
	"strconv"

	"ehlo/sim/trace"
)

// row draws one row whose upper edge is at y.
func (d *drawing) row(r *row, y int) {
	d.add(`<g role="listitem" class="ladder__row"`)
	if r.conn != 0 {
		d.add(` data-conn="`, strconv.FormatUint(uint64(r.conn), 10), `"`)
	}
	d.add(` data-seq="`, strconv.FormatUint(r.seq, 10), `"><g role="img"><title>`)
	d.escape(d.sentence(r))
	d.add("</title>")
	middle := y + r.height()/2
	line := middle + 4 // the base of the row's text
	if r.height() == rowHeight {
		line = y + 14
	}
	d.add(`<text x="8" y="`, line, `" font-family="var(--font-mono,monospace)" fill="var(--ink-3,#56646D)">`, r.at.String(), "</text>")
	switch r.shape {
	case shapePacket:
		d.packet(r, y)
	case shapeWire, shapeBroken:
		d.wire(r, y)
	case shapeEnvelope:
		d.envelopeAcross(r, y)
	default:
		d.note(r, middle)
	}
	d.add("</g></g>\n")
}

// sentence is the row in words.
func (d *drawing) sentence(r *row) string {
	from, to := d.hosts[r.from].name, d.hosts[r.to].name
	text := r.text
	switch {
	case r.shape == shapeFold:
		text = d.foldText(r)
	case r.class == trace.ClassContent && r.shape == shapePacket:
		text = d.contentText(r)
	}
	id := "ladder.step"
	if r.shape == shapePacket {
		id = r.says()
	}
	if from != to {
		from += " → " + to
	}
	return d.text(id, "time", r.at.String(), "where", from, "mark", mark(r.dir), "text", text)
}

func (d *drawing) foldText(r *row) string {
	return d.text("ladder.more", "count", strconv.Itoa(r.count))
}

func (d *drawing) contentText(r *row) string {
	return d.text("ladder.content", "octets", strconv.FormatInt(r.octets, 10))
}

func mark(dir trace.Dir) string {
	if dir == trace.DirNone {
		return ""
	}
	return dir.String() + ":"
}

// span is where the wire of a row runs, and the middle of it. A host that speaks with itself gets a loop at the right
// of its line.
func (d *drawing) span(r *row) (x1, x2, middle int, loop bool) {
	x1, x2 = d.column(r.from), d.column(r.to)
	if loop = r.from == r.to; loop {
		return x1, x2, x1 + 72, true
	}
	return x1, x2, (x1 + x2) / 2, false
}

// above begins the text over a wire and returns how many px there are for it: up to the right edge, since nothing else
// stands in the row.
func (d *drawing) above(r *row, y int, attributes string) int {
	x := min(d.column(r.from), d.column(r.to)) + 12
	d.add(`<text x="`, x, `" y="`, y+14, `" paint-order="stroke" stroke="var(--paper,#F4F6F3)" stroke-width="4" `, attributes, ">")
	return d.width - x - 8
}

// line draws a wire at height y with an arrow head at its end.
func (d *drawing) line(r *row, y int, stroke, dash string) {
	x1, x2, _, loop := d.span(r)
	d.add(`<path fill="none" stroke="`, stroke, `" stroke-width="1.5"`)
	if dash != "" {
		d.add(` stroke-dasharray="`, dash, `"`)
	}
	if loop {
		d.add(` d="M`, x1, " ", y-5, "H", x1+14, "V", y+5, "H", x1+8, `"/>`)
		d.head(x1, y+5, -1, stroke)
		return
	}
	step := 1
	if x2 < x1 {
		step = -1
	}
	d.add(` d="M`, x1, " ", y, "H", x2-8*step, `"/>`)
	d.head(x2, y, step, stroke)
}

// head draws an arrow head whose tip is at x, y.
func (d *drawing) head(x, y, step int, fill string) {
	d.add(`<path fill="`, fill, `" d="M`, x, " ", y, "l", -9*step, " -4.5v9z", `"/>`)
}

// packetLook is the look of a protocol line.
type packetLook struct{ class, fill, stroke, dash, ink string }

func look(r *row) packetLook {
	switch {
	case r.class == trace.ClassTransient:
		return packetLook{"packet--soft", "var(--transient-fill,#FFC94D)", "var(--on-transient,#2B1D00)", "3 2.5", "var(--on-transient,#2B1D00)"}
	case r.class == trace.ClassPermanent:
		return packetLook{"packet--hard", "var(--permanent-fill,#B80F35)", "var(--permanent-fill,#B80F35)", "", "var(--on-permanent,#FFFFFF)"}
	case r.dir == trace.ToServer:
		return packetLook{"packet--client", "var(--client,#0B57A4)", "var(--client,#0B57A4)", "", "var(--on-ink,#FFFFFF)"}
	}
	return packetLook{"packet--server", "var(--sheet,#FFFFFF)", "var(--server,#8A4100)", "", "var(--server,#8A4100)"}
}

// packet draws a protocol line: its text with C: or S:, and under it a wire with the packet.
func (d *drawing) packet(r *row, y int) {
	_, _, x, _ := d.span(r)
	stroke := pick(r.dir == trace.ToServer, "var(--client,#0B57A4)", "var(--server,#8A4100)")
	text, label := r.text, r.label
	if r.class == trace.ClassContent {
		text, label = d.contentText(r), strconv.FormatInt(r.octets, 10)
	}
	room := d.above(r, y, `font-family="var(--font-mono,monospace)"`)
	d.add(`<tspan font-weight="700" fill="`, stroke, `">`, mark(r.dir), `</tspan> <tspan>`)
	d.escape(fit(text, room-26, monoWidth))
	d.add("</tspan></text>")
	d.line(r, y+31, stroke, "")
	d.shape(r, fit(label, 120, monoWidth), x, y+31)
}

// shape draws the packet around its label: a plate that points where it goes, with a cross or an open ring where it
// refuses.
func (d *drawing) shape(r *row, label string, x, y int) {
	k := look(r)
	half := textWidth(label, monoWidth)/2 + 9
	refused := r.class == trace.ClassTransient || r.class == trace.ClassPermanent
	if refused {
		half += 8
	}
	step := 1
	if r.to < r.from || r.to == r.from && r.dir == trace.ToClient {
		step = -1
	}
	d.add(`<g class="packet `, k.class, `"><path fill="`, k.fill, `" stroke="`, k.stroke, `" stroke-width="1.7" stroke-linejoin="round"`)
	if k.dash != "" {
		d.add(` stroke-dasharray="`, k.dash, `"`)
	}
	d.add(` d="M`, x-half*step, " ", y-11, "H", x+half*step, "L", x+(half+8)*step, " ", y, "L", x+half*step, " ", y+11, "H", x-half*step, `Z"/>`)
	shift := 0
	if refused {
		shift = 8
		cx := x - half + 9
		d.add(`<g class="packet__mark" fill="none" stroke="`, k.ink, `" stroke-width="2" stroke-linecap="round">`)
		if r.class == trace.ClassPermanent {
			d.add(`<path d="m`, cx-4, " ", y-4, `l8 8m0-8l-8 8"/>`)
		} else {
			d.add(`<path d="M`, cx+3, " ", y-3, `a4.5 4.5 0 1 1-6 0"/>`)
		}
		d.add("</g>")
	}
	d.add(`<text x="`, x+shift, `" y="`, y+4, `" text-anchor="middle" font-family="var(--font-mono,monospace)" font-weight="700" fill="`, k.ink, `">`)
	d.escape(label)
	d.add("</text></g>")
}

// wire draws what the network does: a thin line with its words, and a cross on it where it does not get through.
func (d *drawing) wire(r *row, y int) {
	_, _, x, _ := d.span(r)
	room := d.above(r, y, `fill="var(--ink-2,#43515B)"`)
	d.escape(fit(r.text, room, plainWidth))
	d.add("</text>")
	d.line(r, y+31, "var(--wire,#7A8790)", "5 4")
	if r.shape != shapeBroken {
		return
	}
	d.add(`<g class="bump"><circle cx="`, x, `" cy="`, y+31, `" r="10" fill="var(--permanent-fill,#B80F35)"/><path d="m`, x-4, " ", y+27,
		`l8 8m0-8l-8 8" fill="none" stroke="var(--on-permanent,#FFFFFF)" stroke-width="2" stroke-linecap="round"/></g>`)
}

// envelope draws a message around a point.
func (d *drawing) envelope(x, y int, returned bool) {
	ink := pick(returned, "var(--letter-return,#B80F35)", "var(--letter-ink,#14202A)")
	d.add(`<g class="letter"><rect x="`, x-13, `" y="`, y-9, `" width="26" height="18" rx="1.5" fill="var(--letter,#FFFFFF)" stroke="`, ink,
		`" stroke-width="1.5"/><path d="M`, x-13, " ", y-8, `l13 10l13-10" fill="none" stroke="`, ink, `"/></g>`)
}

func (d *drawing) envelopeAcross(r *row, y int) {
	_, _, x, _ := d.span(r)
	room := d.above(r, y, `font-weight="700"`)
	d.escape(fit(r.text, room, boldWidth))
	d.add("</text>")
	d.line(r, y+31, "var(--letter-ink,#14202A)", "")
	d.envelope(x, y+31, false)
}

// note draws words beside a host's line: at its right, or at its left where there is more room.
func (d *drawing) note(r *row, y int) {
	x := d.column(r.from)
	right := d.width - x - 12
	left := x - timeColumn - 12
	step, room, anchor := 1, right, "start"
	if left > right {
		step, room, anchor = -1, left, "end"
	}
	offset := 12
	switch r.shape {
	case shapeKept:
		d.envelope(x, y, r.class == trace.ClassPermanent)
		offset = 20
	case shapeMailbox:
		d.stack(x, y, r.counts)
		offset = 24
	default:
		d.add(`<circle cx="`, x, `" cy="`, y, `" r="4" fill="var(--sheet,#FFFFFF)" stroke="var(--wire,#7A8790)" stroke-width="1.5"/>`)
	}
	text := r.text
	if r.shape == shapeFold {
		text = d.foldText(r)
	}
	char := plainWidth
	if r.shape == shapeKept {
		char = boldWidth
	}
	text = fit(text, room-offset, char)
	w := textWidth(text, char) + 8
	// The words stand on paper, so that the lines of other hosts do not cross them.
	d.add(`<rect x="`, x+offset*step-pickInt(step > 0, 4, w-4), `" y="`, y-10, `" width="`, w, `" height="20" fill="var(--paper,#F4F6F3)"/>`,
		`<text x="`, x+offset*step, `" y="`, y+4, `" text-anchor="`, anchor, `"`)
	if r.shape == shapeKept {
		d.add(` font-weight="700"`)
	}
	d.add(">")
	d.escape(text)
	d.add("</text>")
}

// stack draws a mailbox: up to four letters on a shelf, the unread ones filled.
func (d *drawing) stack(x, y int, c trace.Counts) {
	d.add(`<g class="stack" stroke="var(--mailbox,#5A6500)"><path d="M`, x-18, " ", y+10, `h36" stroke-width="2"/>`)
	n := min(c.Messages, 4)
	unread := min(c.Unseen, n)
	for i := range n {
		fill := "var(--mailbox-wash,#EEF2CF)"
		if i >= n-unread {
			fill = "var(--mailbox,#5A6500)"
		}
		d.add(`<rect x="`, x-17+i*9, `" y="`, y-9, `" width="7" height="18" fill="`, fill, `"`)
		if i < min(c.Deleted, n) {
			d.add(` stroke-dasharray="2 2"`)
		}
		d.add("/>")
	}
	d.add("</g>")
}

func pickInt(yes bool, a, b int) int {
	if yes {
		return a
	}
	return b
}
