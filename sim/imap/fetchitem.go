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
	BinaryItem     // BINARY[…]
	BinaryPeekItem // BINARY.PEEK[…]
	BinarySizeItem // BINARY.SIZE[…]
	PreviewItem
	ModSeqItem
	SaveDateItem
	EmailIDItem
	ThreadIDItem
	numFetchAtts
)

// FetchItem is one message data item that FETCH asks for.
type FetchItem struct {
	Att     FetchAtt
	Section Section // of the items with brackets; those of BINARY name a part and nothing else
	Partial bool    // only Count octets from Offset on
	Offset  int64
	Count   int64
	Lazy    bool // of PreviewItem: only if it can be had at once
}

// fetchAtt is one row of the table of items.
type fetchAtt struct {
	name    string
	ref     string
	section bool // a section follows the name
	binary  bool // of which only the part's number may be given
	content bool // the message's octets are needed
	seen    bool // fetching it sets \Seen
	write   func(dst []byte, item *FetchItem, m *fetched) []byte
}

// fetched is the message that items are written of.
type fetched struct {
	store.Message
	recent  bool
	rev2    bool // for a client of IMAP4rev2
	content []byte
	entity  *entity // of the content, once an item has asked for it
	refused ReplyID // why an item cannot be had, or ReplyDefault
	room    []byte  // for the header fields that a section selects
}

// root is the message cut into its parts.
func (m *fetched) root() *entity {
	if m.entity == nil {
		m.entity = parseEntity(m.content)
	}
	return m.entity
}

const fetchRef = "RFC 3501 §6.4.5"

var fetchAtts = [numFetchAtts]fetchAtt{
	FlagsItem:         {name: "FLAGS", ref: fetchRef, write: writeFlags},
	UIDItem:           {name: "UID", ref: fetchRef, write: writeUID},
	InternalDateItem:  {name: "INTERNALDATE", ref: fetchRef, write: writeDate},
	SizeItem:          {name: "RFC822.SIZE", ref: fetchRef, write: writeSize},
	EnvelopeItem:      {name: "ENVELOPE", ref: fetchRef, content: true, write: writeEnvelope},
	RFC822Item:        {name: "RFC822", ref: fetchRef, content: true, seen: true, write: writeWhole},
	RFC822HeaderItem:  {name: "RFC822.HEADER", ref: fetchRef, content: true, write: writeHeader},
	RFC822TextItem:    {name: "RFC822.TEXT", ref: fetchRef, content: true, seen: true, write: writeText},
	BodyItem:          {name: "BODY", ref: fetchRef, content: true, write: writeBody},
	BodyStructureItem: {name: "BODYSTRUCTURE", ref: fetchRef, content: true, write: writeBodyStructure},
	BodySectionItem:   {name: "BODY", ref: fetchRef, section: true, content: true, seen: true, write: writeSection},
	BodyPeekItem:      {name: "BODY.PEEK", ref: fetchRef, section: true, content: true, write: writeSection},
	BinaryItem: {name: "BINARY", ref: "RFC 3516 §4.2", section: true, binary: true, content: true, seen: true,
		write: writeBinary},
	BinaryPeekItem: {name: "BINARY.PEEK", ref: "RFC 3516 §4.2", section: true, binary: true, content: true, write: writeBinary},
	BinarySizeItem: {name: "BINARY.SIZE", ref: "RFC 3516 §4.2", section: true, binary: true, content: true,
		write: writeBinarySize},
	PreviewItem:  {name: "PREVIEW", ref: "RFC 8970 §3.1", content: true, write: writePreview},
	ModSeqItem:   {name: "MODSEQ", ref: "RFC 7162 §3.1.4.2", write: writeModSeq},
	SaveDateItem: {name: "SAVEDATE", ref: "RFC 8514 §4.2", write: writeSaveDate},
	EmailIDItem:  {name: "EMAILID", ref: "RFC 8474 §5.1", write: writeEmailID},
	ThreadIDItem: {name: "THREADID", ref: "RFC 8474 §5.2", write: writeThreadID},
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
		if !section && isSectionItem(name) {
			s.fail(termSection)
		}
		s.failAt(start, termFetchAtt, ReplySyntax)
		return item
	}
	a := &fetchAtts[item.Att]
	if s.note {
		s.markAs(start, item.Att.term(), a.ref)
	}
	switch {
	case item.Att == PreviewItem:
		s.lazy(&item)
		return item
	case !section:
		return item
	}
	s.pos++
	if a.binary {
		item.Section = s.sectionPart()
	} else {
		item.Section = s.section()
	}
	if start = s.pos; item.Att != BinarySizeItem && s.accept('<') {
		item.Partial = true
		item.Offset = s.partialNumber(false)
		s.expect('.', termPartial)
		item.Count = s.partialNumber(true)
		s.expect('>', termPartial)
		s.mark(start, termPartial)
	}
	return item
}

func isSectionItem(name []byte) bool {
	for i := range fetchAtts {
		if fetchAtts[i].section && equalFold(name, fetchAtts[i].name) {
			return true
		}
	}
	return false
}

// lazy reads what may follow PREVIEW (RFC 8970 §4.1). Within a list of items a parenthesis can mean nothing else.
func (s *scanner) lazy(item *FetchItem) {
	if s.pos+1 >= len(s.p) || s.bad || s.p[s.pos] != ' ' || s.p[s.pos+1] != '(' {
		return
	}
	s.pos += 2
	start := s.pos
	if word := s.run(charAtom, termModifier); !equalFold(word, "LAZY") {
		if equalFold(word, "CHANGEDSINCE") || equalFold(word, "VANISHED") || equalFold(word, "PARTIAL") { // a modifier of FETCH behind its only item
			s.pos = start - 2
			return
		}
		s.failAt(start, termModifier, ReplySyntax)
	}
	s.mark(start, termModifier)
	s.expect(')', termClose)
	item.Lazy = true
}

// partialNumber reads a number of up to 63 bits (RFC 9051 §9, partial).
func (s *scanner) partialNumber(nz bool) int64 {
	if nz && s.peek() == '0' {
		s.fail(termPartial)
	}
	n, ok := s.digits64()
	if !ok {
		s.fail(termPartial)
	}
	return n
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
	if item.Lazy {
		e.text(" (LAZY)")
	}
	if !a.section {
		return
	}
	e.section(&item.Section)
	if item.Partial {
		e.buf = strconv.AppendInt(append(e.buf, '<'), item.Offset, 10)
		e.buf = strconv.AppendInt(append(e.buf, '.'), item.Count, 10)
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
	octets, ok := item.Section.of(m)
	dst, octets = item.partial(dst, octets)
	dst = append(dst, ' ')
	if !ok {
		return append(dst, "NIL"...)
	}
	return appendLiteral(dst, octets)
}

// partial writes where the octets begin and cuts them as the item wants them.
func (item *FetchItem) partial(dst, octets []byte) ([]byte, []byte) {
	if !item.Partial {
		return dst, octets
	}
	dst = append(strconv.AppendInt(append(dst, '<'), item.Offset, 10), '>')
	octets = octets[min(item.Offset, int64(len(octets))):]
	return dst, octets[:min(item.Count, int64(len(octets)))]
}

func writeModSeq(dst []byte, _ *FetchItem, m *fetched) []byte {
	return append(strconv.AppendUint(append(dst, "MODSEQ ("...), uint64(m.ModSeq), 10), ')')
}

func writeSaveDate(dst []byte, _ *FetchItem, m *fetched) []byte {
	if dst = append(dst, "SAVEDATE "...); m.Saved == 0 {
		return append(dst, "NIL"...)
	}
	return appendDateTime(dst, m.Saved)
}

func writeEmailID(dst []byte, _ *FetchItem, m *fetched) []byte {
	return append(append(append(dst, "EMAILID ("...), emailID(m.EmailID)...), ')')
}

// emailID is a message's identifier as clients know it (RFC 8474 §7, objectid).
func emailID(id uint64) string { return "M" + strconv.FormatUint(id, 10) }

// writeThreadID says that this server keeps no threads (RFC 8474 §5.2).
func writeThreadID(dst []byte, _ *FetchItem, _ *fetched) []byte {
	return append(dst, "THREADID NIL"...)
}
