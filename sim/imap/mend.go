package imap

import (
	"slices"
	"strconv"
	"strings"
)

// smartQuotes are what word processors put in the place of quotation marks.
var smartQuotes = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`, "‘", "'", "’", "'")

// mendSearch mends a search where it goes wrong: before is what the server could read, after what it could not.
func mendSearch(before, after, want string) string {
	word, rest, _ := strings.Cut(after, " ")
	switch want {
	case terms[termSearchKey].id:
		if after == "" {
			return ""
		}
		if strings.HasPrefix(after, `"`) { // a text, and nothing says where to look for it
			return before + "TEXT " + after
		}
		if meant := searchSynonym(word); meant != "" {
			return strings.TrimSuffix(before+meant+" "+rest, " ")
		}
		if key, text, ok := lastText(before); ok { // a text with spaces has to be quoted
			words := strings.Fields(after)
			n := slices.IndexFunc(words, func(w string) bool { return isSearchKey(w) || strings.ContainsAny(w, `()"`) })
			if n < 0 {
				n = len(words)
			}
			if n > 0 {
				quoted := appendQuoted(nil, strings.Join(append([]string{text}, words[:n]...), " "))
				return strings.TrimSuffix(key+string(quoted)+" "+strings.Join(words[n:], " "), " ")
			}
		}
		end := strings.TrimRight(word, ")")
		if meant := nearest(strings.ToUpper(end), searchNames); meant != "" {
			return before + meant + after[len(end):]
		}
	case terms[termDate].id:
		end := strings.TrimRight(word, ")")
		if date := mendDate(strings.Trim(end, `"`)); date != "" {
			return before + date + after[len(end):]
		}
	}
	return ""
}

// searchSynonyms are words for search keys that other programs use.
var searchSynonyms = [...][2]string{{"UNREAD", "UNSEEN"}, {"READ", "SEEN"}, {"STARRED", "FLAGGED"}, {"IMPORTANT", "FLAGGED"},
	{"AFTER", "SINCE"}, {"UNTIL", "BEFORE"}, {"REPLIED", "ANSWERED"}, {"TRASHED", "DELETED"}, {"BIGGER", "LARGER"}, {"SENDER", "FROM"},
	{"TITLE", "SUBJECT"}, {"CONTAINS", "TEXT"}}

func searchSynonym(word string) string {
	for _, s := range searchSynonyms {
		if strings.EqualFold(word, s[0]) {
			return s[1]
		}
	}
	return ""
}

func searchNames(yield func(string) bool) {
	for k := OrKey; k < numSearchKeys; k++ {
		if !yield(searchKeys[k].name) {
			return
		}
	}
}

func isSearchKey(word string) bool {
	for name := range searchNames {
		if strings.EqualFold(word, name) {
			return true
		}
	}
	return searchSynonym(word) != ""
}

// lastText cuts what was read behind a key with a text: up to the text, and the text, which is one word.
func lastText(before string) (head, text string, ok bool) {
	words := strings.Split(strings.TrimSuffix(before, " "), " ")
	n := len(words)
	if n < 3 || strings.HasSuffix(words[n-1], `"`) || !strings.HasSuffix(before, " ") {
		return "", "", false
	}
	key := strings.TrimLeft(words[n-2], "(")
	if n > 3 && strings.EqualFold(strings.TrimLeft(words[n-3], "("), "HEADER") {
		key = "HEADER"
	}
	for k := OrKey; k < numSearchKeys; k++ {
		arg := searchKeys[k].arg
		if (arg == argText || arg == argField) && strings.EqualFold(key, searchKeys[k].name) {
			return strings.Join(words[:n-1], " ") + " ", words[n-1], true
		}
	}
	return "", "", false
}

// mendDate is a day as IMAP writes it, or "": 2026-09-21, 21.9.2026, 21/09/2026 and 21-Sep-26 are understood.
func mendDate(text string) string {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '-' || r == '.' || r == '/' })
	if len(parts) != 3 {
		return ""
	}
	if len(parts[0]) == 4 {
		parts[0], parts[2] = parts[2], parts[0]
	}
	day, err := strconv.Atoi(parts[0])
	year, fault := strconv.Atoi(parts[2])
	if err != nil || fault != nil {
		return ""
	}
	if year < 100 {
		year += 2000
	}
	month := 0
	if n, err := strconv.Atoi(parts[1]); err == nil {
		month = n
	} else if len(parts[1]) >= 3 {
		month = monthNamed([]byte(parts[1][:3]))
	}
	if month < 1 || month > 12 {
		return ""
	}
	name := monthNames[month*3-3 : month*3]
	date := strconv.Itoa(day) + "-" + name[:1] + strings.ToLower(name[1:]) + "-" + strconv.Itoa(year)
	s := newScanner([]byte(date))
	if s.date(); s.bad {
		return ""
	}
	return date
}

// mendSet mends a set of messages: 1-3, "all", or none at all.
func mendSet(before, after string, uid bool) string {
	word, rest, _ := strings.Cut(after, " ")
	switch {
	case after == "":
		return ""
	case strings.EqualFold(word, "ALL") && rest != "":
		return before + "1:* " + rest
	case uid:
		return ""
	case after[0] == '(' || nearestOrSame(strings.TrimPrefix(word, "("), fetchNames):
		return before + "1 " + after
	}
	return ""
}

// mendRange makes 1:3 of 1-3 and of 1..3; before ends with the first number.
func mendRange(before, after string) string {
	for _, dash := range [...]string{"-", "..", "–"} {
		if rest, ok := strings.CutPrefix(after, dash); ok && rest != "" && before != "" && isDigit(before[len(before)-1]) && isDigit(rest[0]) {
			return before + ":" + rest
		}
	}
	return ""
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// mendSection mends what stands in the brackets of BODY[…].
func mendSection(before, after, want string) string {
	switch want {
	case terms[termOpen].id: // field names without parentheses
		if i := strings.IndexByte(after, ']'); i > 0 && strings.HasSuffix(before, " ") {
			return before + "(" + after[:i] + ")" + after[i:]
		}
	case terms[termSection].id:
		if after == "" || after == "[" {
			return strings.TrimSuffix(before, "[") + "[]"
		}
		i := strings.IndexByte(after, ']')
		if i <= 0 {
			return ""
		}
		if meant := nearest(strings.ToUpper(after[:i]), each("HEADER", "TEXT", "MIME")); meant != "" {
			return before + meant + after[i:]
		}
		if all(after[:i], charAtom) && !strings.Contains(after[:i], ".") && strings.HasSuffix(before, "[") {
			return before + "HEADER.FIELDS (" + after[:i] + ")" + after[i:]
		}
	}
	return ""
}

func nearestOrSame(word string, names func(func(string) bool)) bool {
	for name := range names {
		if strings.EqualFold(word, name) {
			return true
		}
	}
	return nearest(strings.ToUpper(word), names) != ""
}
