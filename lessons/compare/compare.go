// Package compare says how two ways differ that a world took: in what was said on each connection, in what lies in mailboxes, and in
// what waits in queues. It is apart from lessons/tutor because the console answers without it: the tutor hands over what came of
// each ("outcome"), and the program that renders lessons compares.
package compare

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"

	"ehlo/lessons/explain"
	"ehlo/lessons/json"
	"ehlo/sim/trace"
)

// Where something is: in one of the two, or in both.
const (
	InBoth  = "both"
	InFirst = "a"
	InOther = "b"
)

// Outcome is what came of a world: its events in the binary encoding and in base64, and its mailboxes and queues at the end.
type Outcome struct {
	Chunk     string    `json:"chunk"`
	Mailboxes []Mailbox `json:"mailboxes"`
	Queue     []Waiting `json:"queue"`
}

// Mailbox is a mailbox of a user.
type Mailbox struct {
	Address  string    `json:"address"`
	Mailbox  string    `json:"mailbox"`
	Messages []Message `json:"messages"`
}

// Message is a message in a mailbox.
type Message struct {
	UID     uint32   `json:"uid"`
	Size    int64    `json:"size"` // octets
	Flags   []string `json:"flags"`
	Subject string   `json:"subject"`
	From    string   `json:"from"`
}

// Waiting is a message in a queue.
type Waiting struct {
	Host     string   `json:"host"`
	Subject  string   `json:"subject"`
	To       []string `json:"to"`
	Attempts int      `json:"attempts"`
	Reason   string   `json:"reason"`
}

// Difference is how two outcomes differ.
type Difference struct {
	Apart  *int64  `json:"apart"`  // when the first event differs, in nanoseconds of virtual time; null where none does
	Common int     `json:"common"` // events before that
	Same   int     `json:"same"`   // connections on which the same was said
	Conns  []Conn  `json:"conns"`
	Boxes  []Box   `json:"boxes"`
	Queue  []Waits `json:"queue"`
}

// Conn is a connection that is in one only, or on which something else was said.
type Conn struct {
	Conn  uint32 `json:"conn"`
	In    string `json:"in"`
	From  string `json:"from"`
	To    string `json:"to"`
	Port  int64  `json:"port"`
	Lines []Line `json:"lines"`
}

// Line is a line of a transcript, or, with a count, so many lines that both have and that are left out.
type Line struct {
	In   string `json:"in"`
	Dir  string `json:"dir,omitempty"`
	Text string `json:"text,omitempty"`
	Left int    `json:"left,omitempty"`
}

// Box is a mailbox in which something differs, with those messages.
type Box struct {
	Address  string    `json:"address"`
	Mailbox  string    `json:"mailbox"`
	Messages []Letters `json:"messages"`
}

// Letters is a message that is in one only, or in both with other flags: then Other has those of the second.
type Letters struct {
	In      string   `json:"in"`
	Message Message  `json:"message"`
	Other   []string `json:"other"`
}

// Waits is a message that waits in one only, or in both with another history: then Other is the second's.
type Waits struct {
	In      string   `json:"in"`
	Waiting Waiting  `json:"waiting"`
	Other   *Waiting `json:"other"`
}

// Call compares what is given as {"a": Outcome, "b": Outcome} in JSON, and returns a [Difference] in JSON.
func Call(request []byte) ([]byte, error) {
	var both struct {
		A Outcome `json:"a"`
		B Outcome `json:"b"`
	}
	if err := json.Read(request, &both); err != nil {
		return nil, err
	}
	d, err := Outcomes(both.A, both.B)
	if err != nil {
		return nil, err
	}
	return json.Append(nil, d), nil
}

// Outcomes compares two outcomes.
func Outcomes(a, b Outcome) (Difference, error) {
	d := Difference{Conns: []Conn{}, Boxes: boxes(a.Mailboxes, b.Mailboxes), Queue: queues(a.Queue, b.Queue)}
	first, err := events(a.Chunk)
	if err != nil {
		return d, err
	}
	other, err := events(b.Chunk)
	if err != nil {
		return d, err
	}
	for d.Common < len(first) && d.Common < len(other) && same(&first[d.Common], &other[d.Common]) {
		d.Common++
	}
	for _, rest := range [][]trace.Event{first[d.Common:], other[d.Common:]} {
		if len(rest) > 0 && (d.Apart == nil || int64(rest[0].At) < *d.Apart) {
			at := int64(rest[0].At)
			d.Apart = &at
		}
	}
	d.conns(said(first), said(other))
	return d, nil
}

func events(chunk string) (all []trace.Event, err error) {
	octets, err := base64.StdEncoding.DecodeString(chunk)
	if err != nil {
		return nil, fmt.Errorf("chunk: %w", err)
	}
	for e, err := range trace.Decode(octets) {
		if err != nil {
			return nil, err
		}
		all = append(all, *e)
	}
	return all, nil
}

func same(a, b *trace.Event) bool {
	return bytes.Equal(trace.AppendJSON(nil, a), trace.AppendJSON(nil, b))
}

// talk is what was said on a connection.
type talk struct {
	Conn
	said []Line
}

func (t *talk) ends() string { return fmt.Sprint(t.Conn.Conn, " ", t.From, " ", t.To, " ", t.Port) }

// said collects what was said on each connection, in the order in which they were opened.
func said(events []trace.Event) (talks []*talk) {
	byID := map[uint32]*talk{}
	for i := range events {
		e := &events[i]
		switch e.Kind {
		case trace.KindOpen:
			t := &talk{Conn: Conn{Conn: e.Conn, From: e.Actor, To: e.Target, Port: e.Num}}
			byID[e.Conn] = t
			talks = append(talks, t)
		case trace.KindLine:
			if t := byID[e.Conn]; t != nil {
				for line := range bytes.Lines(e.Data) {
					t.said = append(t.said, Line{Dir: e.Dir.String(), Text: explain.Visible(bytes.TrimRight(line, "\r\n"))})
				}
			}
		}
	}
	return talks
}

// conns adds the connections that differ: of two that have the same number and ends, the lines; others as they are.
func (d *Difference) conns(first, other []*talk) {
	partner := map[string]*talk{}
	for _, t := range other {
		partner[t.ends()] = t
	}
	for _, t := range first {
		p := partner[t.ends()]
		if p == nil {
			d.Conns = append(d.Conns, t.alone(InFirst))
			continue
		}
		delete(partner, t.ends())
		lines, differ := merge(t.said, p.said)
		if !differ {
			d.Same++
			continue
		}
		c := t.Conn
		c.In, c.Lines = InBoth, shorten(lines)
		d.Conns = append(d.Conns, c)
	}
	for _, t := range other {
		if partner[t.ends()] != nil {
			d.Conns = append(d.Conns, t.alone(InOther))
		}
	}
}

func (t *talk) alone(in string) Conn {
	c := t.Conn
	c.In, c.Lines = in, []Line{}
	for _, l := range t.said {
		l.In = in
		c.Lines = append(c.Lines, l)
	}
	return c
}

func boxes(first, other []Mailbox) []Box {
	all := []Box{}
	partner := map[string]Mailbox{}
	for _, m := range other {
		partner[m.Address+" "+m.Mailbox] = m
	}
	for _, m := range first {
		p := partner[m.Address+" "+m.Mailbox]
		delete(partner, m.Address+" "+m.Mailbox)
		if letters := letters(m.Messages, p.Messages); len(letters) > 0 {
			all = append(all, Box{m.Address, m.Mailbox, letters})
		}
	}
	for _, m := range other {
		if _, left := partner[m.Address+" "+m.Mailbox]; !left {
			continue
		}
		if letters := letters(nil, m.Messages); len(letters) > 0 {
			all = append(all, Box{m.Address, m.Mailbox, letters})
		}
	}
	return all
}

// letters compares the messages of a mailbox. Two ways give one UID to different messages: one that is another message is not
// the same with other flags.
func letters(first, other []Message) (all []Letters) {
	key := func(m Message) string { return fmt.Sprint(m.UID, " ", m.Size, " ", m.From, " ", m.Subject) }
	partner := map[string]Message{}
	for _, m := range other {
		partner[key(m)] = m
	}
	for _, m := range first {
		p, ok := partner[key(m)]
		delete(partner, key(m))
		switch {
		case !ok:
			all = append(all, Letters{In: InFirst, Message: m})
		case strings.Join(m.Flags, " ") != strings.Join(p.Flags, " "):
			all = append(all, Letters{In: InBoth, Message: m, Other: p.Flags})
		}
	}
	for _, m := range other {
		if _, left := partner[key(m)]; left {
			all = append(all, Letters{In: InOther, Message: m})
		}
	}
	return all
}

func queues(first, other []Waiting) []Waits {
	all := []Waits{}
	key := func(w Waiting) string { return w.Host + " " + w.Subject + " " + strings.Join(w.To, " ") }
	partner := map[string][]Waiting{}
	for _, w := range other {
		partner[key(w)] = append(partner[key(w)], w)
	}
	for _, w := range first {
		list := partner[key(w)]
		if len(list) == 0 {
			all = append(all, Waits{In: InFirst, Waiting: w})
			continue
		}
		if p := list[0]; p.Attempts != w.Attempts || p.Reason != w.Reason {
			all = append(all, Waits{In: InBoth, Waiting: w, Other: &p})
		}
		partner[key(w)] = list[1:]
	}
	for _, w := range other {
		if list := partner[key(w)]; len(list) > 0 {
			all = append(all, Waits{In: InOther, Waiting: list[0]})
			partner[key(w)] = list[1:]
		}
	}
	return all
}
