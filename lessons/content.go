package lessons

import (
	"bytes"
	"slices"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/message"
	"ehlo/sim/wire"
)

// contentWant is what a check asks of a message: fields of its header and a part of its text.
type contentWant struct {
	header []headerWant
	text   string   // contained in the text behind the header, in any case; "*" is any text; "" asks nothing
	lines  []string // whole lines of the text, in this order; others may stand between them
}

// headerWant is a field that has to be there and to contain a text, in any case; "*" is any value but an empty one.
type headerWant struct{ name, value string }

func readContent(f *fields) contentWant {
	return contentWant{header: f.headers("header"), text: f.text("text", optional), lines: f.texts("lines", optional)}
}

// in returns the first value of the field in a header, "" where there is none, and whether the value is as it has to be. Of a
// field that stands there several times, as Received does, one is enough.
func (h headerWant) in(header []byte) (first string, ok bool) {
	for _, f := range message.Fields(header) {
		if !strings.EqualFold(f.Name, h.name) {
			continue
		}
		value := message.DecodeWords(f.Value)
		if first == "" {
			first = value
		}
		ok = ok || value != "" && (h.value == "*" || containsFold(value, h.value))
	}
	return first, ok
}

// lacks says what a message lacks; ok where it lacks nothing.
func (c contentWant) lacks(msg []byte) (n machine.Note, ok bool) {
	header, body := message.Split(msg)
	for _, h := range c.header {
		switch value, ok := h.in(header); {
		case value == "":
			return note("lessons.missing.header", "field", h.name), false
		case !ok:
			return note("lessons.missing.header-value", "field", h.name, "value", value, "want", h.value), false
		}
	}
	if want := c.missingLine(body); want != "" {
		return note("lessons.missing.text-line", "want", want), false
	}
	switch {
	case c.text == "":
	case len(bytes.TrimSpace(body)) == 0:
		return note("lessons.missing.text"), false
	case c.text != "*" && !containsFold(string(body), c.text):
		return note("lessons.missing.text-value", "want", c.text), false
	}
	return machine.Note{}, true
}

// fieldsOf counts the fields that are asked for and that a message has.
func (c contentWant) fieldsOf(msg []byte) int {
	header, _ := message.Split(msg)
	n := 0
	for _, h := range c.header {
		if _, ok := h.in(header); ok {
			n++
		}
	}
	return n
}

// missingLine returns the first line that a text lacks, "" where it lacks none.
func (c contentWant) missingLine(body []byte) string {
	want := c.lines
	for line := range bytes.Lines(body) {
		if len(want) > 0 && string(bytes.TrimRight(line, "\r\n")) == want[0] {
			want = want[1:]
		}
	}
	if len(want) == 0 {
		return ""
	}
	return want[0]
}

func containsFold(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

// describe names the message in a note: by its Subject, or by what else is asked of it; "" where that is nothing.
func (c contentWant) describe() string {
	name := strings.Trim(c.text, "*")
	for _, h := range slices.Backward(c.header) {
		if h.value != "*" {
			name = h.value
		}
		if strings.EqualFold(h.name, "Subject") && h.value != "*" {
			return h.value
		}
	}
	return name
}

// unstuffed returns lines as they crossed the wire without the dots that were put before leading ones.
func unstuffed(lines []byte) []byte {
	var text []byte
	for line := range bytes.Lines(lines) {
		part, _ := wire.Unstuff(line)
		text = append(text, part...)
	}
	return text
}
