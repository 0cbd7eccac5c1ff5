package machinetest

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// echo answers each line.
type echo struct {
	answer   string
	in, out  []byte
	reports  []string
	timedOut bool
	done     bool
}

func newEcho(settings map[string]string) *echo {
	return &echo{answer: settings["answer"], out: []byte("hello\r\n")}
}

func (e *echo) Receive(_ engine.Time, p []byte) {
	e.in = append(e.in, p...)
	for {
		i := bytes.IndexByte(e.in, '\n')
		if i < 0 {
			return
		}
		e.out = append(append(append(e.out, e.answer+" "...), e.in[:i+1]...), "and nothing more\r\n"...)
		e.in = e.in[i+1:]
	}
}

func (e *echo) ReceiveEOF(engine.Time) { e.done = true }

func (e *echo) HandleTimeout(now engine.Time) {
	e.timedOut = true
	e.reports = append(e.reports, "timeout at "+now.String())
}

func (e *echo) Output() []byte {
	out := e.out
	e.out = nil
	return out
}

func (e *echo) Timeout() (engine.Time, bool) {
	return engine.Time(2 * time.Minute), !e.timedOut
}

func (e *echo) Done() bool { return e.done }

func (e *echo) Reports() []string {
	r := e.reports
	e.reports = nil
	return r
}

func TestTranscripts(t *testing.T) {
	Transcripts(t, "testdata/*.txt", func(settings map[string]string) Peer { return newEcho(settings) })
}

func TestRewrite(t *testing.T) {
	text, err := os.ReadFile("testdata/echo.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new string }{
		{"S: you said one\n", ""},
		{"S: you said three\n", "S: you said tree\n"},
		{"S: hello\n", ""},
		{"End\n", "S: more\n"},
	} {
		broken := strings.Replace(string(text), c.old, c.new, 1)
		tr, err := parse(broken)
		if err != nil {
			t.Fatal(err)
		}
		got, faults, _ := tr.play(newEcho(tr.settings))
		if len(faults) != 1 {
			t.Errorf("without %q: %d faults %q", c.old, len(faults), faults)
		}
		tr, err = parse(got)
		if err != nil {
			t.Fatal(err)
		}
		if _, faults, _ := tr.play(newEcho(tr.settings)); len(faults) > 0 {
			t.Errorf("without %q, rewritten: %q in\n%s", c.old, faults, got)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"Q: what":                   `1: no line begins with "Q"`,
		"C: one\nanswer: x":         `2: the setting "answer: x" stands behind the first line of the session`,
		"what":                      "1: neither a comment nor `name: text`",
		"C-raw: one":                `1: no Go string at "one"`,
		`C-raw: "a"*x`:              `1: "x" is no number of repetitions`,
		"T: a while":                `1: time: invalid duration "a while"`,
		"answer: x\n\nC: a\nS what": "4: neither a comment nor `name: text`",
	} {
		if _, err := parse(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestConversation(t *testing.T) {
	said := Conversation(t, "testdata/echo.txt")
	if len(said) != 9 {
		t.Fatalf("%d pieces: %+v", len(said), said)
	}
	if s := said[3]; s.Dir != trace.ToServer || string(s.Data) != "two\r\nthree\r\n" {
		t.Errorf("piece 3 is %+v", s)
	}
	if s := said[len(said)-1]; s.At != engine.Time(5*time.Minute) || s.Dir != trace.ToClient {
		t.Errorf("the last piece is %+v", s)
	}
}

func TestBytewise(t *testing.T) {
	Bytewise(t, func() Peer { return newEcho(map[string]string{"answer": "a"}) }, []byte("one\r\ntwo\r\nthree"))
}
