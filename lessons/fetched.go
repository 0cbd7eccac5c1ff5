package lessons

import (
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
	"ehlo/sim/wire"
)

// fetch is one FETCH response of an IMAP server: a message and the parts of it that were sent.
type fetch struct {
	seq     uint64
	heard   engine.Time
	mailbox string
	number  int // sequence number, kept in step with the EXPUNGE responses that follow; 0 once it is expunged
	parts   []string
}

// The parts of a message that a fetched check may ask for.
var parts = []string{"header", "text", "whole", "flags", "structure"}

// items says which part of a message a data item of a FETCH response carries (RFC 3501 §7.4.2).
var items = []struct{ item, part string }{
	{"ENVELOPE", "header"}, {"RFC822.HEADER", "header"}, {"BODY[HEADER", "header"},
	{"RFC822.TEXT", "text"}, {"BODY[TEXT]", "text"}, {"BODY[1]", "text"},
	{"RFC822", "whole"}, {"BODY[]", "whole"},
	{"FLAGS", "flags"}, {"BODYSTRUCTURE", "structure"}, {"BODY", "structure"},
}

// untagged takes an IMAP server's untagged response, or what of one follows a literal.
func (s *session) untagged(e *trace.Event) {
	text, _ := wire.TrimEnd(e.Data)
	line := unquoted(string(text))
	words := strings.Fields(line)
	switch {
	case len(words) > 2 && words[0] == "*" && words[2] == "FETCH":
		number, _ := strconv.Atoi(words[1])
		s.fetches = append(s.fetches, fetch{seq: e.Seq, heard: e.Until, mailbox: s.selected, number: number, parts: partsIn(line)})
	case len(words) > 2 && words[0] == "*" && words[2] == "EXPUNGE":
		number, _ := strconv.Atoi(words[1])
		for i := range s.fetches {
			switch f := &s.fetches[i]; {
			case f.mailbox != s.selected:
			case f.number == number:
				f.number = 0
			case f.number > number:
				f.number--
			}
		}
	case len(words) > 0 && words[0] != "*" && len(s.fetches) > 0:
		f := &s.fetches[len(s.fetches)-1]
		f.heard, f.parts = e.Until, append(f.parts, partsIn(line)...)
	}
}

// unquoted removes what stands in quoted strings.
func unquoted(line string) string {
	var out []byte
	in := false
	for i := 0; i < len(line); i++ {
		switch {
		case in && line[i] == '\\':
			i++
		case line[i] == '"':
			in = !in
		case !in:
			out = append(out, line[i])
		}
	}
	return string(out)
}

// partsIn lists the parts that the data items of a response carry. A partial BODY[…]<n> is none of them.
func partsIn(line string) []string {
	var found []string
	for len(line) > 0 {
		start := strings.IndexFunc(line, func(c rune) bool { return c >= 'A' && c <= 'Z' })
		if start < 0 {
			break
		}
		line = line[start:]
		name := line[:itemEnd(line)]
		line = line[len(name):]
		for _, it := range items {
			if (name == it.item || it.item == "BODY[HEADER" && strings.HasPrefix(name, it.item)) && !strings.HasPrefix(line, "<") {
				found = append(found, it.part)
				break
			}
		}
	}
	return found
}

// itemEnd returns where the data item name at the beginning of a line ends; a section in brackets belongs to it.
func itemEnd(line string) int {
	depth := 0
	for i := range len(line) {
		switch c := line[i]; {
		case c == '[':
			depth++
		case c == ']':
			depth--
			if depth <= 0 {
				return i + 1
			}
		case depth > 0 || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.':
		default:
			return i
		}
	}
	return len(line)
}

// fetched asks for a part of a message that an IMAP client has got.
type fetched struct {
	where
	part          string
	address, name string
	content       contentWant
}

func readFetched(f *fields) condition {
	w := fetched{where: where{protocol: "imap", host: f.text("host", optional)}, part: f.choice("part", required, parts...),
		address: f.text("address", required), name: f.text("name", optional), content: readContent(f)}
	if w.name == "" {
		w.name = "INBOX"
	}
	return w
}

func (w fetched) judge(f *facts, q Query, after uint64) verdict {
	none := missing("lessons.missing.part-"+w.part, "subject", w.content.describe())
	if w.content.describe() == "" {
		none = missing("lessons.missing.part")
	}
	for _, s := range f.sessions {
		if !w.holds(s) || !slices.ContainsFunc(s.logins, func(l login) bool { return l.class == trace.ClassOK && sameUser(l.user, w.address) }) {
			continue
		}
		for _, x := range s.fetches {
			if x.seq <= after || x.heard > f.now || !strings.EqualFold(x.mailbox, w.name) || !x.carries(w.part) {
				continue
			}
			if w.isOf(q, x) {
				return done(x.seq)
			}
			none = missing("lessons.missing.other-message", "subject", w.content.describe())
		}
	}
	return none
}

// carries says whether a response has brought a part; the whole message brings its header and its text.
func (x fetch) carries(part string) bool {
	return slices.Contains(x.parts, part) || (part == "header" || part == "text") && slices.Contains(x.parts, "whole")
}

// isOf says whether a response is about a message as the check asks for it.
func (w fetched) isOf(q Query, x fetch) bool {
	if len(w.content.header) == 0 && w.content.text == "" {
		return true
	}
	box, found := q.Mailbox(w.address, w.name)
	if !found {
		return false
	}
	m, found := box.Snapshot().At(x.number)
	if !found {
		return false
	}
	content, err := box.Content(m.UID)
	if err != nil {
		return false
	}
	_, ok := w.content.lacks(content)
	return ok
}

func (w fetched) happened() machine.Note {
	return note("lessons.happened.fetched", "part", "lessons.part."+w.part)
}
