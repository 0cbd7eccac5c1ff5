package toml

import (
	"slices"
	"strings"
)

// Fault is a place at which a text is no TOML, or gives one key twice.
type Fault struct {
	At      Span
	Problem string // "duplicate-key", "syntax" or a kind of it, as in "syntax.string-end"
	Key     string // that stands there a second time, or ""
	First   Span   // where it stands the first time
	Text    string // in English, for whoever writes the file
}

const duplicateKey = "duplicate-key"

// syntaxProblems are the ways in which a text is no TOML.
var syntaxProblems = []string{"syntax", "syntax.array", "syntax.curly-quotes", "syntax.equals", "syntax.escape",
	"syntax.header", "syntax.line-end", "syntax.number", "syntax.quotes", "syntax.string-end", "syntax.utf8"}

// syntaxProblem says which problem the parser's message means; near is the text at its place.
func syntaxProblem(message, near string) string {
	if near == "“" || near == "”" || near == "„" || near == "‘" || near == "’" {
		return "syntax.curly-quotes"
	}
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(message, w) })
	}
	switch {
	case has("UTF-8"):
		return "syntax.utf8"
	case has("expected '='"):
		return "syntax.equals"
	case has("escape", "hexadecimal", "unicode"):
		return "syntax.escape"
	case has("strings cannot", "unterminated", "not terminated", "too many quotes"):
		return "syntax.string-end"
	case has("close table", "close array table"):
		return "syntax.header"
	case has("array", "inline table"):
		return "syntax.array"
	case has("strings must be quoted", "at start of value", "expected keyword", "expected value"):
		return "syntax.quotes"
	case has("number", "digit", "leading zero", "decimal"):
		return "syntax.number"
	case has("expected newline"):
		return "syntax.line-end"
	}
	return "syntax"
}
