package imap

import (
	"bytes"

	"ehlo/sim/machine"
	"ehlo/sim/store"
	"ehlo/sim/trace"
)

// Response is one response of a server (RFC 3501 §7). Which fields mean something depends on Name.
type Response struct {
	Tag    string // of the command that it ends; "*" of untagged data, "+" of a continuation request
	Name   string // "OK", "NO", "BAD", "BYE", "PREAUTH", "EXISTS", "FETCH", "LIST", …; "" of a continuation request
	Status Status // where Name is one
	Code   string // of a status: the response code's name, or ""
	Text   string // of a status: what people read

	Number  uint32        // of EXISTS and RECENT, the message of EXPUNGE and FETCH, the UID of UIDFETCH, and of the codes that have one
	ModSeq  store.ModSeq  // of the code HIGHESTMODSEQ
	Words   []string      // of ACL, LISTRIGHTS, METADATA, MYRIGHTS, QUOTA and QUOTAROOT; of CAPABILITY, FLAGS, ENABLED and ID, of NAMESPACE the user's own prefixes, and of the code PERMANENTFLAGS
	UIDs    []SequenceSet // of VANISHED, and of the codes APPENDUID, COPYUID and MODIFIED, whose numbers may be none
	Mailbox MailboxInfo   // of LIST and LSUB; its name of STATUS, of QUOTAROOT and of what is said of rights
	Search  SearchData    // of SEARCH, ESEARCH and SORT
	Threads []Value       // of THREAD: each a list of numbers, and of lists where the thread branches
	Items   []Datum       // of FETCH and STATUS
}

// IsStatus says that the response is OK, NO, BAD, BYE or PREAUTH.
func (r *Response) IsStatus() bool {
	return r.Tag != "+" && r.Name == r.Status.String()
}

// Class is what the response is among the lines of a session.
func (r *Response) Class() trace.Class {
	switch {
	case r.Tag == "+":
		return trace.ClassMore
	case r.Tag == "*":
		return trace.ClassUntagged
	}
	return r.Status.Class()
}

// Datum is one item of a FETCH response (RFC 3501 §7.4.2).
type Datum struct {
	Name    string // "FLAGS", "BODY", …
	Section Section
	Body    bool // of BODY: a section was named
	Partial bool // of BODY[…]: the octets begin at Offset
	Offset  int64
	Value   Value
}

// UID is the UID that a FETCH or UIDFETCH response gives, 0 where it gives none.
func (r *Response) UID() store.UID {
	if r.Name == "UIDFETCH" {
		return store.UID(r.Number)
	}
	for _, d := range r.Items {
		if n, ok := d.Value.Number(); ok && d.Name == "UID" {
			return store.UID(n)
		}
	}
	return 0
}

// Flags is the flags that a FETCH response gives, \Recent among them, and false where it gives none.
func (r *Response) Flags() ([]string, bool) {
	for _, d := range r.Items {
		if d.Name == "FLAGS" {
			return d.Value.Strings(), true
		}
	}
	return nil, false
}

// Content is the octets of the first item with a body section, or of RFC822, and false where there is none.
func (r *Response) Content() (string, bool) {
	for _, d := range r.Items {
		if d.Body || d.Name == "RFC822" || d.Name == "RFC822.HEADER" || d.Name == "RFC822.TEXT" {
			return d.Value.Text, true
		}
	}
	return "", false
}

// ParseResponse reads a response with its literals and its line end. An error is a [*SyntaxError].
func ParseResponse(line []byte) (Response, []machine.Span, error) {
	s := newScanner(bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r")))
	s.note, s.utf8 = true, true
	r := s.response()
	if s.bad {
		return r, s.spans, &s.err
	}
	return r, s.spans, nil
}

// responseRow is untagged data: numbered says that its number stands before the name.
type responseRow struct {
	name     string
	numbered bool
	bare     bool // nothing need follow the name
	ref      string
	parse    func(*scanner, *Response)
}

var responseRows = [...]responseRow{
	{"CAPABILITY", false, false, "RFC 3501 §7.2.1", parseWords},
	{"LIST", false, false, "RFC 3501 §7.2.2", parseMailboxList},
	{"LSUB", false, false, "RFC 3501 §7.2.3", parseMailboxList},
	{"VANISHED", false, false, "RFC 7162 §3.2.10", parseVanished},
	{"STATUS", false, false, "RFC 3501 §7.2.4", parseStatusData},
	{"NAMESPACE", false, false, "RFC 2342 §5", parseNamespaceData},
	{"QUOTA", false, false, "RFC 9208 §4.2.1", parseQuotaData},
	{"QUOTAROOT", false, false, "RFC 9208 §4.2.2", parseMailboxData},
	{"ACL", false, false, "RFC 4314 §3.6", parseMailboxData},
	{"LISTRIGHTS", false, false, "RFC 4314 §3.7", parseMailboxData},
	{"MYRIGHTS", false, false, "RFC 4314 §3.8", parseMailboxData},
	{"METADATA", false, false, "RFC 5464 §4.4.1", parseMetadataData},
	{"ENABLED", false, true, "RFC 5161 §3.2", parseWords},
	{"ID", false, false, "RFC 2971 §3.2", parseIDData},
	{"FLAGS", false, false, "RFC 3501 §7.2.6", parseFlagList},
	{"SEARCH", false, true, "RFC 3501 §7.2.5", parseSearchData},
	{"ESEARCH", false, true, "RFC 4731 §3.1", parseESearchData},
	{"SORT", false, true, "RFC 5256 §4", parseSearchData},
	{"THREAD", false, true, "RFC 5256 §4", parseThreadData},
	{"EXISTS", true, false, "RFC 3501 §7.3.1", nil},
	{"RECENT", true, false, "RFC 3501 §7.3.2", nil},
	{"EXPUNGE", true, false, "RFC 3501 §7.4.1", nil},
	{"FETCH", true, false, "RFC 3501 §7.4.2", parseMessageData},
	{"UIDFETCH", true, false, "RFC 9586", parseMessageData},
}

// codes are the response codes whose arguments are read (RFC 3501 §7.1); of the others the name is.
var codes = [...]struct {
	name  string
	parse func(*scanner, *Response)
}{
	{"CAPABILITY", parseWords},
	{"PERMANENTFLAGS", parseFlagList},
	{"UIDNEXT", parseNumber},
	{"UIDVALIDITY", parseNumber},
	{"UNSEEN", parseNumber},
	{"HIGHESTMODSEQ", parseModSeq}, // RFC 7162
	{"MODIFIED", parseModified},
	{"UNKNOWN-CTE", nil},   // RFC 3516
	{"COPYUID", parseUIDs}, // RFC 4315
	{"ALERT", nil},         // RFC 3501
	{"BADCHARSET", nil},
	{"PARSE", nil},
	{"READ-ONLY", nil},
	{"READ-WRITE", nil},
	{"TRYCREATE", nil},
	{"AUTHENTICATIONFAILED", nil}, // RFC 5530 §3
	{"EXPUNGEISSUED", nil},
	{"INUSE", nil},
	{"NONEXISTENT", nil},
	{"OVERQUOTA", nil},
	{"SERVERBUG", nil},
	{"ALREADYEXISTS", nil},
	{"AUTHORIZATIONFAILED", nil},
	{"CANNOT", nil},
	{"LIMIT", nil},
	{"NOPERM", nil},
	{"PRIVACYREQUIRED", nil},
	{"APPENDUID", parseUIDs}, // RFC 4315
	{"TOOBIG", nil},          // RFC 4469
	{"USEATTR", nil},         // RFC 6154
	{"CLOSED", nil},          // RFC 7162
	{"METADATA", nil},        // RFC 5464
	{"MAILBOXID", nil},       // RFC 8474
	{"HASCHILDREN", nil},     // RFC 9051
	{"UIDREQUIRED", nil},     // RFC 9586
	{"BADEVENT", nil},        // RFC 5465
	{"NOTIFICATIONOVERFLOW", nil},
}

// response reads a whole response.
func (s *scanner) response() Response {
	var r Response
	switch {
	case s.accept('*'):
		r.Tag = "*"
		s.mark(0, termUntagged)
	case s.accept('+'):
		r.Tag = "+"
		s.mark(0, termContinue)
		if s.accept(' ') {
			s.text(&r)
		}
		return r
	default:
		r.Tag = string(s.run(charTag, termTag))
		s.mark(0, termTag)
	}
	s.space(termStatus)
	start := s.pos
	numbered := s.peek() >= '0' && s.peek() <= '9' && r.Tag == "*"
	if numbered {
		n, ok := s.digits()
		if !ok {
			s.fail(termNumber)
		}
		r.Number = uint32(n)
		numberEnd := s.pos
		s.space(termData)
		s.data(&r, numbered, start, numberEnd)
		return r
	}
	word := s.run(charAtom, termStatus)
	for i, name := range statusNames {
		if equalFold(word, name) {
			if r.Tag != "*" && Status(i) > BAD {
				break
			}
			r.Name, r.Status = name, Status(i)
			if s.note {
				s.markAs(start, "imap.status."+name, "RFC 3501 §7.1")
			}
			s.expect(' ', termText)
			s.text(&r)
			return r
		}
	}
	if r.Tag != "*" {
		s.failAt(start, termStatus, ReplySyntax)
		return r
	}
	s.pos = start
	s.data(&r, false, start, start)
	return r
}

// data reads untagged data from its name on; its number stood from start to end.
func (s *scanner) data(r *Response, numbered bool, start, end int) {
	nameAt := s.pos
	word := s.run(charAtom, termData)
	for i := range responseRows {
		row := &responseRows[i]
		if row.numbered != numbered || !equalFold(word, row.name) {
			continue
		}
		r.Name = row.name
		if numbered {
			t := termCount
			switch row.name {
			case "FETCH", "EXPUNGE":
				t = termMessageNumber
			case "UIDFETCH":
				t = termUIDSet
			}
			s.insertMark(start, end, t)
		}
		if s.note {
			s.markAs(nameAt, "imap.response."+row.name, row.ref)
		}
		if row.parse != nil && (!row.bare || !s.atEnd()) {
			s.space(termValue)
			row.parse(s, r)
		}
		s.end()
		return
	}
	// Data of an extension: a client that does not know it passes over it.
	r.Name = string(word)
	s.mark(nameAt, termData)
	for s.accept(' ') {
		s.value(termValue, 0)
	}
	s.end()
}

// insertMark records what stood from start to end.
func (s *scanner) insertMark(start, end int, t term) {
	pos := s.pos
	s.pos = end
	s.mark(start, t)
	s.pos = pos
}

// text reads the code and the text of a status response.
func (s *scanner) text(r *Response) {
	if s.accept('[') {
		start := s.pos
		name := s.run(charAtom, termCode)
		r.Code = string(bytes.ToUpper(name))
		s.mark(start, termCode)
		for i := range codes {
			if codes[i].name == r.Code && codes[i].parse != nil {
				s.space(termValue)
				codes[i].parse(s, r)
			}
		}
		start = s.pos
		for !s.atEnd() && s.p[s.pos] != ']' {
			s.pos++
		}
		s.mark(start, termValue)
		s.expect(']', termCode)
		if s.atEnd() {
			return
		}
		s.expect(' ', termText)
	}
	start := s.pos
	for !s.atEnd() && s.p[s.pos] != '\r' && s.p[s.pos] != '\n' && s.p[s.pos] != 0 {
		s.pos++
	}
	s.mark(start, termText)
	r.Text = string(s.p[start:s.pos])
	s.end()
}

func parseNumber(s *scanner, r *Response) { r.Number = s.nzNumber(termNzNumber) }

func parseModSeq(s *scanner, r *Response) { r.ModSeq = s.modSeq(true) }

// parseWords reads atoms, a space between them.
func parseWords(s *scanner, r *Response) {
	for {
		r.Words = append(r.Words, string(s.atom(termCapability)))
		if s.bad || !s.accept(' ') {
			return
		}
	}
}

// parseFlagList reads flags in parentheses; `\*` may be among them.
func parseFlagList(s *scanner, r *Response) {
	if s.peek() != '(' {
		s.fail(termFlagList)
		return
	}
	r.Words = s.value(termFlag, maxNesting-1).Strings()
}

// parseMailboxList reads attributes, delimiter and name (RFC 3501 §7.2.2).
func parseMailboxList(s *scanner, r *Response) {
	if s.peek() != '(' {
		s.fail(termAttributes)
		return
	}
	r.Mailbox.Attributes = s.value(termAttributes, maxNesting-1).Strings()
	s.space(termDelimiter)
	if !s.isNil() {
		d := s.quotedOnly(termDelimiter)
		if len(d) == 1 {
			r.Mailbox.Delimiter = d[0]
		} else {
			s.fail(termDelimiter)
		}
	}
	s.space(termMailbox)
	r.Mailbox.Name = s.mailbox(termMailbox)
	if s.accept(' ') {
		s.extended(&r.Mailbox)
	}
}

func (s *scanner) quotedOnly(t term) string {
	if s.peek() != '"' {
		s.fail(t)
		return ""
	}
	return s.quoted(t)
}

// parseMessageData reads the items of a FETCH response.
func parseMessageData(s *scanner, r *Response) {
	s.expect('(', termOpen)
	for {
		start := s.pos
		d := Datum{Name: string(bytes.ToUpper(s.fetchName()))}
		section := s.peek() == '['
		if s.note {
			s.markAs(start, datumTerm(d.Name, section), "RFC 3501 §7.4.2")
		}
		if section {
			s.pos++
			d.Body, d.Section = true, s.section()
			if from := s.pos; s.accept('<') {
				d.Partial, d.Offset = true, s.partialNumber(false)
				s.expect('>', termPartial)
				s.mark(from, termPartial)
			}
		}
		s.space(termValue)
		switch d.Name {
		case "FLAGS":
			d.Value = s.value(termFlag, 0)
		case "INTERNALDATE", "SAVEDATE":
			d.Value = s.value(termDateTime, 0)
		case "ENVELOPE":
			d.Value = s.envelope()
		default:
			d.Value = s.value(termValue, 0)
		}
		r.Items = append(r.Items, d)
		if s.bad || !s.accept(' ') {
			break
		}
	}
	s.expect(')', termClose)
}

// datumTerm is the locale identifier of an item in a response.
func datumTerm(name string, section bool) string {
	for a := range fetchAtts {
		if fetchAtts[a].name == name && fetchAtts[a].section == section {
			return FetchAtt(a).term()
		}
	}
	return terms[termFetchAtt].id
}
