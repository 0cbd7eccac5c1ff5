package recorded

import (
	"regexp"
	"slices"
	"strings"
)

// variable is what differs from one session, or one configuration, to the next.
var variable = []struct {
	what *regexp.Regexp
	mask string
}{
	{regexp.MustCompile(`(?m)^(220 .*Sendmail) \S+ `), "$1 VERSION; "},
	{regexp.MustCompile(`[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (GMT|\+0000)`), "DATE"},
	{regexp.MustCompile(`(queued as |id=|2\.0\.0 )[0-9A-Za-z-]{6,16}( Message|$)`), "${1}ID$2"},
	{regexp.MustCompile(`Hello .*(, pleased|\])`), "Hello CLIENT$1"},
	{regexp.MustCompile(`SIZE \d+`), "SIZE N"},
	{regexp.MustCompile(`(UIDVALIDITY|COPYUID|APPENDUID|HIGHESTMODSEQ|APPENDLIMIT=) ?\d+`), "$1 N"},
	{regexp.MustCompile(`(MAILBOXID) \([^)]*\)`), "$1 (ID)"},
	{regexp.MustCompile(` <\d+[.@][^>]*>$`), " <TIMESTAMP>"},
	{regexp.MustCompile(`SESSIONID=<[^>]*>`), "SESSIONID=<ID>"},
	{regexp.MustCompile(`\((\d\.\d+ \+ )+\d\.\d+ secs\)`), "(TIME)"},
	{regexp.MustCompile(`\(\d\.\d+ secs? ?(\d+ calls)?\)`), "(TIME)"},
	{regexp.MustCompile(`in \d\.\d+ secs`), "in TIME"},
}

func masked(line string) string {
	for _, v := range variable {
		line = v.what.ReplaceAllString(line, v.mask)
	}
	return line
}

// Difference is a command that the two servers answer differently, or their greetings.
type Difference struct {
	Session    Session
	Line       int    // of the command, from 1
	Command    string // "" for a greeting
	Real, Ours []string
	Reasons    []string // why it is right, none where it is not
}

// exchange is a command with its answer, or a greeting.
type exchange struct {
	line    int
	command string
	answer  []string
}

func exchanges(text string) []exchange {
	list := []exchange{{}}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSuffix(line, "\n")
		last := &list[len(list)-1]
		if said, ok := strings.CutPrefix(line, "C: "); ok {
			list = append(list, exchange{line: n, command: said})
		} else if line+"\n" == closed || line+"\n" == anew {
			list = append(list, exchange{line: n})
		} else if said, ok := strings.CutPrefix(line, "S: "); ok {
			last.answer = append(last.answer, said)
		}
	}
	return list
}

// Compare plays a session, and lists where the answers differ. commands is how many answers there are.
func Compare(s Session) (differences []Difference, commands int, err error) {
	played, err := s.Play()
	if err != nil {
		return nil, 0, err
	}
	theirs, ours := exchanges(s.Text), exchanges(played)
	for i, e := range theirs {
		if slices.EqualFunc(e.answer, ours[i].answer, func(a, b string) bool { return masked(a) == masked(b) }) {
			continue
		}
		d := Difference{Session: s, Line: e.line, Command: e.command, Real: e.answer, Ours: ours[i].answer}
		d.explain()
		differences = append(differences, d)
	}
	return differences, len(theirs), nil
}

// explain finds the reason: for each line of either side that the other does not have, in any order.
func (d *Difference) explain() {
	left, right := without(d.Ours, d.Real), without(d.Real, d.Ours)
	if len(left)+len(right) == 0 {
		d.Reasons = []string{otherOrder}
		return
	}
	var texts []string
	for i := range reasons {
		if r := &reasons[i]; r.isAbout(d) {
			l, m := drop(left, r.ours), drop(right, r.theirs)
			if len(l) < len(left) || len(m) < len(right) {
				texts = append(texts, r.text)
			}
			left, right = l, m
		}
	}
	if len(left)+len(right) == 0 {
		d.Reasons = texts
	}
}

// without is the lines that are not among others, whatever the order of the words in them.
func without(lines, others []string) []string {
	var known []string
	for _, l := range others {
		known = append(known, unordered(l))
	}
	return slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return slices.Contains(known, unordered(l)) })
}

func unordered(line string) string {
	words := strings.FieldsFunc(masked(line), func(r rune) bool { return strings.ContainsRune(" ()", r) })
	slices.Sort(words)
	return strings.Join(words, " ")
}

// drop leaves out the lines that hold one of some texts; one of an octet or none is a whole line.
func drop(lines, texts []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(l string) bool {
		return slices.ContainsFunc(texts, func(t string) bool { return l == t || len(t) > 1 && strings.Contains(l, t) })
	})
}

// maskedAll is a session with what is variable in its lines masked.
func maskedAll(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		said, isServer := strings.CutPrefix(line, "S: ")
		if isServer {
			line = "S: " + masked(strings.TrimSuffix(said, "\n")) + "\n"
		}
		b.WriteString(line)
	}
	return b.String()
}
