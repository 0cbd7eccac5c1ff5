package imap

import "ehlo/sim/store"

// SearchData is what a search has found, as SEARCH and ESEARCH responses tell it (RFC 3501 §7.2.5, RFC 4731 §3.1).
type SearchData struct {
	Tag             string // of the command that an ESEARCH response belongs to
	UID             bool   // an ESEARCH response that is about UIDs
	All             SequenceSet
	Min, Max, Count uint32
	Partial         SequenceSet // the results that PARTIAL asked for
	ModSeq          store.ModSeq
}

// parseSearchData reads the numbers of a SEARCH response, and the modification sequence that may end it (RFC 7162 §3.1.6).
func parseSearchData(s *scanner, r *Response) {
	for {
		if s.accept('(') {
			start := s.pos
			if !equalFold(s.run(charAtom, termSearchResult), "MODSEQ") {
				s.failAt(start, termSearchResult, ReplySyntax)
			}
			s.mark(start, termSearchResult)
			s.space(termModSeq)
			r.Search.ModSeq = s.modSeq(true)
			s.expect(')', termClose)
			return
		}
		n := s.nzNumber(termFound)
		r.Search.All = append(r.Search.All, Range{From: n, To: n})
		if s.bad || !s.accept(' ') {
			return
		}
	}
}

// parseESearchData reads an ESEARCH response (RFC 4731 §4).
func parseESearchData(s *scanner, r *Response) {
	d := &r.Search
	if s.accept('(') {
		s.resultName("TAG")
		d.Tag = s.astring(termTag)
		s.expect(')', termClose)
		if s.atEnd() {
			return
		}
		s.space(termSearchResult)
	}
	for {
		start := s.pos
		word := s.run(charAtom, termSearchResult)
		s.mark(start, termSearchResult)
		switch {
		case equalFold(word, "UID"):
			d.UID = true
		case equalFold(word, "MIN"):
			d.Min = s.resultNumber()
		case equalFold(word, "MAX"):
			d.Max = s.resultNumber()
		case equalFold(word, "COUNT"):
			d.Count = s.resultNumber()
		case equalFold(word, "ALL"):
			s.space(termFound)
			d.All = s.sequenceSet(termFound)
		case equalFold(word, "MODSEQ"):
			s.space(termModSeq)
			d.ModSeq = s.modSeq(true)
		case equalFold(word, "PARTIAL"):
			s.space(termOpen)
			s.expect('(', termOpen)
			s.partialRange()
			s.space(termFound)
			if !s.isNil() {
				d.Partial = s.sequenceSet(termFound)
			}
			s.expect(')', termClose)
		default: // of an extension
			s.space(termValue)
			s.value(termValue, 0)
		}
		if s.bad || !s.accept(' ') {
			return
		}
	}
}

func (s *scanner) resultName(name string) {
	start := s.pos
	if !equalFold(s.run(charAtom, termSearchResult), name) {
		s.failAt(start, termSearchResult, ReplySyntax)
	}
	s.mark(start, termSearchResult)
	s.space(termSearchResult)
}

func (s *scanner) resultNumber() uint32 {
	s.space(termFound)
	return s.number(termFound)
}

// parseThreadData reads the threads of a THREAD response (RFC 5256 §4).
func parseThreadData(s *scanner, r *Response) {
	for s.peek() == '(' {
		r.Threads = append(r.Threads, s.value(termFound, 0))
	}
	if len(r.Threads) == 0 {
		s.fail(termOpen)
	}
}
