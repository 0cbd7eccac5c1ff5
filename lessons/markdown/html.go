package markdown

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"

	"ehlo/lessons"
)

// htmlRenderer renders what a lesson has of its own (headings below the page's h1, commands, dialogues), and leaves out what
// has no place in one.
type htmlRenderer struct {
	teacher bool // notes for the teacher are shown
}

// RegisterFuncs implements goldmark's renderer.NodeRenderer.
func (r htmlRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindHeading, renderHeading)
	reg.Register(ast.KindCodeSpan, renderCodeSpan)
	reg.Register(ast.KindFencedCodeBlock, renderCodeBlock)
	reg.Register(ast.KindLink, renderLink)
	reg.Register(ast.KindEmphasis, renderEmphasis)
	r.register(reg)
	for _, kind := range []ast.NodeKind{ast.KindImage, ast.KindAutoLink, ast.KindRawHTML, ast.KindHTMLBlock} {
		reg.Register(kind, renderNothing)
	}
}

func renderHeading(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	level := byte('0' + min(node.(*ast.Heading).Level+1, 6))
	if entering {
		_, _ = w.WriteString("<h" + string(level) + ">")
	} else {
		_, _ = w.WriteString("</h" + string(level) + ">\n")
	}
	return ast.WalkContinue, nil
}

// renderLink leaves the text of a link that leads where none may.
func renderLink(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	to := node.(*ast.Link).Destination
	switch {
	case !leads(string(to)):
	case entering:
		_, _ = w.WriteString(`<a href="`)
		_, _ = w.Write(util.EscapeHTML(util.URLEscape(to, true)))
		_, _ = w.WriteString(`">`)
	default:
		_, _ = w.WriteString("</a>")
	}
	return ast.WalkContinue, nil
}

func renderNothing(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
	return ast.WalkSkipChildren, nil
}

func renderCodeSpan(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	var code []byte
	for c := node.FirstChild(); c != nil; c = c.NextSibling() {
		code = append(code, c.(*ast.Text).Segment.Value(source)...)
	}
	code = bytes.ReplaceAll(code, []byte("\n"), []byte(" "))
	tag := "<code>"
	if isCommand(string(code)) {
		tag = `<code class="command">`
	}
	_, _ = w.WriteString(tag)
	_, _ = w.Write(util.EscapeHTML(code))
	_, _ = w.WriteString("</code>")
	return ast.WalkSkipChildren, nil
}

func renderCodeBlock(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	n := node.(*ast.FencedCodeBlock)
	if language := string(n.Language(source)); language != "dialogue" {
		tag := "<pre><code>"
		if language == "run" {
			tag = `<pre class="run"><code>`
		}
		_, _ = w.WriteString(tag)
		_, _ = w.Write(util.EscapeHTML(n.Lines().Value(source)))
		_, _ = w.WriteString("</code></pre>\n")
		return ast.WalkSkipChildren, nil
	}
	_, _ = w.WriteString(`<pre class="dialogue">`)
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		line := bytes.TrimRight(segment.Value(source), "\n")
		if i > 0 {
			_ = w.WriteByte('\n')
		}
		who := string(line[:min(len("C: "), len(line))])
		if who != "C: " && who != "S: " {
			_, _ = w.Write(util.EscapeHTML(line))
			continue
		}
		_, _ = w.WriteString(`<span class="` + strings.ToLower(who[:1]) + `"><span class="who">` + who + `</span><code>`)
		_, _ = w.Write(util.EscapeHTML(line[len(who):]))
		_, _ = w.WriteString("</code></span>")
	}
	_, _ = w.WriteString("</pre>\n")
	return ast.WalkSkipChildren, nil
}

// isCommand says whether a code span is a command that could be typed: a verb, behind a tag perhaps, or telnet.
func isCommand(code string) bool {
	words := strings.Fields(code)
	for i, word := range words[:min(len(words), 2)] {
		if i == 0 && word == "telnet" {
			return true
		}
		if i == 1 && !isTag(words[0]) {
			return false
		}
		if verb, _, _ := strings.Cut(word, ":"); lessons.IsVerb(verb) {
			return true
		}
	}
	return false
}

// isTag says whether a word is an IMAP tag as lessons write them: a letter and digits.
func isTag(word string) bool {
	return len(word) > 1 && word[0] >= 'a' && word[0] <= 'z' && strings.Trim(word[1:], "0123456789") == ""
}
