package imap

import (
	"strconv"

	"ehlo/sim/store"
)

// FetchAtt is a message data item's name (RFC 3501 §6.4.5): an index into the table of items.
type FetchAtt uint8

// The items. BODYSection is BODY[…], BODYPeek is BODY.PEEK[…], and Body is the short BODYSTRUCTURE.
const (
	FlagsItem FetchAtt = iota
	UIDItem
	InternalDateItem
	SizeItem
	EnvelopeItem
	RFC822Item
	RFC822HeaderItem
	RFC822TextItem
	BodyItem
	BodyStructureItem
	BodySectionItem
	BodyPeekItem
	numFetchAtts
)

// FetchItem is one message data item that FETCH asks for.
type FetchItem struct {
	Att     FetchAtt
	Section Section // of BodySectionItem and BodyPeekItem
	Partial bool    // only Count octets from Offset on
	Offset  uint32
	Count   uint32
}

// fetchAtt is one row of the table of items.
type fetchAtt struct {
	name    string
	section bool // a section follows the name
	content bool // the message's octets are needed
	seen    bool // fetching it sets \Seen
	write   func(dst []byte, item *FetchItem, m *fetched) []byte
}

// fetched is the message that items are written of.
type fetched struct {
	store.Message
	recent  bool
	content []byte
}

var fetchAtts = [numFetchAtts]fetchAtt{
	FlagsItem:         {name: "FLAGS", write: writeFlags},
	UIDItem:           {name: "UID", write: writeUID},
	InternalDateItem:  {name: "INTERNALDATE", write: writeDate},
	SizeItem:          {name: "RFC822.SIZE", write: writeSize},
	EnvelopeItem:      {name: "ENVELOPE", content: true, write: writeEnvelope},
	RFC822Item:        {name: "RFC822", content: true, seen: true, write: writeWhole},
	RFC822HeaderItem:  {name: "RFC822.HEADER", content: true, write: writeHeader},
	RFC822TextItem:    {name: "RFC822.TEXT", content: true, seen: true, write: writeText},
	BodyItem:          {name: "BODY", content: true, write: writeBody},
	BodyStructureItem: {name: "BODYSTRUCTURE", content: true, write: writeBodyStructure},
	BodySectionItem:   {name: "BODY", section: true, content: true, seen: true, write: writeSection},
	BodyPeekItem:      {name: "BODY.PEEK", section: true, content: true, write: writeSection},
}

// macros are words for several items; they stand alone (RFC 3501 §6.4.5).
var macros = [...]struct {
	name  string
	items []FetchItem
}{
	{"FAST", []FetchItem{{Att: FlagsItem}, {Att: InternalDateItem}, {Att: SizeItem}}},
	{"ALL", []FetchItem{{Att: FlagsItem}, {Att: InternalDateItem}, {Att: SizeItem}, {Att: EnvelopeItem}}},
	{"FULL", []FetchItem{{Att: FlagsItem}, {Att: InternalDateItem}, {Att: SizeItem}, {Att: EnvelopeItem}, {Att: BodyItem}}},
}

// fetchItems reads what follows the sequence set: a macro, an item, or items in parentheses.
func (s *scanner) fetchItems() []FetchItem {
	if !s.accept('(') {
		start := s.pos
		name := s.fetchName()
		for _, m := range macros {
			if equalFold(name, m.name) {
				s.mark(start, termMacro)
				return m.items
			}
		}
		return []FetchItem{s.fetchItem(start, name)}
	}
	var items []FetchItem
	for {
		start := s.pos
		items = append(items, s.fetchItem(start, s.fetchName()))
		if s.bad || !s.accept(' ') {
			break
		}
	}
	s.expect(')', termClose)
	return items
}

// fetchName reads an item's name up to a bracket.
func (s *scanner) fetchName() []byte {
	start := s.pos
	for c := s.peek(); c != '[' && chars[c]&charAtom != 0; c = s.peek() {
		s.pos++
	}
	if s.pos == start {
		s.fail(termFetchAtt)
	}
	return s.p[start:s.pos]
}

// fetchItem reads the rest of an item whose name began at start.
func (s *scanner) fetchItem(start int, name []byte) FetchItem {
	var item FetchItem
	section := s.peek() == '['
	for ; item.Att < numFetchAtts; item.Att++ {
		if a := &fetchAtts[item.Att]; a.section == section && equalFold(name, a.name) {
			break
		}
	}
	if item.Att == numFetchAtts {
		if equalFold(name, "BODY.PEEK") {
			s.fail(termSection)
		}
		s.failAt(start, termFetchAtt, ReplySyntax)
		return item
	}
	if s.note {
		s.markAs(start, item.Att.term(), "RFC 3501 §6.4.5")
	}
	if !section {
		return item
	}
	s.pos++
	item.Section = s.section()
	if start = s.pos; s.accept('<') {
		item.Partial = true
		item.Offset = s.partialNumber(false)
		s.expect('.', termPartial)
		item.Count = s.partialNumber(true)
		s.expect('>', termPartial)
		s.mark(start, termPartial)
	}
	return item
}

func (s *scanner) partialNumber(nz bool) uint32 {
	if nz && s.peek() == '0' {
		s.fail(termPartial)
	}
	n, ok := s.digits()
	if !ok {
		s.fail(termPartial)
	}
	return uint32(n)
}

// term is the locale identifier of an item: BODY[…] and BODY are different things.
func (a FetchAtt) term() string {
	if a == BodySectionItem {
		return "imap.fetch.BODY-section"
	}
	return "imap.fetch." + fetchAtts[a].name
}

// append writes an item as a client asks for it.
func (item *FetchItem) append(e *encoder) {
	a := &fetchAtts[item.Att]
	e.text(a.name)
	if !a.section {
		return
	}
	e.section(&item.Section)
	if item.Partial {
		e.buf = strconv.AppendUint(append(e.buf, '<'), uint64(item.Offset), 10)
		e.buf = strconv.AppendUint(append(e.buf, '.'), uint64(item.Count), 10)
		e.buf = append(e.buf, '>')
	}
}

func writeFlags(dst []byte, _ *FetchItem, m *fetched) []byte {
	return appendFlags(append(dst, "FLAGS "...), m.Flags, m.recent)
}

func writeUID(dst []byte, _ *FetchItem, m *fetched) []byte {
	return strconv.AppendUint(append(dst, "UID "...), uint64(m.UID), 10)
}

func writeDate(dst []byte, _ *FetchItem, m *fetched) []byte {
	return appendDateTime(append(dst, "INTERNALDATE "...), m.Date)
}

func writeSize(dst []byte, _ *FetchItem, m *fetched) []byte {
	return strconv.AppendInt(append(dst, "RFC822.SIZE "...), m.Size, 10)
}

func writeWhole(dst []byte, _ *FetchItem, m *fetched) []byte {
	return appendLiteral(append(dst, "RFC822 "...), m.content)
}

func writeHeader(dst []byte, _ *FetchItem, m *fetched) []byte {
	return appendLiteral(append(dst, "RFC822.HEADER "...), header(m.content))
}

func writeText(dst []byte, _ *FetchItem, m *fetched) []byte {
	return appendLiteral(append(dst, "RFC822.TEXT "...), m.content[len(header(m.content)):])
}

func writeSection(dst []byte, item *FetchItem, m *fetched) []byte {
	dst = item.Section.append(append(dst, "BODY"...), appendAstring)
	octets, ok := item.Section.of(m.content)
	if item.Partial {
		dst = strconv.AppendUint(append(dst, '<'), uint64(item.Offset), 10)
		dst = append(dst, '>')
		from := min(int64(item.Offset), int64(len(octets)))
		octets = octets[from:min(from+int64(item.Count), int64(len(octets)))]
	}
	dst = append(dst, ' ')
	if !ok {
		return append(dst, "NIL"...)
	}
	return appendLiteral(dst, octets)
}
