package proof

import (
	"iter"
	"regexp"
	"strings"

	"ehlo/lessons"
	"ehlo/sim"
	"ehlo/sim/script"
	"ehlo/sim/trace"
)

// played is a world after a script, or after the part of it that could be played.
type played struct {
	tl  *sim.Timeline
	err error // why the script stopped, or nil
}

// run plays a script in the lesson's world, from its first moment.
func (t *tester) run(text string) played {
	tl, err := sim.NewTimeline(t.def)
	if err != nil {
		return played{err: err}
	}
	tl.Run()
	if t.lesson.Host != "" {
		text = "at " + t.lesson.Host + "\n" + text
	}
	p := played{tl: tl}
	s, err := script.Parse(t.src.Name, []byte(text))
	if err != nil {
		p.err = err
		return p
	}
	p.err = s.Play(tl)
	return p
}

// Check says how far a timeline has come with a lesson's tasks, up to the moment at which it stands.
func Check(l *lessons.Lesson, tl *sim.Timeline) []lessons.TaskResult {
	return lessons.Check(l, events(tl), tl.World())
}

// Commands counts what the learner has said to servers in a timeline, up to the moment at which it stands.
func Commands(l *lessons.Lesson, tl *sim.Timeline) int {
	c := lessons.NewChecker(l)
	for e := range events(tl) {
		c.Feed(&e)
	}
	return c.Commands()
}

// events are what has happened in a timeline up to the moment at which it stands.
func events(tl *sim.Timeline) iter.Seq[trace.Event] {
	return func(yield func(trace.Event) bool) {
		for _, e := range tl.Trace().Events(0, tl.Seen()) {
			if !yield(e) {
				return
			}
		}
	}
}

func (t *tester) results(p played) []lessons.TaskResult { return Check(t.lesson, p.tl) }

// solution says whether the solution does every task, and an empty session none.
func (t *tester) solution() bool {
	p := t.run(t.lesson.Solution.Text)
	if p.err != nil {
		t.find(lessons.SolutionFile, 1, "the solution stops: %v", p.err)
		return false
	}
	ok := true
	for _, r := range t.results(p) {
		if !r.Done {
			t.find(lessons.SolutionFile, 1, "the solution does not do the task %s: %s", r.ID, t.note(r.Missing))
			ok = false
		}
	}
	if par, n := t.lesson.Par, Commands(t.lesson, p.tl); par > 0 && n != par {
		t.find(lessons.SolutionFile, 1, "the solution has %d commands, and par says %d", n, par)
		ok = false
	}
	for _, r := range t.results(t.run("")) {
		switch {
		case r.Done:
			t.find(lessons.LessonFile, 1, "the task %s is done though nobody has typed anything", r.ID)
			ok = false
		case r.Missing.ID == "":
			t.find(lessons.LessonFile, 1, "the task %s does not say what is missing", r.ID)
		}
	}
	return ok
}

// steps leaves out each step of the solution in turn: its task must not be done then, and those before it must. An empty
// line is no such step: readers find the end of a header without it where what follows is no field.
func (t *tester) steps() {
	s := t.lesson.Solution
	for i, step := range s.Steps {
		if step.Text == ">" {
			continue
		}
		at := t.lesson.TaskIndex(step.Task)
		for n, r := range t.results(t.run(s.Without(i)))[:at+1] {
			switch {
			case n < at && !r.Done:
				t.find(lessons.SolutionFile, step.Line, "without this step the task %s before it is not done: %s", r.ID, t.note(r.Missing))
			case n == at && r.Done:
				t.find(lessons.SolutionFile, step.Line, "without this step the task %s is done all the same: the step is not needed, or a check is too weak", r.ID)
			}
		}
	}
}

// play plays one case.
func (t *tester) play(c testCase) {
	p := t.run(c.script)
	if p.tl == nil {
		return
	}
	results := t.results(p)
	if !c.wrong {
		if p.err != nil {
			t.find(lessons.TestsFile, c.line, "%q stops: %v", c.title, p.err)
		}
		for _, r := range results {
			if !r.Done {
				t.find(lessons.TestsFile, c.line, "%q does not do the task %s: %s", c.title, r.ID, t.note(r.Missing))
			}
		}
		return
	}
	at := t.lesson.TaskIndex(c.task)
	if at >= 0 && !results[at].Done {
		t.told[c.line] = t.note(results[at].Missing)
	}
	if at < 0 {
		t.find(lessons.TestsFile, c.line, "the lesson has no task called %s", c.task)
		return
	}
	says := t.note(results[at].Missing)
	switch {
	case results[at].Done:
		t.find(lessons.TestsFile, c.line, "%q does the task %s all the same", c.title, c.task)
	case !strings.Contains(says, c.says):
		t.find(lessons.TestsFile, c.line, "%q is told: %s", c.title, says)
	}
}

// upTo is the solution before a task, the lines that say where one sits among it.
func upTo(s lessons.Solution, task string) string {
	before, _, _ := strings.Cut(s.Text, "# task: "+task+"\n")
	return before
}

// through is the solution up to the end of a task.
func through(s lessons.Solution, task string) string {
	before, rest, _ := strings.Cut(s.Text, "# task: "+task+"\n")
	rest, _, _ = strings.Cut(rest, "# task: ")
	return before + rest
}

// predictions looks in what the servers say while a task is done for what shows that the right choice is right; where the
// learner is the server, in what the clients say.
func (t *tester) predictions() {
	for _, task := range t.lesson.Tasks {
		if task.Predict == nil {
			continue
		}
		from := t.run(upTo(t.lesson.Solution, task.ID)).tl.Seen()
		p := t.run(through(t.lesson.Solution, task.ID))
		shown := false
		for _, e := range p.tl.Trace().Events(from, p.tl.Seen()) {
			shown = shown || e.Kind == trace.KindLine && (e.Dir == trace.ToClient) != (t.lesson.Kind == lessons.Server) && strings.Contains(string(e.Data), task.Predict.Shows)
		}
		if !shown {
			t.find(lessons.LessonFile, task.Predict.Question.Line, "no server says %q while the task %s is done: the world does not show that the right choice is right",
				task.Predict.Shows, task.ID)
		}
	}
}

// dialogues says whether what the lesson shows as a dialogue is what the world answers: its lines stand together in a
// connection of the solution or, behind "dialogue TASK", when its commands are typed before that task.
func (t *tester) dialogues() {
	text := string(t.src.Lesson)
	for _, m := range dialogue.FindAllStringSubmatchIndex(text, -1) {
		if !t.isTrue(strings.TrimSpace(text[m[2]:m[3]]), text[m[4]:m[5]]) {
			t.find(lessons.LessonFile, 1+strings.Count(text[:m[0]], "\n"), "the world does not hold this dialogue")
		}
	}
}

var dialogue = regexp.MustCompile("(?s)```dialogue([^\n]*)\n(.*?)```")

func (t *tester) isTrue(task, block string) bool {
	text := t.lesson.Solution.Text
	if task != "" {
		text = upTo(t.lesson.Solution, task)
		for line := range strings.Lines(block) {
			if typed, ok := strings.CutPrefix(line, "C: "); ok {
				text += "\n> " + strings.TrimSuffix(typed, "\n")
			}
		}
	}
	said := map[uint32]string{}
	for e := range events(t.run(text).tl) {
		if e.Kind == trace.KindLine {
			for line := range strings.Lines(string(e.Data)) {
				said[e.Conn] += e.Dir.String() + ": " + strings.TrimRight(line, "\r\n") + "\n"
			}
		}
	}
	for _, all := range said {
		if strings.Contains(all, block) {
			return true
		}
	}
	return false
}
