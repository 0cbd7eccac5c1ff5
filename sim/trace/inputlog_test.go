package trace_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"reflect"
	"strings"
	"testing"

	"ehlo/sim/trace"
)

func inputLog() *trace.InputLog {
	var l trace.Log
	for _, e := range sample() {
		l.Record(&e)
	}
	sum, _ := l.Digests(l.Len())
	text := "grammar = 1\ntitle = \"Mine \\\"quoted\\\"\"\n"
	return &trace.InputLog{
		Version: trace.InputLogVersion, Core: "0.1.0", World: "mine", WorldText: text, WorldDigest: sha256.Sum256([]byte(text)),
		Host: "desk.example.net", Lesson: "fetch-it", Seed: 1<<64 - 1, End: 12e9, EndSeq: 40, TraceDigest: sum[:],
		Marks: []trace.Mark{{Events: 7, Sum: [8]byte{1, 2}}, {Events: 14, Sum: [8]byte{0xff}}},
		Inputs: []trace.Input{
			{At: 0, Seq: 5, Kind: trace.InputOpen, Actor: "laptop.example.org", Target: "mx.example.net:25", Conn: 1},
			{At: 4e9, Seq: 9, Kind: trace.InputType, Actor: "laptop.example.org", Conn: 1, Data: []byte("EHLO laptop.example.org\r\n")},
			{At: 4e9, Seq: 9, Kind: trace.InputType, Actor: "laptop.example.org", Conn: 1, Data: []byte{0xff, 0, 10}},
			{At: 5e9, Seq: 30, Kind: trace.InputFin, Actor: "laptop.example.org", Conn: 1},
			{At: 6e9, Seq: 31, Kind: trace.InputCut, Actor: "laptop.example.org", Conn: 1},
			{At: 7e9, Seq: 40, Kind: trace.InputRun, Actor: "desk.example.net", Target: "fetchmail", Data: []byte("-v")},
			{At: 8e9, Seq: 40, Kind: trace.InputFault, Actor: "mx.example.net", Target: "link-down", Data: []byte("desk.example.net")},
			{At: 9e9, Seq: 40, Kind: trace.InputRepair, Actor: "mx.example.net", Target: "link-down", Data: []byte("desk.example.net")},
			{At: 9e9, Seq: 40, Kind: trace.InputOpen, Actor: "laptop.example.org", Target: "mx.example.net:465", Data: []byte("tls")},
			{At: 9e9, Seq: 40, Kind: trace.InputTerminal, Actor: "laptop.example.org", Conn: 1, Data: []byte("dig mx example.net\n")},
		},
	}
}

func TestInputLogRoundTrip(t *testing.T) {
	small := &trace.InputLog{Version: trace.InputLogVersion, World: "one-host", Inputs: []trace.Input{}}
	for _, want := range []*trace.InputLog{inputLog(), small} {
		text := want.Marshal()
		for _, text := range [][]byte{text, bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")),
			append([]byte("\uFEFF"), text...), append(text, "\n\n"...), bytes.TrimRight(text, "\n")} {
			got, err := trace.ParseInputLog(text)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf(" got %+v\nwant %+v", got, want)
			}
		}
	}
}

func TestParseInputLogSaysWhatIsWrong(t *testing.T) {
	text := string(inputLog().Marshal())
	lines := strings.SplitAfter(text, "\n")
	swap := func(old, new string) string {
		if !strings.Contains(text, old) {
			t.Fatalf("the log has no %s", old)
		}
		return strings.Replace(text, old, new, 1)
	}
	for _, x := range []struct {
		name, text string
		line       int
		want       string
	}{
		{"nothing", "", 1, "trace.log.header"},
		{"a world file", "grammar = 1\n", 1, "trace.log.header"},
		{"other JSON", `{"name":"x"}`, 1, "trace.log.header"},
		{"a package of something else", `{"ehlo":"lesson","version":1}`, 1, "trace.log.header"},
		{"another version", swap(`"version":4`, `"version":5`), 1, `trace.log.version known="4" version="5"`},
		{"no version", swap(`"version":4,`, ``), 1, `trace.json.field-missing field="version"`},
		{"header cut", lines[0][:80], 1, "trace.json.syntax"},
		{"an unknown header field", swap(`"core":`, `"kernel":`), 1, `trace.json.field-unknown field="kernel"`},
		{"a digest that is no digest", swap(`"traceDigest":"`, `"traceDigest":"xy`), 1, `trace.json.field-value field="traceDigest"`},
		{"a digest cut short", swap(`[7,"01`, `[7,"`), 1, `trace.json.field-value field="marks"`},
		{"another world in it", swap("Mine", "Yours"), 1, `trace.log.world-digest world="mine"`},
		{"a line cut", text[:len(text)-20], 11, `trace.log.cut got="9" want="10"`},
		{"a line cut in the middle", strings.Join(lines[:2], "") + lines[2][:30], 3, `trace.log.cut got="1" want="10"`},
		{"lines missing", strings.Join(lines[:4], ""), 4, `trace.log.cut got="3" want="10"`},
		{"only the header", lines[0], 1, `trace.log.cut got="0" want="10"`},
		{"a line too many", text + lines[10], 12, `trace.log.inputs got="11" want="10"`},
		{"an empty line", strings.Join(lines[:3], "") + "\n" + strings.Join(lines[3:], ""), 4, "trace.json.syntax"},
		{"lines in another order", lines[0] + lines[2] + lines[1] + strings.Join(lines[3:], ""), 3, "trace.log.order"},
		{"an input after the end", swap(`"end":12000000000`, `"end":6000000000`), 7, "trace.log.order"},
		{"an unknown kind", swap(`"kind":"fin"`, `"kind":"stop"`), 5, `trace.json.field-value field="kind" text="\"stop\""`},
		{"an unknown field", swap(`"kind":"fin"`, `"kind":"fin","why":"x"`), 5, `trace.json.field-unknown field="why"`},
		{"no connection", swap(`"kind":"cut","actor":"laptop.example.org","conn":1`, `"kind":"cut","actor":"laptop.example.org"`), 6, `trace.json.field-missing field="conn"`},
		{"a time before the start", swap(`{"at":0,`, `{"at":-1,`), 2, `trace.json.field-value field="at" text="-1"`},
		{"too large", text + strings.Repeat("\n", 32<<20), 1, "trace.log.too-large"},
	} {
		_, err := trace.ParseInputLog([]byte(x.text))
		var e *trace.FormatError
		if !errors.As(err, &e) {
			t.Errorf("%s gives %v, want %s", x.name, err, x.want)
			continue
		}
		if e.Line != x.line || !strings.Contains(e.Error(), x.want) {
			t.Errorf("%s gives %v, want line %d: %s", x.name, err, x.line, x.want)
		}
	}
}

func TestCheckWorld(t *testing.T) {
	l := inputLog()
	if err := l.CheckWorld(l.WorldDigest); err != nil {
		t.Error(err)
	}
	if err := l.CheckWorld([32]byte{1}); err == nil || !strings.Contains(err.Error(), "trace.log.world-changed") {
		t.Errorf("another world gives %v", err)
	}
}

func FuzzParseInputLog(f *testing.F) {
	f.Add(inputLog().Marshal())
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := trace.ParseInputLog(text)
		if err != nil {
			return
		}
		out := l.Marshal()
		again, err := trace.ParseInputLog(out)
		if err != nil {
			t.Fatalf("%s: %v", out, err)
		}
		if !bytes.Equal(again.Marshal(), out) {
			t.Errorf("%s is not read as it was written", out)
		}
	})
}
