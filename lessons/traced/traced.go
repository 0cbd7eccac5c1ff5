// Package traced is what the page shows of a whole trace: the sequence diagram, who knows what, and files of it for other
// programs. It is apart from lessons/tutor because the console answers without it: it is a part of the program that renders
// lessons, to which the page hands the events in the binary encoding.
package traced

import (
	"iter"

	"ehlo/lessons/json"
	"ehlo/lessons/locale"
	"ehlo/sim/trace"
	"ehlo/sim/trace/export"
	"ehlo/sim/witness"
)

// events numbers the events of a chunk from 0, as far as it can be read.
func events(chunk []byte) iter.Seq2[int, trace.Event] {
	return func(yield func(int, trace.Event) bool) {
		i := 0
		for e, err := range trace.Decode(chunk) {
			if err != nil || !yield(i, *e) {
				return
			}
			i++
		}
	}
}

// Ladder draws the events of a chunk as a sequence diagram, in the words of the texts, but for those that the filter, in JSON,
// leaves out.
func Ladder(chunk, filter []byte, texts *locale.Catalogue) string {
	var f Filter
	_ = json.Read(filter, &f) // what is no filter leaves out nothing
	return export.LadderSVG(only(events(chunk), f), export.Options{Conn: f.Conn,
		Text: func(id string, args map[string]string) string { return texts.Render(id, args) }})
}

// Export makes the events of a chunk a file in one of the forms of package export, in the words of the texts; a connection's
// number leaves the others out, 0 none. start is the moment of virtual time 0 in seconds of Unix time. ok is false where no form
// has the name.
func Export(form string, chunk []byte, conn uint32, start int64, texts *locale.Catalogue) (file []byte, ok bool) {
	return export.Write(form, events(chunk), export.Options{Conn: conn, Start: start, Lang: texts.Lang(),
		Text: func(id string, args map[string]string) string { return texts.Render(id, args) }})
}

type witnessView struct {
	Host  string     `json:"host"`
	Facts []factView `json:"facts"`
}

type factView struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
	Conn uint32 `json:"conn"`
	Seq  uint64 `json:"seq"`
}

// Knows says in JSON what each host could read of the events of a chunk.
func Knows(chunk []byte) []byte {
	views := []witnessView{}
	for _, w := range witness.Read(events(chunk)) {
		v := witnessView{w.Host, []factView{}}
		for _, f := range w.Facts {
			v.Facts = append(v.Facts, factView{string(f.Kind), f.Text, f.Conn, f.Seq})
		}
		views = append(views, v)
	}
	return json.Append(nil, views)
}
