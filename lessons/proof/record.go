package proof

import (
	"slices"
	"strings"

	"ehlo/lessons"
	"ehlo/lessons/locale"
	"ehlo/lessons/recorded"
	"ehlo/sim"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// Record makes a lesson of a session, with what its learners are told after the mistakes of its tests. tl is the session replayed to
// its end; name is what the lesson's front matter names as its world. ok is false where nothing has come of the session.
func Record(id, name string, log *trace.InputLog, tl *sim.Timeline, texts *locale.Catalogue) (files map[string]string, ok bool) {
	conn := func(is func(sim.ConnInfo) bool) func(uint32) bool {
		return func(id uint32) bool {
			c, ok := tl.World().Conn(id)
			return ok && is(c)
		}
	}
	files, ok = recorded.Lesson(recorded.Session{ID: id, World: name, You: tl.Definition().You(), Log: log, Events: events(tl),
		Mine:   conn(func(c sim.ConnInfo) bool { return c.Typed }),
		Served: conn(func(c sim.ConnInfo) bool { return c.Served })})
	if !ok {
		return nil, false
	}
	src := Source{Files: lessons.Files{Name: id, Lesson: []byte(files[lessons.LessonFile]), Solution: []byte(files[lessons.SolutionFile]),
		Tests: []byte(files[lessons.TestsFile])}, Texts: texts, World: func(string) (*world.Definition, error) { return tl.Definition(), nil }}
	if log.WorldText != "" {
		src.OwnWorld = []byte(log.WorldText)
	}
	src.Solution = needed(src)
	files[lessons.SolutionFile], files[lessons.TestsFile] = string(src.Solution), string(Rewrite(src))
	return files, true
}

// needed is a solution without the steps without which all is done as well. One that goes may make another needless: so it looks again
// until none has gone.
func needed(src Source) []byte {
	for from, gone := 0, false; ; from++ {
		l, err := src.Parse()
		if err != nil {
			return src.Solution
		}
		if from >= len(l.Solution.Steps) {
			if !gone {
				return src.Solution
			}
			from, gone = 0, false
		}
		t := &tester{src: src, lesson: l}
		if t.def, err = t.world(); err != nil {
			return src.Solution
		}
		step, less := l.Solution.Steps[from], l.Solution.Without(from)
		p := t.run(less)
		if step.Text == ">" || p.err != nil || slices.ContainsFunc(t.results(p), func(r lessons.TaskResult) bool { return !r.Done }) {
			continue
		}
		lines := strings.Split(less, "\n")
		src.Solution = []byte(strings.Join(slices.Delete(lines, step.Line-1, step.Line), "\n"))
		from, gone = from-1, true
	}
}
