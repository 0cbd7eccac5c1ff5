package proof

import (
	"regexp"
	"slices"
	"strings"

	"ehlo/lessons"
	"ehlo/lessons/cite"
)

// The limits of what a learner reads, in words.
const (
	mostWords     = 450 // of a lesson's text
	leastWords    = 60
	mostTaskWords = 70 // of a task
)

var (
	fence   = regexp.MustCompile("(?s)```.*?```")
	block   = regexp.MustCompile(`(?ms)^::: .*?^:::$`)
	heading = regexp.MustCompile(`(?m)^::: .*$`)
	code    = regexp.MustCompile("`[^`]*`")
	link    = regexp.MustCompile(`\]\(\?(lesson|world)=([^)]*)\)`)
	// misspelt are protocol words as they are not written, outside code.
	misspelt = regexp.MustCompile(`\b(?:Smtp|smtp|Esmtp|esmtp|Pop3|pop3|Pop|POP 3|Imap4?|imap4?|Dns|dns|Tls|tls|Mime|mime|Starttls|StartTLS|Start TLS|ehlo|Ehlo|helo|Helo|` +
		`[Ee]-?mails?|base-64|Base64|ascii|Ascii|utf-8|UTF8|Utf-8|Url|url|ip address|Ip|RFC[0-9]+|rfc)\b`)
)

// words reads the lesson's texts: length, spelling of protocol words, links, and cited sections.
func (t *tester) words() {
	text := t.lesson.Text
	if n := len(strings.Fields(block.ReplaceAllString(fence.ReplaceAllString(text.Markdown, ""), ""))); n > mostWords || n < leastWords {
		t.find(lessons.LessonFile, text.Line, "the text has %d words: write from %d to %d", n, leastWords, mostWords)
	}
	for _, task := range t.lesson.Tasks {
		if n := len(strings.Fields(task.Text.Markdown)); n > mostTaskWords {
			t.find(lessons.LessonFile, task.Text.Line, "the task %s has %d words: write at most %d", task.ID, n, mostTaskWords)
		}
	}
	for _, part := range t.lesson.Texts() {
		t.spelling(part)
	}
	t.links(string(t.src.Lesson))
	s, err := cite.NewScanner()
	if err != nil {
		t.find(lessons.LessonFile, 1, "%v", err)
		return
	}
	s.Scan(t.file(lessons.LessonFile), string(t.src.Lesson))
	for _, p := range s.Problems {
		t.findings = append(t.findings, Finding(p))
	}
}

// blank takes what is code out of a text, and the names of blocks, and keeps its lines.
func blank(text string) string {
	keep := func(s string) string { return strings.Repeat("\n", strings.Count(s, "\n")) }
	return code.ReplaceAllStringFunc(fence.ReplaceAllStringFunc(heading.ReplaceAllString(text, ""), keep), keep)
}

func (t *tester) spelling(part lessons.Text) {
	text := blank(part.Markdown)
	text = link.ReplaceAllString(text, "]()")
	for _, m := range misspelt.FindAllStringIndex(text, -1) {
		t.find(lessons.LessonFile, part.Line+strings.Count(text[:m[0]], "\n"), "%q is not how the RFCs write it: write SMTP, POP3, IMAP, DNS, TLS, STARTTLS, EHLO, base64, UTF-8, message, RFC 5321, or put it between backquotes",
			text[m[0]:m[1]])
	}
}

func (t *tester) links(text string) {
	for _, m := range link.FindAllStringSubmatchIndex(text, -1) {
		kind, name := text[m[2]:m[3]], text[m[4]:m[5]]
		known := t.src.Worlds
		if kind == "lesson" {
			known = append(slices.Clone(t.src.Lessons), t.lesson.ID)
		}
		if !slices.Contains(known, name) {
			t.find(lessons.LessonFile, strings.Count(text[:m[0]], "\n")+1, "no %s is called %s", kind, name)
		}
	}
}
