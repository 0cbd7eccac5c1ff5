package lessons

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"ehlo/sim/machine"
)

var markdown = goldmark.New(goldmark.WithRendererOptions(
	renderer.WithNodeRenderers(util.Prioritized(htmlRenderer{}, 100)),
))

// markdown renders the text of a lesson that begins at a line of the file. What has no place in a lesson is a fault: raw
// HTML, images (pictures come from the world itself), links to anything but lessons and the web.
func (r *reader) markdown(source []byte, line int, key string) string {
	if r.bare {
		return ""
	}
	doc := markdown.Parser().Parse(text.NewReader(source))
	m := markdownCheck{r: r, source: source, line: line, key: key}
	_ = ast.Walk(doc, m.visit) // visit returns no error
	var out bytes.Buffer
	_ = markdown.Renderer().Render(&out, source, doc) // a bytes.Buffer takes everything
	return strings.TrimSpace(out.String())
}

// inline renders one paragraph without the paragraph around it.
func (r *reader) inline(source string, line int, key string) string {
	if strings.Contains(source, "\n\n") {
		r.fault(line, key, "lessons.error.one-paragraph", nil)
	}
	out := r.markdown([]byte(source), line, key)
	return strings.TrimSuffix(strings.TrimPrefix(out, "<p>"), "</p>")
}

type markdownCheck struct {
	r      *reader
	source []byte
	line   int
	key    string
}

func (m *markdownCheck) visit(n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	switch n := n.(type) {
	case *ast.RawHTML:
		m.fault(n, "lessons.error.raw-html", string(n.Segments.Value(m.source)))
	case *ast.HTMLBlock:
		m.fault(n, "lessons.error.raw-html", strings.TrimSpace(string(n.Lines().Value(m.source))))
	case *ast.AutoLink:
		m.fault(n, "lessons.error.raw-html", "<"+string(n.Label(m.source))+">")
	case *ast.Image:
		m.fault(n, "lessons.error.image", string(n.Destination))
	case *ast.Link:
		to := string(n.Destination)
		if !strings.HasPrefix(to, "https://") && !strings.HasPrefix(to, "?lesson=") && !strings.HasPrefix(to, "?world=") {
			m.fault(n, "lessons.error.link", to)
		}
	case *ast.FencedCodeBlock:
		if string(n.Language(m.source)) == "dialogue" {
			m.dialogue(n)
		}
	}
	return ast.WalkContinue, nil
}

// dialogue checks that each line of a dialogue says who speaks.
func (m *markdownCheck) dialogue(n *ast.FencedCodeBlock) {
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		if line := string(segment.Value(m.source)); !strings.HasPrefix(line, "C: ") && !strings.HasPrefix(line, "S: ") {
			m.faultAt(segment.Start, "lessons.error.dialogue", strings.TrimSpace(line))
		}
	}
}

func (m *markdownCheck) fault(n ast.Node, id, text string) {
	offset := 0
	for ; n != nil; n = n.Parent() {
		if raw, ok := n.(*ast.RawHTML); ok && raw.Segments.Len() > 0 {
			offset = raw.Segments.At(0).Start
			break
		}
		if n.Type() == ast.TypeBlock && n.Lines().Len() > 0 {
			offset = n.Lines().At(0).Start
			break
		}
	}
	m.faultAt(offset, id, text)
}

func (m *markdownCheck) faultAt(offset int, id, text string) {
	m.r.fault(m.line+bytes.Count(m.source[:offset], []byte("\n")), m.key, id, machine.Args{"text": text})
}

// htmlRenderer renders what a lesson has of its own: headings below the page's h1, commands, dialogues.
type htmlRenderer struct{}

// RegisterFuncs implements goldmark's renderer.NodeRenderer.
func (htmlRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindHeading, renderHeading)
	reg.Register(ast.KindCodeSpan, renderCodeSpan)
	reg.Register(ast.KindFencedCodeBlock, renderCodeBlock)
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
	if string(n.Language(source)) != "dialogue" {
		_, _ = w.WriteString("<pre><code>")
		_, _ = w.Write(util.EscapeHTML(n.Lines().Value(source)))
		_, _ = w.WriteString("</code></pre>\n")
		return ast.WalkSkipChildren, nil
	}
	_, _ = w.WriteString(`<pre class="dialogue">`)
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		line := bytes.TrimRight(segment.Value(source), "\n")
		if len(line) < len("C: ") {
			continue
		}
		if i > 0 {
			_ = w.WriteByte('\n')
		}
		_, _ = w.WriteString(`<span class="` + strings.ToLower(string(line[:1])) + `"><span class="who">` + string(line[:3]) + `</span><code>`)
		_, _ = w.Write(util.EscapeHTML(line[len("C: "):]))
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
		if verb, _, _ := strings.Cut(word, ":"); isVerb(verb) {
			return true
		}
	}
	return false
}

// isTag says whether a word is an IMAP tag as lessons write them: a letter and digits.
func isTag(word string) bool {
	return len(word) > 1 && word[0] >= 'a' && word[0] <= 'z' && strings.Trim(word[1:], "0123456789") == ""
}
