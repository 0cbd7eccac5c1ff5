package tutor

import (
	"bytes"
	"encoding/base64"
	"sort"
	"strconv"
	"time"

	"ehlo/lessons/explain"
	"ehlo/lessons/rules"
	"ehlo/sim"
	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/message"
	"ehlo/sim/store"
	"ehlo/sim/trace"
)

// lineView is one line of a transcript.
type lineView struct {
	Seq   uint64 `json:"seq"`
	At    int64  `json:"at"`  // when the learner's side sent or received it
	Dir   string `json:"dir"` // "C", "S", or "" for what the network says
	Text  string `json:"text"`
	EOL   string `json:"eol"` // "crlf", "lf" or ""
	Class string `json:"class"`
	Label string `json:"label"`
	Verb  string `json:"verb,omitempty"`
	State string `json:"state,omitempty"`
}

// networkLines are the kinds of event that a transcript shows beside the lines.
var networkLines = map[trace.Kind]bool{trace.KindOpen: true, trace.KindEstablished: true, trace.KindRefused: true,
	trace.KindUnreachable: true, trace.KindCut: true, trace.KindClosed: true}

// transcript gives what has been said on a connection, as its client has it at the moment that is shown: a reply that is
// on its way is not there yet.
func (s *Session) transcript(a connArgs) (any, error) {
	c, ok := s.conn(a.Conn)
	if !ok {
		return nil, refuse("tutor.no-conn", "conn", strconv.Itoa(int(a.Conn)))
	}
	lines := []lineView{}
	from := trace.ToClient // what comes to the learner's side
	if c.Served {
		from, c.From = trace.ToServer, c.To
	}
	heard := s.heard(&c, from)
	for _, e := range s.trace().Events(0, s.seen()) {
		switch {
		case e.Conn != a.Conn:
		case networkLines[e.Kind]:
			lines = append(lines, lineView{Seq: e.Seq, At: int64(e.At), Class: e.Kind.String(), Text: s.networkText(&e)})
		case e.Kind == trace.KindLine:
			at := e.At
			if e.Dir == from {
				var ok bool
				if at, ok = heard.when(e.Off + e.Num); !ok {
					continue
				}
			}
			lines = append(lines, splitLines(&e, at)...)
		}
	}
	// As the client has it: by time, and at one moment the connection stands before anything is heard on it.
	sort.SliceStable(lines, func(i, j int) bool {
		a, b := &lines[i], &lines[j]
		return a.At < b.At || a.At == b.At && len(a.Dir) == 0 && len(b.Dir) > 0
	})
	return lines, nil
}

// networkText renders what happened to a connection.
func (s *Session) networkText(e *trace.Event) string {
	return s.render("kind."+e.Kind.String(), machine.Args{"actor": e.Actor, "target": e.Target,
		"port": strconv.FormatInt(e.Num, 10)})
}

// splitLines gives the lines of an event; a run of message octets holds several.
func splitLines(e *trace.Event, at engine.Time) []lineView {
	var lines []lineView
	for rest := e.Data; len(rest) > 0; {
		line := rest
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			line = rest[:i+1]
		}
		rest = rest[len(line):]
		l := lineView{Seq: e.Seq, At: int64(at), Dir: e.Dir.String(), Class: e.Class.String(), Label: e.Label, Verb: e.Verb,
			State: e.State}
		text := line
		if bytes.HasSuffix(line, []byte("\r\n")) {
			l.EOL, text = "crlf", line[:len(line)-2]
		} else if bytes.HasSuffix(line, []byte("\n")) {
			l.EOL, text = "lf", line[:len(line)-1]
		}
		l.Text = explain.Visible(text)
		lines = append(lines, l)
	}
	return lines
}

// arrivals says up to where a stream has arrived at the client, and when.
type arrivals struct {
	ends  []int64
	times []engine.Time
}

// heard collects what has reached the learner's side of a connection by now, which is that of its client but in what the
// learner serves.
func (s *Session) heard(c *sim.ConnInfo, from trace.Dir) arrivals {
	var a arrivals
	for _, e := range s.trace().Events(0, s.seen()) {
		if e.Kind == trace.KindSegment && e.Conn == c.ID && e.Dir == from && e.Target == c.From && e.Until <= s.now() {
			a.ends = append(a.ends, e.Off+e.Num)
			a.times = append(a.times, e.Until)
		}
	}
	return a
}

// when is the moment at which the stream had arrived up to a position; ok is false where it has not.
func (a arrivals) when(end int64) (engine.Time, bool) {
	for i, e := range a.ends {
		if e >= end {
			return a.times[i], true
		}
	}
	return 0, false
}

// lineArgs name a recorded event.
type lineArgs struct {
	Seq uint64 `json:"seq"`
}

// recordedView is a line for lessons/explain, or what can be said of another event.
type recordedView struct {
	Line *explain.Line `json:"line,omitempty"`
	View *explain.View `json:"view,omitempty"`
}

// line gives a recorded line.
func (s *Session) line(a lineArgs) (any, error) {
	if a.Seq == 0 || a.Seq > uint64(s.trace().Len()) {
		return nil, refuse("tutor.no-line", "seq", strconv.FormatUint(a.Seq, 10))
	}
	e := s.trace().At(int(a.Seq - 1))
	if e.Kind != trace.KindLine {
		return recordedView{View: &explain.View{Text: s.networkText(&e), Class: e.Kind.String(), Spans: []explain.Span{},
			Notes: []string{}, Why: []string{}, Legal: []string{}}}, nil
	}
	c, _ := s.conn(e.Conn)
	l := explain.Of(c.Protocol, c.Takes, &e)
	return recordedView{Line: &l}, nil
}

// statesView is a session's place in its protocol's table.
type statesView struct {
	Protocol string       `json:"protocol"`
	State    string       `json:"state"`
	Legal    []string     `json:"legal"`
	States   []string     `json:"states"`
	Rules    []rules.Rule `json:"rules"`
}

// states gives the transition table of a connection's protocol and the state it is in.
func (s *Session) states(a connArgs) (any, error) {
	c, ok := s.conn(a.Conn)
	if daemon.Lacks(c.Protocol) {
		return nil, refuse("sim.not-whole")
	}
	table := daemon.Table(c.Protocol)
	if !ok || table == nil {
		return nil, refuse("tutor.no-conn", "conn", strconv.Itoa(int(a.Conn)))
	}
	v := statesView{Protocol: c.Protocol, State: c.State, States: table.States, Legal: []string{}, Rules: rules.Of(table)}
	if state, ok := table.StateNamed(c.State); ok {
		v.Legal = append(v.Legal, table.Legal(state)...)
	}
	return v, nil
}

type mailboxView struct {
	Address  string        `json:"address"`
	User     string        `json:"user"`
	Host     string        `json:"host"`
	Mailbox  string        `json:"mailbox"`
	Counts   countsView    `json:"counts"`
	Messages []messageView `json:"messages"`
}

type countsView struct {
	Messages int `json:"messages"`
	Unseen   int `json:"unseen"`
	Deleted  int `json:"deleted"`
}

type messageView struct {
	Seq     int      `json:"seq"`
	UID     uint32   `json:"uid"`
	Size    int64    `json:"size"`
	Flags   []string `json:"flags"`
	Subject string   `json:"subject"`
	From    string   `json:"from"`
	Date    string   `json:"date"` // RFC 3339
}

// mailboxLimit bounds how many messages of a mailbox a view lists: the newest.
const mailboxLimit = 200

// mailboxes lists every mailbox with its messages.
func (s *Session) mailboxes(none) (any, error) {
	if s.tape != nil {
		return append([]mailboxView{}, s.tape.boxes...), nil
	}
	list := []mailboxView{}
	for _, m := range s.tl.World().Mailboxes() {
		snap := m.Snapshot
		v := mailboxView{Address: m.Address, User: m.User, Host: m.Host, Mailbox: m.Mailbox,
			Counts: countsView{snap.Len(), snap.Unseen(), snap.Deleted()}, Messages: []messageView{}}
		box, _ := s.tl.World().Mailbox(m.Address, m.Mailbox)
		for seq := max(1, snap.Len()-mailboxLimit+1); seq <= snap.Len(); seq++ {
			msg, _ := snap.At(seq)
			v.Messages = append(v.Messages, describe(box, seq, msg))
		}
		list = append(list, v)
	}
	return list, nil
}

func describe(box store.Mailbox, seq int, m store.Message) messageView {
	content, _ := box.Content(m.UID)
	header, _ := message.Split(content)
	from, _ := message.Get(header, "From")
	return messageView{Seq: seq, UID: uint32(m.UID), Size: m.Size, Flags: append([]string{}, m.Flags.Strings()...),
		Subject: message.Subject(content), From: from, Date: time.Unix(m.Date, 0).UTC().Format(time.RFC3339)}
}

// messageArgs name a message.
type messageArgs struct {
	Address string    `json:"address"`
	Mailbox string    `json:"mailbox"`
	UID     store.UID `json:"uid"`
}

// message gives a message as it is stored.
func (s *Session) message(a messageArgs) (any, error) {
	if a.Mailbox == "" {
		a.Mailbox = store.Inbox
	}
	if box, ok := s.tl.World().Mailbox(a.Address, a.Mailbox); ok {
		if content, err := box.Content(a.UID); err == nil {
			return map[string]string{"text": explain.Visible(content), "b64": base64.StdEncoding.EncodeToString(content)}, nil
		}
	}
	return nil, refuse("tutor.no-message", "address", a.Address, "uid", strconv.Itoa(int(a.UID)))
}

// mbox gives a user's INBOX as the file that it was on old hosts.
func (s *Session) mbox(a messageArgs) (any, error) {
	path, text, ok := s.tl.World().MailFile(a.Address)
	if !ok {
		return nil, refuse("tutor.no-message", "address", a.Address, "uid", "")
	}
	return map[string]string{"path": path, "text": explain.Visible(text), "b64": base64.StdEncoding.EncodeToString(text)}, nil
}

type queueView struct {
	Host     string   `json:"host"`
	Letter   uint32   `json:"letter"`
	Subject  string   `json:"subject"`
	From     string   `json:"from"`
	To       []string `json:"to"`
	NextHost string   `json:"nextHost"`
	Octets   int      `json:"octets"`
	Attempts int      `json:"attempts"`
	Active   bool     `json:"active"`
	Next     int64    `json:"next"`
	Reason   string   `json:"reason"`
}

// queue lists what waits in the queues of all hosts.
func (s *Session) queue(none) (any, error) {
	list := []queueView{}
	if s.tape != nil {
		return list, nil
	}
	for _, q := range s.tl.World().Queue() {
		v := queueView{Host: q.Host, Letter: q.Letter, Subject: message.Subject(q.Content), From: q.From.String(), To: []string{},
			NextHost: q.NextHost, Octets: len(q.Content), Attempts: q.Attempts, Active: q.Active, Next: int64(q.Next), Reason: q.Reason}
		for _, to := range q.To {
			v.To = append(v.To, to.String())
		}
		list = append(list, v)
	}
	return list, nil
}
