package lessons_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ehlo/lessons"
)

const front = `+++
id = "a-lesson"
title = "A lesson"
chapter = "A chapter"
world = "two-domains"
minutes = 5

[[task]]
id = "hello"
text = "Say ` + "`EHLO`" + `."
hints = "One."

  [[task.check]]
  kind = "dialogue"
  verb = "EHLO"
+++
`

const solution = "at laptop.example.org\n\n# task: hello\ntelnet mx.example.net 25\n> EHLO x\n"

func TestParse(t *testing.T) {
	l, err := lessons.Parse("01-a-lesson", []byte(front+"# One\n\nText.\n"), []byte(solution))
	if err != nil {
		t.Fatal(err)
	}
	if l.ID != "a-lesson" || l.Folder != "01-a-lesson" || l.Title != "A lesson" || l.Chapter != "A chapter" || l.World != "two-domains" || l.Minutes != 5 {
		t.Errorf("the keys are %+v", l.Info)
	}
	if l.Text != (lessons.Text{Markdown: "# One\n\nText.\n", Line: 17}) {
		t.Errorf("the text is %+v", l.Text)
	}
	if l.Tasks[0].Text != (lessons.Text{Markdown: "Say `EHLO`.", Line: 10, Key: "task.text", Paragraph: true}) ||
		l.Tasks[0].Hints[0] != (lessons.Text{Markdown: "One.", Line: 11, Key: "task.hints"}) {
		t.Errorf("the task is %+v, its hints %+v", l.Tasks[0].Text, l.Tasks[0].Hints)
	}
	if n := len(l.Texts()); n != 3 {
		t.Errorf("it has %d texts", n)
	}
	s := l.Solution
	if len(s.Steps) != 2 || s.Steps[1] != (lessons.Step{Line: 5, Text: "> EHLO x", Task: "hello"}) {
		t.Errorf("the steps are %+v", s.Steps)
	}
	if got := s.Without(0); got != strings.Replace(solution, "telnet mx.example.net 25", "", 1) {
		t.Errorf("without its first step the solution is %q", got)
	}
	if got := s.For("hello"); got != "telnet mx.example.net 25\n> EHLO x" {
		t.Errorf("the steps of the task are %q", got)
	}
}

func TestParseTakesCRLF(t *testing.T) {
	crlf := func(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r\n")) }
	if _, err := lessons.Parse("x", crlf(front+"Text.\n"), crlf(solution)); err != nil {
		t.Error(err)
	}
}

// Each fault names file, line and key, and says how to repair it.
func TestFaults(t *testing.T) {
	replaced := func(old, new string) string {
		if !strings.Contains(front, old) {
			t.Fatalf("the front matter has no %q", old)
		}
		return strings.Replace(front, old, new, 1)
	}
	for _, c := range []struct{ lesson, solution, place, says, repair string }{
		{"# A title\n", solution, "x/lesson.md:1: ", "The lesson does not begin with front matter.", "Begin the file with a line +++, then the keys, then a second line +++."},
		{replaced(`minutes = 5`, `minutes =`), solution, "x/lesson.md:6: ", "", `Write key = "value", one on each line.`},
		{replaced(`minutes = 5`, `minutes = "5"`), solution, "x/lesson.md:6: minutes", "The value of minutes has to be a whole number.", "Write minutes as a whole number."},
		{replaced(`minutes = 5`, `minutes = 500`), solution, "x/lesson.md:6: minutes", "minutes is out of range.", "Write a whole number from 1 to 60."},
		{replaced(`world =`, `wrold =`), solution, "x/lesson.md:5: wrold", "No key is called wrold here.", "Did you mean world?"},
		{replaced(`world = "two-domains"`, ``), solution, "x/lesson.md:2: world", "The key world is missing.", "Add world = … to this table."},
		{replaced(`"A lesson"`, `" "`), solution, "x/lesson.md:3: title", "title is empty.", "Give title a value, or remove the line."},
		{replaced(`"a-lesson"`, `"A lesson"`), solution, "x/lesson.md:2: id", "A lesson is not an identifier.", "Use lower-case letters, digits and hyphens only, as in first-message."},
		{replaced(`"dialogue"`, `"dialog"`), solution, "x/lesson.md:14: task.check.kind", "dialog is not one of the values that this key takes.", "Did you mean dialogue?"},
		{replaced(`"dialogue"`, `"typed"`), solution, "x/lesson.md:14: task.check.kind", "typed is not one of the values that this key takes.", "Write one of these: connected, dialogue, login, delivered, mailbox, retrieved, fetched, overheard, passed-on, asked, ran."},
		{replaced(`"EHLO"`, `"EHLLO"`), solution, "x/lesson.md:15: task.check.verb", "No command of SMTP, POP3 or IMAP is called EHLLO.", "Did you mean EHLO?"},
		{replaced(`verb = "EHLO"`, `verb = "EHLO"`+"\nafter = 'helo'"), solution, "x/lesson.md:16: task.check.after", "No earlier task is called helo.", ""},
		{replaced(`verb = "EHLO"`, `verb = "EHLO"`+"\nnot = true"), solution, "x/lesson.md:8: task.check", "An empty session would pass this task: each of its checks says what must not happen.", "Add a check without not = true."},
		{replaced(`kind = "dialogue"`, `kind = "mailbox"`+"\naddress = 'a@b'\nflags = 'a b'"), solution, "x/lesson.md:16: task.check.flags", "This is not a list of flags.", `Write flags in single quotes, as in ['\Seen', '\Flagged'].`},
		{replaced(`[[task]]`, "[[task]]\nid = 'hello'\ntext = 'T'\n[[task.check]]\nkind = 'connected'\n[[task]]"), solution, "x/lesson.md:14: task.id", "Two tasks are called hello.", "Give one of them another id."},
		{front, "# task: helo\n> x\n", "x/solution.txt:1: ", "The lesson has no task called helo.", "Did you mean hello?"},
		{front, "\n> EHLO x\n", "x/solution.txt:2: ", "The solution does not say which task this step belongs to.", "Write a line # task: ID above it."},
		{front, "# nothing", "x/solution.txt:1: ", "The solution has no step for the task hello.", "Add # task: hello and the steps that do it."},
	} {
		_, err := lessons.Parse("x", []byte(c.lesson), []byte(c.solution))
		var faults lessons.Errors
		if !errors.As(err, &faults) {
			t.Errorf("%q is taken: %v", c.says, err)
			continue
		}
		e := faults[0]
		says, repair := english.Note(e.Note), english.Note(e.Repair)
		if !strings.HasPrefix(err.Error(), c.place) || c.says != "" && says != c.says || c.repair != "" && repair != c.repair {
			t.Errorf("got  %s\n     %s %s\nwant %s %s %s", err, says, repair, c.place, c.says, c.repair)
		}
		if strings.ContainsAny(strings.ReplaceAll(says+repair, "`", ""), "{}") {
			t.Errorf("an argument is missing: %s %s", says, repair)
		}
	}
}

// What docs/lessons.md shows works.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../docs/lessons.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(text), "\n```\n")
	if _, err := lessons.Parse("02-noop", []byte(blocks[1]), []byte(blocks[3])); err != nil {
		t.Error(err)
	}
	wrong := strings.Replace(blocks[1], `"dialogue"`, `"dialog"`, 1)
	var faults lessons.Errors
	if _, err := lessons.Parse("02-noop", []byte(wrong), []byte(blocks[3])); !errors.As(err, &faults) {
		t.Fatal("a misspelt kind is taken")
	}
	e := faults[0]
	shown := e.File + ":" + strconv.Itoa(e.Line) + ": " + e.Key + ": " + english.Note(e.Note) + " " + english.Note(e.Repair)
	if !strings.Contains(string(text), shown) {
		t.Errorf("the docs do not show %s", shown)
	}
	checks := 0
	for _, block := range blocks {
		if strings.HasPrefix(block, "kind = ") {
			one(t, block)
			checks++
		}
	}
	if checks < 5 {
		t.Errorf("only %d checks are shown", checks)
	}
	for _, kind := range []string{"connected", "dialogue", "login", "delivered", "mailbox", "retrieved", "fetched"} {
		if !strings.Contains(string(text), "\n### "+kind+"\n") {
			t.Errorf("the kind %s is not described", kind)
		}
	}
}

func TestAllFaultsAreNamedAtOnce(t *testing.T) {
	text := strings.Replace(strings.Replace(front, "minutes = 5", "minutes = 0", 1), "EHLO\"", "ELHO\"", 1)
	_, err := lessons.Parse("x", []byte(text), []byte(""))
	if n := strings.Count(err.Error(), "\n") + 1; n != 3 {
		t.Errorf("%d faults:\n%v", n, err)
	}
}

// Every identifier that stands in the source is listed, and what is listed stands there.
func TestMessageIDsAreThoseOfTheSource(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	listed := lessons.MessageIDs()
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				id, _ := strconv.Unquote(lit.Value)
				begins := strings.HasSuffix(id, ".") || strings.HasSuffix(id, "-")
				if strings.HasPrefix(id, "lessons.") && !begins && !slices.Contains(listed, id) {
					t.Errorf("%s: %s is not listed", file.Name(), id)
				}
			}
			return true
		})
	}
	for _, id := range listed {
		if !english.Has(id) {
			t.Errorf("%s has no English text", id)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(front+"# One\n\n`x`\n\n```dialogue\nC: x\n```\n"), []byte(solution))
	f.Fuzz(func(t *testing.T, lesson, solution []byte) {
		l, err := lessons.Parse("x", lesson, solution)
		var faults lessons.Errors
		if err != nil && (!errors.As(err, &faults) || len(faults) == 0) || err == nil && len(l.Tasks) == 0 {
			t.Fatalf("%v %v", l, err)
		}
	})
}

// A lesson can do without completion.
func TestParseCompletion(t *testing.T) {
	for value, want := range map[string]bool{"": false, "completion = true\n": false, "completion = false\n": true} {
		l, err := lessons.Parse("x", []byte(strings.Replace(front, "minutes = 5\n", "minutes = 5\n"+value, 1)+"Text.\n"), []byte(solution))
		if err != nil || l.Unaided != want {
			t.Errorf("%q: %v %v", value, l.Unaided, err)
		}
	}
}

// A lesson can ask for a prediction of each reply.
func TestParsePredict(t *testing.T) {
	for value, want := range map[string]bool{"": false, "predict = true\n": true, "predict = false\n": false} {
		l, err := lessons.Parse("x", []byte(strings.Replace(front, "minutes = 5\n", "minutes = 5\n"+value, 1)+"Text.\n"), []byte(solution))
		if err != nil || l.Predict != want {
			t.Errorf("%q: %v %v", value, l.Predict, err)
		}
	}
	if _, err := lessons.Parse("x", []byte(strings.Replace(front, "minutes = 5\n", "predict = 1\n", 1)+"Text.\n"), []byte(solution)); err == nil {
		t.Error("a number is taken")
	}
}
