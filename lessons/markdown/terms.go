package markdown

import (
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// Terms are the words that the glossary explains, as `course.term.NAME` in the texts of the page. A lesson that writes one of
// them between asterisks, as a word that it introduces, leads to the glossary by that.
var Terms = strings.Fields(`alias base64 bounce capability catch-all challenge continuation dns dsn enhanced-status-code envelope
	esmtp flag folding forward-path greylisting header idle implicit-tls keyword list literal loop mailbox maildrop mda mechanism
	message mime modseq mta mua multidrop mx namespace null-reverse-path open-relay persona pipelining quota queue received
	recipient relay reply-code reverse-path sasl sequence-number session starttls state stripping submission tag tls uid
	uidvalidity unique-id untagged`)

// termOf returns the name under which the glossary has a word, "" where it has not.
func termOf(word string) string {
	name := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(word)), " ", "-")
	for _, form := range []string{name, strings.TrimSuffix(name, "s"), strings.TrimSuffix(name, "es")} {
		if slices.Contains(Terms, form) {
			return form
		}
	}
	return ""
}

// renderEmphasis makes of a term a link to the glossary.
func renderEmphasis(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*ast.Emphasis)
	tag, term := "em", ""
	if n.Level == 2 {
		tag = "strong"
	}
	if text, ok := n.FirstChild().(*ast.Text); ok && n.Level == 1 && n.ChildCount() == 1 && !within(n, ast.KindLink) {
		term = termOf(string(text.Segment.Value(source)))
	}
	if entering {
		if term != "" {
			_, _ = w.WriteString(`<a class="term" href="?term=` + term + `">`)
		}
		_, _ = w.WriteString("<" + tag + ">")
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString("</" + tag + ">")
	if term != "" {
		_, _ = w.WriteString("</a>")
	}
	return ast.WalkContinue, nil
}

// within says whether a node stands in another of a kind.
func within(n ast.Node, kind ast.NodeKind) bool {
	for p := n.Parent(); p != nil; p = p.Parent() {
		if p.Kind() == kind {
			return true
		}
	}
	return false
}
