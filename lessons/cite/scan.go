// Package cite finds citations of RFCs in texts and says which sections do not exist. tools/cite runs it over the project,
// ehlo lesson test over a lesson.
//
// A citation is written as RFC 5321 §4.1.1.2, RFC 5321 §D.1 or RFC 5321 Appendix C. A § or Appendix without an RFC
// belongs to the RFC named before it in the same paragraph. Of an RFC that the index (sections.list) does not hold, only the
// form of the citations is checked.
package cite

import (
	"cmp"
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// gap is the space between two words of a citation, which may be split over two lines of a comment.
const gap = `(?:[ \t\x{a0}]|&nbsp;|\r?\n[ \t]*(?://|#|\*|>)?[ \t]*)`

// A section's number or an appendix's, as they are written, right or wrong.
const (
	someNumber = `[0-9][0-9A-Za-z]*(?:\.+[0-9A-Za-z]+)*`
	someLetter = `[A-Z]\b(?:\.+[0-9A-Za-z]+)*`
)

var (
	// What a citation is made of. Of a name, whatever stands between RFC and the number, and RFC in any case, so that
	// other spellings are found.
	reference = regexp.MustCompile(`\b([Rr][Ff][Cc])(` + gap + `*|[-#])([0-9]+)\b`)
	section   = regexp.MustCompile(`(§+)(` + gap + `*` + someNumber + `|` + someLetter + `)`)
	appended  = regexp.MustCompile(`\bAppendix` + gap + `([A-Z](?:\.[0-9]+)*)\b`)
	fragment  = regexp.MustCompile(`\brfc([0-9]+)(?:\.html|\.txt)?#(?:section|appendix)-(` + someNumber + `|` + someLetter + `)`)

	// Forms that are not to be used, after the number of an RFC and before it.
	spelled = regexp.MustCompile(`^,?` + gap + `*(?i:sections?|sect?\.|chapter|paragraph)` + gap + `+[0-9A-Z]`)
	ofRFC   = regexp.MustCompile(`(?i:\b(?:section|sect?\.|chapter|paragraph))` + gap + `+[0-9A-Z][0-9.]*` + gap + `+(?:of|in)` + gap + `+(?:the` + gap + `+)?$`)
	marked  = regexp.MustCompile(`^,?` + gap + `*§`)
	touched = regexp.MustCompile(`^` + gap + `§`)

	// draft names an Internet-Draft, whose sections nobody can look up for long: they are not checked.
	draft = regexp.MustCompile(`\bdraft-[0-9a-z-]+-[0-9][0-9]\b`)

	blankLine = regexp.MustCompile(`\n[ \t]*(?://|#|\*|>)?[ \t]*\r?\n`)
)

// Problem is a citation that is wrong.
type Problem struct {
	File string
	Line int // from 1
	Text string
}

// String gives file, line and what is wrong.
func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text) }

//go:embed sections.list
var sections string

// Scanner looks for citations in one file after the other.
type Scanner struct {
	Cited    int         // sections
	Unknown  map[int]int // the same by RFC, of those that the index does not hold
	Problems []Problem
	index    index
}

// NewScanner returns a scanner that has read nothing.
func NewScanner() (*Scanner, error) {
	ix, err := parseIndex(sections)
	if err != nil {
		return nil, err
	}
	return &Scanner{index: ix, Unknown: map[int]int{}}, nil
}

// mark is a part of a citation: the name of an RFC, or a section's number, which belongs to the RFC before it unless it
// is part of an address and has its own.
type mark struct {
	start  int
	number int // of the RFC; 0 where it is the one before, below 0 for a draft
	id     string
	signs  string // §, or "" for what is written otherwise
}

// Scan reads a file.
func (s *Scanner) Scan(name, text string) {
	marks := slices.Concat(sectionMarks(text), s.references(name, text))
	for _, m := range blankLine.FindAllStringIndex(text, -1) {
		marks = append(marks, mark{start: m[0]}) // a paragraph ends
	}
	for _, m := range draft.FindAllStringIndex(text, -1) {
		marks = append(marks, mark{start: m[0], number: -1})
	}
	slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Compare(a.start, b.start) })
	current := 0
	for _, m := range marks {
		line := 1 + strings.Count(text[:m.start], "\n")
		switch {
		case m.id == "":
			current = m.number
		case m.number > 0:
			s.cite(name, line, m, m.number)
		case current > 0:
			s.cite(name, line, m, current)
		case current == 0 && m.signs != "":
			s.report(name, line, "%s%s has no RFC before it in its paragraph", m.signs, m.id)
		}
	}
}

// sectionMarks finds the numbers of sections.
func sectionMarks(text string) []mark {
	var marks []mark
	for _, m := range section.FindAllStringSubmatchIndex(text, -1) {
		marks = append(marks, mark{start: m[0], signs: text[m[2]:m[3]], id: text[m[4]:m[5]]})
	}
	for _, m := range appended.FindAllStringSubmatchIndex(text, -1) {
		marks = append(marks, mark{start: m[0], id: text[m[2]:m[3]]})
	}
	for _, m := range fragment.FindAllStringSubmatchIndex(text, -1) {
		if number, err := strconv.Atoi(text[m[2]:m[3]]); err == nil {
			marks = append(marks, mark{start: m[0], number: number, id: text[m[4]:m[5]]})
		}
	}
	return marks
}

// references finds the names of RFCs and reports those that are not spelled as in RFC 5321 though a section follows.
// RFC822 and the like are names of other things.
func (s *Scanner) references(name, text string) []mark {
	var marks []mark
	for _, m := range reference.FindAllStringSubmatchIndex(text, -1) {
		before, after := text[max(0, m[0]-60):m[0]], text[m[1]:]
		between, digits := text[m[4]:m[5]], text[m[6]:m[7]]
		line := 1 + strings.Count(text[:m[0]], "\n")
		number, err := strconv.Atoi(digits)
		right := text[m[2]:m[3]] == "RFC" && between != "" && !strings.ContainsAny(between, "-#") && digits[0] != '0' && err == nil && number < 1e5
		switch {
		case spelled.MatchString(after) || ofRFC.MatchString(before):
			s.report(name, line, "write the section behind the RFC, as in RFC 5321 §4.1")
		case marked.MatchString(after) && (!right || !touched.MatchString(after)):
			s.report(name, line, "write it as in RFC 5321 §4.1, with these two spaces and nothing else")
		}
		if right || marked.MatchString(after) {
			marks = append(marks, mark{start: m[0], number: number})
		}
	}
	return marks
}

// cite checks one section of an RFC.
func (s *Scanner) cite(name string, line int, m mark, number int) {
	s.Cited++
	id, ok := parseID(m.id)
	switch {
	case len(m.signs) > len("§") || m.id[0] < '0' || m.id[0] > 'Z':
		s.report(name, line, "write one § for every section, and no space behind it")
	case !ok:
		s.report(name, line, "%s is no number of a section such as 4.1.1.2 or D.1", m.id)
	case s.index[number] == nil:
		s.Unknown[number]++
	case !s.index.has(number, id):
		near := s.index.nearest(number, id)
		s.report(name, line, "RFC %d has no §%s; the nearest is §%s %s", number, id, near.id, near.title)
	}
}

func (s *Scanner) report(name string, line int, format string, args ...any) {
	s.Problems = append(s.Problems, Problem{name, line, fmt.Sprintf(format, args...)})
}

// FormOnly says of which RFCs the index has no sections.
func (s *Scanner) FormOnly() string {
	var names []string
	citations := 0
	for _, number := range sortedKeys(s.Unknown) {
		names = append(names, strconv.Itoa(number))
		citations += s.Unknown[number]
	}
	return fmt.Sprintf("checked for their form only: %d, because the index does not hold these %d RFCs: %s",
		citations, len(names), strings.Join(names, ", "))
}
