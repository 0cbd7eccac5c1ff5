package imap

import (
	"cmp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"ehlo/sim/message"
	"ehlo/sim/store"
)

// Sort asks which messages fulfil all of Keys, in the order that By wants (RFC 5256 §3); UID asks for
// UIDs.
type Sort struct {
	UID     bool
	Return  SearchReturn // RFC 5267 §3.1
	By      []SortKey
	Charset string
	Keys    []SearchKey
}

// SortKey is a criterion of an order.
type SortKey struct {
	Name    SortName
	Reverse bool
}

// SortName is what messages are ordered by.
type SortName uint8

// The sort keys.
const (
	SortArrival SortName = iota
	SortCc
	SortDate
	SortDisplayFrom
	SortDisplayTo
	SortFrom
	SortSize
	SortSubject
	SortTo
	numSortNames
)

var sortNames = [numSortNames]string{"ARRIVAL", "CC", "DATE", "DISPLAYFROM", "DISPLAYTO", "FROM", "SIZE", "SUBJECT", "TO"}

// Name is the command on the wire.
func (c Sort) Name() string {
	if c.UID {
		return "UID SORT"
	}
	return "SORT"
}

func (c Sort) append(e *encoder) {
	c.Return.append(e)
	e.text(" (")
	for i, k := range c.By {
		if i > 0 {
			e.text(" ")
		}
		if k.Reverse {
			e.text("REVERSE ")
		}
		e.text(sortNames[k.Name])
	}
	e.text(") ")
	e.charset(c.Charset)
	e.searchKeys(c.Keys)
}

// charset names the charset of texts, UTF-8 where none is given.
func (e *encoder) charset(name string) {
	if name == "" {
		name = "UTF-8"
	}
	e.astring(name)
}

func parseSort(s *scanner) Command    { return s.sort(Sort{}) }
func parseUIDSort(s *scanner) Command { return s.sort(Sort{UID: true}) }

func (s *scanner) sort(c Sort) Command {
	s.space(termSortKeys)
	if s.word("RETURN") {
		c.Return = s.searchReturn()
		s.space(termSortKeys)
	}
	s.expect('(', termSortKeys)
	for {
		var k SortKey
		start := s.pos
		if k.Reverse = s.word("REVERSE"); k.Reverse {
			s.space(termSortKeys)
			start = s.pos
		}
		word := s.run(charAtom, termSortKeys)
		for k.Name < numSortNames && !equalFold(word, sortNames[k.Name]) {
			k.Name++
		}
		if k.Name == numSortNames {
			s.failAt(start, termSortKeys, ReplySyntax)
		}
		s.mark(start, termSortKeys)
		c.By = append(c.By, k)
		if s.bad || !s.accept(' ') {
			break
		}
	}
	s.expect(')', termClose)
	c.Charset, c.Keys = s.searchCriteria()
	return c
}

// searchCriteria reads a charset and search keys (RFC 5256 §5, search-criteria).
func (s *scanner) searchCriteria() (charset string, keys []SearchKey) {
	s.space(termCharset)
	charset = s.astring(termCharset)
	s.space(termSearchKey)
	return charset, s.searchKeyList(0)
}

func (c Sort) serve(s *Server) {
	s.find(&searchTask{uid: c.UID, want: c.Return, every: true, then: c}, c.Charset, c.Keys)
}

// found reads what the order needs of the messages.
func (c Sort) found(s *Server, t *searchTask) {
	sort := &sortTask{command: c, search: t}
	for _, k := range c.By {
		sort.content = sort.content || k.Name != SortArrival && k.Name != SortSize
	}
	sort.run(s)
}

// sortTask reads the messages that were found, one after the other.
type sortTask struct {
	command Sort
	search  *searchTask // has ended
	content bool        // the order needs octets
	rows    []sortRow
	gone    int // messages that went in the meantime
}

// sortRow is a message with what it is ordered by.
type sortRow struct {
	message store.Message
	by      []sortValue
}

type sortValue struct {
	number int64
	text   string
}

func (t *sortTask) clone() task {
	c := *t
	c.rows = slices.Clone(t.rows)
	return &c
}

// run goes on up to the next question or the end.
func (t *sortTask) run(s *Server) {
	for len(t.rows)+t.gone < len(t.search.found.messages) {
		m := t.search.found.messages[len(t.rows)+t.gone]
		if t.content {
			s.ask(&Event{Kind: AskContent, UID: m.UID}, t)
			return
		}
		t.add(m, nil)
	}
	sort.SliceStable(t.rows, func(i, j int) bool { return t.compare(t.rows[i], t.rows[j]) < 0 })
	f := results{modSeq: t.search.found.modSeq, count: len(t.rows)}
	for _, r := range t.rows {
		n := uint32(r.message.UID)
		if !t.search.uid {
			n = uint32(s.box.from(r.message.UID))
		}
		f.numbers = include(f.numbers, n)
		f.uids = append(f.uids, span{uint32(r.message.UID), uint32(r.message.UID)})
	}
	if f.count > 0 {
		f.min, f.max = f.numbers[0].from, f.numbers[len(f.numbers)-1].to
	}
	t.search.found = f
	s.searchResponse(t.search, "SORT")
}

func (t *sortTask) answer(s *Server, a *Answer) {
	if m := t.search.found.messages[len(t.rows)+t.gone]; a.OK {
		t.add(m, header(a.Content))
	} else {
		t.gone++
	}
	t.run(s)
}

// add notes what a message is ordered by.
func (t *sortTask) add(m store.Message, head []byte) {
	r := sortRow{message: m, by: make([]sortValue, len(t.command.By))}
	for i, k := range t.command.By {
		v := &r.by[i]
		switch k.Name {
		case SortArrival:
			v.number = m.Date
		case SortSize:
			v.number = m.Size
		case SortDate:
			v.number = sentDate(m, head)
		case SortSubject:
			value, _ := message.Get(head, "Subject")
			base, _ := message.BaseSubject(value)
			v.text = strings.ToUpper(base)
		case SortDisplayFrom, SortDisplayTo:
			v.text = strings.ToUpper(displayName(head, sortNames[k.Name][len("DISPLAY"):]))
		default:
			if list := addressesOf(head, sortNames[k.Name]); len(list) > 0 {
				v.text = strings.ToUpper(list[0].Mailbox)
			}
		}
	}
	t.rows = append(t.rows, r)
}

// compare orders two messages; where they are equal their order in the mailbox stays.
func (t *sortTask) compare(a, b sortRow) int {
	for i, k := range t.command.By {
		c := cmp.Compare(a.by[i].number, b.by[i].number)
		if c == 0 {
			c = strings.Compare(a.by[i].text, b.by[i].text)
		}
		if k.Reverse {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// sentDate is the moment of the Date field, or of the message's arrival where there is none (RFC 5256 §2.2).
func sentDate(m store.Message, head []byte) int64 {
	value, _ := message.Get(head, "Date")
	if unix, _, ok := message.ParseDate(value); ok {
		return unix
	}
	return m.Date
}

func addressesOf(head []byte, field string) []message.Address {
	value, _ := message.Get(head, field)
	return message.ParseAddressList(value)
}

// displayName is the name of a field's first address, or the address where it has none (RFC 5957 §3).
func displayName(head []byte, field string) string {
	list := addressesOf(head, field)
	switch {
	case len(list) == 0:
		return ""
	case list[0].Name != "":
		return message.DecodeWords(list[0].Name)
	case list[0].Host == "":
		return list[0].Mailbox
	}
	return list[0].Mailbox + "@" + list[0].Host
}

// appendNumbers writes numbers one by one, a space before each.
func appendNumbers(dst []byte, numbers []span) []byte {
	for _, r := range numbers {
		for n := uint64(r.from); n <= uint64(r.to); n++ {
			dst = strconv.AppendUint(append(dst, ' '), n, 10)
		}
	}
	return dst
}
