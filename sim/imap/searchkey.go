package imap

import (
	"strconv"
	"time"
)

// SearchName is a search key's name (RFC 3501 §6.4.4): an index into the table of keys.
type SearchName uint8

// The search keys. SetKey is a set of messages, which has no name on the wire; AndKey is keys in parentheses.
const (
	SetKey SearchName = iota
	AndKey
	OrKey
	NotKey
	AllKey
	AnsweredKey
	BccKey
	BeforeKey
	BodyKey
	CcKey
	DeletedKey
	DraftKey
	EmailIDKey
	FlaggedKey
	FromKey
	HeaderKey
	KeywordKey
	LargerKey
	ModSeqKey
	NewKey
	OldKey
	OlderKey
	OnKey
	RecentKey
	SavedBeforeKey
	SavedOnKey
	SavedSinceKey
	SaveDateSupportedKey
	SeenKey
	SentBeforeKey
	SentOnKey
	SentSinceKey
	SinceKey
	SmallerKey
	SubjectKey
	TextKey
	ThreadIDKey
	ToKey
	UIDKey
	UnansweredKey
	UndeletedKey
	UndraftKey
	UnflaggedKey
	UnkeywordKey
	UnseenKey
	YoungerKey
	numSearchKeys
)

// SearchKey is one criterion of a search. Which fields mean something depends on Name.
type SearchKey struct {
	Name   SearchName
	Keys   []SearchKey // of AndKey, one or more; of OrKey two; of NotKey one
	Set    SequenceSet // of SetKey and UIDKey
	Field  string      // of HeaderKey
	Text   string      // of the keys with a string, in the search's charset; a keyword; an identifier
	Day    int64       // of the keys with a date: its first second in Unix seconds, UTC
	Number int64       // octets of LARGER and SMALLER, seconds of OLDER and YOUNGER, of MODSEQ the sequence
	Entry  string      // of ModSeqKey: which metadata is meant, with its type behind a space, or ""
}

// searchArg is what follows a key's name.
type searchArg uint8

const (
	argNone searchArg = iota
	argText
	argField // a field's name and a text
	argDate
	argNumber
	argInterval
	argKeyword
	argID
	argModSeq
	argSet
	argKey
	argKeys // two
)

const searchRef = "RFC 3501 §6.4.4"

// searchKeys is the table of search keys.
var searchKeys = [numSearchKeys]struct {
	name string
	arg  searchArg
	ref  string
}{
	SetKey:               {},
	AndKey:               {},
	OrKey:                {"OR", argKeys, searchRef},
	NotKey:               {"NOT", argKey, searchRef},
	AllKey:               {"ALL", argNone, searchRef},
	AnsweredKey:          {"ANSWERED", argNone, searchRef},
	BccKey:               {"BCC", argText, searchRef},
	BeforeKey:            {"BEFORE", argDate, searchRef},
	BodyKey:              {"BODY", argText, searchRef},
	CcKey:                {"CC", argText, searchRef},
	DeletedKey:           {"DELETED", argNone, searchRef},
	DraftKey:             {"DRAFT", argNone, searchRef},
	EmailIDKey:           {"EMAILID", argID, "RFC 8474 §6"},
	FlaggedKey:           {"FLAGGED", argNone, searchRef},
	FromKey:              {"FROM", argText, searchRef},
	HeaderKey:            {"HEADER", argField, searchRef},
	KeywordKey:           {"KEYWORD", argKeyword, searchRef},
	LargerKey:            {"LARGER", argNumber, searchRef},
	ModSeqKey:            {"MODSEQ", argModSeq, "RFC 7162 §3.1.5"},
	NewKey:               {"NEW", argNone, searchRef},
	OldKey:               {"OLD", argNone, searchRef},
	OlderKey:             {"OLDER", argInterval, "RFC 5032 §1"},
	OnKey:                {"ON", argDate, searchRef},
	RecentKey:            {"RECENT", argNone, searchRef},
	SavedBeforeKey:       {"SAVEDBEFORE", argDate, "RFC 8514 §4.3"},
	SavedOnKey:           {"SAVEDON", argDate, "RFC 8514 §4.3"},
	SavedSinceKey:        {"SAVEDSINCE", argDate, "RFC 8514 §4.3"},
	SaveDateSupportedKey: {"SAVEDATESUPPORTED", argNone, "RFC 8514 §4.3"},
	SeenKey:              {"SEEN", argNone, searchRef},
	SentBeforeKey:        {"SENTBEFORE", argDate, searchRef},
	SentOnKey:            {"SENTON", argDate, searchRef},
	SentSinceKey:         {"SENTSINCE", argDate, searchRef},
	SinceKey:             {"SINCE", argDate, searchRef},
	SmallerKey:           {"SMALLER", argNumber, searchRef},
	SubjectKey:           {"SUBJECT", argText, searchRef},
	TextKey:              {"TEXT", argText, searchRef},
	ThreadIDKey:          {"THREADID", argID, "RFC 8474 §6"},
	ToKey:                {"TO", argText, searchRef},
	UIDKey:               {"UID", argSet, searchRef},
	UnansweredKey:        {"UNANSWERED", argNone, searchRef},
	UndeletedKey:         {"UNDELETED", argNone, searchRef},
	UndraftKey:           {"UNDRAFT", argNone, searchRef},
	UnflaggedKey:         {"UNFLAGGED", argNone, searchRef},
	UnkeywordKey:         {"UNKEYWORD", argKeyword, searchRef},
	UnseenKey:            {"UNSEEN", argNone, searchRef},
	YoungerKey:           {"YOUNGER", argInterval, "RFC 5032 §1"},
}

// searchKeyList reads one key or more, up to the end or a parenthesis.
func (s *scanner) searchKeyList(depth int) []SearchKey {
	var keys []SearchKey
	for {
		keys = append(keys, s.searchKey(depth))
		if s.bad || !s.accept(' ') {
			return keys
		}
	}
}

// searchKey reads one key.
func (s *scanner) searchKey(depth int) SearchKey {
	if depth > maxNesting {
		s.fail(termSearchKey)
	}
	switch c := s.peek(); {
	case c == ' ':
		s.fail(termSpace)
		return SearchKey{}
	case c == '(':
		s.pos++
		k := SearchKey{Name: AndKey, Keys: s.searchKeyList(depth + 1)}
		s.expect(')', termClose)
		return k
	case c >= '0' && c <= '9', c == '*', c == '$':
		return SearchKey{Name: SetKey, Set: s.sequenceSet(termSequenceSet)}
	}
	start := s.pos
	word := s.run(charAtom, termSearchKey)
	for name := OrKey; name < numSearchKeys; name++ {
		if row := &searchKeys[name]; equalFold(word, row.name) {
			if s.note {
				s.markAs(start, "imap.search."+row.name, row.ref)
			}
			k := SearchKey{Name: name}
			s.searchArg(&k, row.arg, depth)
			return k
		}
	}
	s.failAt(start, termSearchKey, ReplySyntax)
	return SearchKey{}
}

// searchArg reads what follows a key's name.
func (s *scanner) searchArg(k *SearchKey, arg searchArg, depth int) {
	switch arg {
	case argText:
		s.space(termSearchText)
		k.Text = s.astring(termSearchText)
	case argField:
		s.space(termHeaderName)
		k.Field = s.astring(termHeaderName)
		s.space(termSearchText)
		k.Text = s.astring(termSearchText)
	case argDate:
		s.space(termDate)
		k.Day = s.date()
	case argNumber:
		s.space(termNumber)
		k.Number = s.number64(termNumber)
	case argInterval:
		s.space(termInterval)
		if s.peek() == '0' {
			s.fail(termInterval)
		}
		k.Number = s.number64(termInterval)
	case argKeyword:
		s.space(termKeyword)
		k.Text = string(s.atom(termKeyword))
	case argID:
		s.space(termObjectID)
		k.Text = string(s.atom(termObjectID))
	case argModSeq:
		s.space(termModSeq)
		if s.peek() == '"' {
			k.Entry = s.quoted(termEntry)
			s.space(termEntry)
			start := s.pos
			word := s.atom(termEntry)
			if !equalFold(word, "SHARED") && !equalFold(word, "PRIV") && !equalFold(word, "ALL") {
				s.failAt(start, termEntry, ReplySyntax)
			}
			k.Entry += " " + string(word)
			s.space(termModSeq)
		}
		k.Number = int64(s.modSeq(false))
	case argSet:
		s.space(termUIDSet)
		k.Set = s.sequenceSet(termUIDSet)
	case argKey:
		s.space(termSearchKey)
		k.Keys = []SearchKey{s.searchKey(depth + 1)}
	case argKeys:
		k.Keys = make([]SearchKey, 2)
		for i := range k.Keys {
			s.space(termSearchKey)
			k.Keys[i] = s.searchKey(depth + 1)
		}
	}
}

// date reads a day as in 1-Feb-1994, in quotes or not (RFC 3501 §9, date).
func (s *scanner) date() int64 {
	start := s.pos
	quoted := s.accept('"')
	day, ok := s.digits()
	if !ok || s.pos-start > 3 || !s.accept('-') || s.pos+8 > len(s.p) || s.p[s.pos+3] != '-' {
		s.failAt(start, termDate, ReplySyntax)
		return 0
	}
	month := monthNamed(s.p[s.pos : s.pos+3])
	s.pos += 4
	year := s.pos
	n, ok := s.digits()
	first := time.Date(int(n), time.Month(month), int(day), 0, 0, 0, 0, time.UTC)
	if !ok || s.pos-year != 4 || month == 0 || first.Day() != int(day) || quoted && !s.accept('"') {
		s.failAt(start, termDate, ReplySyntax)
		return 0
	}
	s.mark(start, termDate)
	return first.Unix()
}

const monthNames = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"

// monthNamed is a month by its three letters, 0 where it is none.
func monthNamed(name []byte) int {
	for m := range 12 {
		if equalFold(name, monthNames[m*3:m*3+3]) {
			return m + 1
		}
	}
	return 0
}

// searchKeys writes keys, a space before each.
func (e *encoder) searchKeys(keys []SearchKey) {
	for i := range keys {
		e.text(" ")
		e.searchKey(&keys[i])
	}
}

func (e *encoder) searchKey(k *SearchKey) {
	row := &searchKeys[k.Name]
	switch k.Name {
	case SetKey:
		e.buf = k.Set.Append(e.buf)
		return
	case AndKey:
		e.text("(")
		for i := range k.Keys {
			if i > 0 {
				e.text(" ")
			}
			e.searchKey(&k.Keys[i])
		}
		e.text(")")
		return
	}
	e.text(row.name)
	switch row.arg {
	case argText:
		e.text(" ")
		e.astring(k.Text)
	case argField:
		e.text(" ")
		e.astring(k.Field)
		e.text(" ")
		e.astring(k.Text)
	case argDate:
		e.buf = time.Unix(k.Day, 0).UTC().AppendFormat(e.buf, " 2-Jan-2006")
	case argNumber, argInterval:
		e.buf = strconv.AppendInt(append(e.buf, ' '), k.Number, 10)
	case argModSeq:
		if entry, kind, ok := cutLast(k.Entry); ok {
			e.text(" ")
			e.buf = appendQuoted(e.buf, entry)
			e.text(" " + kind)
		}
		e.buf = strconv.AppendInt(append(e.buf, ' '), k.Number, 10)
	case argKeyword, argID:
		e.text(" " + k.Text)
	case argSet:
		e.text(" ")
		e.buf = k.Set.Append(e.buf)
	case argKey, argKeys:
		e.searchKeys(k.Keys)
	}
}
