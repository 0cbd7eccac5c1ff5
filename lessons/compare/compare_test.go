package compare_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"ehlo/lessons/compare"
	"ehlo/sim/trace"
)

// talks makes a trace of connections, each a text whose words are its lines.
func talks(conns ...string) string {
	var all []trace.Event
	for i, words := range conns {
		id := uint32(i + 1)
		all = append(all, trace.Event{Kind: trace.KindOpen, Actor: "laptop", Target: "mx", Conn: id, Num: 25})
		for _, word := range strings.Fields(words) {
			all = append(all, trace.Event{Kind: trace.KindLine, Conn: id, Dir: trace.ToServer, Data: []byte(word + "\r\n")})
		}
	}
	return base64.StdEncoding.EncodeToString(trace.Append(nil, all...))
}

func TestLines(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"a b c", "a b c", ""},
		{"a b c", "a x c", "a -b +x c"},
		{"a b c d e f g h", "a b c d e f g h i", "(6) g h +i"},
		{"x a b c d e f", "a b c d e f", "-x a b (4)"},
		{"a b c d", "b d e", "-a b -c d +e"},
		{"", "a", "+a"},
	} {
		d, err := compare.Outcomes(compare.Outcome{Chunk: talks(c.a)}, compare.Outcome{Chunk: talks(c.b)})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, conn := range d.Conns {
			for _, l := range conn.Lines {
				sign := map[string]string{compare.InFirst: "-", compare.InOther: "+"}[l.In]
				if l.Left > 0 {
					got = append(got, fmt.Sprintf("(%d)", l.Left))
				} else {
					got = append(got, sign+l.Text)
				}
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%q and %q differ in %q, not in %q", c.a, c.b, s, c.want)
		}
		if (d.Apart == nil) != (c.want == "") {
			t.Errorf("%q and %q part at %v", c.a, c.b, d.Apart)
		}
	}
}

// A conversation of ten thousand lines is compared without a table of all pairs.
func TestLongConversations(t *testing.T) {
	long := func(word string) string { return strings.Repeat(word+" same ", 5000) }
	d, err := compare.Outcomes(compare.Outcome{Chunk: talks(long("a"))}, compare.Outcome{Chunk: talks(long("b"))})
	if err != nil || len(d.Conns) != 1 || len(d.Conns[0].Lines) != 19_999 {
		t.Errorf("%d connections, %v", len(d.Conns), err)
	}
}

func TestConnectionsOfOneOnly(t *testing.T) {
	d, err := compare.Outcomes(compare.Outcome{Chunk: talks("a", "b")}, compare.Outcome{Chunk: talks("a")})
	if err != nil || d.Same != 1 || len(d.Conns) != 1 || d.Conns[0].In != compare.InFirst || d.Conns[0].Conn != 2 {
		t.Errorf("%+v %v", d, err)
	}
}

func TestMailboxesAndQueues(t *testing.T) {
	box := func(messages ...compare.Message) []compare.Mailbox {
		return []compare.Mailbox{{Address: "bob", Mailbox: "INBOX", Messages: messages}}
	}
	a := compare.Outcome{Mailboxes: box(compare.Message{UID: 1, Subject: "one"}, compare.Message{UID: 2, Subject: "two"}, compare.Message{UID: 3, Subject: "three"}),
		Queue: []compare.Waiting{{Host: "mx", Subject: "late", Attempts: 1}, {Host: "mx", Subject: "same"}}}
	b := compare.Outcome{Mailboxes: box(compare.Message{UID: 1, Subject: "one", Flags: []string{`\Seen`}}, compare.Message{UID: 2, Subject: "other"}, compare.Message{UID: 3, Subject: "three"}),
		Queue: []compare.Waiting{{Host: "mx", Subject: "late", Attempts: 2}, {Host: "mx", Subject: "same"}, {Host: "mx", Subject: "new"}}}
	d, err := compare.Outcomes(a, b)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range d.Boxes[0].Messages {
		got = append(got, m.In+" "+m.Message.Subject+" "+strings.Join(m.Other, " "))
	}
	for _, w := range d.Queue {
		got = append(got, w.In+" "+w.Waiting.Subject)
	}
	if s, want := strings.Join(got, "; "), `both one \Seen; a two ; b other ; both late; b new`; s != want {
		t.Errorf("%s, not %s", s, want)
	}
}

func TestWhatIsNoRequest(t *testing.T) {
	for _, request := range []string{"", "[]", `{"a": {"chunk": "!"}}`} {
		if _, err := compare.Call([]byte(request)); err == nil {
			t.Errorf("%q is compared", request)
		}
	}
}
