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
	both, second := traced.Ladder(events(), 0, texts), traced.Ladder(events(), 2, texts)
	if !strings.Contains(both, "Who says what") || !strings.Contains(both, "writerx@") || !strings.Contains(both, "writerxx@") {
		t.Errorf("both connections: %s", both)
	}
	if strings.Contains(second, "writerx@") || !strings.Contains(second, "writerxx@") {
		t.Errorf("the second connection: %s", second)
	}
	if got := traced.Ladder(events()[:20], 0, texts); got == "" {
		t.Error("of damaged events not even the frame is drawn")
	}
}
