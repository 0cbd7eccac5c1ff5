package web_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// leftAndRight are what a style sheet says of a page that begins on the left: where it begins on the right, all of it is wrong.
var leftAndRight = regexp.MustCompile(`(?:margin|padding|border)-(?:left|right)(?:-\w+)?:|text-align: (?:left|right)|(?:^|[{;\s])(?:left|right):`)

// moves are declarations that let something move.
var moves = regexp.MustCompile(`(?:transition|animation)(?:-duration)?:[^;}]*|scroll-behavior: smooth`)

// onePlace begin the lines of what stands on the left in every language: it belongs to a drawing, or to a line of the wire, which go
// from left to right.
var onePlace = []string{".stage__", ".gloss::before", "  .gloss "}

// TestStyles sees that the page fits languages that are written from right to left, and that nothing moves for a time that
// prefers-reduced-motion does not make nothing: such times are the variables --d-….
func TestStyles(t *testing.T) {
	files, err := filepath.Glob("page/*.css")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	more, err := filepath.Glob("page/*/*.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, more...) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			for _, move := range moves.FindAllString(line, -1) {
				if !strings.Contains(move, "var(--d-") && !strings.Contains(move, "none") {
					t.Errorf("%s:%d: %q takes a time of its own", file, i+1, move)
				}
			}
			if side := leftAndRight.FindString(line); side != "" && !slices.ContainsFunc(onePlace, func(one string) bool { return strings.HasPrefix(line, one) }) {
				t.Errorf("%s:%d: %q is wrong from right to left: inline-start and inline-end are right in both", file, i+1, side)
			}
		}
	}
}
