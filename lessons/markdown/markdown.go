// Package markdown renders the texts of a lesson: Markdown in, HTML out that is safe to show wherever the lesson came from.
// It is apart from package lessons so that the program which simulates and judges does not carry a Markdown parser;
// wasm/reader is the program that does. What a lesson's Markdown has of its own is an extension of goldmark here.
package markdown

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"ehlo/lessons"
	"ehlo/sim/machine"
)

var (
	forLearners = withRenderer(htmlRenderer{})
	forTeachers = withRenderer(htmlRenderer{teacher: true})
)

// withRenderer is CommonMark with the directives of lessons.
func withRenderer(r htmlRenderer) goldmark.Markdown {
	return goldmark.New(
		goldmark.WithParserOptions(parser.WithBlockParsers(util.Prioritized(directiveParser{}, 150))),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(r, 100))),
	)
}

// MessageIDs lists the locale identifiers that this package uses.
func MessageIDs() []string {
	var ids []string
	for _, id := range []string{"lessons.error.caption", "lessons.error.dialogue", "lessons.error.directive", "lessons.error.image", "lessons.error.link",
		"lessons.error.one-paragraph", "lessons.error.open-directive", "lessons.error.picture-task", "lessons.error.quiz", "lessons.error.quiz-id", "lessons.error.raw-html", "lessons.error.states"} {
		ids = append(ids, id, id+".repair")
	}
	return ids
}

// Render renders a text of a lesson's file for learners; headings begin at h2. What has no place in a lesson is an error: raw
// HTML, images (pictures come from the world itself), links to anything but lessons, worlds and the web. The error is
// [lessons.Errors], one for each fault; the HTML is there and safe even then, since nothing of that comes into it.
func Render(file string, t lessons.Text) (html string, err error) {
	return render(forLearners, file, t)
}

// RenderForTeachers is Render with the teacher's notes.
func RenderForTeachers(file string, t lessons.Text) (html string, err error) {
	return render(forTeachers, file, t)
}

func render(md goldmark.Markdown, file string, t lessons.Text) (html string, err error) {
	c := check{file: file, of: t, source: []byte(t.Markdown)}
	doc := md.Parser().Parse(text.NewReader(c.source))
	_ = ast.Walk(doc, c.visit) // visit returns no error
	var out bytes.Buffer
	_ = md.Renderer().Render(&out, c.source, doc) // a bytes.Buffer takes everything
	html = strings.TrimSpace(out.String())
	if t.Paragraph {
		if strings.Contains(t.Markdown, "\n\n") {
			c.faultAt(0, "lessons.error.one-paragraph", "")
		}
		html = strings.TrimSuffix(strings.TrimPrefix(html, "<p>"), "</p>")
	}
	if len(c.faults) > 0 {
		return html, c.faults
	}
	return html, nil
}

// Read reads a lesson from the files of its folder as [lessons.Files.Parse] does, and renders its texts, so that everything
// that is wrong with it is found. The error is [lessons.Errors], in the order of the file.
func Read(files lessons.Files) (*lessons.Lesson, error) {
	l, err := files.Parse()
	var all, faults lessons.Errors
	if errors.As(err, &faults) {
		all = append(all, faults...)
	}
	if l != nil {
		for _, t := range l.Texts() {
			if _, err := Render(files.Name+"/"+lessons.LessonFile, t); errors.As(err, &faults) {
				all = append(all, faults...)
			}
		}
	}
	if len(all) > 0 {
		slices.SortStableFunc(all, func(a, b *lessons.Error) int {
			return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
		})
		return l, all
	}
	return l, nil
}

// check finds what has no place in a lesson.
type check struct {
	file   string
	of     lessons.Text
	source []byte
	faults lessons.Errors
}

func (c *check) visit(n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	switch n := n.(type) {
	case *ast.RawHTML:
		c.fault(n, "lessons.error.raw-html", string(n.Segments.Value(c.source)))
	case *ast.HTMLBlock:
		c.fault(n, "lessons.error.raw-html", strings.TrimSpace(string(n.Lines().Value(c.source))))
	case *ast.AutoLink:
		c.fault(n, "lessons.error.raw-html", "<"+string(n.Label(c.source))+">")
	case *ast.Image:
		c.fault(n, "lessons.error.image", string(n.Destination))
	case *ast.Link:
		if to := string(n.Destination); !leads(to) {
			c.fault(n, "lessons.error.link", to)
		}
	case *directive:
		c.directive(n)
	case *ast.FencedCodeBlock:
		if string(n.Language(c.source)) == "dialogue" {
			c.dialogue(n)
		}
	}
	return ast.WalkContinue, nil
}

// leads says whether a link may go there: to the web, a lesson, a world or a term of the glossary.
func leads(to string) bool {
	term, isTerm := strings.CutPrefix(to, "?term=")
	return isTerm && slices.Contains(Terms, term) || strings.HasPrefix(to, "https://") || strings.HasPrefix(to, "?lesson=") || strings.HasPrefix(to, "?world=")
}

// dialogue checks that each line of a dialogue says who speaks.
func (c *check) dialogue(n *ast.FencedCodeBlock) {
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		if line := string(segment.Value(c.source)); !strings.HasPrefix(line, "C: ") && !strings.HasPrefix(line, "S: ") {
			c.faultAt(segment.Start, "lessons.error.dialogue", strings.TrimSpace(line))
		}
	}
}

func (c *check) fault(n ast.Node, id, text string) {
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
	c.faultAt(offset, id, text)
}

func (c *check) faultAt(offset int, id, text string) {
	args := machine.Args{"text": text}
	c.faults = append(c.faults, &lessons.Error{File: c.file, Line: c.of.Line + bytes.Count(c.source[:offset], []byte("\n")), Key: c.of.Key,
		Note: machine.Note{ID: id, Args: args}, Repair: machine.Note{ID: id + ".repair", Args: args}})
}
