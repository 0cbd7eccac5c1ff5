package toml

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// Source is a text that knows its lines.
type Source struct {
	text   []byte
	starts []int // where each line begins
}

// NewSource returns the source of a text, which must not change any more.
func NewSource(text []byte) *Source {
	s := &Source{text: text, starts: make([]int, 1, 1+bytes.Count(text, []byte("\n")))}
	for at := 0; ; {
		i := bytes.IndexByte(text[at:], '\n')
		if i < 0 {
			return s
		}
		at += i + 1
		s.starts = append(s.starts, at)
	}
}

// Line is the line of a place, counted from 1.
func (s *Source) Line(at Span) int {
	i, found := slices.BinarySearch(s.starts, at.Start)
	if found {
		i++
	}
	return i
}

// Column is the column of a place in characters, counted from 1.
func (s *Source) Column(at Span) int {
	return utf8.RuneCount(s.text[s.starts[s.Line(at)-1]:at.Start]) + 1
}

// Excerpt is the line of a place without its ends, cut to a length that can be shown.
func (s *Source) Excerpt(at Span) string {
	text := s.text[s.starts[s.Line(at)-1]:]
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	return Shorten(strings.ToValidUTF8(string(bytes.TrimSpace(text)), "\uFFFD"))
}

// Shorten cuts a text to a length that can be shown.
func Shorten(s string) string {
	const longest = 60
	if r := []rune(s); len(r) > longest {
		return string(r[:longest-1]) + "…"
	}
	return s
}
