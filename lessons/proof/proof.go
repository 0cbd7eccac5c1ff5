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
	"ehlo/sim/personas"
	"ehlo/sim/world"
)

// Source is a lesson as it lies in its folder, and what it may refer to.
type Source struct {
	lessons.Files
	World   func(name string) (*world.Definition, error)
	Lessons []string          // ids that a link may lead to, besides its own
	Worlds  []string          // names that a link may lead to
	Texts   *locale.Catalogue // of the language of its feedback
}

// Finding is something wrong in a lesson.
type Finding struct {
	File string // as in "01-first-message/lesson.md"
	Line int    // from 1
	Text string
}

// String gives place and text.
func (f Finding) String() string { return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Text) }

// leastSeeds is how many seeds of a lesson that is drawn are tested; more where not each case comes up among them.
const leastSeeds = 3

// Test returns all that is wrong with a lesson, by file and line. A lesson whose files cannot be read is not played. One that
// is drawn is tested with several seeds: each case of its draws is among them.
func Test(src Source) []Finding {
	if src.Draws == nil {
		return test(src)
	}
	var all []Finding
	for _, seed := range src.Seeds(leastSeeds) {
		drawn, err := src.Draw(seed)
		if err != nil {
			t := &tester{src: src}
			t.faults(err)
			return t.findings
		}
		one := src
		one.Files = drawn
		for _, f := range test(one) {
			f.Text = fmt.Sprintf("seed %d: %s", seed, f.Text)
			all = append(all, f)
		}
	}
	return all
}

func test(src Source) []Finding {
	t := &tester{src: src, told: map[int]string{}}
	t.test()
	slices.SortStableFunc(t.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return t.findings
}

// Rewrite returns tests.txt with what learners are told in the lines "# says: …" of each mistake. That of a lesson that is drawn
// is for its author to write, since it holds names that are drawn: it stays as it is.
func Rewrite(src Source) []byte {
	if src.Draws != nil {
		return src.Tests
	}
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

func (t *tester) file(name string) string { return t.src.Name + "/" + name }

func (t *tester) find(file string, line int, format string, args ...any) {
	t.findings = append(t.findings, Finding{t.file(file), line, fmt.Sprintf(format, args...)})
}

// note is a note in the words of the learner.
func (t *tester) note(n machine.Note) string { return t.src.Texts.Note(n) }

func (t *tester) test() {
	l, err := markdown.Read(t.src.Files)
	t.faults(err)
	cases, ok := t.cases()
	if l == nil || err != nil || !ok {
		return
	}
	t.lesson = l
	t.words()
	if t.def, err = t.world(); err != nil {
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
		t.pictures()
	}
	for _, c := range cases {
		t.play(c)
	}
	t.enough(cases)
}

// faults takes up what is wrong with the lesson's files.
func (t *tester) faults(err error) {
	var faults lessons.Errors
	if !errors.As(err, &faults) {
		return
	}
	for _, f := range faults {
		key := ""
		if f.Key != "" {
			key = f.Key + ": "
		}
		t.findings = append(t.findings, Finding{f.File, f.Line, key + t.note(f.Note) + " " + t.note(f.Repair)})
	}
}

// world reads the lesson's world: its own, or one of the catalogue.
func (t *tester) world() (*world.Definition, error) {
	if t.lesson.WorldText == "" {
		return t.src.World(t.lesson.World)
	}
	def, err := world.Parse(t.lesson.World, []byte(t.lesson.WorldText), personas.All()...)
	var faults lessons.Errors
	if errors.As(err, &faults) {
		for _, f := range faults {
			f.File = t.file(lessons.WorldFile)
		}
		t.faults(err)
		return nil, fmt.Errorf("%s is not in order", lessons.WorldFile)
	}
	return def, err
}

// enough says which tests the lesson lacks.
func (t *tester) enough(cases []testCase) {
	if t.lesson.Drawn && t.lesson.Kind == lessons.Debugging && t.src.Key == "" {
		t.find(lessons.DrawsFile, 1, "what is broken differs from seed to seed: write key = \"…\", the answer key for who teaches it")
	}
	right, wrong := 0, 0
	for _, c := range cases {
		if c.wrong {
			wrong++
		} else {
			right++
		}
	}
	if right < 1 {
		t.find(lessons.TestsFile, 1, "no other right way is tried: add one under a line # right: TITLE")
	}
	if wrong < 2 {
		t.find(lessons.TestsFile, 1, "mistakes that are tried: %d; add two of those that learners make, each under a line # wrong: TITLE", wrong)
	}
}
