// Package lessons is the tutor's half of ehlo: the format of a lesson, and the checker that reads off the trace and the
// final state whether a task is done. What was typed is never looked at: whatever leads to the same events
// is right.
//
// A lesson is a folder with lesson.md (TOML front matter between two +++ lines, then Markdown) and solution.txt (a script
// that does every task). docs/lessons.md describes both for authors.
package lessons

import (
	"bytes"
	"slices"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/toml"
)

// Lesson is one lesson of one language, ready to be rendered and checked.
type Lesson struct {
	Info
	Host string // where the learner types, or "" for the host that the world gives to the learner
	// WorldText is the world file that lies in the lesson's folder, "" where World is one of the catalogue.
	WorldText string
	Text      Text
	Tasks     []Task
	Solution  Solution
}

// Info is what a list of lessons shows.
type Info struct {
	Folder  string // "001-first-message": the order of the course is the order of the folders
	ID      string // "first-message": stays when lessons are renumbered; "practice-smtp@17" where it was drawn
	Title   string
	Chapter string // "SMTP by hand"
	World   string // the name of a world file of the catalogue, or of its own one: its ID
	Minutes int    // how long it takes
	Kind    string // one of Kinds
	Routes  []int  // the short ways through the course that it is part of, by their class periods: 1, 4
	Par     int    // the fewest commands with which its tasks can be done, where that is what counts; 0 where it is not
	Drawn   bool   // names, hosts, faults and more come from a seed
	Predict bool   // each reply is predicted before it is shown
	Unaided bool   // nothing completes what the learner types
}

// The kinds of lesson. In a debugging lesson something of the world is broken; a challenge has no hints; in one of the kind
// server the learner answers in a server's place; an exploration has goals that may be reached in any order; a practice is
// what was learned once more, with other names, from a seed.
const (
	Guided      = "guided"
	Debugging   = "debugging"
	Challenge   = "challenge"
	Server      = "server"
	Exploration = "exploration"
	Practice    = "practice"
)

// Kinds are all of them, the usual one first.
var Kinds = []string{Guided, Debugging, Challenge, Server, Exploration, Practice}

// Task is one thing to do.
type Task struct {
	ID       string
	Text     Text     // what to do, in one paragraph
	Hints    []Text   // from a nudge to nearly the answer
	Predict  *Predict // what the learner is asked before, or nil
	checks   []check
	mistakes []mistake
	says     []Text // of the mistakes, to be read by who checks the lesson
}

// mistake is something that a learner may do instead of the task, and what to say then.
type mistake struct {
	check check
	says  string
}

// Predict is a question that is asked before a task, and that the world answers while the task is done.
type Predict struct {
	Question Text
	Choices  []Text
	Right    int    // the right choice, from 0
	Shows    string // a part of a line that a server says while the task is done: the proof
	Why      Text   // shown with the answer
}

// Text is a text of a lesson as its author wrote it.
type Text struct {
	Markdown  string
	Line      int    // where it begins in the file, from 1
	Key       string // which key holds it, as in "task.hints"; "" for what follows the front matter
	Paragraph bool   // it has to be one paragraph, and is shown within a line
}

// Texts returns every text of the lesson: its own, then each task's with its hints.
func (l *Lesson) Texts() []Text {
	texts := []Text{l.Text}
	for _, t := range l.Tasks {
		texts = append(append(texts, t.Text), t.Hints...)
		texts = append(texts, t.says...)
		if p := t.Predict; p != nil {
			texts = append(append(append(texts, p.Question), p.Choices...), p.Why)
		}
	}
	return texts
}

// Parse reads a lesson from the two files of its folder. The error is [Errors], one for each fault found; the lesson is
// there nevertheless, as far as it could be read, unless its front matter could not. Faults within the texts are found when
// they are rendered.
func Parse(folder string, lesson, solution []byte) (*Lesson, error) {
	lesson = bytes.ReplaceAll(lesson, []byte("\r\n"), []byte("\n"))
	r := &reader{Source: toml.NewSource(lesson), file: folder + "/" + LessonFile}
	l := &Lesson{Info: Info{Folder: folder}}
	front, body, ok := cutFrontMatter(lesson)
	if !ok {
		r.fault(1, "", "lessons.error.front-matter", nil)
		return nil, r.errors
	}
	root, faults := r.ParsePart(front.Start, front.End)
	if len(faults) > 0 {
		first := faults[0] // the others may only follow from it
		r.fault(r.Line(first.At), first.Key, "lessons.error.toml", machine.Args{"text": first.Text})
		return nil, r.errors
	}
	r.lesson(l, root)
	l.Text = Text{Markdown: string(lesson[body.Start:]), Line: r.Line(body)}
	l.Solution = r.solution(folder+"/"+SolutionFile, solution, l.Tasks)
	if len(r.errors) > 0 {
		return l, r.errors
	}
	return l, nil
}

// cutFrontMatter finds what stands between a first line +++ and the next such line, and what follows.
func cutFrontMatter(text []byte) (front, body toml.Span, ok bool) {
	const fence = "\n+++\n"
	end := bytes.Index(text, []byte(fence))
	if !bytes.HasPrefix(text, []byte(fence[1:])) || end < 0 {
		return front, body, false
	}
	start := len(fence) - 1
	return toml.Span{Start: start, End: max(start, end)}, toml.Span{Start: end + len(fence), End: len(text)}, true
}

func (r *reader) lesson(l *Lesson, root *toml.Table) {
	f := r.fields(root, "")
	l.ID = f.id("id")
	l.Title = f.text("title", required)
	l.Chapter = f.text("chapter", required)
	l.World = f.text("world", required)
	l.Host = f.text("host", optional)
	l.Minutes = int(f.number("minutes", 1, 60, required))
	if l.Kind = f.choice("kind", optional, Kinds...); l.Kind == "" {
		l.Kind = Guided
	}
	for _, periods := range f.numbers("routes", 1, 99) {
		l.Routes = append(l.Routes, int(periods))
	}
	l.Par = int(f.number("par", 1, 99, optional))
	l.Predict = f.flag("predict")
	if v := f.get("completion", optional, toml.Bool); v != nil {
		l.Unaided = !v.True()
	}
	for _, t := range f.tables("task", required) {
		r.task(l, t)
	}
	f.end()
}

func (r *reader) task(l *Lesson, table *toml.Table) {
	f := r.fields(table, "task")
	t := Task{ID: f.id("id")}
	if slices.ContainsFunc(l.Tasks, func(o Task) bool { return o.ID == t.ID && t.ID != "" }) {
		r.fault(f.line("id"), "task.id", "lessons.error.task-twice", machine.Args{"task": t.ID})
	}
	t.Text = f.inline("text")
	for _, hint := range f.texts("hints", optional) {
		t.Hints = append(t.Hints, Text{Markdown: hint, Line: f.line("hints"), Key: "task.hints"})
	}
	if v := f.get("predict", optional, toml.Map); v != nil {
		t.Predict = r.predict(v.Table)
	}
	for _, c := range f.tables("check", required) {
		t.checks = append(t.checks, r.check(l, c))
	}
	for _, m := range f.tables("mistake", optional) {
		t.mistakes = append(t.mistakes, r.mistake(l, m, &t))
	}
	if len(t.checks) > 0 && !slices.ContainsFunc(t.checks, func(c check) bool { return !c.not }) {
		r.fault(r.Line(table.At), "task.check", "lessons.error.only-not", nil)
	}
	f.end()
	l.Tasks = append(l.Tasks, t)
}

// predict reads a question and its choices.
func (r *reader) predict(table *toml.Table) *Predict {
	f := r.fields(table, "task.predict")
	p := &Predict{Question: f.inline("question"), Why: f.inline("why"), Shows: f.text("shows", optional)}
	for _, choice := range f.texts("choices", required) {
		p.Choices = append(p.Choices, Text{Markdown: choice, Line: f.line("choices"), Key: "task.predict.choices", Paragraph: true})
	}
	if n := len(p.Choices); n < 2 || n > 6 {
		r.fault(f.line("choices"), "task.predict.choices", "lessons.error.choices", nil)
	}
	p.Right = int(f.number("right", 1, int64(max(2, len(p.Choices))), required)) - 1
	if p.Right >= 0 && p.Right < len(p.Choices) && p.Shows == "" {
		p.Shows = firstCode(p.Choices[p.Right].Markdown)
	}
	if p.Shows == "" {
		r.fault(r.Line(table.At), "task.predict", "lessons.error.shows", nil)
	}
	f.end()
	return p
}

// firstCode is the first code span of a text, "" where it has none.
func firstCode(markdown string) string {
	_, rest, _ := strings.Cut(markdown, "`")
	code, _, closed := strings.Cut(rest, "`")
	if !closed {
		return ""
	}
	return code
}

// TaskIndex returns the place of a task, and -1 where there is none of that name.
func (l *Lesson) TaskIndex(id string) int {
	return slices.IndexFunc(l.Tasks, func(t Task) bool { return t.ID == id })
}

// Solution is a script for the package sim/script whose comments "# task: ID" say which task the steps after them
// belong to.
type Solution struct {
	Text  string
	Steps []Step
}

// Step is one line of a solution that does something. A line that only says where the learner sits ("at HOST") is none.
type Step struct {
	Line int // in the file, from 1
	Text string
	Task string
}

// Without returns the script with one step left out; the other lines keep their numbers.
func (s Solution) Without(step int) string {
	lines := strings.Split(s.Text, "\n")
	lines[s.Steps[step].Line-1] = ""
	return strings.Join(lines, "\n")
}

// For returns the steps of one task, a line each.
func (s Solution) For(task string) string {
	var lines []string
	for _, step := range s.Steps {
		if step.Task == task {
			lines = append(lines, step.Text)
		}
	}
	return strings.Join(lines, "\n")
}

func (r *reader) solution(file string, text []byte, tasks []Task) Solution {
	s := Solution{Text: strings.ReplaceAll(string(text), "\r\n", "\n")}
	in := &reader{file: file}
	at := -1
	used := make([]bool, len(tasks))
	for i, line := range strings.Split(s.Text, "\n") {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "# task:"); ok {
			name = strings.TrimSpace(name)
			if at = slices.IndexFunc(tasks, func(t Task) bool { return t.ID == name }); at < 0 {
				in.faultNear(i+1, "", "lessons.error.no-task", name, taskIDs(tasks))
			}
			continue
		}
		if line == "" || line[0] == '#' || line == "at" || strings.HasPrefix(line, "at ") {
			continue
		}
		if at < 0 {
			in.fault(i+1, "", "lessons.error.step-without-task", nil)
			break
		}
		used[at] = true
		s.Steps = append(s.Steps, Step{Line: i + 1, Text: line, Task: tasks[at].ID})
	}
	for i, u := range used {
		if !u && len(in.errors) == 0 {
			in.fault(strings.Count(s.Text, "\n")+1, "", "lessons.error.task-without-step", machine.Args{"task": tasks[i].ID})
		}
	}
	r.errors = append(r.errors, in.errors...)
	return s
}

func taskIDs(tasks []Task) []string {
	ids := make([]string, len(tasks))
	for i, t := range tasks {
		ids[i] = t.ID
	}
	return ids
}
