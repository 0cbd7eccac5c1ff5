package imap

import "bytes"

// extended reads what a LIST response says beyond the name: words, each with a value (RFC 5258 §4).
func (s *scanner) extended(m *MailboxInfo) {
	s.expect('(', termOpen)
	for s.peek() != ')' && !s.bad {
		name := s.astring(termListOption)
		s.space(termValue)
		v := s.value(termValue, 0)
		switch {
		case equalFold([]byte(name), "CHILDINFO"):
			m.ChildInfo = v.Strings()
		case equalFold([]byte(name), "OLDNAME") && len(v.List) == 1:
			m.OldName = v.List[0].Text
		}
		if !s.accept(' ') {
			break
		}
	}
	s.expect(')', termClose)
}

// parseStatusData reads a mailbox's name and numbers (RFC 3501 §7.2.4).
func parseStatusData(s *scanner, r *Response) {
	r.Mailbox.Name = s.mailbox(termMailbox)
	s.space(termStatusAtt)
	s.expect('(', termOpen)
	for s.peek() != ')' && !s.bad {
		start := s.pos
		d := Datum{Name: string(bytes.ToUpper(s.run(charAtom, termStatusAtt)))}
		if s.note {
			s.markAs(start, statusTerm(d.Name), "RFC 3501 §7.2.4")
		}
		s.space(termValue)
		d.Value = s.value(termValue, 0)
		r.Items = append(r.Items, d)
		if !s.accept(' ') {
			break
		}
	}
	s.expect(')', termClose)
}

// statusTerm is the locale identifier of an item of STATUS.
func statusTerm(name string) string {
	for i := range statusItems {
		if statusItems[i].name == name {
			return StatusItem(i).term()
		}
	}
	return terms[termStatusAtt].id
}

// parseNamespaceData reads three lists of namespaces; Words holds the prefixes of the first.
func parseNamespaceData(s *scanner, r *Response) {
	for i := range 3 {
		if i > 0 {
			s.space(termValue)
		}
		v := s.value(termNamespace, 0)
		for _, n := range v.List {
			if i == 0 && len(n.List) > 1 {
				r.Words = append(r.Words, n.List[0].Text)
			}
		}
	}
}

// parseIDData reads names and values in turn.
func parseIDData(s *scanner, r *Response) { r.Words = s.value(termIDParams, 0).Strings() }

// parseMetadataData reads a mailbox's name and annotations: names and values in turn in parentheses, or the names of those
// that have changed (RFC 5464 §4.4.2).
func parseMetadataData(s *scanner, r *Response) {
	r.Mailbox.Name = s.mailbox(termMailbox)
	if !s.sees(" (") {
		for s.accept(' ') {
			r.Words = append(r.Words, s.astring(termMetadataEntry))
		}
		return
	}
	s.space(termMetadataEntry)
	r.Words = s.value(termMetadataEntry, 0).Strings()
}

// parseMailboxData reads a mailbox's name and words about it.
func parseMailboxData(s *scanner, r *Response) {
	r.Mailbox.Name = s.mailbox(termMailbox)
	for s.accept(' ') {
		r.Words = append(r.Words, s.astring(termValue))
	}
}

// parseQuotaData reads a quota root and its resources, each with what is used and what there may be.
func parseQuotaData(s *scanner, r *Response) {
	r.Words = []string{s.astring(termQuotaRoot)}
	s.space(termResource)
	r.Words = append(r.Words, s.value(termResource, 0).Strings()...)
}

// parseVanished reads UIDs of messages that are gone; Words holds EARLIER where they went before the mailbox was opened.
func parseVanished(s *scanner, r *Response) {
	if start := s.pos; s.accept('(') {
		r.Words = []string{string(s.run(charAtom, termEarlier))}
		s.expect(')', termClose)
		s.mark(start, termEarlier)
		s.space(termUIDSet)
	}
	r.UIDs = []SequenceSet{s.sequenceSet(termUIDSet)}
}

// parseUIDs reads UIDVALIDITY and the UIDs of messages that came or were copied (RFC 4315 §3).
func parseUIDs(s *scanner, r *Response) {
	r.Number = s.nzNumber(termNzNumber)
	for s.accept(' ') {
		r.UIDs = append(r.UIDs, s.sequenceSet(termUIDSet))
	}
}

// parseModified reads which messages changed too late, by number or, after a UID command, by UID (RFC 7162 §3.1.3).
func parseModified(s *scanner, r *Response) { r.UIDs = []SequenceSet{s.sequenceSet(termSequenceSet)} }
