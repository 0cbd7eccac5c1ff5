// Package reading writes protocol lines with what explains them, for a terminal.
package reading

import (
	"bufio"
	"bytes"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"ehlo/lessons/explain"
	"ehlo/lessons/locale"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// width is how many columns a text may fill behind its indent.
const width = 84

// Printer writes lines and their explanations. The first error of the writer is returned by Flush.
type Printer struct {
	Texts *locale.Catalogue
	Parts bool // name the parts of each line too
	out   *bufio.Writer
}

// NewPrinter returns a printer that writes to w.
func NewPrinter(w io.Writer, texts *locale.Catalogue) *Printer {
	return &Printer{Texts: texts, out: bufio.NewWriter(w)}
}

// Flush writes what is still held back.
func (p *Printer) Flush() error { return p.out.Flush() }

// Heading writes a line that is about those that follow.
func (p *Printer) Heading(text string) { p.write("# " + Printable([]byte(text)) + "\n") }

// Line writes a protocol line, each of its rows with the side that said it, and what explains it. number stands before
// the first row where it is not 0.
func (p *Printer) Line(number int, l machine.Line, x machine.Explanation) {
	for row := range bytes.Lines(l.Data) {
		label := "    "
		if number > 0 {
			label = pad(strconv.Itoa(number), 4)
			number = 0
		}
		p.write(label + "  " + l.Dir.String() + ": " + Printable(row) + "\n")
	}
	p.explain(l.Data, x)
	if len(x.Why) > 0 && len(x.Legal) > 0 && l.Dir == trace.ToServer {
		p.text("legal now: ", strings.Join(x.Legal, " "))
	}
}

// Entry writes lines that nobody said to anybody, such as one of a log, and what explains them.
func (p *Printer) Entry(number int, text []byte, x machine.Explanation) {
	label := pad(strconv.Itoa(number), 4)
	for row := range bytes.Lines(text) {
		p.write(label + "  " + Printable(bytes.TrimRight(row, "\r\n")) + "\n")
		label = "    "
	}
	p.explain(text, x)
}

// explain writes what explains a line.
func (p *Printer) explain(line []byte, x machine.Explanation) {
	if p.Parts {
		p.parts(line, x)
	}
	for _, n := range x.Notes {
		p.text("", p.Texts.Note(n))
	}
	for _, n := range x.Why {
		p.text("why: ", p.Texts.Note(n))
	}
	if x.Repair != "" {
		p.text("repair: ", x.Repair)
	}
}

// parts writes what a line consists of, a row for each part.
func (p *Printer) parts(line []byte, x machine.Explanation) {
	depths := explain.Depths(line, x.Spans)
	for i, s := range x.Spans {
		text := strings.TrimSpace(Printable(line[min(s.Start, len(line)):min(s.End, len(line))]))
		if text == "" {
			continue
		}
		name := p.Texts.Render(s.Term, nil)
		if s.Ref != "" {
			name += " (" + s.Ref + ")"
		}
		p.text(strings.Repeat("  ", depths[i])+text+"  ", name)
	}
}

// text writes a text under the line it is about, in rows of bounded width.
func (p *Printer) text(mark, text string) {
	const indent = "          "
	row := indent + mark
	used := 0
	for _, word := range strings.Fields(Printable([]byte(text))) {
		n := utf8.RuneCountInString(word)
		if used > 0 && used+1+n > width {
			p.write(row + "\n")
			row, used = indent+strings.Repeat(" ", min(len(mark), 20)), 0
		}
		if used > 0 {
			row += " "
			used++
		}
		row += word
		used += n
	}
	p.write(row + "\n")
}

func (p *Printer) write(s string) { _, _ = p.out.WriteString(s) } // an error stays with the writer until Flush

func pad(s string, n int) string { return strings.Repeat(" ", max(n-len(s), 0)) + s }

// Printable is a line without its CR LF. Another line end, and octets that are no printable text, are shown as Go
// writes them in a string, so that nothing in a line can steer the terminal.
func Printable(line []byte) string {
	line = bytes.TrimSuffix(line, []byte("\r\n"))
	var text []byte
	for len(line) > 0 {
		r, size := utf8.DecodeRune(line)
		switch {
		case r == utf8.RuneError && size == 1:
			const hex = "0123456789abcdef"
			text = append(text, '\\', 'x', hex[line[0]>>4], hex[line[0]&15])
		case strconv.IsPrint(r) || r == '\t':
			text = append(text, line[:size]...)
		default:
			quoted := strconv.Quote(string(r))
			text = append(text, quoted[1:len(quoted)-1]...)
		}
		line = line[size:]
	}
	return string(text)
}
