package proof

import (
	"regexp"
	"strings"

	"ehlo/lessons"
	"ehlo/sim/trace"
)

var picture = regexp.MustCompile(`(?m)^::: (ladder|stage)[ \t]*([^ \t\n]*)`)

// pictures says whether the tasks exist of which a lesson shows pictures, and whether something is said while they are done.
func (t *tester) pictures() {
	text := string(t.src.Lesson)
	for _, m := range picture.FindAllStringSubmatchIndex(text, -1) {
		kind, task, line := text[m[2]:m[3]], text[m[4]:m[5]], 1+strings.Count(text[:m[0]], "\n")
		switch {
		case task == "" && kind == "stage":
		case t.lesson.TaskIndex(task) < 0:
			t.find(lessons.LessonFile, line, "the lesson has no task called %s", task)
		case t.moves(task):
			t.find(lessons.LessonFile, line, "the solution of %s sits down at another host: no picture of that can be made", task)
		case kind == "ladder" && !t.speaks(task):
			t.find(lessons.LessonFile, line, "nobody says anything while the task %s is done", task)
		}
	}
}

// moves says whether the solution sits down at another host than the lesson's up to the end of a task.
func (t *tester) moves(task string) bool {
	for line := range strings.Lines(through(t.lesson.Solution, task)) {
		if host, at := strings.CutPrefix(strings.TrimSpace(line), "at "); at && host != t.lesson.Host {
			return true
		}
	}
	return false
}

// speaks says whether a line of a protocol crosses a wire while the solution does a task.
func (t *tester) speaks(task string) bool {
	from := t.run(upTo(t.lesson.Solution, task)).tl.Seen()
	p := t.run(through(t.lesson.Solution, task))
	for _, e := range p.tl.Trace().Events(from, p.tl.Seen()) {
		if e.Kind == trace.KindLine {
			return true
		}
	}
	return false
}
