package recorded

import (
	"slices"

	"ehlo/lessons"
	"ehlo/lessons/json"
	"ehlo/sim/trace"
)

// Request is a session as the page has it.
type Request struct {
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	You    string   `json:"you"`    // the host at which the learner sits
	Log    string   `json:"log"`    // the input log, in its text encoding
	Mine   []uint32 `json:"mine"`   // connections into which the person has typed
	Served []uint32 `json:"served"` // those in which they were the server
}

// Call makes a lesson of a [Request] in JSON and of the events that it has led to, in the binary encoding. It returns the files by name
// in JSON; none where nothing has come of the session.
func Call(request, chunk []byte) ([]byte, error) {
	var r Request
	if err := json.Read(request, &r); err != nil {
		return nil, err
	}
	log, err := trace.ParseInputLog([]byte(r.Log))
	if err != nil {
		return nil, err
	}
	events := func(yield func(trace.Event) bool) {
		for e, err := range trace.Decode(chunk) {
			if err != nil || !yield(*e) {
				return
			}
		}
	}
	among := func(conns []uint32) func(uint32) bool {
		return func(id uint32) bool { return slices.Contains(conns, id) }
	}
	s := Session{ID: r.ID, Title: r.Title, World: log.World, You: r.You, Log: log, Events: events, Mine: among(r.Mine), Served: among(r.Served)}
	if log.WorldText != "" {
		s.World = "./" + lessons.WorldFile
	}
	files, ok := Lesson(s)
	if !ok {
		return []byte("{}"), nil
	}
	if log.WorldText != "" {
		files[lessons.WorldFile] = log.WorldText
	}
	return json.Append(nil, files), nil
}
