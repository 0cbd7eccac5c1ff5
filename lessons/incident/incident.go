// Package incident reads what somebody brings from outside because something went wrong there: a recorded session, lines of a
// mail log, a bounce, the header of a message with its Received fields, or a capture of packets. It finds out which of them it
// is, takes it apart line by line, and says what it tells. Sessions are read by the observers of the simulated protocols, replies
// of servers wherever they stand by the code that explains them in a session.
//
// Nothing here trusts its input: memory and time grow with its length only, which is bounded.
package incident

import (
	"bytes"
	"strconv"
	"strings"

	"ehlo/lessons/incident/packets"
	"ehlo/sim/machine"
	"ehlo/sim/paste"
)

// MaxCapture is the longest capture that [Read] takes, in octets; of texts it takes [paste.MaxText].
const MaxCapture = packets.MaxFile

// maxLine is how many octets of a line are read; what is behind them is shown, and not taken apart.
const maxLine = 1 << 14

// Kind is what a text or a file is.
type Kind string

// The kinds, named as in message identifiers.
const (
	Session Kind = "session" // lines that client and server said
	Log     Kind = "log"     // lines of a mail log
	Report  Kind = "report"  // a bounce or another report of a delivery (RFC 3464)
	Header  Kind = "header"  // a message or its header
	Capture Kind = "capture" // packets
)

// Incident is what was read.
type Incident struct {
	Kind    Kind
	Parts   []Part
	Letters []Letter // of a log, a report or a header: the messages it tells of
	text    []byte   // as it was given; nil for a capture
	flows   []flow   // of a capture, one for each part
}

// Part is what belongs together: a conversation, the lines about one message, a group of header fields.
type Part struct {
	Title        machine.Note
	Summary      []machine.Note      // what it comes to
	Conversation *paste.Conversation // lines that client and server said, or nil
	Entries      []Entry             // everything else
}

// Entry is a line of a log, a header field, a line of a report or a TLS record, and what it consists of.
type Entry struct {
	At   int    // the line of the text at which it begins, from 1; of a capture the packet
	Text []byte // without its line end
	machine.Explanation
}

// Read finds out what data is and takes it apart. protocol names what is spoken where it is a session, "" leaves it to the text.
// The error is a [*paste.Error].
func Read(data []byte, protocol string) (*Incident, error) {
	if packets.Is(data) {
		return capture(data, protocol)
	}
	if len(data) > paste.MaxText {
		return nil, &paste.Error{ID: "paste.too-long", Args: machine.Args{"limit": strconv.Itoa(paste.MaxText)}}
	}
	if binary(data) {
		return nil, &paste.Error{ID: "incident.binary"}
	}
	if protocol == "" {
		lines := split(data)
		for _, read := range []func([]source) *Incident{logOf, messageOf, bounceOf} {
			if in := read(lines); in != nil {
				in.text = data
				return in, nil
			}
		}
	}
	all, err := paste.Read(data, protocol)
	if err != nil {
		return nil, err
	}
	in := &Incident{Kind: Session, text: data}
	for i := range all {
		in.Parts = append(in.Parts, Part{Title: machine.NewNote("incident.title.session", "protocol", strings.ToUpper(all[i].Protocol)), Summary: []machine.Note{all[i].Summary()}, Conversation: &all[i]})
	}
	return in, nil
}

// binary says whether data is no text: text has no NUL among its first octets, unless it is as wide as UTF-16.
func binary(data []byte) bool { return bytes.IndexByte(data[:min(len(data), 512)], 0) >= 0 }

// Lines is how many lines, fields and records there are.
func (in *Incident) Lines() (n int) {
	for i := range in.Parts {
		n += len(in.Parts[i].Entries)
		if c := in.Parts[i].Conversation; c != nil {
			n += len(c.Lines)
		}
	}
	return n
}

// Summary says what it is.
func (in *Incident) Summary() machine.Note {
	return machine.NewNote("incident.kind."+string(in.Kind), "lines", strconv.Itoa(in.Lines()), "parts", strconv.Itoa(len(in.Parts)), "letters", strconv.Itoa(len(in.Letters)))
}

// source is a line of the text.
type source struct {
	text []byte // without line end
	at   int    // from 1
}

func split(text []byte) []source {
	lines := make([]source, 0, bytes.Count(text, []byte("\n"))+1)
	for line := range bytes.Lines(text) {
		lines = append(lines, source{bytes.TrimRight(line, "\r\n"), len(lines) + 1})
	}
	return lines
}

// note adds a note; args are names and values in turn.
func (e *Entry) note(id string, args ...string) {
	e.Notes = append(e.Notes, machine.NewNote(id, args...))
}

func (e *Entry) span(start, end int, term, ref string) {
	if start < end {
		e.Spans = append(e.Spans, machine.Span{Start: start, End: end, Term: term, Ref: ref})
	}
}
