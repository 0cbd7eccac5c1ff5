package explain

import (
	"errors"

	"ehlo/lessons/json"
	"ehlo/lessons/locale"
	"ehlo/sim/paste"
)

// Recording is what the page shows of a text that somebody recorded elsewhere.
type Recording struct {
	Conversations []Conversation `json:"conversations"`
	Error         string         `json:"error,omitempty"` // why the text is none, and what to do
}

// Conversation is one connection of a recording, its lines explained.
type Conversation struct {
	Protocol string `json:"protocol"`
	Summary  string `json:"summary"`
	Lines    []Said `json:"lines"`
}

// Said is a line with the line of the text at which it begins, from 1.
type Said struct {
	At   int  `json:"at"`
	View View `json:"view"`
}

// Record reads a recording (package paste) and explains each of its lines, as JSON. protocol names what is spoken, "" leaves
// it to the text.
func Record(text []byte, protocol string, texts *locale.Catalogue) []byte {
	r := Recording{Conversations: []Conversation{}}
	all, err := paste.Read(text, protocol)
	var bad *paste.Error
	if errors.As(err, &bad) {
		r.Error = texts.Render(bad.ID, bad.Args) + " " + texts.Render(bad.ID+".repair", bad.Args)
	}
	for i := range all {
		c := Conversation{Protocol: all[i].Protocol, Summary: texts.Note(all[i].Summary()), Lines: []Said{}}
		for j := range all[i].Lines {
			l := &all[i].Lines[j]
			c.Lines = append(c.Lines, Said{l.At, view(l.Line, all[i].Explain(j), texts)})
		}
		r.Conversations = append(r.Conversations, c)
	}
	return json.Append(nil, r)
}
