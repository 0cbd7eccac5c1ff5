package export

import (
	"iter"
	"math"

	"ehlo/sim/trace"
)

// formats are the forms that [Write] knows, in the order in which they are offered.
var formats = []struct {
	name string
	make func(iter.Seq2[int, trace.Event], Options) []byte
}{
	{"text", func(events iter.Seq2[int, trace.Event], o Options) []byte { return []byte(Transcript(events, o)) }},
	{"html", func(events iter.Seq2[int, trace.Event], o Options) []byte { return []byte(TranscriptHTML(events, o)) }},
	{"asciicast", func(events iter.Seq2[int, trace.Event], o Options) []byte { return []byte(Asciicast(events, o)) }},
	{"svg", func(events iter.Seq2[int, trace.Event], o Options) []byte { return []byte(LadderSVG(events, o)) }},
	{"mermaid", func(events iter.Seq2[int, trace.Event], o Options) []byte { return []byte(Mermaid(events, o)) }},
	{"pcapng", Pcapng},
	{"jsonl", lines},
}

// Formats lists the names of the forms that [Write] knows.
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

// Write gives the events in a form, whole: where o.Steps is 0 a diagram has all of them. ok is false where no form has the
// name.
func Write(format string, events iter.Seq2[int, trace.Event], o Options) (file []byte, ok bool) {
	if o.Steps == 0 {
		o.Steps = math.MaxInt32 / 4
	}
	for _, f := range formats {
		if f.name == format {
			return f.make(events, o), true
		}
	}
	return nil, false
}

// lines is the trace as JSON Lines, of a connection or whole.
func lines(events iter.Seq2[int, trace.Event], o Options) []byte {
	var out []byte
	for _, e := range events {
		if o.Conn == 0 || e.Conn == o.Conn {
			out = append(trace.AppendJSON(out, &e), '\n')
		}
	}
	return out
}
