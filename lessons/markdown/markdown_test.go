package markdown_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ehlo/lessons"
	"ehlo/lessons/content"
	"ehlo/lessons/locale"
	"ehlo/lessons/markdown"
)

func TestRender(t *testing.T) {
	for _, c := range []struct {
		text      string
		paragraph bool
		want      string
	}{
		{"# One\n\n## Two\n", false, "<h2>One</h2>\n<h3>Two</h3>"},
		{"See `a1 FETCH 1 FLAGS`, `MAIL FROM:<a@b>`, `From`.\n", false,
			`<p>See <code class="command">a1 FETCH 1 FLAGS</code>, <code class="command">MAIL FROM:&lt;a@b&gt;</code>, <code>From</code>.</p>`},
		{"```\nplain <x>\n```\n", false, "<pre><code>plain &lt;x&gt;\n</code></pre>"},
		{"```dialogue\nC: a1 NOOP\nS: a1 OK <done>\n```\n", false,
			`<pre class="dialogue"><span class="c"><span class="who">C: </span><code>a1 NOOP</code></span>` + "\n" +
				`<span class="s"><span class="who">S: </span><code>a1 OK &lt;done&gt;</code></span></pre>`},
		{"```run\nEHLO <x>\n```\n", false, "<pre class=\"run\"><code>EHLO &lt;x&gt;\n</code></pre>"},
		{"the *reverse-path*, *Unique-ids*, *no term*, **tag**", true, `the <a class="term" href="?term=reverse-path"><em>reverse-path</em></a>, ` +
			`<a class="term" href="?term=unique-id"><em>Unique-ids</em></a>, <em>no term</em>, <strong>tag</strong>`},
		{"[the *envelope*](?term=envelope)", true, `<a href="?term=envelope">the <em>envelope</em></a>`},
		{"Say `EHLO`.", true, `Say <code class="command">EHLO</code>.`},
		{"[RFC](https://example.org/?a=1&b=\"2) and [next](?lesson=second)", true,
			`<a href="https://example.org/?a=1&amp;b=%222">RFC</a> and <a href="?lesson=second">next</a>`},
		{"::: quiz who\nWho reads `To`?\n\n- the MTA\n- [x] a *person*\n\nThe header is for people.\n:::\nAfter.\n", false,
			`<fieldset class="quiz" data-quiz="who"><legend>Who reads <code>To</code>?` + "\n</legend>\n" +
				`<label class="opt"><input type="radio" name="quiz-who" value="1"><span>the MTA</span></label>` + "\n" +
				`<label class="opt"><input type="radio" name="quiz-who" value="2" data-right><span>a <em>person</em></span></label>` + "\n" +
				`<div class="quiz__why" hidden><p>The header is for people.</p>` + "\n</div>\n</fieldset>\n<p>After.</p>"},
		{"One\n\n::: teacher\nAsk them.\n:::\n", false, "<p>One</p>"},
	} {
		got, err := markdown.Render("x/lesson.md", lessons.Text{Markdown: c.text, Line: 1, Paragraph: c.paragraph})
		if err != nil || got != c.want {
			t.Errorf("%q becomes\n%s\nwant\n%s\n%v", c.text, got, c.want, err)
		}
	}
}

// Each fault names file, line and key and says how to repair it, and nothing of it comes into the HTML.
func TestFaults(t *testing.T) {
	english := english(t)
	for _, c := range []struct {
		text, place, says, repair, html string
	}{
		{"One\n\ntwo <b>bold</b>\n", "x/lesson.md:12: ", "HTML and addresses in angle brackets do not work in a lesson: <b>",
			"Put it between back-ticks: `<b>`", "<p>One</p>\n<p>two bold</p>"},
		{"to <a@b.org>\n", "x/lesson.md:10: ", "HTML and addresses in angle brackets do not work in a lesson: <a@b.org>",
			"Put it between back-ticks: `<a@b.org>`", "<p>to </p>"},
		{"\n<script>\nx\n</script>\n", "x/lesson.md:11: ", "", "", ""},
		{"![*x*](y.png)\n", "x/lesson.md:10: ", "A lesson cannot show an image file: y.png",
			"Remove the image. The stage shows the world itself.", "<p></p>"},
		{"[x](javascript:y)\n", "x/lesson.md:10: ", "A link cannot lead to javascript:y.",
			"Link to https://…, to ?lesson=ID, to ?world=NAME, or to ?term=NAME of the glossary.", "<p>x</p>"},
		{"[x](?term=nothing)\n", "x/lesson.md:10: ", "A link cannot lead to ?term=nothing.", "", "<p>x</p>"},
		{"x\n\n::: note\ny\n:::\n", "x/lesson.md:12: ", "No block is called note.", "Write ::: quiz ID, ::: teacher, ::: states PROTOCOL, ::: ladder TASK or ::: stage TASK.", "<p>x</p>\n<p>y</p>"},
		{"::: teacher\ny\n", "x/lesson.md:10: ", "This block has no end: ::: teacher", "Write a line ::: where it ends.", ""},
		{"::: quiz A b\nQ\n\n- [x] 1\n- 2\n:::\n", "x/lesson.md:10: ", "This quiz has no name, or one that is no identifier: ::: quiz A b", "", "-"},
		{"::: quiz q\nQ\n\n- 1\n- 2\n:::\n", "x/lesson.md:10: ", "This is not a question with choices of which one is right: ::: quiz q", "", "-"},
		{"```dialogue\nC: NOOP\n250 ok\n```\n", "x/lesson.md:12: ", "This line of a dialogue does not say who speaks: 250 ok",
			"Begin the line with C: and a space for the client, or S: and a space for the server.",
			`<pre class="dialogue"><span class="c"><span class="who">C: </span><code>NOOP</code></span>` + "\n" +
				"250 ok</pre>"},
	} {
		html, err := markdown.Render("x/lesson.md", lessons.Text{Markdown: c.text, Line: 10})
		var faults lessons.Errors
		if !errors.As(err, &faults) {
			t.Errorf("%q is taken: %v", c.text, err)
			continue
		}
		says, repair := english.Note(faults[0].Note), english.Note(faults[0].Repair)
		if !strings.HasPrefix(err.Error(), c.place) || c.says != "" && says != c.says || c.repair != "" && repair != c.repair {
			t.Errorf("got  %s\n     %s %s\nwant %s %s %s", err, says, repair, c.place, c.says, c.repair)
		}
		if html != c.html && c.html != "-" {
			t.Errorf("%q becomes %q, want %q", c.text, html, c.html)
		}
	}
	_, err := markdown.Render("x/lesson.md", lessons.Text{Markdown: "One\n\ntwo", Line: 7, Key: "task.text", Paragraph: true})
	if err == nil || !strings.HasPrefix(err.Error(), "x/lesson.md:7: task.text: lessons.error.one-paragraph") {
		t.Errorf("two paragraphs for one: %v", err)
	}
}

func TestTeachersSeeTheirNotes(t *testing.T) {
	html, err := markdown.RenderForTeachers("", lessons.Text{Markdown: "::: teacher\nAsk *them*.\n:::\n", Line: 1})
	if err != nil || html != "<aside class=\"teacher\"><p>Ask <em>them</em>.</p>\n</aside>" {
		t.Error(html, err)
	}
}

// What is wrong in front matter, texts and solution is named at once and in order.
func TestReadNamesAllFaults(t *testing.T) {
	lesson, solution := sample(t)
	if _, err := markdown.Read(lessons.Files{Name: "x", Lesson: []byte(lesson), Solution: []byte(solution)}); err != nil {
		t.Fatal(err)
	}
	wrong := strings.Replace(lesson, "minutes = ", "minutes = 9", 1) + "\n<b>\n"
	_, err := markdown.Read(lessons.Files{Name: "x", Lesson: []byte(wrong), Solution: []byte("# task: none\n" + solution)})
	var faults lessons.Errors
	if !errors.As(err, &faults) || len(faults) != 3 || faults[0].Key != "minutes" || faults[1].Note.ID != "lessons.error.raw-html" ||
		faults[2].File != "x/solution.txt" {
		t.Errorf("got\n%v", err)
	}
	if _, err := markdown.Read(lessons.Files{Name: "x", Lesson: []byte("no front matter")}); err == nil {
		t.Error("a lesson without front matter is taken")
	}
}

func TestEveryLessonRenders(t *testing.T) {
	for _, folder := range content.Folders("en") {
		l, err := content.Lesson("en", folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range l.Texts() {
			if html, err := markdown.Render(folder+"/"+lessons.LessonFile, text); err != nil || html == "" {
				t.Errorf("%q: %v", html, err)
			}
		}
	}
}

func FuzzRender(f *testing.F) {
	f.Add("# One\n\n`NOOP` [x](https://a.b)\n\n```dialogue\nC: x\n```\n", false)
	f.Add("```dialogue\n<b>x\n\"y\n\n```\n", false)
	f.Add("![a](b) <i>c</i> <d@e.f> [g](h:i)", true)
	f.Fuzz(func(t *testing.T, text string, paragraph bool) {
		html, _ := markdown.Render("x", lessons.Text{Markdown: text, Line: 1, Paragraph: paragraph})
		for _, bad := range []string{"<script", "<img", "<iframe", "<i", "<b>", `href="javascript:`, `href="http:`} {
			if strings.Contains(html, bad) {
				t.Errorf("%q becomes %q", text, html)
			}
		}
	})
}

// english reads the English texts of lessons.
func english(t *testing.T) *locale.Catalogue {
	t.Helper()
	const name = "../../web/locales/en/lessons.toml"
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	c, err := locale.Load("en", locale.File{Name: name, Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sample reads a lesson of the course.
func sample(t *testing.T) (lesson, solution string) {
	t.Helper()
	var parts []string
	for _, name := range []string{lessons.LessonFile, lessons.SolutionFile} {
		text, err := os.ReadFile(filepath.Join("..", "content", "en", "001-first-message", name))
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, string(text))
	}
	return parts[0], parts[1]
}
