package export_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"iter"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
	"ehlo/sim/trace/export"
)

var rewrite = flag.Bool("rewrite", false, "write the golden files anew")

const (
	laptop = "laptop.example.org"
	mail   = "mail.example.org"
	mx     = "mx.example.net"
	ms     = engine.Time(1e6)
)

// conversation has an event of every kind that a ladder shows.
func conversation() []trace.Event {
	line := func(conn uint32, from, to string, dir trace.Dir, class trace.Class, label, data string) trace.Event {
		return trace.Event{Kind: trace.KindLine, Actor: from, Target: to, Conn: conn, Dir: dir, Class: class, Label: label,
			Num: int64(len(data)), Data: []byte(data)}
	}
	c := func(label, data string) trace.Event {
		return line(1, laptop, mail, trace.ToServer, trace.ClassCommand, label, data)
	}
	s := func(class trace.Class, label, data string) trace.Event {
		return line(1, mail, laptop, trace.ToClient, class, label, data)
	}
	events := []trace.Event{
		{Kind: trace.KindWorld, Label: "test"},
		{Kind: trace.KindHost, Actor: laptop, Target: "192.0.2.10", Label: "mua", Verb: "alice", Num: 1},
		{Kind: trace.KindHost, Actor: mail, Target: "192.0.2.20", Label: "mta"},
		{Kind: trace.KindHost, Actor: mx, Target: "198.51.100.25", Label: "mailbox", Verb: "bob"},
		{Kind: trace.KindHost, Actor: "ns.example.net", Label: "dns"},
		{Kind: trace.KindHost, Actor: "cafe.example.com", Label: "eve", Verb: "eve"},
		{Kind: trace.KindLink, Actor: laptop, Target: mail, Num: 33600, Until: 4 * ms},
		{Kind: trace.KindLink, Actor: mx, Target: mail, Until: 1500 * engine.Time(1e3)},
		{Kind: trace.KindMailbox, Actor: mx, Target: "bob@example.net", Label: "INBOX", Data: []byte("0 0 0")},
		{Kind: trace.KindOpen, Actor: laptop, Target: mail, Conn: 1, Num: 25, Label: "smtp"},
		{Kind: trace.KindAccept, Actor: mail, Target: laptop, Conn: 1},
		{Kind: trace.KindEstablished, Actor: laptop, Target: mail, Conn: 1},
		s(trace.ClassGreeting, "220", "220 mail.example.org ready\r\n"),
		c("EHLO", "EHLO laptop.example.org\r\n"),
		s(trace.ClassUntagged, "250", "250-mail.example.org\r\n"),
		s(trace.ClassUntagged, "250", "250-SIZE 1\r\n"),
		s(trace.ClassUntagged, "250", "250-8BITMIME\r\n"),
		s(trace.ClassUntagged, "250", "250-PIPELINING\r\n"),
		s(trace.ClassOK, "250", "250 ENHANCEDSTATUSCODES\r\n"),
		c("RCPT", "RCPT TO:<bob@example.net>\r\n"),
		s(trace.ClassPermanent, "503", "503 5.5.1 Send MAIL first\r\n"),
		c("MAIL", "MAIL FROM:<alice@example.org>\r\n"),
		s(trace.ClassTransient, "451", "451 4.3.0 Try again\r\n"),
		line(1, laptop, mail, trace.ToServer, trace.ClassContent, "", "Subject: <script>alert('&')</script>\r\n"),
		line(1, laptop, mail, trace.ToServer, trace.ClassContent, "", "\r\nbody \xff\x00\x1b\r\n"),
		{Kind: trace.KindQueued, Actor: mail, Letter: 1, Conn: 1, Label: `"><script>alert(1)</script>`, Num: 612},
		{Kind: trace.KindAttempt, Actor: mail, Target: mx, Letter: 1, Conn: 2},
		{Kind: trace.KindUnreachable, Actor: mail, Target: "mx.example.com", Conn: 2, Num: 25},
		{Kind: trace.KindDeferred, Actor: mail, Target: mx, Letter: 1, Until: 900e9},
		{Kind: trace.KindOpen, Actor: mail, Target: mx, Conn: 3, Num: 99},
		{Kind: trace.KindRefused, Actor: mail, Target: mx, Conn: 3, Num: 99},
		{Kind: trace.KindRelayed, Actor: mail, Target: mx, Letter: 1, Num: 1},
		{Kind: trace.KindDelivered, Actor: mx, Target: "bob@example.net", Letter: 1, Num: 1},
		{Kind: trace.KindMailbox, Actor: mx, Target: "bob@example.net", Label: "INBOX", Data: []byte("5 2 0")},
		{Kind: trace.KindMailbox, Actor: mx, Target: "bob@example.net", Label: "Sent", Data: []byte("5 2 1")},
		{Kind: trace.KindFailed, Actor: mail, Target: "eve@example.net", Letter: 1},
		{Kind: trace.KindLogin, Actor: mx, Target: "bob", Conn: 4, Class: trace.ClassOK},
		{Kind: trace.KindLogin, Actor: mx, Target: "bob", Conn: 4, Class: trace.ClassPermanent},
		{Kind: trace.KindQuery, Actor: mx, Target: laptop, Num: 7, Label: "example.org TXT"},
		{Kind: trace.KindAnswer, Actor: laptop, Target: mx, Num: 7, Label: "example.org TXT", Verb: "NOERROR", Class: trace.ClassOK},
		{Kind: trace.KindAuth, Actor: mx, Target: "example.org", Conn: 4, Label: "spf", Verb: "pass", Class: trace.ClassOK},
		{Kind: trace.KindAuth, Actor: mx, Target: "example.org", Conn: 4, Label: "dmarc", Verb: "fail", Class: trace.ClassPermanent, Next: "reject"},
		line(5, mx, mx, trace.ToServer, trace.ClassCommand, "NOOP", "NOOP\r\n"),
		line(5, mx, mx, trace.ToClient, trace.ClassOK, "+OK", "+OK\r\n"),
		{Kind: trace.KindFin, Actor: laptop, Target: mail, Conn: 1, Dir: trace.ToServer},
		{Kind: trace.KindClosed, Actor: laptop, Target: mail, Conn: 1},
		{Kind: trace.KindCut, Actor: mail, Target: mx, Conn: 3},
		{Kind: trace.KindFault, Actor: "unknown.example.org", Conn: 9, Data: []byte("index out of range")},
	}
	for i := range events {
		events[i].Seq = uint64(i)
		events[i].At = engine.Time(i) * ms
		events[i].From = events[i].At
	}
	return events
}

func all(events []trace.Event) iter.Seq2[int, trace.Event] { return slices.All(events) }

// words makes readable labels of identifiers, and notes which were asked for.
func words(asked map[string]bool) func(string, map[string]string) string {
	return func(id string, args map[string]string) string {
		asked[id] = true
		text := strings.TrimPrefix(id, "ladder.")
		for _, name := range []string{"time", "where", "mark", "text", "subject", "mailbox", "messages", "host", "port", "octets", "count"} {
			if v := args[name]; v != "" {
				text += " " + v
			}
		}
		return text
	}
}

// check reads the SVG as XML and returns its text, titles aside.
func check(t *testing.T, svg string) (texts []string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	in, skip := "", 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return texts
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		switch e := token.(type) {
		case xml.StartElement:
			in = e.Name.Local
			if !slices.Contains([]string{"svg", "g", "path", "rect", "circle", "text", "tspan", "title", "desc"}, in) {
				t.Errorf("the element %s", in)
			}
			for _, a := range e.Attr {
				name, value := a.Name.Local, a.Value
				if strings.HasPrefix(name, "on") || name == "style" || name == "href" || name == "id" {
					t.Errorf("the attribute %s", name)
				}
				if n, err := strconv.Atoi(value); name == "font-size" && (err != nil || n < 12) {
					t.Errorf("text of %s px", value)
				}
				if (name == "fill" || name == "stroke") && value != "none" && !strings.HasPrefix(value, "var(--") {
					t.Errorf("the colour %s", value)
				}
			}
			if in == "title" || in == "desc" {
				skip++
			}
		case xml.EndElement:
			if e.Name.Local == "title" || e.Name.Local == "desc" {
				skip--
			}
		case xml.CharData:
			if s := strings.TrimSpace(string(e)); s != "" && skip == 0 {
				texts = append(texts, s)
			}
		}
	}
}

func TestLadder(t *testing.T) {
	asked := make(map[string]bool)
	svg := export.LadderSVG(all(conversation()), export.Options{Text: words(asked)})
	texts := strings.Join(check(t, svg), "\n")
	for _, want := range []string{laptop, mx, "4 ms · 33600 bit/s", "1500 µs", "C:", "S:", "RCPT TO:<bob@example.net>", "503", "451",
		`"><script>alert(1)</script>`, "more 2", "content 50", "mailbox-deleted bob@example.net Sent 5", "00:00.020"} {
		if !strings.Contains(texts, want) {
			t.Errorf("the ladder does not show %q", want)
		}
	}
	if strings.Contains(svg, "<script") {
		t.Error("a subject gets out of its text")
	}
	for _, want := range []string{"packet--client", "packet--server", "packet--soft", "packet--hard", `stroke-dasharray="3 2.5"`, `data-seq="20"`} {
		if !strings.Contains(svg, want) {
			t.Errorf("the ladder has no %s", want)
		}
	}
	export.LadderSVG(all(conversation()), export.Options{Text: words(asked), Steps: 3})
	export.TranscriptHTML(all(conversation()), export.Options{Text: words(asked)})
	for _, id := range export.MessageIDs() {
		if !asked[id] {
			t.Errorf("nothing here asks for %s", id)
		}
		delete(asked, id)
	}
	for id := range asked {
		t.Errorf("MessageIDs does not list %s", id)
	}
	const file = "testdata/ladder.svg"
	if *rewrite {
		if err := os.WriteFile(file, []byte(svg), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(file); err != nil || !bytes.Equal(want, []byte(svg)) {
		t.Errorf("%s differs (%v); look at the new one, then go test ./sim/trace/export -rewrite", file, err)
	}
}

func TestLadderOfOneConnection(t *testing.T) {
	svg := export.LadderSVG(all(conversation()), export.Options{Conn: 3})
	texts := strings.Join(check(t, svg), "\n")
	if strings.Contains(texts, laptop) || !strings.Contains(texts, mail) || !strings.Contains(texts, mx) {
		t.Errorf("the hosts of connection 3 are not those of %s", texts)
	}
	if strings.Contains(svg, `data-conn="1"`) || strings.Count(svg, `data-conn="3"`) != 3 {
		t.Error("the rows are not those of connection 3")
	}
}

func TestLadderKeepsTheLastSteps(t *testing.T) {
	var events []trace.Event
	for i := range 1000 {
		events = append(events, trace.Event{Seq: uint64(i), Kind: trace.KindLine, Actor: "a", Target: "b", Conn: 1, Dir: trace.ToServer,
			Class: trace.ClassCommand, Label: "NOOP", Data: []byte("NOOP\r\n")})
	}
	svg := export.LadderSVG(all(events), export.Options{Steps: 10, Text: words(make(map[string]bool))})
	check(t, svg)
	if strings.Count(svg, `role="listitem"`) != 10 || !strings.Contains(svg, `data-seq="999"`) || !strings.Contains(svg, "earlier 990") {
		t.Error("not the last 10 of 1000 steps are drawn")
	}
}

func TestEmptyLadder(t *testing.T) {
	check(t, export.LadderSVG(all(nil), export.Options{}))
}

func FuzzLadder(f *testing.F) {
	for _, e := range conversation() { // one by one: small seeds are mutated faster
		f.Add(trace.Append(nil, e), uint32(0))
	}
	f.Fuzz(func(t *testing.T, chunk []byte, conn uint32) {
		var events []trace.Event
		for e, err := range trace.Decode(chunk) {
			if err != nil {
				break
			}
			events = append(events, *e)
		}
		check(t, export.LadderSVG(all(events), export.Options{Conn: conn % 8, Steps: 20}))
	})
}
