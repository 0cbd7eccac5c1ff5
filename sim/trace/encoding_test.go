package trace_test

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

var rewrite = flag.Bool("rewrite", false, "write the golden files anew")

// sample holds an event of every kind, every field used, and octets that are no text.
func sample() []trace.Event {
	const laptop, mx = "laptop.example.org", "mx.example.net"
	ms := engine.Time(1e6)
	return []trace.Event{
		{Seq: 0, Kind: trace.KindWorld, Label: "two-domains", Num: 1, Data: []byte{0, 0xff, 0x80}},
		{Seq: 1, Kind: trace.KindHost, Actor: laptop, Target: "192.0.2.10", Label: "mua", Verb: "alice", Num: 1},
		{Seq: 2, Kind: trace.KindHost, Actor: mx, Target: "198.51.100.25", Label: "mta"},
		{Seq: 3, Kind: trace.KindLink, Actor: laptop, Target: mx, Num: 8e6, Until: 18 * ms},
		{Seq: 4, Kind: trace.KindListen, Actor: mx, Num: 25, Label: "smtp"},
		{At: ms, Seq: 5, Kind: trace.KindInput, Actor: laptop, Target: mx + ":25", Label: "open"},
		{At: ms, Seq: 6, Kind: trace.KindOpen, Actor: laptop, Target: mx, Conn: 1, Num: 25, Label: "smtp"},
		{At: 19 * ms, Seq: 7, Kind: trace.KindAccept, Actor: mx, Target: laptop, Conn: 1},
		{At: 37 * ms, Seq: 8, Kind: trace.KindEstablished, Actor: laptop, Target: mx, Conn: 1},
		{At: 40 * ms, Seq: 9, Kind: trace.KindLine, Actor: mx, Target: laptop, Conn: 1, Dir: trace.ToClient, From: 19 * ms,
			Until: 40 * ms, Num: 6, Label: "220", Class: trace.ClassGreeting, State: "connected", Next: "greeted", Data: []byte("220 \t\r\n")},
		{At: 41 * ms, Seq: 10, Kind: trace.KindSegment, Actor: laptop, Target: mx, Conn: 1, Dir: trace.ToServer, Off: 3, Num: 9,
			Until: 59 * ms, Data: []byte("RCPT \"\\ü\u2028")},
		{At: 41 * ms, Seq: 11, Kind: trace.KindLine, Actor: laptop, Target: mx, Conn: 1, Dir: trace.ToServer, Off: 1 << 40,
			From: 41 * ms, Until: 41 * ms, Label: "X\xff\x00\"", Verb: "RCPT", Class: trace.ClassPermanent, Data: []byte("\xff\r\n")},
		{At: 60 * ms, Seq: 14, Kind: trace.KindQueued, Actor: mx, Letter: 7, Conn: 1, Label: "Lunch 🥪?", Num: 612,
			Data: trace.Envelope{From: "alice@example.org", To: []string{"bob@example.net"}}.Append(nil)},
		{At: 60 * ms, Seq: 15, Kind: trace.KindDeferred, Actor: mx, Target: "mail.example.org", Letter: 7, Until: 900e9},
		{At: 60 * ms, Seq: 16, Kind: trace.KindFault, Actor: mx, Conn: 4294967295, Num: -1, Data: []byte("index out of range")},
		{At: 60 * ms, Seq: 17, Kind: trace.KindDatagram, Actor: mx, Target: laptop, Label: "dns", Num: 3, From: 60 * ms, Until: 78 * ms,
			Data: []byte{1, 0, 0xff}},
		{At: 60 * ms, Seq: 18, Kind: trace.KindQuery, Actor: mx, Target: "ns.example.org", Num: 4711, Label: "example.org MX"},
		{At: 61 * ms, Seq: 19, Kind: trace.KindAnswer, Actor: "ns.example.org", Target: mx, Num: 4711, Label: "example.org MX",
			Verb: "NOERROR", Class: trace.ClassOK, Data: []byte("example.org. 3600 IN MX 10 mail.example.org.\n")},
		{At: 62 * ms, Seq: 20, Kind: trace.KindLookup, Actor: mx, Label: "example.com MX", Verb: "TIMEOUT", Class: trace.ClassTransient},
		{At: 62 * ms, Seq: 21, Kind: trace.KindRecord, Actor: laptop, Target: mx, Conn: 1, Dir: trace.ToServer, Off: 12, Num: 99,
			Label: "Finished", Verb: "application data", Sealed: true},
		{At: 62 * ms, Seq: 22, Kind: trace.KindLine, Actor: laptop, Target: mx, Conn: 1, Dir: trace.ToServer, Off: 111, Num: 47,
			From: 62 * ms, Until: 80 * ms, Label: "EHLO", Verb: "EHLO", Class: trace.ClassCommand, State: "connected", Next: "greeted",
			Sealed: true, Data: []byte("EHLO laptop.example.org\r\n")},
		{At: 62 * ms, Seq: 23, Kind: trace.KindTLS, Actor: laptop, Target: mx, Conn: 1, Dir: trace.ToServer, Label: "TLS 1.3",
			Verb: "TLS_AES_128_GCM_SHA256", State: mx, Class: trace.ClassPermanent, Next: "expired"},
		{At: 62 * ms, Seq: 24, Kind: trace.KindLost, Actor: laptop, Target: mx, Conn: 1, Dir: trace.ToServer, Off: 158, Num: 40, Until: 80 * ms},
		{At: 62 * ms, Seq: 25, Kind: trace.KindExpanded, Actor: mx, Target: "all@example.net", Letter: 7, Num: 2, Label: "list",
			Data: []byte("bob@example.net\ncarla@example.net")},
		{At: 62 * ms, Seq: 26, Kind: trace.KindDiscarded, Actor: mx, Target: "bob@example.net", Letter: 7, Data: []byte("554 5.4.6")},
		{At: 62 * ms, Seq: 27, Kind: trace.KindNotice, Actor: mx, Target: "bob@example.net", Letter: 8, Num: 7, Label: "failed"},
		{At: 62 * ms, Seq: 28, Kind: trace.KindTrouble, Actor: mx, Target: laptop, Label: "link-down", Num: 1, Until: 90e9},
		{At: 62 * ms, Seq: 29, Kind: trace.KindAct, Actor: laptop, Target: "alice@example.org", Label: "reader", Verb: "poll"},
		{At: 62 * ms, Seq: 30, Kind: trace.KindAuth, Actor: mx, Target: "example.org", Conn: 1, Label: "dmarc", Verb: "fail", Class: trace.ClassPermanent,
			Next: "reject", Data: []byte("example.org\nnot aligned")},
		{At: 62 * ms, Seq: 31, Kind: trace.KindTerminal, Actor: laptop, Num: 1, Label: "dig", Data: []byte("alice@laptop:~$ ")},
		{At: 62 * ms, Seq: 32, Kind: trace.KindCommand, Actor: laptop, Num: 1, Label: "dig", Verb: "alice", Data: []byte("dig mx example.net")},
		{At: 62 * ms, Seq: 33, Kind: trace.KindExit, Actor: laptop, Num: 1, Label: "dgi", Off: 127, Next: "shell.why.command", State: "dgi"},
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := "testdata/" + name
	if *rewrite {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; an encoding that is out cannot change without a new version\n got %q\nwant %q", file, got, want)
	}
}

func jsonLines(events []trace.Event) []byte {
	var out []byte
	for i := range events {
		out = append(trace.AppendJSON(out, &events[i]), '\n')
	}
	return out
}

func TestGolden(t *testing.T) {
	golden(t, "trace.jsonl", jsonLines(sample()))
	golden(t, "trace.ehlt", trace.Append(nil, sample()...))
	golden(t, "log.ehlo", inputLog().Marshal())
}

// What older versions wrote is read for ever: so many events, and so many inputs.
func TestOlderVersionsAreRead(t *testing.T) {
	for _, old := range []struct{ version, events, inputs int }{{1, 15, 6}, {2, 28, 9}, {3, 29, 9}} {
		chunk, err := os.ReadFile(fmt.Sprintf("testdata/trace.v%d.ehlt", old.version))
		if err != nil {
			t.Fatal(err)
		}
		same(t, decode(t, chunk), sample()[:old.events])
		text, err := os.ReadFile(fmt.Sprintf("testdata/log.v%d.ehlo", old.version))
		if err != nil {
			t.Fatal(err)
		}
		got, err := trace.ParseInputLog(text)
		if err != nil {
			t.Fatal(err)
		}
		want := inputLog()
		want.Version, want.TraceDigest, want.Inputs = old.version, got.TraceDigest, want.Inputs[:old.inputs]
		if !reflect.DeepEqual(got, want) {
			t.Errorf(" got %+v\nwant %+v", got, want)
		}
	}
}

func TestGoldenIsRead(t *testing.T) {
	chunk, err := os.ReadFile("testdata/trace.ehlt")
	if err != nil {
		t.Fatal(err)
	}
	same(t, decode(t, chunk), sample())
	text, err := os.ReadFile("testdata/trace.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var events []trace.Event
	for line := range bytes.Lines(text) {
		e, err := trace.ParseJSON(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		events = append(events, e)
	}
	same(t, events, sample())
}

func decode(t *testing.T, chunk []byte) []trace.Event {
	t.Helper()
	var events []trace.Event
	for e, err := range trace.Decode(chunk) {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, *e)
	}
	return events
}

func same(t *testing.T, got, want []trace.Event) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d events, want %d", len(got), len(want))
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("event %d:\n got %+v\nwant %+v", i, got[i], want[i])
		}
	}
}

func TestDecodeSaysWhatIsWrong(t *testing.T) {
	chunk := trace.Append(nil, sample()...)
	for n := range len(chunk) {
		if n == 0 {
			continue
		}
		read, failed := 0, false
		for _, err := range trace.Decode(chunk[:n]) {
			if err != nil {
				failed = true
			}
			read++
		}
		if !failed && read >= len(sample()) {
			t.Errorf("a chunk cut to %d of %d octets is read whole", n, len(chunk))
		}
	}
	for text, want := range map[string]string{
		"GIF89a":       "trace.chunk.magic",
		"ehlt":         "trace.chunk.magic",
		"ehlt\x04":     "trace.chunk.version",
		"ehlt\x00":     "trace.chunk.version",
		"ehlt\x01\x05": "trace.chunk.broken",
	} {
		for _, err := range trace.Decode([]byte(text)) {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%q gives %v, want %s", text, err, want)
			}
		}
	}
}

func TestParseJSONSaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		``:                                         "trace.json.syntax",
		`{`:                                        "trace.json.syntax",
		`{"at":0,"seq":1}`:                         `trace.json.field-missing field="kind"`,
		`{"at":0,"seq":1,"kind":"fin","at":1}`:     `trace.json.field-twice field="at"`,
		`{"at":0,"seq":1,"kind":"fin","x":1}`:      `trace.json.field-unknown field="x"`,
		`{"at":0,"seq":1,"kind":"end"}`:            `trace.json.field-value field="kind" text="\"end\""`,
		`{"at":0.5,"seq":1,"kind":"fin"}`:          "trace.json.syntax",
		`{"at":"0","seq":1,"kind":"fin"}`:          `trace.json.field-value field="at"`,
		`{"at":0,"seq":-1,"kind":"fin"}`:           `trace.json.field-value field="seq" text="-1"`,
		`{"at":0,"seq":1,"kind":"fin"} x`:          "trace.json.syntax",
		`{"at":0,"seq":1,"kind":"line","b64":"="}`: `trace.json.field-value field="b64"`,
	} {
		if _, err := trace.ParseJSON([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s gives %v, want %s", text, err, want)
		}
	}
}

func TestDigestIsOfOneChunk(t *testing.T) {
	var d trace.Digest
	if d.Sum() != sha256.Sum256(nil) {
		t.Error("no events have the digest of something")
	}
	events := sample()
	for i := range events {
		d.Record(&events[i])
		if d.Sum() != sha256.Sum256(trace.Append(nil, events[:i+1]...)) {
			t.Fatalf("the digest of %d events is not that of their chunk", i+1)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(trace.Append(nil, sample()...))
	f.Fuzz(func(t *testing.T, chunk []byte) {
		var events []trace.Event
		for e, err := range trace.Decode(chunk) {
			if err != nil {
				return
			}
			events = append(events, *e)
		}
		again := trace.Append(nil, events...)
		same(t, decode(t, again), events)
		for i := range events {
			e, err := trace.ParseJSON(trace.AppendJSON(nil, &events[i]))
			if err != nil {
				t.Fatal(err)
			}
			same(t, []trace.Event{e}, events[i:i+1])
		}
	})
}

func FuzzParseJSON(f *testing.F) {
	for line := range bytes.Lines(jsonLines(sample())) {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := trace.ParseJSON(text)
		if err != nil {
			return
		}
		out := trace.AppendJSON(nil, &e)
		again, err := trace.ParseJSON(out)
		if err != nil {
			t.Fatalf("%s: %v", out, err)
		}
		if len(e.Data) == 0 {
			e.Data = nil
		}
		same(t, []trace.Event{again}, []trace.Event{e})
	})
}
