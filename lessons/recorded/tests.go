package recorded

import (
	"slices"
	"strings"

	"ehlo/lessons"
)

// tests writes another right way and two mistakes: the first command in small letters, and the session without one of two commands
// that the lesson asks for. At terminals it is a command that changes nothing, and the session without one of two lines.
func tests(o lessons.Outcome, solution string) string {
	var asked []string // verbs
	for _, g := range o.Goals {
		for _, s := range g.Steps {
			asked = append(asked, s.Verb)
		}
	}
	var typed, shell, verbs []string // lines, and the verbs of those that are typed
	for line := range strings.Lines(solution) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "$ ") && !slices.Contains(shell, line) {
			shell = append(shell, line)
		}
		if verb := verbOf(line); verb != "" && slices.Contains(asked, verb) && !slices.Contains(typed, line) {
			typed, verbs = append(typed, line), append(verbs, verb)
		}
	}
	b := "# Another right way, and mistakes with what your learners are told: docs/authoring.md says how to write your own.\n"
	switch {
	case len(typed) > 0:
		b += "\n# right: A command in small letters\n- " + typed[0] + "\n+ " + strings.Replace(typed[0], " "+wordOf(typed[0], verbs[0]), " "+strings.ToLower(verbs[0]), 1) + "\n"
	case len(shell) > 0:
		b += "\n# right: A look around before\n+ $ pwd\n"
	}
	left := typed
	if len(typed) < 2 {
		left = append(left, shell...)
	}
	for _, line := range left[:min(2, len(left))] {
		b += "\n# wrong: Without " + line[2:] + "\n# task: " + Task + "\n# says: ?\n- " + line + "\n"
	}
	return b
}

// verbOf is the command that a line of a script types, in capitals, "" where it is none.
func verbOf(line string) string {
	words := strings.FieldsFunc(strings.TrimPrefix(line, "> "), func(c rune) bool { return c == ' ' || c == ':' })
	for _, word := range words[:min(2, len(words))] { // IMAP's tag may stand before it
		if strings.HasPrefix(line, "> ") && lessons.IsVerb(word) {
			return strings.ToUpper(word)
		}
	}
	return ""
}

// wordOf is the verb as it stands in the line.
func wordOf(line, verb string) string {
	i := strings.Index(strings.ToUpper(line), " "+verb)
	return line[i+1 : i+1+len(verb)]
}
