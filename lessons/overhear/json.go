package overhear

import (
	"encoding/base64"
	"strings"

	"ehlo/lessons/json"
	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// request is what the page asks of an ear; What says which of the others mean something.
type request struct {
	What   string `json:"what"` // "begin", "resume", "open", "hear", "secure", "finish", "end", "draft"
	At     int64  `json:"at"`   // nanoseconds since the trace's beginning
	Events string `json:"events"`
	Conn   uint32 `json:"conn"`
	Dir    string `json:"dir"` // "C" or "S"
	B64    string `json:"b64"` // octets
	Plain  bool   `json:"plain"`
	Cut    bool   `json:"cut"`
	Reason string `json:"reason"`
	Args   string `json:"args"`

	Peer Peer      `json:"peer"`
	TLS  Handshake `json:"tls"`
}

// answer is what the page gets: events in the JSON encoding, one a line.
type answer struct {
	Events string `json:"events"`
	TLS    bool   `json:"tls"`
	Blind  bool   `json:"blind"`
	Ends   int    `json:"ends"`
	Last   int64  `json:"last"`
	Text   string `json:"text"` // a draft
}

// Call is the ear behind JSON. The error is of what was asked.
func (e *Ear) Call(asked []byte) ([]byte, error) {
	var r request
	if err := json.Read(asked, &r); err != nil {
		return nil, err
	}
	var h Heard
	draft := ""
	at := engine.Time(r.At)
	switch r.What {
	case "begin":
		h.Events = e.Begin()
	case "resume":
		events, err := parse(r.Events)
		if err != nil {
			return nil, err
		}
		e.Resume(events)
	case "open":
		h.Events = e.Open(at, r.Peer)
	case "hear":
		p, err := base64.StdEncoding.DecodeString(r.B64)
		if err != nil {
			return nil, err
		}
		dir := trace.ToClient
		if r.Dir == "C" {
			dir = trace.ToServer
		}
		h = e.Hear(at, r.Conn, dir, p, r.Plain)
	case "secure":
		h.Events = e.Secure(at, r.Conn, r.TLS)
	case "draft":
		var err error
		if draft, err = draftOf(r.Peer, r.Events); err != nil {
			return nil, err
		}
	case "finish":
		h.Events = e.Finish(at, r.Conn)
	case "end":
		h.Events = e.End(at, r.Conn, r.Cut, r.Reason, r.Args)
	}
	var text []byte
	for i := range h.Events {
		h.Events[i].Seq = uint64(i + 1)
		text = append(trace.AppendJSON(text, &h.Events[i]), '\n')
	}
	return json.Append(nil, answer{string(text), h.TLS, h.Blind, h.Ends, int64(e.last), draft}), nil
}

func parse(text string) ([]trace.Event, error) {
	var events []trace.Event
	for line := range strings.Lines(text) {
		e, err := trace.ParseJSON([]byte(line))
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}
