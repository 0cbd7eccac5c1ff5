package content_test

import (
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"

	"ehlo/lessons"
	"ehlo/lessons/content"
	"ehlo/sim"
	"ehlo/sim/personas"
	"ehlo/sim/script"
	"ehlo/sim/trace"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

// play runs a script in the world of a lesson and judges the tasks. A script that stops in the middle, since a line that
// it needs is not there, is judged by what it has done.
func play(t *testing.T, l *lessons.Lesson, text string) ([]lessons.TaskResult, error) {
	t.Helper()
	tl, err := run(t, l, text)
	return lessons.Check(l, events(tl), tl.World()), err
}

// played is the timeline after a script that has to run to its end.
func played(t *testing.T, l *lessons.Lesson, text string) *sim.Timeline {
	t.Helper()
	tl, err := run(t, l, text)
	if err != nil {
		t.Fatal(err)
	}
	return tl
}

func run(t *testing.T, l *lessons.Lesson, text string) (*sim.Timeline, error) {
	t.Helper()
	file, ok := worlds.Text(l.World)
	if !ok {
		t.Fatalf("%s: there is no world called %s", l.Folder, l.World)
	}
	def, err := world.Parse(l.World, file, personas.All()...)
	if err != nil {
		t.Fatal(err)
	}
	if l.Host != "" && !slices.ContainsFunc(def.Hosts, func(h world.Host) bool { return h.Name == l.Host }) {
		t.Fatalf("%s: the world %s has no host called %s", l.Folder, l.World, l.Host)
	}
	tl, err := sim.NewTimeline(def)
	if err != nil {
		t.Fatal(err)
	}
	tl.Run()
	s, err := script.Parse(l.Folder, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return tl, s.Play(tl)
}

func events(tl *sim.Timeline) iter.Seq[trace.Event] {
	return func(yield func(trace.Event) bool) {
		for _, e := range tl.Trace().Events(0, tl.Seen()) {
			if !yield(e) {
				return
			}
		}
	}
}

// all reads every lesson of a language and calls f with each.
func all(t *testing.T, f func(t *testing.T, l *lessons.Lesson)) {
	for _, folder := range content.Folders("en") {
		t.Run(folder, func(t *testing.T) {
			l, err := content.Lesson("en", folder)
			if err != nil {
				t.Fatal(err)
			}
			f(t, l)
		})
	}
}

func TestSolutionsPass(t *testing.T) {
	all(t, func(t *testing.T, l *lessons.Lesson) {
		results, err := play(t, l, l.Solution.Text)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if !r.Done {
				t.Errorf("%s is not done: %v", r.ID, r.Missing)
			}
		}
	})
}

func TestEmptySessionsFailEveryTask(t *testing.T) {
	all(t, func(t *testing.T, l *lessons.Lesson) {
		results, err := play(t, l, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if r.Done {
				t.Errorf("%s is done though nothing was", r.ID)
			}
			if r.Missing.ID == "" {
				t.Errorf("%s does not say what is missing", r.ID)
			}
		}
	})
}

// A solution without one of its steps fails at the task that the step belongs to, and not before.
func TestEveryStepIsNeeded(t *testing.T) {
	all(t, func(t *testing.T, l *lessons.Lesson) {
		for i, step := range l.Solution.Steps {
			results, err := play(t, l, l.Solution.Without(i))
			var stopped *script.Error
			if err != nil && !errors.As(err, &stopped) {
				t.Fatal(err)
			}
			at := l.TaskIndex(step.Task)
			for _, r := range results[:at] {
				if !r.Done {
					t.Errorf("without line %d, %q, the task %s before it fails: %v", step.Line, step.Text, r.ID, r.Missing)
				}
			}
			if results[at].Done {
				t.Errorf("without line %d, %q, the task %s is done", step.Line, step.Text, step.Task)
			}
		}
	})
}

// What a lesson shows as a dialogue is what the world answers.
func TestDialoguesAreTrue(t *testing.T) {
	before := map[string]string{"03-read-by-imap": "header"} // the task before which the dialogue is held
	all(t, func(t *testing.T, l *lessons.Lesson) {
		text, err := content.Files.ReadFile("en/" + l.Folder + "/" + lessons.LessonFile)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range strings.Split(string(text), "```dialogue\n")[1:] {
			block, _, _ = strings.Cut(block, "```")
			var said, want strings.Builder
			for _, step := range l.Solution.Steps[:slices.IndexFunc(l.Solution.Steps, func(s lessons.Step) bool { return s.Task == before[l.Folder] })] {
				said.WriteString(step.Text + "\n")
			}
			for line := range strings.Lines(block) {
				if typed, ok := strings.CutPrefix(line, "C: "); ok {
					said.WriteString("> " + typed)
				} else {
					want.WriteString(strings.TrimSuffix(line[len("S: "):], "\n") + "\r\n")
				}
			}
			var heard strings.Builder
			for e := range events(played(t, l, said.String())) {
				if e.Kind == trace.KindLine && e.Dir == trace.ToClient {
					heard.Write(e.Data)
				}
			}
			if !strings.HasSuffix(heard.String(), want.String()) {
				t.Errorf("the dialogue is\n%s, the world says\n%s", want.String(), heard.String())
			}
		}
	})
}

// Other ways that are right pass too.
func TestAlternatives(t *testing.T) {
	ways := map[string][]string{
		"01-first-message": {
			`telnet mx.example.net 25
> noop
> helo laptop.example.org
> mail from:<ALICE@example.org>
> NOOP
> rset
> MAIL FROM:<alice@example.org>
> RCPT TO:<carla@example.net>
> rcpt to:<Bob@Example.NET>
> data
> subject: x
> to: bob@example.net
> from: alice@example.org
>
> ..dots
> .
> noop
> quit`,
			// Everything at once, as a paste into the console types it.
			`telnet mx.example.net 25
raw "EHLO laptop.example.org\r\nMAIL FROM:<alice@example.org>\r\nRCPT TO:<bob@example.net>\r\nDATA\r\nFrom: alice@example.org\r\nTo: bob@example.net\r\nSubject: x\r\n\r\nText\r\n.\r\nQUIT\r\n"`,
			// A false start, then a second connection.
			`telnet mx.example.net 26
telnet mx.example.net 25
> EHLO laptop.example.org
> MAIL FROM:<alice@example.org>
> RCPT TO:<nobody@example.net>
cut
telnet mx.example.net 25
> RCPT TO:<bob@example.net>
> EHLO laptop.example.org
> MAIL FROM:<alice@example.org>
> RCPT TO:<bob@example.net>
> DATA
> From: alice@example.org
> To: bob@example.net
> Subject: x
>
> Text
> .
> QUIT`,
		},
		"02-fetch-by-pop3": {
			`telnet mx.example.net 110
> user BOB
> user bob
> pass wrong
> user bob
> pass plover
> noop
> list 1
> list
> retr 2
> dele 1
> rset
> retr 1
> stat
> quit`,
			`at mx.example.net
telnet mx.example.net 110
> USER bob
> PASS plover
> STAT
> LIST 2
> RETR 1
> QUIT`,
		},
		"03-read-by-imap": {
			`telnet mx.example.net 143
> x capability
> x1 login "bob" "plover"
> x1 list "" %
> 7 select "inbox"
> a noop
> b uid fetch 1:* (uid flags body.peek[header.fields (from subject)])
> c uid fetch 2 body[]
> d uid store 2 flags (\Seen \Flagged)
> e logout`,
			`telnet mx.example.net 143
> a LOGIN {3}
> bob {6}
> plover
> b LIST "" INBOX
> c SELECT {5}
> INBOX
> d FETCH 1:2 RFC822.HEADER
> e FETCH * RFC822.TEXT
> f STORE 2 +FLAGS.SILENT \Flagged
> g LOGOUT`,
		},
	}
	maps.Copy(ways, moreWays)
	all(t, func(t *testing.T, l *lessons.Lesson) {
		if len(ways[l.Folder]) == 0 {
			t.Error("no other way is tried")
		}
		for i, way := range ways[l.Folder] {
			results, err := play(t, l, way)
			if err != nil {
				t.Error(err)
			}
			for _, r := range results {
				if !r.Done {
					t.Errorf("way %d: %s is not done: %v", i+1, r.ID, r.Missing)
				}
			}
		}
	})
}

// What a lesson is about must not pass by doing something else.
func TestWrongWays(t *testing.T) {
	ways := map[string]map[string]string{ // by lesson: a solution changed, and the task that is not done
		"01-first-message": {
			"bob@example.net>→carla@example.net>":        "envelope",
			"MAIL FROM:<alice@example.org>→MAIL FROM:<>": "envelope",
			"> .→> ..": "message",
			"mx.example.net 25→mail.example.org 25": "connect",
			"> QUIT→cut": "quit",
		},
		"02-fetch-by-pop3": {
			"RETR 1→RETR 2":               "fetch",
			"PASS plover→PASS opal":       "login",
			"> RETR 1→> RETR 1\n> DELE 1": "quit",
			"> QUIT→cut":                  "quit",
		},
		"03-read-by-imap": {
			"a4 FETCH 1:* ENVELOPE→a4 FETCH 1 ENVELOPE": "header",
			"FETCH 2 BODY[TEXT]→FETCH 1 BODY[TEXT]":     "text",
			`STORE 2 +FLAGS→STORE 1 +FLAGS`:             "flag",
			`(\Flagged)→(\Deleted)`:                     "flag",
			"SELECT INBOX→SELECT Archive":               "select",
			"> a7 LOGOUT→cut":                           "logout",
		},
	}
	maps.Copy(ways, moreWrongWays)
	all(t, func(t *testing.T, l *lessons.Lesson) {
		if len(ways[l.Folder]) == 0 {
			t.Error("no wrong way is tried")
		}
		for change, task := range ways[l.Folder] {
			from, to, _ := strings.Cut(change, "→")
			text := strings.Replace(l.Solution.Text, from, to, 1)
			if text == l.Solution.Text {
				t.Fatalf("the solution has no %q", from)
			}
			results, _ := play(t, l, text) // a step may have nothing left to type into
			if results[l.TaskIndex(task)].Done {
				t.Errorf("%s is done though %s", task, change)
			}
		}
	})
}
