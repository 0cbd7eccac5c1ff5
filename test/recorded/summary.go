package recorded

import "fmt"

// Summary is a table of what came of sessions, a row for each persona.
type Summary struct{ rows []row }

type row struct {
	persona, at             string
	answers, alike, without int
}

// Add counts what [Compare] says of a session of a persona with a server's package and version.
func (s *Summary) Add(persona, version string, answers int, differences []Difference) {
	if n := len(s.rows); n == 0 || s.rows[n-1].persona != persona {
		s.rows = append(s.rows, row{persona: persona, at: version})
	}
	r := &s.rows[len(s.rows)-1]
	r.answers += answers
	r.alike += answers - len(differences)
	for _, d := range differences {
		if len(d.Reasons) == 0 {
			r.without++
		}
	}
}

// Without is how many answers differ without a reason.
func (s *Summary) Without() (n int) {
	for _, r := range s.rows {
		n += r.without
	}
	return n
}

// Table is the rows in Markdown, with one that sums up.
func (s *Summary) Table() string {
	text := "| persona | server | answers | alike | differ with a reason |\n|---|---|---|---|---|\n"
	var all row
	for _, r := range s.rows {
		text += fmt.Sprintf("| `%s` | %s | %d | %d | %d |\n", r.persona, r.at, r.answers, r.alike, r.answers-r.alike-r.without)
		all.answers, all.alike, all.without = all.answers+r.answers, all.alike+r.alike, all.without+r.without
	}
	return text + fmt.Sprintf("| all | | %d | %d | %d |\n", all.answers, all.alike, all.answers-all.alike-all.without)
}
