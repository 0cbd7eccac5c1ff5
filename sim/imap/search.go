package imap

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"ehlo/sim/message"
)

// Search asks which messages fulfil all of Keys (RFC 3501 §6.4.4); UID asks for UIDs (§6.4.8).
type Search struct {
	UID     bool
	Return  SearchReturn
	Charset string // of the texts in Keys; "" is US-ASCII, or UTF-8 where a text has other characters
	Keys    []SearchKey
}

// SearchReturn is which results a search is to give. The zero value asks for the SEARCH response.
type SearchReturn struct {
	Extended             bool // the ESEARCH response is wanted (RFC 4731 §3.1)
	Min, Max, All, Count bool
	Save                 bool // keep the result as "$" (RFC 5182 §2.1)
	PartialFrom          int64
	PartialTo            int64 // these results only, from 1, or from -1 at the end; 0 is all (RFC 9394 §3.1)
}

// Name is the command on the wire.
func (c Search) Name() string {
	if c.UID {
		return "UID SEARCH"
	}
	return "SEARCH"
}

func (c Search) append(e *encoder) {
	c.Return.append(e)
	if charset := c.charset(); charset != "" {
		e.text(" CHARSET ")
		e.astring(charset)
	}
	e.searchKeys(c.Keys)
}

// charset is the charset that has to be named.
func (c Search) charset() string {
	if c.Charset == "" && beyondASCII(c.Keys) {
		return "UTF-8"
	}
	return c.Charset
}

func beyondASCII(keys []SearchKey) bool {
	for i := range keys {
		for _, c := range []byte(keys[i].Text) {
			if c >= utf8.RuneSelf {
				return true
			}
		}
		if beyondASCII(keys[i].Keys) {
			return true
		}
	}
	return false
}

func (r SearchReturn) append(e *encoder) {
	if !r.Extended {
		return
	}
	e.text(" RETURN (")
	space := ""
	for _, o := range [...]struct {
		set  bool
		name string
	}{{r.Min, "MIN"}, {r.Max, "MAX"}, {r.All, "ALL"}, {r.Count, "COUNT"}, {r.Save, "SAVE"}} {
		if o.set {
			e.text(space + o.name)
			space = " "
		}
	}
	if r.PartialFrom != 0 {
		e.text(space + "PARTIAL " + partialRange(r.PartialFrom, r.PartialTo))
	}
	e.text(")")
}

// partialRange is the part of the results that PARTIAL wants, as it is written.
func partialRange(from, to int64) string {
	return strconv.FormatInt(from, 10) + ":" + strconv.FormatInt(to, 10)
}

func parseSearch(s *scanner) Command    { return s.search(Search{}) }
func parseUIDSearch(s *scanner) Command { return s.search(Search{UID: true}) }

func (s *scanner) search(c Search) Command {
	s.space(termSearchKey)
	if s.word("RETURN") {
		c.Return = s.searchReturn()
		s.space(termSearchKey)
	}
	if s.word("CHARSET") {
		s.space(termCharset)
		c.Charset = s.astring(termCharset)
		s.space(termSearchKey)
	}
	c.Keys = s.searchKeyList(0)
	return c
}

// word takes a word, which is a part of the grammar, if it is next.
func (s *scanner) word(word string) bool {
	end := s.pos + len(word)
	if s.bad || end > len(s.p) || !equalFold(s.p[s.pos:end], word) || end < len(s.p) && chars[s.p[end]]&charAtom != 0 {
		return false
	}
	start := s.pos
	s.pos = end
	s.mark(start, termSearchOption)
	return true
}

// searchReturn reads the options in parentheses, before which a space stands (RFC 4731 §4, search-return-opts).
func (s *scanner) searchReturn() SearchReturn {
	r := SearchReturn{Extended: true}
	s.space(termOpen)
	s.expect('(', termOpen)
	if s.accept(')') {
		r.All = true
		return r
	}
	for {
		start := s.pos
		switch word := s.run(charAtom, termSearchReturn); {
		case equalFold(word, "MIN"):
			r.Min = true
		case equalFold(word, "MAX"):
			r.Max = true
		case equalFold(word, "ALL"):
			r.All = true
		case equalFold(word, "COUNT"):
			r.Count = true
		case equalFold(word, "SAVE"):
			r.Save = true
		case equalFold(word, "PARTIAL") && r.PartialFrom == 0:
			s.mark(start, termSearchReturn)
			s.space(termPartialRange)
			r.PartialFrom, r.PartialTo = s.partialRange()
			start = s.pos
		default:
			s.failAt(start, termSearchReturn, ReplySyntax)
		}
		s.mark(start, termSearchReturn)
		if r.PartialFrom != 0 && r.All { // RFC 9394 §3.1
			s.failAt(start, termSearchReturn, ReplySyntax)
		}
		if s.bad || !s.accept(' ') {
			break
		}
	}
	s.expect(')', termClose)
	return r
}

// partialRange reads 1:500 or -1:-500 (RFC 9394 §4, partial-range).
func (s *scanner) partialRange() (from, to int64) {
	start := s.pos
	bound := func() int64 {
		sign := int64(1)
		if s.accept('-') {
			sign = -1
		}
		n, ok := s.digits()
		if !ok || n == 0 {
			s.failAt(start, termPartialRange, ReplySyntax)
		}
		return sign * n
	}
	from = bound()
	s.expect(':', termPartialRange)
	to = bound()
	if from < 0 != (to < 0) {
		s.failAt(start, termPartialRange, ReplySyntax)
	}
	s.mark(start, termPartialRange)
	return from, to
}

func (c Search) serve(s *Server) {
	s.find(&searchTask{uid: c.UID, want: c.Return, then: c}, c.Charset, c.Keys)
}

func (Search) found(s *Server, t *searchTask) { s.searchResponse(t, "SEARCH") }

// find begins to look for messages; its then is told what was found.
func (s *Server) find(t *searchTask, charset string, keys []SearchKey) {
	s.update(false, t.uid, believed{}) // what is searched is what the client knows
	p := program{view: &s.box, charset: charset, now: s.cfg.Epoch + int64(s.heard)/1e9}
	t.criterion = p.all(keys)
	if s.uidOnly && p.numbers {
		s.reply(s.tag, ReplyUIDRequired, about{})
		return
	}
	if p.unknown {
		if t.want.Save { // RFC 5182 §2.1
			s.box.saved = nil
		}
		s.finishWith(ReplyBadCharset, about{text: strings.Join(message.Charsets(), " ")})
		return
	}
	if p.modSeq {
		s.useModSeq()
	}
	t.modSeq = p.modSeq
	t.prepare(s)
	t.run(s)
}

// cutLast cuts a text at its last space.
func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, ' ')
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}
