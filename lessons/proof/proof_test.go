package proof_test

import (
	"strings"
	"testing"

	"ehlo/lessons"
	"ehlo/lessons/locale/localetest"
	"ehlo/lessons/proof"
	"ehlo/sim/worlds"
)

// source is the template's lesson with a part of one file replaced.
func source(t *testing.T, file, from, to string) proof.Source {
	t.Helper()
	files := proof.Template("my-lesson")
	text := strings.Replace(files[file], from, to, 1)
	if text == files[file] && from != to {
		t.Fatalf("%s has no %q", file, from)
	}
	files[file] = text
	return proof.Source{Files: lessons.Files{Name: "x", Lesson: []byte(files[lessons.LessonFile]), Solution: []byte(files[lessons.SolutionFile]),
		Tests: []byte(files[lessons.TestsFile])}, World: proof.BuiltWorld, Lessons: proof.BuiltLessons("en"), Worlds: worlds.Names(),
		Texts: localetest.English(t, "../..")}
}

func TestTemplatePasses(t *testing.T) {
	for _, f := range proof.Test(source(t, lessons.LessonFile, "", "")) {
		t.Error(f)
	}
	if id := proof.Template("12 My Own")[lessons.LessonFile]; !strings.Contains(id, `id = "my-own"`) {
		t.Error(id[:40])
	}
}

func TestFindings(t *testing.T) {
	const l, s, c = lessons.LessonFile, lessons.SolutionFile, lessons.TestsFile
	for _, x := range []struct{ file, from, to, want string }{
		{l, `world = "two-domains"`, `world = "mars"`, "x/lesson.md:1: world: no world is called mars"},
		{l, `minutes = 5`, `minutes = 5` + "\n" + `host = "mars.example.org"`, "x/lesson.md:1: host: the world two-domains has no host called mars.example.org"},
		{l, "VRFY dora", "VRFY dora`, [again](?lesson=none) `", "x/lesson.md:25: no lesson is called none"},
		{l, "Write here what", "Write [here](?world=mars) what", "x/lesson.md:45: no world is called mars"},
		{l, "Short sentences", "Smtp sentences", `x/lesson.md:45: "Smtp" is not how the RFCs write it`},
		{l, "3.5.1", "3.5.9", "x/lesson.md:47: RFC 5321 has no " + "\u00a7" + "3.5.9; the nearest is "},
		{l, "Short sentences are good", strings.Repeat("word ", 500), "x/lesson.md:44: the text has 57"},
		{l, "Ask with `VRFY`", strings.Repeat("word ", 80), "x/lesson.md:24: the task ask has"},
		{l, "right = 2", "right = 1", `x/lesson.md:28: no server says "250" while the task ask is done`},
		{l, `verb = ["EHLO", "HELO"]`, `verb = "NOOP"`, "x/solution.txt:1: the solution does not do the task greet: `mx.example.net` has not received `NOOP` yet."},
		{l, "::: teacher", "```dialogue\nC: VRFY dora\nS: 250 here\n```\n\n::: teacher", "x/lesson.md:49: the world does not hold this dialogue"},
		{s, "> EHLO", "> NOOP\n> EHLO", "x/solution.txt:3: without this step the task greet is done all the same"},
		{s, "> VRFY dora", "> VRFY dora\n> VRFY bob", "x/solution.txt:7: without this step the task ask is done all the same"},
		{s, "telnet mx.example.net 25\n", "", "x/solution.txt:1: the solution stops: "},
		{c, "- > VRFY dora", "- > VRFY nobody", `x/tests.txt:7: the solution has no line "> VRFY nobody" where this case looks for it`},
		{c, "+ > VRFY bob", "+ > VRFY dora", `x/tests.txt:7: "Another user" does the task ask all the same`},
		{c, "# task: ask\n", "", "x/tests.txt:7: this mistake does not say which task is not done"},
		{c, "# task: ask", "# task: tell", "x/tests.txt:7: the lesson has no task called tell"},
		{c, "That was bob", "That was carla", `x/tests.txt:7: "Another user" is told: That was bob`},
		{c, "> vrfy dora\n", "", `x/tests.txt:1: "With the greeting of 1982, in small letters" does not do the task ask: `},
		{c, "> noop", "noop", `x/tests.txt:1: the script of "With the greeting of 1982, in small letters" has a line that is none: `},
		{c, "# wrong: No greeting\n# task: greet", "# right: No greeting\n# task: greet", "x/tests.txt:1: mistakes that are tried: 1; add two"},
		{c, "# right: With", "# wright: With", "x/tests.txt:2: this line belongs to no case"},
	} {
		var all []string
		found := false
		for _, f := range proof.Test(source(t, x.file, x.from, x.to)) {
			all = append(all, f.String())
			found = found || strings.HasPrefix(f.String(), x.want)
		}
		if !found {
			t.Errorf("%s for %s:\n%s\nwant\n%s", x.to, x.from, strings.Join(all, "\n"), x.want)
		}
	}
}

func TestRewrite(t *testing.T) {
	src := source(t, lessons.TestsFile, "# says: That was bob, and he is there. The task asks for `dora`.", "# says: ?")
	if got := string(proof.Rewrite(src)); got != proof.Template("x")[lessons.TestsFile] {
		t.Error(got)
	}
}
