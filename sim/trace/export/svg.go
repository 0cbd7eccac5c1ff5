package export

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"ehlo/sim/trace"
)

// Sizes in px.
const (
	timeColumn  = 80
	hostCard    = 176
	wideSpacing = 232 // between the lines of two hosts
	nearSpacing = 188 // the same where one connection is shown, beside other things
	hostHeight  = 42
	linkHeight  = 24
	rowHeight   = 46
	noteHeight  = 30
	margin      = 12
)

// How wide a character is, in tenths of a px, generously: of the monospaced face at 12 px and, bold, at 13 px, and of the
// proportional face at 12 px, plain and bold.
const (
	monoWidth  = 74
	nameWidth  = 80
	plainWidth = 60
	boldWidth  = 66
)

// drawing writes the SVG.
type drawing struct {
	*ladder
	b       strings.Builder
	spacing int
	width   int
	height  int
}

func (d *drawing) svg() string {
	d.spacing = wideSpacing
	if d.options.Conn != 0 {
		d.spacing = nearSpacing
	}
	d.width = timeColumn + max(len(d.hosts), 2)*d.spacing
	top := margin + hostHeight + 10 + d.countLinks()*linkHeight + 8
	d.height = top
	if d.dropped > 0 {
		d.height += noteHeight
	}
	for i := range d.rows {
		d.height += d.rows[i].height()
	}
	d.height += margin
	d.open()
	d.lifelines(margin + hostHeight)
	d.cards()
	d.drawLinks(margin + hostHeight + 10)
	y := top
	if d.dropped > 0 {
		d.add(`<text x="`, timeColumn, `" y="`, y+20, `" fill="var(--ink-2,#43515B)">`)
		d.escape(d.text("ladder.earlier", "count", strconv.Itoa(d.dropped)))
		d.add("</text>\n")
		y += noteHeight
	}
	d.add(`<g role="list">`, "\n")
	for i := range d.rows {
		d.row(&d.rows[i], y)
		y += d.rows[i].height()
	}
	d.add("</g>\n</svg>\n")
	return d.b.String()
}

func (d *drawing) open() {
	d.add(`<svg xmlns="http://www.w3.org/2000/svg" class="ladder-svg" role="group" width="`, d.width, `" height="`, d.height,
		`" viewBox="0 0 `, d.width, " ", d.height, `" font-family="var(--font-ui,system-ui,sans-serif)" font-size="12"`,
		` fill="var(--ink,#14202A)" aria-label="`)
	d.escape(d.text("ladder.title"))
	d.add(`">`, "\n<desc>")
	names := make([]string, len(d.hosts))
	for i, h := range d.hosts {
		names[i] = h.name
	}
	d.escape(d.text("ladder.desc", "steps", strconv.Itoa(len(d.rows)), "hosts", strings.Join(names, ", ")))
	d.add("</desc>\n")
}

func (d *drawing) column(i int) int { return timeColumn + i*d.spacing + d.spacing/2 }

func (d *drawing) lifelines(y int) {
	d.add(`<g class="ladder__lives" stroke="var(--rule-strong,#75828A)" stroke-dasharray="2 4" aria-hidden="true">`)
	for i := range d.hosts {
		d.add(`<path d="M`, d.column(i), " ", y, "V", d.height-margin, `"/>`)
	}
	d.add("</g>\n")
}

// cards draws the hosts: role, name, person.
func (d *drawing) cards() {
	for i, h := range d.hosts {
		x, y := d.column(i)-hostCard/2, margin
		role, known := roleColours[h.role]
		sub := h.role
		if known {
			sub = d.text("ladder.role." + h.role)
		} else {
			role = "var(--rule-strong,#75828A)"
		}
		switch {
		case h.you:
			sub = d.text("ladder.you", "role", sub, "person", h.person)
		case h.person != "":
			sub = strings.TrimPrefix(sub+" · "+h.person, " · ")
		}
		d.add(`<g class="ladder__host" role="img"><title>`)
		d.escape(strings.TrimSuffix(h.name+", "+sub, ", "))
		d.add(`</title><rect x="`, x, `" y="`, y, `" width="`, hostCard, `" height="`, hostHeight,
			`" rx="4" fill="var(--sheet,#FFFFFF)" stroke="var(--outline,#14202A)" stroke-width="`, pick(h.you, "2.5", "1.5"), `"/>`,
			`<rect x="`, x+1, `" y="`, y+1, `" width="6" height="`, hostHeight-2, `" fill="`, role, `"/>`,
			`<text x="`, x+16, `" y="`, y+18, `" font-family="var(--font-mono,monospace)" font-size="13" font-weight="700">`)
		d.escape(fit(h.name, hostCard-22, nameWidth))
		d.add(`</text><text x="`, x+16, `" y="`, y+34, `" fill="var(--ink-2,#43515B)">`)
		d.escape(fit(sub, hostCard-22, plainWidth))
		d.add("</text></g>\n")
	}
}

var roleColours = map[string]string{
	"mua": "var(--mua,#1D4470)", "mta": "var(--mta,#6D45BD)", "dns": "var(--dns,#00707A)", "mailbox": "var(--mailbox,#5A6500)",
	"eve": "var(--eve,#2A2A2A)",
}

func (d *drawing) ends(l link) (a, b int) {
	a, b = -1, -1
	for i, h := range d.hosts {
		if h.name == l.a {
			a = i
		}
		if h.name == l.b {
			b = i
		}
	}
	return min(a, b), max(a, b)
}

func (d *drawing) countLinks() (n int) {
	for _, l := range d.links {
		if a, _ := d.ends(l); a >= 0 {
			n++
		}
	}
	return n
}

// drawLinks draws the links with their times, each on a line of its own.
func (d *drawing) drawLinks(y int) {
	for _, l := range d.links {
		a, b := d.ends(l)
		if a < 0 {
			continue
		}
		xa, xb := d.column(a), d.column(b)
		label := units(l)
		w := textWidth(label, plainWidth) + 14
		d.add(`<g class="ladder__link" role="img"><title>`)
		d.escape(d.text("ladder.link", "a", d.hosts[a].name, "b", d.hosts[b].name, "time", label))
		d.add(`</title><path d="M`, xa, " ", y+12, "H", xb, `" stroke="var(--wire,#7A8790)" stroke-width="1.5"/><circle cx="`, xa,
			`" cy="`, y+12, `" r="3" fill="var(--wire,#7A8790)"/><circle cx="`, xb, `" cy="`, y+12, `" r="3" fill="var(--wire,#7A8790)"/>`)
		x := (xa + xb) / 2
		d.add(`<rect x="`, x-w/2, `" y="`, y+2, `" width="`, w, `" height="20" fill="var(--paper,#F4F6F3)"/><text x="`, x, `" y="`, y+16,
			`" text-anchor="middle" fill="var(--ink-2,#43515B)">`)
		d.escape(label)
		d.add("</text></g>\n")
		y += linkHeight
	}
}

// units is what a link needs for crossing and how much it carries, as in "18 ms · 8 Mbit/s".
func units(l link) string {
	s := duration(l.latency)
	if l.bandwidth == 0 {
		return s
	}
	bits, prefix := l.bandwidth, ""
	for _, p := range []string{"k", "M", "G"} {
		if bits%1000 != 0 {
			break
		}
		bits, prefix = bits/1000, p
	}
	return s + " · " + strconv.FormatInt(bits, 10) + " " + prefix + "bit/s"
}

func duration(t time.Duration) string {
	for _, u := range []struct {
		size time.Duration
		name string
	}{{time.Hour, " h"}, {time.Minute, " min"}, {time.Second, " s"}, {time.Millisecond, " ms"}, {time.Microsecond, " µs"}} {
		if t%u.size == 0 && t >= u.size {
			return strconv.FormatInt(int64(t/u.size), 10) + u.name
		}
	}
	return strconv.FormatInt(int64(t), 10) + " ns"
}

// add writes strings and whole numbers.
func (d *drawing) add(parts ...any) {
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			d.b.WriteString(p)
		case int:
			d.b.WriteString(strconv.Itoa(p))
		}
	}
}

// escape writes text so that it is text, in an element as in an attribute.
func (d *drawing) escape(s string) { escaper.WriteString(&d.b, visible([]byte(s))) }

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

// fit cuts a text to a width in px.
func fit(s string, width, char int) string {
	r := []rune(s)
	if n := width * 10 / char; len(r) > n {
		return string(r[:max(n-1, 0)]) + "…"
	}
	return s
}

func textWidth(s string, char int) int { return utf8.RuneCountInString(s) * char / 10 }

func pick(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

func (r *row) height() int {
	switch r.shape {
	case shapePacket, shapeEnvelope, shapeBroken, shapeWire:
		return rowHeight
	}
	return noteHeight
}

// says is the identifier of the sentence for a protocol line.
func (r *row) says() string {
	switch r.class {
	case trace.ClassTransient:
		return "ladder.says-transient"
	case trace.ClassPermanent:
		return "ladder.says-permanent"
	}
	return "ladder.says"
}
