package scene

import (
	"strconv"

	"ehlo/sim/machine"
)

// The type faces of an SVG picture: the page's own.
const (
	svgUI   = `"Segoe UI Variable Text","Segoe UI","SF Pro Text",-apple-system,BlinkMacSystemFont,Roboto,"Noto Sans",Cantarell,Lato,"Liberation Sans",system-ui,sans-serif`
	svgMono = `ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"Roboto Mono","Noto Sans Mono","DejaVu Sans Mono","Liberation Mono",monospace`
)

// AppendSVG adds the picture as an SVG document in the colours of a palette; without one in those of the page that shows it, which
// follow its theme. title renders the titles of what is on the
// stage; without it a thing is called by its name.
func (l *List) AppendSVG(dst []byte, p *Palette, title func(machine.Note) string) []byte {
	w := svg{out: dst, p: p}
	w.str(`<svg xmlns="http://www.w3.org/2000/svg" width="`).num(l.Width).str(`" height="`).num(l.Height)
	w.str(`" viewBox="0 0 `).num(l.Width).str(" ").num(l.Height).str(`" font-family='`).str(svgUI).str("'>\n")
	open := int32(-1)
	camera := l.Zoom != 1 && l.Zoom != 0
	for i := range l.Items {
		it := &l.Items[i]
		if i == l.Ground && camera {
			w.str(`<g transform="scale(`).fine(l.Zoom).str(") translate(").fine(-l.Origin.X).str(" ").fine(-l.Origin.Y).str(")\">\n")
		}
		if it.Node != open {
			if open >= 0 {
				w.str("</g>\n")
			}
			if open = it.Node; open >= 0 {
				w.group(&l.Nodes[open], title)
			}
		}
		w.item(l, it, Point{})
	}
	if open >= 0 {
		w.str("</g>\n")
	}
	if camera && len(l.Items) > l.Ground {
		w.str("</g>\n")
	}
	if l.Note != "" {
		w.text(&Item{At: Point{10, l.Height - 10}, Text: l.Note, Face: MonoStrong, Height: 14, Fill: Ink, Stroke: Paper}, Point{})
	}
	w.str("</svg>\n")
	return w.out
}

type svg struct {
	out []byte
	p   *Palette
}

func (w *svg) str(s string) *svg { w.out = append(w.out, s...); return w }

// num adds a length, rounded to a tenth.
func (w *svg) num(f float64) *svg {
	if f < 0.05 && f > -0.05 {
		f = 0
	}
	w.out = strconv.AppendFloat(w.out, f, 'f', 1, 64)
	if n := len(w.out); w.out[n-1] == '0' {
		w.out = w.out[:n-2]
	}
	return w
}

func (w *svg) attr(name string, f float64) *svg {
	return w.str(" ").str(name).str(`="`).num(f).str(`"`)
}

func (w *svg) colour(name string, t Token) *svg {
	w.str(" ").str(name).str(`="`)
	switch {
	case t == Clear:
		w.str("none")
	case w.p == nil:
		w.str("var(--").str(tokenNames[t]).str(",").hex(Light[t]).str(")")
	default:
		w.hex(w.p[t])
	}
	return w.str(`"`)
}

func (w *svg) hex(v uint32) *svg {
	const digits = "0123456789abcdef"
	w.out = append(w.out, '#')
	for shift := 20; shift >= 0; shift -= 4 {
		w.out = append(w.out, digits[v>>shift&15])
	}
	return w
}

// escaped adds a text with the characters written out that XML gives a meaning; what XML cannot hold is left out.
func (w *svg) escaped(s string) *svg {
	for _, r := range s {
		switch {
		case r == '<':
			w.str("&lt;")
		case r == '>':
			w.str("&gt;")
		case r == '&':
			w.str("&amp;")
		case r >= ' ':
			w.out = append(w.out, string(r)...)
		}
	}
	return w
}

func (w *svg) group(n *Node, title func(machine.Note) string) {
	name := n.Name
	if title != nil {
		name = title(n.Title())
	}
	w.str("<g><title>").escaped(name).str("</title>\n")
}

// fine adds a number with four digits behind the point.
func (w *svg) fine(f float64) *svg {
	w.out = strconv.AppendFloat(w.out, f, 'f', 4, 64)
	return w
}

// item adds an item that lies off from where it says. Stamps are written out: programs for slides do not know <use>.
func (w *svg) item(l *List, it *Item, off Point) {
	switch it.Shape {
	case Stamped:
		k := &l.Stamps[it.From]
		for i := range k.Items {
			w.item(&k.List, &k.Items[i], it.At)
		}
		return
	case Rect:
		w.str("<rect").attr("x", it.At.X+off.X).attr("y", it.At.Y+off.Y).attr("width", it.Size.X).attr("height", it.Size.Y)
		if it.Radius > 0 {
			w.attr("rx", it.Radius)
		}
	case Circle:
		w.str("<circle").attr("cx", it.At.X+off.X).attr("cy", it.At.Y+off.Y).attr("r", it.Radius)
	case Path:
		w.str(`<path d="`)
		for i, pt := range l.Path(it) {
			w.str([...]string{"M", "L"}[min(i, 1)]).num(pt.X + off.X).str(" ").num(pt.Y + off.Y)
		}
		if it.Closed {
			w.str("Z")
		}
		w.str(`"`)
	case Dots:
		w.str(`<pattern id="dots" patternUnits="userSpaceOnUse"`).attr("width", it.Width).attr("height", it.Width).str("><circle")
		w.attr("cx", it.At.X).attr("cy", it.At.Y).attr("r", it.Radius).colour("fill", it.Fill).str("/></pattern>")
		w.str("<rect").attr("width", it.Size.X).attr("height", it.Size.Y).str(" fill=\"url(#dots)\"/>\n")
		return
	case Text:
		w.text(it, off)
		return
	}
	w.colour("fill", it.Fill)
	if it.Stroke != Clear {
		w.colour("stroke", it.Stroke).attr("stroke-width", it.Width).str(` stroke-linejoin="round"`)
		if it.Round {
			w.str(` stroke-linecap="round"`)
		}
		if it.Dash[0] > 0 {
			w.str(` stroke-dasharray="`).num(it.Dash[0]).str(" ").num(it.Dash[1]).str(`"`)
		}
	}
	w.str("/>\n")
}

func (w *svg) text(it *Item, off Point) {
	w.str("<text").attr("x", it.At.X+off.X).attr("y", it.At.Y+off.Y).colour("fill", it.Fill).attr("font-size", it.Height)
	if it.Face >= Mono {
		w.str(` font-family='`).str(svgMono).str("'")
	}
	w.str([...]string{"", ` font-weight="700"`, ` font-weight="600"`, ` font-weight="700"`}[it.Face%4])
	w.str([...]string{"", ` text-anchor="middle"`, ` text-anchor="end"`}[it.Anchor%3])
	if it.Stroke != Clear {
		w.colour("stroke", it.Stroke).attr("stroke-width", it.Height*0.4).str(` paint-order="stroke" stroke-linejoin="round"`)
	}
	w.str(">").escaped(it.Text).str("</text>\n")
}
