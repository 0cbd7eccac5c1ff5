package proof

import (
	"slices"
	"strings"

	"ehlo/lessons"
	"ehlo/sim/script"
)

// testCase is a way through the lesson: another right one, or a mistake with the feedback that it must lead to.
type testCase struct {
	title  string
	line   int // of the file, from 1
	wrong  bool
	task   string // of a mistake: which task is not done
	says   string // of a mistake: what stands in the feedback
	script string
}

// cases reads tests.txt. A case begins with "# right: TITLE" or "# wrong: TITLE". Its script is whole, or it says how it
// differs from the solution: lines with - are not typed, lines with + are typed in their place, and a line with = is typed
// as it is, so that what follows it here follows it there.
func (t *tester) cases() (cases []testCase, ok bool) {
	before := len(t.findings)
	var c *testCase
	for i, line := range strings.Split(strings.ReplaceAll(string(t.src.Tests), "\r\n", "\n"), "\n") {
		key, value, isKey := cutKey(line)
		switch {
		case isKey && (key == "right" || key == "wrong"):
			cases = append(cases, testCase{title: value, line: i + 1, wrong: key == "wrong"})
			c = &cases[len(cases)-1]
		case strings.TrimSpace(line) == "" || !isKey && strings.HasPrefix(line, "#"):
		case c == nil:
			t.find(lessons.TestsFile, i+1, "this line belongs to no case: write # right: TITLE or # wrong: TITLE above it")
			return nil, false
		case isKey && key == "task":
			c.task = value
		case isKey && key == "says":
			c.says = value
		default:
			c.script += line + "\n"
		}
	}
	for i := range cases {
		t.readCase(&cases[i])
	}
	return cases, len(t.findings) == before
}

// cutKey reads "# right: …" and the like.
func cutKey(line string) (key, value string, ok bool) {
	rest, ok := strings.CutPrefix(line, "# ")
	if !ok {
		return "", "", false
	}
	key, value, _ = strings.Cut(rest, ":")
	return key, strings.TrimSpace(value), slices.Contains([]string{"right", "wrong", "task", "says"}, key)
}

func (t *tester) readCase(c *testCase) {
	if c.wrong && (c.task == "" || c.says == "") {
		t.find(lessons.TestsFile, c.line, "this mistake does not say which task is not done and what the learner is told: write # task: ID and # says: TEXT")
	}
	lines := strings.Split(strings.TrimSuffix(c.script, "\n"), "\n")
	if slices.ContainsFunc(lines, isChange) {
		text, missing := changed(string(t.src.Solution), lines)
		if missing != "" {
			t.find(lessons.TestsFile, c.line, "the solution has no line %q where this case looks for it", missing)
		}
		c.script = text
	}
	if _, err := script.Parse(t.file(lessons.TestsFile), []byte(c.script)); err != nil {
		t.find(lessons.TestsFile, c.line, "the script of %q has a line that is none: %v", c.title, err)
	}
}

func isChange(line string) bool {
	return strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "+ ")
}

// changed applies changes to a solution. missing is a line that should go and is not there.
func changed(solution string, changes []string) (text, missing string) {
	rest := strings.Split(strings.ReplaceAll(solution, "\r\n", "\n"), "\n")
	var out []string
	for _, change := range changes {
		line := change[min(2, len(change)):]
		if strings.HasPrefix(change, "+") {
			out = append(out, line)
			continue
		}
		i := slices.Index(rest, line)
		if i < 0 {
			return "", line
		}
		if change[0] == '=' {
			i++
		}
		out = append(out, rest[:i]...)
		if rest = rest[i:]; change[0] == '-' {
			rest = rest[1:]
		}
	}
	return strings.Join(append(out, rest...), "\n"), ""
}
