package imap

import (
	"bytes"
	"strings"

	"ehlo/sim/machine"
)

// repair is the smallest change known that makes a line a command that its state allows, or "".
func repair(text []byte, state machine.State) string {
	line := strings.TrimSpace(smartQuotes.Replace(string(text)))
	if !strings.Contains(line, `"`) {
		line = strings.Join(strings.Fields(line), " ")
	}
	if line == "" {
		return ""
	}
	for range 4 {
		s := newScanner([]byte(line))
		r := s.request()
		switch {
		case !s.bad || s.need >= 0:
			if line == string(text) || !Table().Allows(state, r.verb) {
				return ""
			}
			return line
		case r.verb == machine.NoVerb:
			line = repairHead(line)
		default:
			line = repairArgument(line, &r, &s.err)
		}
		if line == "" {
			return ""
		}
	}
	return ""
}

// repairHead gives a line the tag that it lacks, or a command the name that was meant.
func repairHead(line string) string {
	if tagMissing([]byte(line)) {
		return "a1 " + line
	}
	tag, rest, _ := strings.Cut(line, " ")
	if !all(tag, charTag) {
		return ""
	}
	word, rest, args := strings.Cut(rest, " ")
	switch upper := strings.ToUpper(word); {
	case upper == "QUIT" || upper == "EXIT" || upper == "BYE":
		return tag + " LOGOUT"
	case upper == "UID": // something is missing behind it, and nothing tells what
		if !args {
			return ""
		}
	}
	if equalFold([]byte(word), "UID") && args {
		var second string
		second, rest, args = strings.Cut(rest, " ")
		word += " " + second
	}
	if elsewhereName([]byte(word)) != "" { // no misspelling
		return ""
	}
	meant := nearest(strings.ToUpper(word), commandNames)
	if meant == "" {
		return ""
	}
	if args {
		return tag + " " + meant + " " + rest
	}
	return tag + " " + meant
}

// repairArgument puts what the grammar wants where a line leaves it.
func repairArgument(line string, r *request, err *SyntaxError) string {
	before, after := line[:err.Pos], line[err.Pos:]
	if after == "" {
		if more := argument(line, err.Want); more != "" {
			return line + more
		}
	}
	if mended := mendRange(before, after); mended != "" {
		return mended
	}
	if err.reply == ReplyQuoteOpen {
		return line + `"`
	}
	name := commands[r.verb].name
	switch err.Want {
	case terms[termOpen].id:
		switch name {
		case "STATUS", "LIST":
			return before + "(" + strings.Trim(after, "()") + ")"
		case "CREATE":
			return quoteRest(line)
		}
		return mendSection(before, after, err.Want)
	case terms[termStatusAtt].id:
		end := strings.IndexAny(after, " )")
		if end < 0 {
			end = len(after)
		}
		if meant := nearest(strings.ToUpper(after[:end]), statusItemNames); meant != "" {
			return before + meant + after[end:]
		}
	case terms[termClose].id:
		return before + ")" + after
	case terms[termSearchKey].id, terms[termDate].id:
		return mendSearch(before, after, err.Want)
	case terms[termSequenceSet].id, terms[termUIDSet].id:
		return mendSet(before, after, err.Want == terms[termUIDSet].id)
	case terms[termSortKeys].id:
		if word, rest, ok := strings.Cut(after, " "); ok && !strings.HasPrefix(word, "(") && !strings.Contains(before, "(") {
			return before + "(" + word + ") " + rest
		}
	case terms[termSectionEnd].id:
		if !strings.Contains(before[strings.LastIndexByte(before, '['):], "]") {
			return before + "]" + after
		}
	case terms[termReference].id:
		return before + `"" ` + after
	case terms[termEnd].id:
		if name == "FETCH" || name == "UID FETCH" { // several items without parentheses
			return wrap(line, 2+strings.Count(name, " "))
		}
		if after == ")" {
			return before
		}
		if c, ok := r.command.(Copy); ok {
			if i := strings.LastIndex(before, c.Mailbox); i > 0 {
				return line[:i] + string(appendString(nil, strings.Trim(line[i:], `"`)))
			}
		}
		switch r.command.(type) {
		case Select, Delete, Subscribe:
			return quoteRest(line)
		case Capability, Noop, Logout, Close, Expunge, Idle, Check, Unselect, Namespace, StartTLS:
			return strings.TrimSpace(before)
		}
	case terms[termStoreAtt].id:
		if strings.HasPrefix(after, `\`) || strings.HasPrefix(after, `(\`) {
			return before + "+FLAGS " + after
		}
		word, rest, _ := strings.Cut(after, " ")
		if sign := strings.Trim(word, "+-"); sign != "" && rest != "" {
			prefix := word[:strings.IndexByte(word, sign[0])]
			if meant := nearest(strings.ToUpper(sign), each("FLAGS", "FLAGS.SILENT")); meant != "" {
				return before + prefix + meant + " " + rest
			}
		}
	case terms[termSection].id:
		if after == "" {
			return before + "[]"
		}
		return mendSection(before, after, err.Want)
	case terms[termFetchAtt].id:
		end := strings.IndexAny(after, " )[<")
		if end < 0 {
			end = len(after)
		}
		if meant := nearest(strings.ToUpper(after[:end]), fetchNames); meant != "" {
			return before + meant + after[end:]
		}
	}
	return ""
}

// argument is what a line that ends too early most often lacks.
func argument(line, want string) string {
	space := " "
	if strings.HasSuffix(line, " ") {
		space = ""
	}
	switch want {
	case terms[termMailbox].id:
		return space + "INBOX"
	case terms[termReference].id:
		return space + `"" *`
	case terms[termListMailbox].id:
		return space + "*"
	case terms[termFetchAtt].id:
		return space + "FLAGS"
	case terms[termSearchKey].id:
		return space + "ALL"
	case terms[termStatusAtt].id:
		return space + "(MESSAGES UNSEEN)"
	case terms[termIDParams].id:
		return space + "NIL"
	}
	return ""
}

// quoteRest quotes what follows the command: a name with spaces.
func quoteRest(line string) string {
	words := strings.SplitN(line, " ", 3)
	return words[0] + " " + words[1] + " " + string(appendString(nil, strings.Trim(words[2], `"`)))
}

func statusItemNames(yield func(string) bool) {
	for i := range statusItems {
		if !yield(statusItems[i].name) {
			return
		}
	}
}

// wrap puts parentheses around the words from the n-th argument on.
func wrap(line string, n int) string {
	words := strings.SplitN(line, " ", n+2)
	if len(words) < n+2 {
		return ""
	}
	words[n+1] = "(" + strings.Trim(words[n+1], "()") + ")"
	return strings.Join(words, " ")
}

func firstWord(text []byte) []byte {
	word, _, _ := bytes.Cut(bytes.TrimSpace(text), []byte(" "))
	return word
}

// tagMissing says whether a line begins with a command, or what was meant for one, where its tag should be.
func tagMissing(text []byte) bool {
	word := bytes.ToUpper(firstWord(text))
	return string(word) == "UID" || elsewhereName(word) != "" || Table().VerbNamed(string(word)) != machine.NoVerb ||
		len(word) > 3 && nearest(string(word), commandNames) != ""
}

func commandNames(yield func(string) bool) {
	for v := range commands {
		if !yield(commands[v].name) {
			return
		}
	}
}

func fetchNames(yield func(string) bool) {
	for a := range fetchAtts {
		if !yield(fetchAtts[a].name) {
			return
		}
	}
}

func each(names ...string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for _, n := range names {
			if !yield(n) {
				return
			}
		}
	}
}

// nearest is the name that differs least from a word, or "" where none is near.
func nearest(word string, names func(func(string) bool)) string {
	best, least := "", 1+len(word)/3
	for name := range names {
		if d := machine.Distance(word, name); d > 0 && d <= least && (best == "" || d < least) {
			best, least = name, d
		}
	}
	return best
}
