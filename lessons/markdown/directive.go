package markdown

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"ehlo/sim/daemon"
)

// A directive is a block between a line "::: NAME" and a line ":::".
//
//	::: quiz ID         a question, a list of choices with [x] before the right one, and why
//	::: teacher         a note that learners do not see
//	::: states PROTOCOL a picture of the protocol's states, with what it says as its caption
//	::: ladder TASK     who says what while the solution does a task
//	::: stage TASK      the stage when it is done; without a task, before anything has happened
type directive struct {
	ast.BaseBlock
	name, id string
	line     text.Segment // of the opening line
	closed   bool
	question bool // a quiz has a paragraph before its list
	right    int  // how many of a quiz's choices are marked
	choices  int
}

// directives are the names that there are.
var directives = append([]string{"quiz", "teacher"}, pictures...)

// pictures are made of the world where the lesson is shown, so that they are never out of date.
var pictures = []string{"states", "ladder", "stage"}

const fenceOf = ":::"

var (
	kindDirective = ast.NewNodeKind("Directive")
	kindChoice    = ast.NewNodeKind("QuizChoice")
	kindWhy       = ast.NewNodeKind("QuizWhy")
)

// Kind implements ast.Node.
func (*directive) Kind() ast.NodeKind { return kindDirective }

// Dump implements ast.Node.
func (d *directive) Dump(source []byte, level int) {
	ast.DumpHelper(d, source, level, map[string]string{"Name": d.name, "ID": d.id}, nil)
}

// choice is one answer of a quiz.
type choice struct {
	ast.BaseBlock
	quiz  string
	n     int // from 1
	right bool
}

// Kind implements ast.Node.
func (*choice) Kind() ast.NodeKind { return kindChoice }

// Dump implements ast.Node.
func (c *choice) Dump(source []byte, level int) { ast.DumpHelper(c, source, level, nil, nil) }

// why is what a quiz says when it is answered.
type why struct{ ast.BaseBlock }

// Kind implements ast.Node.
func (*why) Kind() ast.NodeKind { return kindWhy }

// Dump implements ast.Node.
func (w *why) Dump(source []byte, level int) { ast.DumpHelper(w, source, level, nil, nil) }

// directiveParser reads directives.
type directiveParser struct{}

// Trigger implements parser.BlockParser.
func (directiveParser) Trigger() []byte { return []byte{':'} }

// Open implements parser.BlockParser.
func (directiveParser) Open(_ ast.Node, reader text.Reader, _ parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	rest, ok := bytes.CutPrefix(line, []byte(fenceOf))
	words := strings.Fields(string(rest))
	if !ok || len(words) == 0 {
		return nil, parser.NoChildren
	}
	d := &directive{name: words[0], id: strings.Join(words[1:], " "), line: segment}
	reader.Advance(segment.Len() - 1)
	return d, parser.HasChildren
}

// Continue implements parser.BlockParser.
func (directiveParser) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	line, segment := reader.PeekLine()
	if string(bytes.TrimSpace(line)) == fenceOf {
		node.(*directive).closed = true
		reader.Advance(segment.Len() - 1)
		return parser.Close
	}
	return parser.Continue | parser.HasChildren
}

// Close implements parser.BlockParser: the parts of a quiz find their places, before what stands in a line is read.
func (directiveParser) Close(node ast.Node, reader text.Reader, _ parser.Context) {
	if d := node.(*directive); d.name == "quiz" {
		d.arrange(reader.Source())
	}
}

// CanInterruptParagraph implements parser.BlockParser.
func (directiveParser) CanInterruptParagraph() bool { return true }

// CanAcceptIndentedLine implements parser.BlockParser.
func (directiveParser) CanAcceptIndentedLine() bool { return false }

// arrange makes of a quiz's paragraph its question, of its list its choices, and of what follows the reason.
func (d *directive) arrange(source []byte) {
	var parts []ast.Node
	for n := d.FirstChild(); n != nil; n = n.NextSibling() {
		parts = append(parts, n)
	}
	d.RemoveChildren(d)
	var reason *why
	for _, n := range parts {
		switch n := n.(type) {
		case *ast.List:
			if d.choices == 0 {
				d.choose(n, source)
				continue
			}
		case *ast.Paragraph:
			if !d.question && d.choices == 0 {
				d.question = true
				block := ast.NewTextBlock()
				block.SetLines(n.Lines())
				d.AppendChild(d, block)
				continue
			}
		}
		if reason == nil {
			reason = &why{}
			d.AppendChild(d, reason)
		}
		reason.AppendChild(reason, n)
	}
}

// choose makes of each item of a list a choice.
func (d *directive) choose(list *ast.List, source []byte) {
	var items []ast.Node
	for n := list.FirstChild(); n != nil; n = n.NextSibling() {
		items = append(items, n)
	}
	for _, item := range items {
		d.choices++
		c := &choice{quiz: d.id, n: d.choices}
		if block := item.FirstChild(); block != nil && block.Lines().Len() > 0 {
			first := block.Lines().At(0)
			if mark, ok := bytes.CutPrefix(first.Value(source), []byte("[x] ")); ok {
				c.right = true
				d.right++
				block.Lines().Set(0, text.NewSegment(first.Stop-len(mark), first.Stop))
			}
			text := ast.NewTextBlock()
			text.SetLines(block.Lines())
			c.AppendChild(c, text)
		}
		d.AppendChild(d, c)
	}
}

// directive says what is wrong with a directive.
func (c *check) directive(d *directive) {
	at := d.line.Start
	text := strings.TrimSpace(string(d.line.Value(c.source)))
	switch {
	case !slices.Contains(directives, d.name):
		c.faultAt(at, "lessons.error.directive", d.name)
	case d.name == "states" && daemon.Table(d.id) == nil:
		c.faultAt(at, "lessons.error.states", d.id)
	case d.name == "ladder" && d.id == "":
		c.faultAt(at, "lessons.error.picture-task", text)
	case slices.Contains(pictures, d.name) && d.closed && !d.HasChildren():
		c.faultAt(at, "lessons.error.caption", text)
	case !d.closed:
		c.faultAt(at, "lessons.error.open-directive", text)
	case d.name == "quiz" && (d.id == "" || strings.Trim(d.id, "abcdefghijklmnopqrstuvwxyz0123456789-") != ""):
		c.faultAt(at, "lessons.error.quiz-id", text)
	case d.name == "quiz" && (!d.question || d.choices < 2 || d.right != 1):
		c.faultAt(at, "lessons.error.quiz", text)
	}
}

func (r htmlRenderer) renderDirective(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	d := node.(*directive)
	switch {
	case d.name == "teacher" && !r.teacher:
		return ast.WalkSkipChildren, nil
	case d.name == "teacher":
		return block(w, entering, `<aside class="teacher">`, "</aside>\n")
	case slices.Contains(pictures, d.name):
		return block(w, entering, `<figure class="picture" data-picture="`+d.name+`" data-of="`+string(util.EscapeHTML([]byte(d.id)))+`"><figcaption>`, "</figcaption></figure>\n")
	case d.name != "quiz":
		return ast.WalkContinue, nil
	case entering:
		_, _ = w.WriteString(`<fieldset class="quiz" data-quiz="`)
		_, _ = w.Write(util.EscapeHTML([]byte(d.id)))
		_, _ = w.WriteString(`"><legend>`)
	default:
		_, _ = w.WriteString("</fieldset>\n")
	}
	return ast.WalkContinue, nil
}

func renderChoice(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	c := node.(*choice)
	if !entering {
		_, _ = w.WriteString("</span></label>\n")
		return ast.WalkContinue, nil
	}
	if c.n == 1 {
		_, _ = w.WriteString("</legend>\n")
	}
	_, _ = w.WriteString(`<label class="opt"><input type="radio" name="quiz-`)
	_, _ = w.Write(util.EscapeHTML([]byte(c.quiz)))
	_, _ = w.WriteString(`" value="` + strconv.Itoa(c.n) + `"`)
	if c.right {
		_, _ = w.WriteString(" data-right")
	}
	_, _ = w.WriteString("><span>")
	return ast.WalkContinue, nil
}

func renderWhy(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	return block(w, entering, `<div class="quiz__why" hidden>`, "</div>\n")
}

func block(w util.BufWriter, entering bool, open, closing string) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString(open)
	} else {
		_, _ = w.WriteString(closing)
	}
	return ast.WalkContinue, nil
}

// register adds the renderers of directives.
func (r htmlRenderer) register(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(kindDirective, r.renderDirective)
	reg.Register(kindChoice, renderChoice)
	reg.Register(kindWhy, renderWhy)
}
