// Package proof tests a lesson as `ehlo lesson test` does: it plays the solution, nothing, the solution without each of its
// steps, other right ways and the mistakes that learners make, and reads its texts. Whatever is wrong is a finding with its
// place. It is for authors: the page does not carry it.
package proof

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ehlo/lessons"
	"ehlo/lessons/locale"
	"ehlo/lessons/markdown"
	"ehlo/sim/machine"
	"ehlo/sim/world"
)

// TestsFile is the file of a lesson's folder that learners do not get: other right ways, and mistakes.
const TestsFile = "tests.txt"

// Source is a lesson as it lies in its folder, and what it may refer to.
type Source struct {
	Folder                  string // the folder's name, as findings give it
	Lesson, Solution, Tests []byte
	World                   func(name string) (*world.Definition, error)
	Lessons                 []string          // ids that a link may lead to, besides its own
	Worlds                  []string          // names that a link may lead to
	Texts                   *locale.Catalogue // of the language of its feedback
}

// Finding is something wrong in a lesson.
type Finding struct {
	File string // as in "01-first-message/lesson.md"
	Line int    // from 1
	Text string
}

// String gives place and text.
func (f Finding) String() string { return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Text) }

// Test returns all that is wrong with a lesson, by file and line. A lesson whose files cannot be read is not played.
func Test(src Source) []Finding {
	t := &tester{src: src, told: map[int]string{}}
	t.test()
	slices.SortStableFunc(t.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return t.findings
}

// Rewrite returns tests.txt with what learners are told in the lines "# says: …" of each mistake.
func Rewrite(src Source) []byte {
	t := &tester{src: src, told: map[int]string{}}
	t.test()
	lines := strings.Split(string(src.Tests), "\n")
	says := ""
	for i, line := range lines {
		if key, _, ok := cutKey(line); ok && (key == "wrong" || key == "right") {
			says = t.told[i+1]
		} else if ok && key == "says" && says != "" {
			lines[i] = "# says: " + says
		}
	}
	return []byte(strings.Join(lines, "\n"))
}

// tester is one lesson being tested.
type tester struct {
	src      Source
	lesson   *lessons.Lesson
	def      *world.Definition
	findings []Finding
	told     map[int]string // by the line where a mistake begins: its feedback
}

func (t *tester) file(name string) string { return t.src.Folder + "/" + name }

func (t *tester) find(file string, line int, format string, args ...any) {
	t.findings = append(t.findings, Finding{t.file(file), line, fmt.Sprintf(format, args...)})
}

// note is a note in the words of the learner.
func (t *tester) note(n machine.Note) string { return t.src.Texts.Note(n) }

func (t *tester) test() {
	l, err := markdown.Read(t.src.Folder, t.src.Lesson, t.src.Solution)
	var faults lessons.Errors
	if errors.As(err, &faults) {
		for _, f := range faults {
			key := ""
			if f.Key != "" {
				key = f.Key + ": "
			}
			t.findings = append(t.findings, Finding{f.File, f.Line, key + t.note(f.Note) + " " + t.note(f.Repair)})
		}
	}
	cases, ok := t.cases()
	if l == nil || err != nil || !ok {
		return
	}
	t.lesson = l
	t.words()
	if t.def, err = t.src.World(l.World); err != nil {
		t.find(lessons.LessonFile, 1, "world: %v", err)
		return
	}
	if l.Host != "" && !slices.ContainsFunc(t.def.Hosts, func(h world.Host) bool { return h.Name == l.Host }) {
		t.find(lessons.LessonFile, 1, "host: the world %s has no host called %s", l.World, l.Host)
		return
	}
	if t.solution() {
		t.steps()
		t.predictions()
		t.dialogues()
	}
	for _, c := range cases {
		t.play(c)
	}
	t.enough(cases)
}

// enough says which tests the lesson lacks.
func (t *tester) enough(cases []testCase) {
	right, wrong := 0, 0
	for _, c := range cases {
		if c.wrong {
			wrong++
		} else {
			right++
		}
	}
	if right < 1 {
		t.find(TestsFile, 1, "no other right way is tried: add one under a line # right: TITLE")
	}
	if wrong < 2 {
		t.find(TestsFile, 1, "mistakes that are tried: %d; add two of those that learners make, each under a line # wrong: TITLE", wrong)
	}
}
