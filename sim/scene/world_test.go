package scene

import (
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// words are the English words of the picture, as the page gives them.
var words = map[string]string{"page.stage.you": "that is you", "page.stage.empty": "empty", "page.stage.new": "{count} new",
	"page.stage.deleted": "{count} deleted", "page.stage.octets": "{count} octets"}

// tape makes traces by hand as a world would.
type tape struct {
	events []trace.Event
	now    engine.Time
	sent   map[uint32]*[3]int64
	hops   map[uint32][]string // hosts from client to server
	lag    map[[2]string]time.Duration
	letter uint32
}

func newTape() *tape {
	return &tape{sent: map[uint32]*[3]int64{}, hops: map[uint32][]string{}, lag: map[[2]string]time.Duration{}}
}

func (t *tape) add(e trace.Event) {
	e.At, e.Seq = t.now, uint64(len(t.events)+1)
	t.events = append(t.events, e)
}

func (t *tape) host(name, role, person string, you bool, doors ...string) {
	e := trace.Event{Kind: trace.KindHost, Actor: name, Target: "192.0.2.1", Label: role, Verb: person}
	if you {
		e.Num = 1
	}
	t.add(e)
	for _, d := range doors {
		port := map[string]int64{"smtp": 25, "pop3": 110, "imap": 143}[d]
		t.add(trace.Event{Kind: trace.KindListen, Actor: name, Num: port, Label: d})
	}
}

func (t *tape) link(a, b string, lag time.Duration) {
	t.lag[[2]string{a, b}], t.lag[[2]string{b, a}] = lag, lag
	t.add(trace.Event{Kind: trace.KindLink, Actor: a, Target: b, Until: engine.Time(lag)})
}

func (t *tape) mailbox(host, address string, messages, unseen, deleted int) {
	t.add(trace.Event{Kind: trace.KindMailbox, Actor: host, Target: address, Label: "INBOX", Num: int64(messages),
		Data: trace.Counts{Messages: messages, Unseen: unseen, Deleted: deleted}.Append(nil)})
}

const (
	laptop = "laptop.example.org"
	mail   = "mail.example.org"
	mx     = "mx.example.net"
	desk   = "desk.example.net"
	unix   = "unix.example.org"
)

func twoDomains() *tape {
	t := newTape()
	t.add(trace.Event{Kind: trace.KindWorld, Label: "two-domains"})
	t.host(laptop, "mua", "alice", true)
	t.host(mail, "mta", "", false, "smtp", "pop3", "imap")
	t.host(mx, "mta", "", false, "smtp", "pop3", "imap")
	t.host(desk, "mua", "bob", false)
	t.link(laptop, mail, 4*time.Millisecond)
	t.link(laptop, mx, 18*time.Millisecond)
	t.link(mail, mx, 18*time.Millisecond)
	t.link(desk, mx, 2*time.Millisecond)
	t.mailbox(mail, "alice@example.org", 0, 0, 0)
	t.mailbox(mx, "bob@example.net", 2, 1, 0)
	t.mailbox(mx, "carla@example.net", 0, 0, 0)
	return t
}

func oneHost() *tape {
	t := newTape()
	t.add(trace.Event{Kind: trace.KindWorld, Label: "one-host"})
	t.host(unix, "mta", "alice", true, "smtp", "pop3", "imap")
	t.mailbox(unix, "alice@unix.example.org", 0, 0, 0)
	t.mailbox(unix, "bob@unix.example.org", 1, 1, 0)
	return t
}

// open dials over the hosts named and lets the connection stand.
func (t *tape) open(conn uint32, port int64, hosts ...string) {
	a, b := hosts[0], hosts[len(hosts)-1]
	t.hops[conn], t.sent[conn] = hosts, &[3]int64{}
	t.add(trace.Event{Kind: trace.KindOpen, Actor: a, Target: b, Conn: conn, Num: port})
	t.now += t.trip(conn)
	t.add(trace.Event{Kind: trace.KindAccept, Actor: b, Target: a, Conn: conn, Num: port})
	t.now += t.trip(conn)
	t.add(trace.Event{Kind: trace.KindEstablished, Actor: a, Target: b, Conn: conn, Num: port})
}

func (t *tape) trip(conn uint32) engine.Time {
	sum := engine.Time(0)
	h := t.hops[conn]
	for i := 1; i < len(h); i++ {
		sum += engine.Time(t.lag[[2]string{h[i-1], h[i]}])
	}
	if len(h) < 2 || sum == 0 {
		sum = engine.Time(50 * time.Microsecond)
	}
	return sum
}

// line is a protocol line in [tape.say].
type line struct {
	label, verb string
	class       trace.Class
	data        string
}

// say sends lines in one segment, and stops when it has set out.
func (t *tape) say(conn uint32, dir trace.Dir, lines ...line) {
	hosts := append([]string(nil), t.hops[conn]...)
	if dir == trace.ToClient {
		for i, j := 0, len(hosts)-1; i < j; i, j = i+1, j-1 {
			hosts[i], hosts[j] = hosts[j], hosts[i]
		}
	}
	all := ""
	for _, l := range lines {
		all += l.data
	}
	off := t.sent[conn][dir]
	until := t.now + t.trip(conn)
	second := hosts[len(hosts)-1]
	hop := t.trip(conn)
	if len(hosts) > 2 {
		second, hop = hosts[1], engine.Time(t.lag[[2]string{hosts[0], hosts[1]}])
	}
	t.add(trace.Event{Kind: trace.KindSegment, Actor: hosts[0], Target: second, Conn: conn, Dir: dir, Off: off,
		Num: int64(len(all)), From: t.now, Until: t.now + hop, Data: []byte(all)})
	for _, l := range lines {
		t.add(trace.Event{Kind: trace.KindLine, Actor: hosts[0], Target: hosts[len(hosts)-1], Conn: conn, Dir: dir, Off: off,
			Num: int64(len(l.data)), From: t.now, Until: until, Label: l.label, Verb: l.verb, Class: l.class, Data: []byte(l.data)})
		off += int64(len(l.data))
	}
	t.sent[conn][dir] = off
	if len(hosts) > 2 {
		t.now += hop
		for i := 1; i+1 < len(hosts); i++ {
			hop = engine.Time(t.lag[[2]string{hosts[i], hosts[i+1]}])
			t.add(trace.Event{Kind: trace.KindSegment, Actor: hosts[i], Target: hosts[i+1], Conn: conn, Dir: dir,
				Off: off - int64(len(all)), Num: int64(len(all)), From: t.now, Until: t.now + hop})
			if i+2 < len(hosts) {
				t.now += hop
			}
		}
	}
}

// heard lets what was said last arrive.
func (t *tape) heard(conn uint32) { t.now += t.trip(conn) }

func cmd(verb, data string) line { return line{verb, verb, trace.ClassCommand, data + "\r\n"} }

func ok(verb, code, data string) line {
	return line{code, verb, trace.ClassOK, code + " " + data + "\r\n"}
}

func more(verb, code, data string) line {
	return line{code, verb, trace.ClassUntagged, code + "-" + data + "\r\n"}
}

func refused(verb, code, data string) line {
	return line{code, verb, trace.ClassPermanent, code + " " + data + "\r\n"}
}

func text(data string) line { return line{"", "DATA", trace.ClassContent, data} }

// exchange sends a command and lets its reply arrive.
func (t *tape) exchange(conn uint32, c line, replies ...line) {
	t.say(conn, trace.ToServer, c)
	t.heard(conn)
	t.say(conn, trace.ToClient, replies...)
	t.heard(conn)
}

const lunch = "Subject: Lunch on Friday?\r\nFrom: alice@example.org\r\n\r\nAt noon?\r\n"

// submit speaks SMTP up to the moment at which the message sets out.
func (t *tape) submit(conn uint32) {
	t.say(conn, trace.ToClient, line{"220", "", trace.ClassGreeting, "220 hello\r\n"})
	t.heard(conn)
	t.exchange(conn, cmd("EHLO", "EHLO x"), more("EHLO", "250", "mx"), more("EHLO", "250", "SIZE"), ok("EHLO", "250", "8BITMIME"))
	t.exchange(conn, cmd("MAIL", "MAIL FROM:<alice@example.org>"), ok("MAIL", "250", "ok"))
	t.exchange(conn, cmd("RCPT", "RCPT TO:<bob@example.net>"), ok("RCPT", "250", "ok"))
	t.exchange(conn, cmd("DATA", "DATA"), line{"354", "DATA", trace.ClassMore, "354 go on\r\n"})
	t.say(conn, trace.ToServer, text(lunch), line{".", "DATA", trace.ClassCommand, ".\r\n"})
}

// queued lets an MTA take the message that conn brought.
func (t *tape) queued(host string, conn uint32) uint32 {
	t.letter++
	t.add(trace.Event{Kind: trace.KindQueued, Actor: host, Letter: t.letter, Conn: conn, Label: "Lunch on Friday?",
		Num: int64(len(lunch)), Data: trace.Envelope{From: "alice@example.org", To: []string{"bob@example.net"}}.Append(nil)})
	return t.letter
}

// play applies the tape to a new scene.
func (t *tape) play(v View) *Scene {
	s := New()
	s.SetWords(words)
	s.Layout(v)
	for i := range t.events {
		s.Apply(&t.events[i])
	}
	return s
}
