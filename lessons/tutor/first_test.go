//go:build first

package tutor_test

import (
	"strings"
	"testing"

	"ehlo/lessons/content"
	"ehlo/sim/terminal"
)

// Other tests of this package bring shells and mail programs along.
func init() {
	terminal.Install(nil)
	terminal.InstallMail(nil)
}

// need is what a program says that lacks something.
const need = "sim.not-whole"

// TestFirstSaysAhead: the page is told when what comes next needs more, before anybody waits for it.
func TestFirstSaysAhead(t *testing.T) {
	c := &client{t: t}
	must[any](c, "hello", map[string]string{"lang": "en"})
	type lesson struct {
		Lesson struct{ Needs bool }
	}
	if must[lesson](c, "load", map[string]string{"lesson": "first-message"}).Lesson.Needs {
		t.Error("the first task of the first lesson, or the second, needs more than SMTP")
	}
	l, err := content.Lesson("en", content.Folders("en")[0])
	if err != nil {
		t.Fatal(err)
	}
	var done string
	for i, task := range l.Tasks[:len(l.Tasks)-1] {
		done += l.Solution.For(task.ID) + "\n"
		must[lesson](c, "load", map[string]string{"lesson": "first-message"})
		after := must[lesson](c, "script", map[string]string{"text": done, "name": l.ID})
		if want := i >= len(l.Tasks)-3; after.Lesson.Needs != want {
			t.Errorf("after the task %s what comes next needs more: %v", task.ID, after.Lesson.Needs)
		}
	}
}

// TestFirstRefuses: what needs more is refused whole, and nothing of it has happened.
func TestFirstRefuses(t *testing.T) {
	c := open(t)
	before := must[state](c, "state", map[string]any{})
	for method, args := range map[string][]map[string]any{
		"open":    {{"target": "mx.example.net", "port": 110}, {"target": "mx.example.net", "port": 143}, {"target": "nowhere", "port": 110}},
		"collect": {{"protocol": "pop3", "target": "mx.example.net", "port": 110, "user": "bob", "password": "builder"}, {"protocol": "kpop", "target": "mx.example.net", "port": 25, "user": "bob", "password": "builder"}},
		"script":  {{"text": "telnet mx.example.net 25\n> QUIT\ntelnet mx.example.net 143\n"}},
	} {
		for _, args := range args {
			if _, id, text := c.call(method, args); id != need {
				t.Errorf("%s %v: %q %s", method, args, id, text)
			}
		}
	}
	if after := must[state](c, "state", map[string]any{}); after.Total != before.Total {
		t.Errorf("what was refused has made %d events", after.Total-before.Total)
	}
	must[any](c, "open", map[string]any{"target": "mx.example.net", "port": 25})
	must[any](c, "open", map[string]any{"target": "mx.example.net", "port": 7})
	log := must[struct{ Log string }](c, "export", map[string]any{})
	if _, id, _ := c.call("load", map[string]any{"log": log.Log}); id != "" {
		t.Errorf("a log of SMTP is refused: %s", id)
	}
}

// TestFirstFollows: what others say by a protocol that is not here can be followed, and its state is asked of the whole program.
func TestFirstFollows(t *testing.T) {
	c := open(t)
	for protocol, want := range map[string]string{"smtp": "", "pop3": need, "imap": need} {
		tape := strings.ReplaceAll(tapeText+tapeMore[:strings.Index(tapeMore, `{"at":5000000`)], `"smtp"`, `"`+protocol+`"`)
		must[any](c, "follow", map[string]any{"begin": true, "events": tape})
		if ok, id, text := c.call("states", map[string]any{"conn": 7}); id != want {
			t.Errorf("the state of a conversation by %s is %s %q %s", protocol, ok, id, text)
		}
	}
}
