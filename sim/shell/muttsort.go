package shell

import (
	"sort"
	"strings"

	"ehlo/sim/message"
	"ehlo/sim/terminal"
)

// muttSorts are the orders of the index: the key that chooses one, and what $sort calls it.
var muttSorts = []struct {
	key  string
	name string
}{{"d", "date"}, {"f", "from"}, {"r", "date-received"}, {"s", "subject"}, {"o", "to"}, {"t", "threads"}, {"u", "mailbox-order"}, {"z", "size"}}

const muttSortKeys = "Sort Date/Frm/Recv/Subj/tO/Thread/Unsort/siZe?: "

// sortKnown says whether $sort may have a value.
func sortKnown(value string) bool {
	for _, s := range muttSorts {
		if strings.TrimPrefix(value, "reverse-") == s.name {
			return true
		}
	}
	return false
}

// sortBy takes the answer to the question for an order.
func (m *mutt) sortBy(answer, before string) {
	for _, s := range muttSorts {
		if strings.EqualFold(strings.TrimSpace(answer), s.key) {
			m.set.vars["sort"] = before + s.name
			m.take(m.letters)
			return
		}
	}
}

// take puts the messages of a folder into their order. The one in hand stays that.
func (m *mutt) take(letters []terminal.MailLetter) {
	var number uint32
	if m.at < len(m.letters) {
		number = m.letters[m.at].Number
	}
	order := m.set.get("sort")
	kind, backwards := strings.CutPrefix(order, "reverse-")
	m.letters = append([]terminal.MailLetter(nil), letters...)
	sort.SliceStable(m.letters, func(i, j int) bool { return m.letters[i].Number < m.letters[j].Number })
	if kind == "threads" || kind == "date" {
		sort.SliceStable(m.letters, func(i, j int) bool { return m.letters[i].Date < m.letters[j].Date })
	}
	less := map[string]func(a, b *terminal.MailLetter) bool{
		"from":    func(a, b *terminal.MailLetter) bool { return lower(nameOfSender(a.From)) < lower(nameOfSender(b.From)) },
		"to":      func(a, b *terminal.MailLetter) bool { return lower(a.To) < lower(b.To) },
		"subject": func(a, b *terminal.MailLetter) bool { return lower(baseOf(a)) < lower(baseOf(b)) },
		"size":    func(a, b *terminal.MailLetter) bool { return a.Size < b.Size },
	}[kind]
	if less != nil {
		sort.SliceStable(m.letters, func(i, j int) bool { return less(&m.letters[i], &m.letters[j]) })
	}
	if backwards {
		for i, j := 0, len(m.letters)-1; i < j; i, j = i+1, j-1 {
			m.letters[i], m.letters[j] = m.letters[j], m.letters[i]
		}
	}
	m.lines = nil
	if kind == "threads" {
		m.letters, m.lines = threaded(m.letters)
	}
	for i := range m.letters {
		if m.letters[i].Number == number {
			m.at = i
		}
	}
}

func lower(s string) string { return strings.ToLower(s) }

func baseOf(l *terminal.MailLetter) string {
	base, _ := message.BaseSubject(l.Subject)
	return base
}

// parentOf is the place of the message that one answers, -1 for none: the one that it names, and where that is not there the
// last one before it about the same subject, which guesses. The messages are in the order of their dates, or backwards.
func parentOf(letters []terminal.MailLetter, i int) (parent int, guessed bool) {
	for k := range letters {
		if k != i && letters[k].ID != "" && letters[k].ID == letters[i].About {
			return k, false
		}
	}
	base, reply := message.BaseSubject(letters[i].Subject)
	best := -1
	for k := range letters {
		if reply && base != "" && k != i && letters[k].Date < letters[i].Date && strings.EqualFold(baseOf(&letters[k]), base) && (best < 0 || letters[k].Date > letters[best].Date) {
			best = k
		}
	}
	return best, best >= 0
}

// threaded puts answers below what they answer, and gives the subject of each as the index shows it: behind the branches of
// the tree, and left out where it is that of the message above.
func threaded(letters []terminal.MailLetter) (ordered []terminal.MailLetter, lines []string) {
	below := make([][]int, len(letters))
	guessed := make([]bool, len(letters))
	var roots []int
	for i := range letters {
		parent, guess := parentOf(letters, i)
		above := parent
		for above >= 0 && above != i { // an answer to itself is none
			above, _ = parentOf(letters, above)
			if above == parent {
				break
			}
		}
		if parent < 0 || above == i {
			roots = append(roots, i)
			continue
		}
		below[parent], guessed[i] = append(below[parent], i), guess
	}
	var walk func(i int, lead, branch, above string)
	walk = func(i int, lead, branch, above string) {
		l := letters[i]
		text := l.Subject
		if base := baseOf(&l); branch != "" && strings.EqualFold(base, above) {
			text = ""
		}
		if branch != "" && guessed[i] {
			branch = strings.Replace(branch, "─>", "*>", 1)
		}
		ordered, lines = append(ordered, l), append(lines, lead+branch+text)
		switch branch[:min(3, len(branch))] {
		case "├":
			lead += "│ "
		case "└":
			lead += "  "
		}
		for n, k := range below[i] {
			if branch := "├─>"; n < len(below[i])-1 {
				walk(k, lead, branch, baseOf(&l))
			} else {
				walk(k, lead, "└─>", baseOf(&l))
			}
		}
	}
	for _, i := range roots {
		walk(i, "", "", "")
	}
	return ordered, lines
}
