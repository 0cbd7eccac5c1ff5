package tutor

import (
	"slices"
	"strconv"
	"strings"

	"ehlo/lessons"
	"ehlo/lessons/json"
	"ehlo/sim"
	"ehlo/sim/script"
)

// progress is what the session knows of a learner's way through the lessons.
type progress struct {
	checker *lessons.Checker
	fed     int // events that the checker has seen
	epoch   int // of the timeline that it has seen
	lessons map[string]*lessonProgress
	counted map[string]bool // tasks of the open lesson that were done when they were last judged
}

// lessonProgress is what is kept of one lesson.
type lessonProgress struct {
	Tasks     map[string]bool `json:"tasks"`           // done at some time
	Hints     map[string]int  `json:"hints"`           // shown, by task
	Solutions map[string]bool `json:"solutions"`       // shown, by task
	Predicted map[string]int  `json:"predicted"`       // the first choice, from 1, by task
	Done      bool            `json:"done"`            // all tasks at once
	Right     int             `json:"right,omitempty"` // predictions
	Attempts  int             `json:"attempts,omitempty"`
	Fewest    int             `json:"fewest,omitempty"` // commands with which all were done, where the fewest count
}

// reset makes the checker look at the whole trace again.
func (p *progress) reset() { p.checker, p.fed = nil, 0 }

// of is what is kept of a lesson, to be added to.
func (p *progress) of(id string) *lessonProgress {
	if p.lessons == nil {
		p.lessons = make(map[string]*lessonProgress)
	}
	l := p.lessons[id]
	if l == nil {
		l = &lessonProgress{}
		p.lessons[id] = l
	}
	if l.Tasks == nil {
		l.Tasks = make(map[string]bool)
	}
	if l.Hints == nil {
		l.Hints = make(map[string]int)
	}
	if l.Solutions == nil {
		l.Solutions = make(map[string]bool)
	}
	if l.Predicted == nil {
		l.Predicted = make(map[string]int)
	}
	return l
}

// lessonView is how far the learner is with the open lesson, at the moment that is shown.
type lessonView struct {
	ID    string     `json:"id"`
	Title string     `json:"title"`
	Tasks []taskView `json:"tasks"`
	Done  bool       `json:"done"`
	Needs bool       `json:"needs,omitempty"` // the solution of the first task to do, or of the next one, needs what this program lacks

	Predict bool `json:"predict,omitempty"` // each reply is predicted before it is shown
	Unaided bool `json:"unaided,omitempty"` // nothing completes what is typed

	Commands int `json:"commands,omitempty"` // so far, where the fewest count
	Par      int `json:"par,omitempty"`
}

type taskView struct {
	ID        string `json:"id"`
	Done      bool   `json:"done"`
	Missing   string `json:"missing,omitempty"`
	Hints     int    `json:"hints"`               // shown so far
	Predicted int    `json:"predicted,omitempty"` // the choice, from 1
}

// lessonState judges the open lesson, nil where none is open.
func (s *Session) lessonState() *lessonView {
	if s.lesson == nil {
		return nil
	}
	results := s.results()
	s.count(results)
	kept := s.watch.lessons[s.lesson.ID]
	if kept == nil {
		kept = &lessonProgress{}
	}
	v := &lessonView{ID: s.lesson.ID, Title: s.lesson.Title, Done: true, Predict: s.lesson.Predict, Unaided: s.lesson.Unaided}
	for i, r := range results {
		if !r.Done && v.Done {
			v.Needs = s.needs(s.lesson.Tasks[i:min(i+2, len(results))])
		}
		t := taskView{ID: r.ID, Done: r.Done, Hints: kept.Hints[r.ID], Predicted: kept.Predicted[r.ID]}
		if !r.Done {
			v.Done = false
			t.Missing = s.note(r.Missing)
		}
		v.Tasks = append(v.Tasks, t)
	}
	if v.Par = s.lesson.Par; v.Par > 0 {
		v.Commands = s.watch.checker.Commands()
		if v.Done && (kept.Fewest == 0 || v.Commands < kept.Fewest) {
			kept.Fewest = v.Commands
		}
	}
	return v
}

// needs says whether the solution of one of some tasks of the open lesson needs what this program lacks.
func (s *Session) needs(tasks []lessons.Task) bool {
	if sim.Whole() {
		return false
	}
	return slices.ContainsFunc(s.lesson.Solution.Steps, func(step lessons.Step) bool {
		if !slices.ContainsFunc(tasks, func(t lessons.Task) bool { return t.ID == step.Task }) {
			return false
		}
		line, ok, err := script.ParseLine(s.lesson.ID, step.Line, step.Text)
		return ok && err == nil && line.Lacks(s.tl.Definition())
	})
}

// count keeps the tasks that have been done since they were last judged: a learner who has a lesson forgotten while its world still
// stands as it does has not done it anew.
func (s *Session) count(results []lessons.TaskResult) {
	p, fresh, all := &s.watch, false, true
	before := p.counted
	p.counted = make(map[string]bool, len(results))
	for _, r := range results {
		p.counted[r.ID] = r.Done
		all = all && r.Done
		if r.Done && !before[r.ID] {
			p.of(s.lesson.ID).Tasks[r.ID], fresh = true, true
		}
	}
	if fresh && all {
		p.of(s.lesson.ID).Done = true
	}
}

// results lets the checker read on, or anew where the learner went back in time.
func (s *Session) results() []lessons.TaskResult {
	p := &s.watch
	seen := s.tl.Seen()
	if epoch, _ := s.tl.Epoch(); p.checker == nil || seen < p.fed || epoch != p.epoch {
		p.checker, p.fed, p.epoch = lessons.NewChecker(s.lesson), 0, epoch
	}
	for _, e := range s.tl.Trace().Events(p.fed, seen) {
		p.checker.Feed(&e)
	}
	p.fed = seen
	return p.checker.Results(s.tl.Now(), s.tl.World())
}

// readLesson finds a lesson of the catalogue, or one that somebody brings: the identifier of such a one has a colon.
func (s *Session) readLesson(id string) (*lessons.Lesson, error) {
	if strings.Contains(id, ":") {
		return s.readBrought(id, "")
	}
	base, seed := lessons.CutSeed(id)
	l, ok, err := s.entry(base)
	switch {
	case err != nil:
		return nil, err
	case !ok, !l.Drawn && seed > 0:
		return nil, refuse("tutor.no-lesson", "lesson", id)
	case l.Drawn:
		return s.readBrought(lessons.Seeded(base, max(seed, 1)), l.path+"/"+lessons.BundleFile)
	}
	// The world is asked for along with the lesson that needs it.
	files, err := s.allFiles([]string{l.path + "/" + lessons.PackedFile, worldFile(l.World)})
	if err != nil {
		return nil, err
	}
	lesson, err := lessons.Unpack(files[0])
	if err != nil {
		return nil, refuse("tutor.bad-lesson", "lesson", id, "detail", err.Error())
	}
	return lesson, nil
}

// readBrought returns a lesson that the page's reader makes of its files, and asks for it first. path is where the files of one
// of the catalogue are. An empty answer is one of a page that cannot have it.
func (s *Session) readBrought(id, path string) (*lessons.Lesson, error) {
	octets, ok := s.files[brought]
	if ok && len(octets) == 0 {
		delete(s.files, brought)
		return nil, refuse("tutor.no-lesson", "lesson", id)
	}
	if lesson, err := lessons.Unpack(octets); err == nil && lesson.ID == id {
		return lesson, nil
	}
	return nil, &unread{Path: brought, Name: id, Lesson: true, From: path}
}

// lessonPage is a lesson to be read. Its texts are Markdown, which the page has rendered elsewhere.
type lessonPage struct {
	ID      string     `json:"id"`
	Title   string     `json:"title"`
	Chapter string     `json:"chapter"`
	Minutes int        `json:"minutes"`
	Kind    string     `json:"kind"`
	Drawn   bool       `json:"drawn"` // another seed gives another one like it
	Host    string     `json:"host"`  // where the learner sits
	Text    string     `json:"text"`
	Tasks   []taskPage `json:"tasks"`
	Prev    string     `json:"prev,omitempty"` // lesson ids
	Next    string     `json:"next,omitempty"`
}

type taskPage struct {
	ID       string       `json:"id"`
	Text     string       `json:"text"` // one paragraph
	Hints    []string     `json:"hints"`
	Solution string       `json:"solution"`
	Predict  *predictPage `json:"predict,omitempty"`
}

// predictPage is a question that is asked before a task.
type predictPage struct {
	Question string   `json:"question"`
	Choices  []string `json:"choices"`
	Right    int      `json:"right"` // from 1
	Why      string   `json:"why"`
}

func predictOf(p *lessons.Predict) *predictPage {
	if p == nil {
		return nil
	}
	page := &predictPage{Question: p.Question.Markdown, Right: p.Right + 1, Why: p.Why.Markdown}
	for _, c := range p.Choices {
		page.Choices = append(page.Choices, c.Markdown)
	}
	return page
}

// lessonView gives the open lesson, nothing where none is open.
func (s *Session) lessonView(none) (any, error) {
	if s.lesson == nil {
		return nil, nil
	}
	l := s.lesson
	p := lessonPage{ID: l.ID, Title: l.Title, Chapter: l.Chapter, Minutes: l.Minutes, Kind: l.Kind, Drawn: l.Drawn, Text: l.Text.Markdown,
		Host: s.tl.Definition().You()}
	for _, t := range l.Tasks {
		task := taskPage{t.ID, t.Text.Markdown, []string{}, l.Solution.For(t.ID), predictOf(t.Predict)}
		for _, hint := range t.Hints {
			task.Hints = append(task.Hints, hint.Markdown)
		}
		p.Tasks = append(p.Tasks, task)
	}
	all, err := s.catalogue()
	if err != nil {
		return nil, err
	}
	list := all.lessons
	base, _ := lessons.CutSeed(l.ID)
	for i := range list {
		if list[i].ID == base && i > 0 {
			p.Prev = list[i-1].ID
		}
		if list[i].ID == base && i+1 < len(list) {
			p.Next = list[i+1].ID
		}
	}
	return p, nil
}

// revealArgs say what the learner asked to see.
type revealArgs struct {
	Task   string `json:"task"`
	What   string `json:"what"`   // "hint", "solution" or "prediction"
	Choice int    `json:"choice"` // of a prediction, from 1
}

// reveal counts a hint or a solution that is shown, or keeps a prediction: the first one counts.
func (s *Session) reveal(a revealArgs) (any, error) {
	i := -1
	if s.lesson != nil {
		i = s.lesson.TaskIndex(a.Task)
	}
	if i < 0 {
		return nil, refuse("tutor.no-task", "task", a.Task)
	}
	kept := s.watch.of(s.lesson.ID)
	if a.What == "prediction" {
		p := s.lesson.Tasks[i].Predict
		if p == nil || a.Choice < 1 || a.Choice > len(p.Choices) {
			return nil, refuse("tutor.bad-arguments", "detail", "choice")
		}
		if kept.Predicted[a.Task] == 0 {
			if a.Choice == p.Right+1 {
				kept.Right++
			}
			kept.Predicted[a.Task] = a.Choice
		}
		return map[string]int{"predicted": kept.Predicted[a.Task]}, nil
	}
	if a.What == "solution" {
		kept.Solutions[a.Task] = true
		return nil, nil
	}
	of := len(s.lesson.Tasks[i].Hints)
	kept.Hints[a.Task] = min(kept.Hints[a.Task]+1, of)
	return map[string]int{"shown": kept.Hints[a.Task], "of": of}, nil
}

// progressView gives what is kept of all lessons, to be saved.
func (s *Session) progressView(none) (any, error) {
	return map[string]string{"json": string(json.Append(nil, s.watch.lessons))}, nil
}

// progressArgs carry what progressView gave.
type progressArgs struct {
	JSON string `json:"json"`
}

// setProgress takes up what was saved.
func (s *Session) setProgress(a progressArgs) (any, error) {
	var kept map[string]*lessonProgress
	if err := json.Read([]byte(a.JSON), &kept); err != nil {
		return nil, refuse("tutor.bad-arguments", "detail", err.Error())
	}
	for id, l := range kept {
		if l == nil {
			delete(kept, id)
		}
	}
	s.watch.lessons = kept
	return map[string]string{"lessons": strconv.Itoa(len(kept))}, nil
}
