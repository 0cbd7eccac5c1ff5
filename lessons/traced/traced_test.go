package traced_test

import (
	"strings"
	"testing"

	"ehlo/lessons/locale"
	"ehlo/lessons/traced"
	"ehlo/sim/trace"
)

// events is a line that two connections have in common but for their numbers.
func events() []byte {
	var all []trace.Event
	for _, host := range []string{"laptop.example.org", "mx.example.net"} {
		all = append(all, trace.Event{Kind: trace.KindHost, Actor: host, Label: "mta"})
	}
	for conn := uint32(1); conn <= 2; conn++ {
		all = append(all, trace.Event{Kind: trace.KindOpen, Actor: "laptop.example.org", Target: "mx.example.net", Conn: conn, Num: 25, Label: "smtp"},
			trace.Event{Kind: trace.KindLine, Actor: "laptop.example.org", Target: "mx.example.net", Conn: conn, Verb: "MAIL", Label: "MAIL", Class: trace.ClassCommand,
				Data: []byte("MAIL FROM:<writer" + strings.Repeat("x", int(conn)) + "@example.org>\r\n")})
	}
	for i := range all {
		all[i].Seq = uint64(i + 1)
	}
	return trace.Append(nil, all...)
}

func TestLadder(t *testing.T) {
	texts := locale.Unpack("en", []byte("ladder.title\tWho says what\n"))
	both, second := traced.Ladder(events(), nil, texts), traced.Ladder(events(), []byte(`{"conn": 2}`), texts)
	if !strings.Contains(both, "Who says what") || !strings.Contains(both, "writerx@") || !strings.Contains(both, "writerxx@") {
		t.Errorf("both connections: %s", both)
	}
	if strings.Contains(second, "writerx@") || !strings.Contains(second, "writerxx@") {
		t.Errorf("the second connection: %s", second)
	}
	if got := traced.Ladder(events()[:20], nil, texts); got == "" {
		t.Error("of damaged events not even the frame is drawn")
	}
}

// A host or a protocol leaves out what is not about it.
func TestLadderWithFilters(t *testing.T) {
	all := []trace.Event{
		{Kind: trace.KindHost, Actor: "laptop", Label: "mua"}, {Kind: trace.KindHost, Actor: "mx", Label: "mta"}, {Kind: trace.KindHost, Actor: "desk", Label: "mua"},
		{Kind: trace.KindOpen, Actor: "laptop", Target: "mx", Conn: 1, Num: 25, Label: "smtp"}, {Kind: trace.KindLine, Actor: "laptop", Target: "mx", Conn: 1, Verb: "NOOP", Label: "NOOP", Class: trace.ClassCommand, Data: []byte("NOOP first\r\n")},
		{Kind: trace.KindOpen, Actor: "desk", Target: "mx", Conn: 2, Num: 110, Label: "pop3"}, {Kind: trace.KindLine, Actor: "desk", Target: "mx", Conn: 2, Verb: "NOOP", Label: "NOOP", Class: trace.ClassCommand, Data: []byte("NOOP other\r\n")},
		{Kind: trace.KindQueued, Actor: "mx", Target: "mx", Letter: 1, Label: "A letter"},
	}
	for i := range all {
		all[i].Seq = uint64(i + 1)
	}
	chunk, texts := trace.Append(nil, all...), locale.Unpack("en", []byte("ladder.queued\tqueued {subject}\n"))
	for filter, want := range map[string]string{
		``: "first other queued", `{"host": "laptop"}`: "first", `{"host": "mx"}`: "first other queued", `{"protocol": "pop3"}`: "other",
		`{"protocol": "smtp", "host": "desk"}`: "", `{"host": "desk"}`: "other", `{"conn": 2}`: "other",
		`{"after": 6}`: "other queued",
	} {
		svg := traced.Ladder(chunk, []byte(filter), texts)
		var got []string
		for _, word := range []string{"first", "other", "queued"} {
			if strings.Contains(svg, word) {
				got = append(got, word)
			}
		}
		if after := strings.Contains(filter, "after"); after && strings.Contains(svg, "laptop") {
			t.Errorf("%s shows a host that takes no part", filter)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s shows %q, not %q", filter, s, want)
		}
	}
}
