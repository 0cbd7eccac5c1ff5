package tutor_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ehlo/lessons/content"
	"ehlo/lessons/explain"
	"ehlo/lessons/locale"
	"ehlo/lessons/locale/localetest"
	"ehlo/lessons/packed"
	"ehlo/lessons/traced"
	"ehlo/lessons/tutor"
	"ehlo/lessons/written"
	"ehlo/sim/personas"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

// client calls a session as the page's worker does: it brings the files that are asked for, and has world files read.
type client struct {
	t *testing.T
	s tutor.Session
}

// answer is what a session answers to a call.
type answer struct {
	OK    json.RawMessage
	Error *struct{ ID, Text, Detail string }
	Need  []string
	Read  *struct{ Path, Name, Text string }
}

// ask calls once.
func (c *client) ask(method string, args any) (a answer) {
	c.t.Helper()
	in, err := json.Marshal(args)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := json.Unmarshal(c.s.Call(method, in), &a); err != nil {
		c.t.Fatal(err)
	}
	return a
}

// call returns what came of a call, and the identifier and text of its error.
func (c *client) call(method string, args any) (ok json.RawMessage, id, text string) {
	c.t.Helper()
	for range 5 {
		r := c.ask(method, args)
		if r.Error != nil {
			return nil, r.Error.ID, r.Error.Text + "\n" + r.Error.Detail
		}
		if r.Read != nil {
			definition, problem := c.read(r.Read.Name, r.Read.Text)
			if problem.ID != "" {
				return nil, problem.ID, problem.Text + "\n" + problem.Detail
			}
			c.s.File(r.Read.Path, definition)
			continue
		}
		if r.Need == nil {
			return r.OK, "", ""
		}
		for _, path := range r.Need {
			c.s.File(path, []byte(fetch(c.t, path)))
		}
	}
	c.t.Fatalf("%s asks for files again and again", method)
	return nil, "", ""
}

// read reads a world file, as the page does with its other program.
func (c *client) read(name, text string) (definition []byte, p written.Problem) {
	c.t.Helper()
	request, err := json.Marshal(written.Request{Name: name, Text: text})
	if err != nil {
		c.t.Fatal(err)
	}
	texts := locale.Unpack("en", []byte(fetch(c.t, "locales/en/"+locale.PackedReader)))
	definition, problem, err := written.World(request, packed.Append(nil, personas.All()), texts)
	if err == nil && problem != nil {
		err = json.Unmarshal(problem, &p)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return definition, p
}

// must calls and decodes the answer; an error ends the test.
func must[T any](c *client, method string, args any) (v T) {
	c.t.Helper()
	ok, id, text := c.call(method, args)
	if id != "" {
		c.t.Fatalf("%s: %s %s", method, id, text)
	}
	if err := json.Unmarshal(ok, &v); err != nil {
		c.t.Fatalf("%s: %v in %s", method, err, ok)
	}
	return v
}

// explained takes a recorded line apart, as the page does with its other program.
func explained(c *client, seq uint64) (v explain.View) {
	c.t.Helper()
	line := must[struct{ Line json.RawMessage }](c, "line", map[string]any{"seq": seq}).Line
	ok, err := explain.Call(line, locale.Unpack("en", []byte(fetch(c.t, "locales/en/"+locale.PackedReader))))
	if err == nil {
		err = json.Unmarshal(ok, &v)
	}
	if err != nil {
		c.t.Fatalf("line %d: %v", seq, err)
	}
	return v
}

// fetch reads a file as the page would get it from the server.
func fetch(t *testing.T, path string) string {
	t.Helper()
	root := filepath.Join("..", "..")
	switch dir, _, _ := strings.Cut(path, "/"); {
	case path == "worlds/index.txt":
		return "old-servers\tOld servers\none-host\tOne host\ntwo-domains\tTwo domains\n"
	case path == "lessons/index.txt":
		return "en\t001-first-message\tfirst-message\ttwo-domains\t8\tc\tt\tguided\t1 4\t\n" + "en\t198-practice-smtp\tpractice-smtp\tpractice-smtp@1\t6\tc\tp\tpractice\t\tdrawn\n"
	case path == "locales/index.txt":
		return "en\n"
	case dir == "locales":
		return packedTexts(t, root)
	case dir == "man":
		path = filepath.Join(root, "web", path)
	case dir == "worlds":
		name := strings.TrimSuffix(strings.TrimPrefix(path, "worlds/"), ".bin")
		text, _ := worlds.Text(name)
		def, err := world.Parse(name, text, personas.All()...)
		if err != nil {
			t.Fatal(err)
		}
		return string(packed.Append(nil, *def))
	case dir == "lessons":
		l, err := content.Lesson("en", filepath.Base(filepath.Dir(path)))
		if err != nil {
			t.Fatal(err)
		}
		return string(l.Pack())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// packedTexts is the English catalogue as the page gets it.
func packedTexts(t *testing.T, root string) string {
	return string(locale.Pack(localetest.English(t, root).Texts("")))
}

type state struct {
	Now, End              int64
	Playing, Past, Quiet  bool
	Total, Horizon, Epoch int
	Valid                 int
	Conns                 []struct {
		ID    int
		State string
		Open  bool
	}
	Lesson *struct {
		Done  bool
		Tasks []struct {
			ID        string
			Done      bool
			Missing   string
			Hints     int
			Predicted int
		}
	}
}

type line struct {
	Seq                   uint64
	Dir, Text, EOL, Class string
	Label, Verb, State    string
}

// A world whose servers have personas brings them, and so does one that somebody has written.
func TestPersonas(t *testing.T) {
	text, _ := worlds.Text("old-servers")
	own := map[string]string{"worldText": string(text), "name": "mine"}
	for _, load := range []map[string]string{{"world": "old-servers"}, own} {
		c := &client{t: t}
		must[any](c, "hello", map[string]string{"lang": "en"})
		must[state](c, "load", load)
		must[any](c, "open", map[string]any{"target": "mail.example.org", "port": 110})
		must[state](c, "run", nil)
		c.typeLine(1, "NOOP")
		c.typeLine(1, "USER rich")
		c.typeLine(1, "PASS drums")
		log := must[struct{ Log string }](c, "export", nil).Log // carries a world that is not of the catalogue
		must[state](c, "load", map[string]string{"log": log})
		var said []string
		for _, l := range must[[]line](c, "transcript", map[string]int{"conn": 1}) {
			if l.Dir == "S" {
				said = append(said, l.Text)
			}
		}
		if got, want := strings.Join(said, "|"), "+OK POP3 mail.example.org v7.59 server ready|-ERR Unknown AUTHORIZATION state command|"+
			"+OK User name accepted, password please|-ERR Bad login"; got != want {
			t.Errorf("%v: the server says %s, want %s", load, got, want)
		}
	}
}

// A line is explained as the server of its session reads it.
func TestLinesThatAServerTakes(t *testing.T) {
	c := &client{t: t}
	must[any](c, "hello", map[string]string{"lang": "en"})
	file, _ := worlds.Text("one-host")
	text := strings.ReplaceAll(string(file), "protocol = \"smtp\"", "protocol = \"smtp\"\n  persona = \"lenient-mta\"")
	must[state](c, "load", map[string]string{"worldText": text, "name": "lenient"})
	must[any](c, "open", map[string]any{"target": "unix.example.org", "port": 25})
	must[state](c, "run", nil)
	c.typeLine(1, "HELO my_laptop")
	for _, l := range must[[]line](c, "transcript", map[string]int{"conn": 1}) {
		if l.Verb == "HELO" && l.Dir == "C" {
			if v := explained(c, l.Seq); len(v.Why) != 0 || v.Repair != "" || !slices.Contains(v.Notes, "This server takes it.") {
				t.Errorf("%+v", v)
			}
			return
		}
	}
	t.Error("nobody said HELO")
}

func open(t *testing.T) *client {
	c := &client{t: t}
	must[any](c, "hello", map[string]string{"lang": "en"})
	must[state](c, "load", map[string]string{"world": "two-domains"})
	return c
}

func (c *client) typeLine(conn int, text string) {
	c.t.Helper()
	must[any](c, "type", map[string]any{"conn": conn, "text": text + "\r\n"})
	must[state](c, "run", map[string]string{"until": "quiet"})
}

func TestALineIsTypedAnsweredAndExplained(t *testing.T) {
	c := open(t)
	if conn := must[struct{ Conn int }](c, "open", map[string]any{"target": "mx.example.net", "port": 25}).Conn; conn != 1 {
		t.Fatalf("the first connection is %d", conn)
	}
	must[state](c, "run", nil)
	c.typeLine(1, "EHLO laptop.example.org")
	c.typeLine(1, "RCPT TO:<bob@example.net>")
	lines := must[[]line](c, "transcript", map[string]int{"conn": 1})
	var text []string
	for _, l := range lines {
		text = append(text, fmt.Sprintf("%s:%s:%.3s", l.Dir, l.Class, l.Text))
	}
	got := strings.Join(text, " ")
	for _, want := range []string{"S:greeting:220", "C:command:EHL", "S:untagged:250", "S:ok:250", "C:command:RCP", "S:permanent:503"} {
		i := strings.Index(got, want)
		if i < 0 {
			t.Fatalf("%q is not, or not there, in %q", want, strings.Join(text, " "))
		}
		got = got[i:]
	}
	x := explained(c, lines[len(lines)-1].Seq)
	if len(x.Spans) == 0 || len(x.Why) == 0 || !strings.Contains(strings.Join(x.Legal, " "), "MAIL") {
		t.Errorf("503 is explained as %+v", x)
	}
}

func TestCallsThatMakeNoSense(t *testing.T) {
	c := &client{t: t}
	if _, id, _ := c.call("state", nil); id != "tutor.no-world" {
		t.Errorf("before any world: %s", id)
	}
	c = open(t)
	if _, id, _ := c.call("undo", nil); id != "tutor.nothing-to-undo" {
		t.Errorf("undo of nothing: %s", id)
	}
	for _, call := range []struct {
		method string
		args   any
		id     string
	}{
		{"dance", nil, "tutor.no-method"},
		{"type", []int{1}, "tutor.bad-arguments"},
		{"type", map[string]any{"conn": 9, "text": "x"}, "tutor.no-conn"},
		{"type", map[string]any{"conn": 1, "b64": "?"}, "tutor.bad-arguments"},
		{"open", map[string]any{"host": "nowhere", "target": "mx.example.net", "port": 25}, "sim.no-host"},
		{"load", map[string]string{"world": "nowhere"}, "tutor.other-world"},
		{"load", map[string]string{"worldText": "grammar = 1\n[[host]]\nnam = 1\n", "name": "mine"}, "tutor.bad-world"},
		{"load", map[string]string{"log": "no log"}, "tutor.bad-log"},
		{"load", map[string]string{"lesson": "nothing"}, "tutor.no-lesson"},
		{"script", map[string]string{"text": "dance", "name": "s"}, "script.verb"},
		{"pace", map[string]string{"name": "fast"}, "tutor.pace"},
		{"run", map[string]string{"until": "doom"}, "tutor.no-stop"},
		{"line", map[string]int{"seq": 0}, "tutor.no-line"},
		{"message", map[string]any{"address": "bob@example.net", "uid": 99}, "tutor.no-message"},
		{"states", map[string]int{"conn": 3}, "tutor.no-conn"},
		{"files", map[string]any{"host": "mx.example.net", "path": "/etc/shadow"}, "tutor.no-file"},
		{"files", map[string]any{"host": "nowhere", "path": "/"}, "sim.no-host"},
		{"reveal", map[string]string{"task": "x"}, "tutor.no-task"},
	} {
		if call.method == "type" && call.id != "tutor.no-conn" {
			must[any](c, "open", map[string]any{"target": "mx.example.net", "port": 25})
		}
		if _, id, text := c.call(call.method, call.args); id != call.id || strings.Contains(text, id) {
			t.Errorf("%s %v gives %s: %s", call.method, call.args, id, text)
		}
	}
	// What was open before is still there.
	if s := must[state](c, "state", nil); len(s.Conns) == 0 {
		t.Error("a refused load has taken the world away")
	}
}

func TestEventsStayValidUntilTheEpochChanges(t *testing.T) {
	c := open(t)
	must[any](c, "open", map[string]any{"target": "mx.example.net", "port": 25})
	c.typeLine(1, "EHLO laptop.example.org")
	before := must[state](c, "state", nil)
	back := must[state](c, "seek", map[string]int{"t": 0})
	if back.Horizon != before.Horizon || back.Total >= before.Total || !back.Past || back.Epoch != before.Epoch {
		t.Errorf("seeking back: %+v after %+v", back, before)
	}
	if _, id, _ := c.call("type", map[string]any{"conn": 1, "text": "x"}); id != "sim.past" {
		t.Errorf("typing in the past says %s", id)
	}
	forked := must[state](c, "fork", nil)
	if forked.Epoch == before.Epoch || forked.Valid != forked.Horizon || forked.Horizon != back.Total || forked.Past {
		t.Errorf("forking: %+v after %+v", forked, back)
	}
	loaded := must[state](c, "load", map[string]string{"world": "one-host"})
	if loaded.Epoch <= forked.Epoch || loaded.Valid != 0 {
		t.Errorf("loading: %+v after %+v", loaded, forked)
	}
}

func TestASessionIsSavedAndOpenedAgain(t *testing.T) {
	c := open(t)
	must[state](c, "script", map[string]string{"text": "telnet mx.example.net 110\n> USER bob\n> PASS plover\n> DELE 1\n> QUIT\n"})
	log := must[struct{ Log string }](c, "export", nil).Log
	want := must[[]json.RawMessage](c, "events", map[string]int{"from": 0, "to": 1 << 30})
	other := &client{t: t}
	must[any](other, "hello", nil)
	s := must[state](other, "load", map[string]string{"log": log})
	got := must[[]json.RawMessage](other, "events", map[string]int{"from": 0, "to": 1 << 30})
	if fmt.Sprint(got) != fmt.Sprint(want) || s.Past {
		t.Errorf("opened again there are %d events, %d before", len(got), len(want))
	}
	// The moment that is shown is what is shared.
	must[state](c, "seek", map[string]int64{"t": s.End / 2})
	log = must[struct{ Log string }](c, "share", nil).Log
	if s := must[state](other, "load", map[string]string{"log": log}); s.Now >= s.End+1 || s.Horizon >= len(want) {
		t.Errorf("the shared moment is %+v", s)
	}
}

func TestViews(t *testing.T) {
	c := open(t)
	boxes := must[[]struct {
		Address  string
		Counts   struct{ Messages, Unseen int }
		Messages []struct {
			UID     int
			Subject string
			Flags   []string
		}
	}](c, "mailboxes", nil)
	if len(boxes) != 3 || boxes[1].Address != "bob@example.net" || boxes[1].Counts.Messages != 2 || boxes[1].Messages[1].Subject != "Shopping list" {
		t.Errorf("mailboxes: %+v", boxes)
	}
	m := must[struct{ Text string }](c, "message", map[string]any{"address": "bob@example.net", "uid": 1})
	if !strings.Contains(m.Text, "Subject: The garden on Tuesday\r\n") {
		t.Errorf("the message is %q", m.Text)
	}
	f := must[struct{ Path, Text string }](c, "file", map[string]any{"address": "bob@example.net"})
	if f.Path != "/var/mail/bob" || strings.Count(f.Text, "\nFrom ") != 1 || !strings.HasPrefix(f.Text, "From alice@example.org ") {
		t.Errorf("the file is %q", f)
	}
	d := must[struct {
		List []struct{ Name, Owner string }
	}](c, "files", map[string]any{"host": "mx.example.net", "path": "/var/mail/"})
	if len(d.List) == 0 || d.List[0].Name != "bob" || d.List[0].Owner != "bob" {
		t.Errorf("the directory is %+v", d)
	}
	f = must[struct{ Path, Text string }](c, "files", map[string]any{"host": "mx.example.net", "path": "/var/../etc/passwd"})
	if f.Path != "/etc/passwd" || !strings.Contains(f.Text, "\nbob:x:1000:") {
		t.Errorf("the file is %q", f)
	}
	must[state](c, "script", map[string]string{"text": "telnet mail.example.org 25\n> EHLO a.example.org\n> MAIL FROM:<alice@example.org>\n" +
		"> RCPT TO:<x@desk.example.net>\n> DATA\n> Subject: Waiting\n>\n> .\n"})
	q := must[[]struct {
		Subject, From string
		To            []string
		Attempts      int
	}](c, "queue", nil)
	if len(q) != 1 || q[0].Subject != "Waiting" || q[0].To[0] != "x@desk.example.net" || q[0].Attempts != 1 {
		t.Errorf("the queue is %+v", q)
	}
	var w []struct {
		Host  string
		Facts []struct{ Kind, Text string }
	}
	if err := json.Unmarshal(traced.Knows(c.s.Chunk(0, 1<<30)), &w); err != nil {
		t.Fatal(err)
	}
	if len(w) < 3 || len(w[0].Facts) == 0 || w[0].Facts[0].Kind != "sender" || w[0].Facts[0].Text != "alice@example.org" {
		t.Errorf("who knows what: %+v", w)
	}
	must[state](c, "fault", map[string]string{"host": "mail.example.org", "kind": "link-loss", "args": "mx.example.net 10%"})
	b := must[struct {
		Broken []struct{ Host, Kind, Args string }
		Forms  []struct {
			Kind, Value string
			Link        bool
		}
	}](c, "faults", nil)
	if len(b.Broken) != 1 || b.Broken[0].Args != "mx.example.net 10%" || len(b.Forms) != 13 || !b.Forms[1].Link || b.Forms[1].Value != "10%" {
		t.Errorf("faults: %+v", b)
	}
	st := must[struct {
		State         string
		Legal, States []string
		Rules         []any
	}](c, "states", map[string]int{"conn": 1})
	if len(st.Rules) == 0 || len(st.Legal) == 0 || len(st.States) == 0 {
		t.Errorf("states are %+v", st)
	}
	if chunk := c.s.Chunk(0, 10); string(chunk[:4]) != "ehlt" {
		t.Errorf("a chunk begins with %q", chunk[:4])
	}
}

func TestAPredictionIsKept(t *testing.T) {
	c := open(t)
	must[state](c, "load", map[string]string{"lesson": "first-message"})
	page := must[struct {
		Tasks []struct {
			ID      string
			Predict *struct {
				Question, Why string
				Choices       []string
				Right         int
			}
		}
	}](c, "lesson", nil)
	asked := page.Tasks[2]
	if asked.Predict == nil || len(asked.Predict.Choices) < 2 || asked.Predict.Right < 1 || asked.Predict.Question == "" || asked.Predict.Why == "" {
		t.Fatalf("task %s asks %+v", asked.ID, asked.Predict)
	}
	for _, choice := range []int{2, 1} { // the first one counts
		if got := must[struct{ Predicted int }](c, "reveal", map[string]any{"task": asked.ID, "what": "prediction", "choice": choice}); got.Predicted != 2 {
			t.Errorf("kept is %d", got.Predicted)
		}
	}
	if s := must[state](c, "state", nil); s.Lesson.Tasks[2].Predicted != 2 || s.Lesson.Tasks[2].Hints != 0 {
		t.Errorf("the state has %+v", s.Lesson.Tasks[2])
	}
	for task, choice := range map[string]int{asked.ID: 9, page.Tasks[0].ID: 1} {
		if _, id, _ := c.call("reveal", map[string]any{"task": task, "what": "prediction", "choice": choice}); id != "tutor.bad-arguments" {
			t.Errorf("choice %d of %s: %q", choice, task, id)
		}
	}
}

func TestALessonIsWatched(t *testing.T) {
	c := open(t)
	s := must[state](c, "load", map[string]string{"lesson": "first-message"})
	if s.Lesson == nil || s.Lesson.Done || len(s.Lesson.Tasks) == 0 || s.Lesson.Tasks[0].Missing == "" {
		t.Fatalf("a lesson that was just opened: %+v", s.Lesson)
	}
	l := must[struct {
		Title, HTML string
		Tasks       []struct {
			ID, Solution string
			Hints        []string
		}
	}](c, "lesson", nil)
	for i, task := range l.Tasks {
		s = must[state](c, "script", map[string]string{"text": join(l.Tasks[:i+1], func(i int) string { return l.Tasks[i].Solution })})
		if !s.Lesson.Tasks[i].Done {
			t.Errorf("task %s is not done by its solution: %s", task.ID, s.Lesson.Tasks[i].Missing)
		}
		if i+1 < len(l.Tasks) {
			s = must[state](c, "reset", nil)
		}
	}
	if !s.Lesson.Done {
		t.Errorf("the solution leaves %+v", s.Lesson)
	}
	hint := must[struct{ Shown, Of int }](c, "reveal", map[string]string{"task": l.Tasks[0].ID, "what": "hint"})
	if hint.Of != len(l.Tasks[0].Hints) || hint.Shown != 1 {
		t.Errorf("the first hint is %+v", hint)
	}
	kept := must[struct{ JSON string }](c, "progress", nil).JSON
	other := &client{t: t}
	must[any](other, "hello", nil)
	must[any](other, "setProgress", map[string]string{"json": kept})
	if again := must[struct{ JSON string }](other, "progress", nil).JSON; again != kept || !strings.Contains(kept, `"done":true`) {
		t.Errorf("progress is %s, was %s", again, kept)
	}
}

// TestForget: a lesson that is forgotten while it is open stays so until something of it is done anew.
func TestForget(t *testing.T) {
	c := &client{t: t}
	must[any](c, "hello", nil)
	must[state](c, "load", map[string]string{"lesson": "first-message"})
	l := must[struct {
		Tasks []struct{ ID, Solution string }
	}](c, "lesson", nil)
	do := func() { must[state](c, "script", map[string]string{"text": l.Tasks[0].Solution}) }
	kept := func() string { return must[struct{ JSON string }](c, "progress", nil).JSON }
	do()
	if !strings.Contains(kept(), l.Tasks[0].ID) {
		t.Fatalf("the task %s is not kept: %s", l.Tasks[0].ID, kept())
	}
	must[any](c, "setProgress", map[string]string{"json": "{}"})
	if must[state](c, "state", nil); kept() != "{}" {
		t.Errorf("after it was forgotten there is %s", kept())
	}
	must[state](c, "reset", nil)
	do()
	if k := kept(); !strings.Contains(k, l.Tasks[0].ID) {
		t.Errorf("after it was done anew there is %s", k)
	}
}

func join[T any](list []T, f func(int) string) string {
	var parts []string
	for i := range list {
		parts = append(parts, f(i))
	}
	return strings.Join(parts, "\n")
}
