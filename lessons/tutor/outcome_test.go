package tutor_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"ehlo/lessons/compare"
)

// begun is a world with a conversation up to the sender's address, and where that was typed.
func begun(t *testing.T) (c *client, typed uint64) {
	c = &client{t: t}
	must[any](c, "hello", map[string]string{"lang": "en"})
	must[state](c, "load", map[string]string{"world": "two-domains"})
	must[state](c, "pause", nil)
	must[any](c, "open", map[string]any{"target": "mx.example.net", "port": 25})
	c.typeLine(1, "EHLO laptop.example.org")
	c.typeLine(1, "MAIL FROM:<alice@example.org>")
	for _, l := range must[[]line](c, "transcript", map[string]int{"conn": 1}) {
		if l.Verb == "MAIL" && l.Dir == "C" {
			typed = l.Seq
		}
	}
	return c, typed
}

func (c *client) log() string { return must[struct{ Log string }](c, "export", nil).Log }

// Two ways from one moment are compared, and comparing changes nothing of the world that is open.
func TestOutcomesAreCompared(t *testing.T) {
	c, typed := begun(t)
	c.typeLine(1, "RCPT TO:<bob@example.net>")
	c.typeLine(1, "DATA")
	c.typeLine(1, "Subject: hello\r\n\r\nHi\r\n.")
	must[state](c, "run", nil)
	first := c.log()

	s := must[state](c, "seek", map[string]uint64{"before": typed})
	if !s.Past || uint64(s.Total) >= typed {
		t.Fatalf("before event %d stands %+v", typed, s)
	}
	must[state](c, "fork", nil)
	c.typeLine(1, "MAIL FROM:<>")
	c.typeLine(1, "RCPT TO:<nobody@example.net>")
	other, before := c.log(), must[state](c, "state", nil)

	request := fmt.Sprintf(`{"a": %s, "b": %s}`, outcome(c, first), outcome(c, other))
	if after := must[state](c, "state", nil); fmt.Sprint(after) != fmt.Sprint(before) || c.log() != other {
		t.Errorf("comparing leaves %+v, before it was %+v", after, before)
	}
	answer, err := compare.Call([]byte(request))
	if err != nil {
		t.Fatal(err)
	}
	var d compare.Difference
	if err := json.Unmarshal(answer, &d); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, conn := range d.Conns {
		fmt.Fprintf(&b, "%s %d %s %s %d\n", conn.In, conn.Conn, conn.From, conn.To, conn.Port)
		for _, l := range conn.Lines {
			fmt.Fprintf(&b, " %s %d %s: %.40s\n", l.In, l.Left, l.Dir, l.Text)
		}
	}
	for _, box := range d.Boxes {
		for _, m := range box.Messages {
			fmt.Fprintf(&b, "%s %s %s\n", box.Address, m.In, m.Message.Subject)
		}
	}
	const want = `both 1 laptop.example.org mx.example.net 25
 both 12 : 
 both 0 S: 250-EXPN
 both 0 S: 250 HELP
 a 0 C: MAIL FROM:<alice@example.org>
 b 0 C: MAIL FROM:<>
 both 0 S: 250 2.1.0 Sender accepted
 a 0 C: RCPT TO:<bob@example.net>
 a 0 S: 250 2.1.5 Recipient accepted
 a 0 C: DATA
 a 0 S: 354 Send the message; end it with a line
 a 0 C: Subject: hello
 a 0 C: 
 a 0 C: Hi
 a 0 C: .
 a 0 S: 250 2.0.0 Message accepted
 b 0 C: RCPT TO:<nobody@example.net>
 b 0 S: 550 5.1.1 No such user here
bob@example.net a hello
`
	if got := b.String(); got != want {
		t.Errorf("the ways differ in\n%s, not in\n%s", got, want)
	}
	if d.Apart == nil || d.Common == 0 || d.Same != 0 {
		t.Errorf("they part at %v after %d events, %d connections are the same", d.Apart, d.Common, d.Same)
	}
}

func outcome(c *client, log string) string {
	return string(must[json.RawMessage](c, "outcome", map[string]string{"log": log}))
}

// What is the same on both ways differs in nothing.
func TestOutcomesThatAreTheSame(t *testing.T) {
	c, _ := begun(t)
	one := outcome(c, c.log())
	answer, err := compare.Call([]byte(fmt.Sprintf(`{"a": %s, "b": %s}`, one, one)))
	if err != nil {
		t.Fatal(err)
	}
	var d compare.Difference
	if err := json.Unmarshal(answer, &d); err != nil {
		t.Fatal(err)
	}
	if d.Apart != nil || d.Same != 1 || len(d.Conns)+len(d.Boxes)+len(d.Queue) > 0 {
		t.Errorf("%+v", d)
	}
}
