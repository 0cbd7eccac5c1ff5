// Package witness says who knows what: which hosts of a world could read passwords, envelopes, subjects and questions, and
// which only saw that something passed. It reads the trace and the parsers that the servers use, and nothing else.
package witness

import (
	"bytes"
	"iter"
	"slices"
	"sort"
	"strconv"
	"strings"

	"ehlo/sim/daemon"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// Kind is what a host got to know.
type Kind string

// The kinds, those that matter most first.
const (
	Password  Kind = "password"
	Login     Kind = "login"
	Sender    Kind = "sender"
	Recipient Kind = "recipient"
	Subject   Kind = "subject"
	Content   Kind = "content" // lines of a message, as a number
	Question  Kind = "question"
	Sealed    Kind = "sealed" // octets inside TLS, as a number
)

var kinds = []Kind{Password, Login, Sender, Recipient, Subject, Content, Question, Sealed}

// terms are the parts of a line that tell something, by their names in the parsers.
var terms = map[string]Kind{"pop3.password": Password, "imap.password": Password, "sasl.password": Password,
	"pop3.name": Login, "imap.userid": Login, "smtp.reverse-path": Sender, "smtp.forward-path": Recipient}

// Fact is something that a host got to know.
type Fact struct {
	Kind Kind
	Text string
	Conn uint32 // where it was said, 0 for a question to the DNS
	Seq  uint64 // of the first event that says it
}

// Witness is a host with what it knows: by kind, then in the order in which it was said.
type Witness struct {
	Host  string
	Facts []Fact
}

// reading is a trace that is being read.
type reading struct {
	hosts     []string
	protocol  map[uint32]string
	ends      map[uint32][2]string
	way       map[uint32]map[string]bool // by connection: the hosts that its octets reached
	open      []Fact                     // said in clear
	sealed    []Fact                     // said inside TLS
	volume    map[uint32]int64           // octets inside TLS
	first     map[uint32]uint64
	questions map[string][]Fact
}

// Read says what each host of a world knows at the end of the events, in the order of the world's file.
func Read(events iter.Seq2[int, trace.Event]) []Witness {
	r := &reading{protocol: map[uint32]string{}, ends: map[uint32][2]string{}, way: map[uint32]map[string]bool{},
		volume: map[uint32]int64{}, first: map[uint32]uint64{}, questions: map[string][]Fact{}}
	for _, e := range events {
		r.event(&e)
	}
	witnesses := make([]Witness, len(r.hosts))
	for i, host := range r.hosts {
		witnesses[i] = Witness{host, r.knows(host)}
	}
	return witnesses
}

func (r *reading) event(e *trace.Event) {
	switch e.Kind {
	case trace.KindHost:
		r.hosts = append(r.hosts, e.Actor)
	case trace.KindOpen:
		r.protocol[e.Conn] = e.Label
		r.ends[e.Conn] = [2]string{e.Actor, e.Target}
	case trace.KindSegment:
		if r.way[e.Conn] == nil {
			r.way[e.Conn] = map[string]bool{}
		}
		r.way[e.Conn][e.Actor], r.way[e.Conn][e.Target] = true, true
	case trace.KindRecord:
		if e.Sealed {
			if r.volume[e.Conn] == 0 {
				r.first[e.Conn] = e.Seq
			}
			r.volume[e.Conn] += e.Num
		}
	case trace.KindQuery:
		f := Fact{Kind: Question, Text: e.Label, Seq: e.Seq}
		r.questions[e.Actor] = append(r.questions[e.Actor], f)
		r.questions[e.Target] = append(r.questions[e.Target], f)
	case trace.KindLine:
		r.line(e)
	}
}

// line notes what a line tells.
func (r *reading) line(e *trace.Event) {
	add := func(k Kind, text string) {
		f := Fact{k, text, e.Conn, e.Seq}
		if e.Sealed {
			r.sealed = append(r.sealed, f)
		} else {
			r.open = append(r.open, f)
		}
	}
	if e.Class == trace.ClassContent {
		n := 0
		for line := range bytes.Lines(e.Data) {
			n++
			if name, value, ok := strings.Cut(string(line), ":"); ok && strings.EqualFold(name, "Subject") {
				add(Subject, strings.TrimSpace(value))
			}
		}
		add(Content, strconv.Itoa(n))
		return
	}
	if e.Dir != trace.ToServer {
		return
	}
	x := daemon.Explain(r.protocol[e.Conn], machine.Line{From: e.From, At: e.At, Dir: e.Dir, Off: e.Off, Data: e.Data, Label: e.Label,
		Verb: e.Verb, Class: e.Class, State: e.State, Next: e.Next})
	for _, s := range x.Spans {
		if k, ok := terms[s.Term]; ok && s.Start >= 0 && s.End <= len(e.Data) && s.Start < s.End {
			add(k, strings.Trim(string(e.Data[s.Start:s.End]), `<>" `))
		}
	}
}

// knows gathers what one host knows.
func (r *reading) knows(host string) []Fact {
	var facts []Fact
	lines := 0
	take := func(f Fact) {
		if f.Kind != Content {
			facts = append(facts, f)
			return
		}
		n, _ := strconv.Atoi(f.Text)
		if lines == 0 {
			facts = append(facts, f)
		}
		lines += n
	}
	for _, f := range r.open {
		if r.way[f.Conn][host] {
			take(f)
		}
	}
	for _, f := range r.sealed {
		if ends := r.ends[f.Conn]; ends[0] == host || ends[1] == host {
			take(f)
		}
	}
	for conn := uint32(1); int(conn) <= len(r.ends); conn++ {
		if ends := r.ends[conn]; r.volume[conn] > 0 && r.way[conn][host] && ends[0] != host && ends[1] != host {
			facts = append(facts, Fact{Sealed, strconv.FormatInt(r.volume[conn], 10), conn, r.first[conn]})
		}
	}
	facts = append(facts, r.questions[host]...)
	for i := range facts {
		if facts[i].Kind == Content {
			facts[i].Text = strconv.Itoa(lines)
		}
	}
	sort.SliceStable(facts, func(i, j int) bool {
		a, b := &facts[i], &facts[j]
		if d := slices.Index(kinds, a.Kind) - slices.Index(kinds, b.Kind); d != 0 {
			return d < 0
		}
		return a.Seq < b.Seq
	})
	return facts
}
