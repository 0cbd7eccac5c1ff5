package imap

import (
	"strings"

	"ehlo/sim/store"
)

// List asks which mailboxes match a pattern (RFC 3501 §6.3.8): "*" stands for anything, "%" for anything within one level
// of the hierarchy. The pattern is taken as what follows the reference.
type List struct{ Reference, Pattern string }

// MailboxInfo is a mailbox as LIST names it (RFC 3501 §7.2.2).
type MailboxInfo struct {
	Name       string
	Delimiter  byte     // between the levels of the hierarchy; 0 where there are none
	Attributes []string // as in `\Noselect`
}

// Name is the command on the wire.
func (List) Name() string { return "LIST" }

func (c List) append(e *encoder) {
	e.text(" ")
	e.astring(c.Reference)
	e.text(" ")
	e.listMailbox(c.Pattern)
}

func parseList(s *scanner) Command {
	var c List
	s.space(termReference)
	c.Reference = s.astring(termReference)
	s.space(termListMailbox)
	c.Pattern = s.listMailbox(termListMailbox)
	return c
}

func (c List) serve(s *Server) {
	s.ask(Event{Kind: AskList, Reference: c.Reference, Pattern: c.Pattern}, listTask(c))
}

type listTask List

func (t listTask) clone() task { return t }

func (t listTask) answer(s *Server, a Answer) {
	if !a.OK {
		s.refuse(a, ReplyServerFault)
		return
	}
	if t.Pattern == "" { // asks for the delimiter and the root of the reference
		root := MailboxInfo{Attributes: []string{`\Noselect`}}
		if len(a.Mailboxes) > 0 {
			root.Delimiter = a.Mailboxes[0].Delimiter
		}
		s.out = root.append(s.out)
		s.complete()
		return
	}
	pattern := t.Reference + t.Pattern
	levels := newLevels(pattern, a.Mailboxes)
	for _, m := range a.Mailboxes {
		s.out = levels.append(s.out, m)
		if MatchMailbox(pattern, m.Name, m.Delimiter) {
			s.out = m.append(s.out)
		}
	}
	s.complete()
}

// levels is the levels of a hierarchy that a pattern with "%" at its end lists although no mailbox has their name (RFC
// 3501 §6.3.8).
type levels struct {
	pattern string
	named   map[string]bool // mailboxes, and levels that were listed; nil where the pattern asks for none
}

func newLevels(pattern string, mailboxes []MailboxInfo) levels {
	if !strings.HasSuffix(pattern, "%") {
		return levels{}
	}
	named := make(map[string]bool, len(mailboxes))
	for _, m := range mailboxes {
		named[m.Name] = true
	}
	return levels{pattern, named}
}

// append adds LIST responses for the levels above a mailbox.
func (l levels) append(dst []byte, m MailboxInfo) []byte {
	if l.named == nil || m.Delimiter == 0 {
		return dst
	}
	for i := range len(m.Name) {
		level := canonicalMailbox(m.Name[:i])
		if i == 0 || m.Name[i] != m.Delimiter || l.named[level] || !MatchMailbox(l.pattern, level, m.Delimiter) {
			continue
		}
		l.named[level] = true
		dst = MailboxInfo{Name: level, Delimiter: m.Delimiter, Attributes: []string{`\Noselect`}}.append(dst)
	}
	return dst
}

// append adds the untagged LIST response.
func (m MailboxInfo) append(dst []byte) []byte {
	dst = append(dst, "* LIST ("...)
	for i, a := range m.Attributes {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = append(dst, a...)
	}
	dst = append(dst, ") "...)
	if m.Delimiter == 0 {
		dst = append(dst, "NIL "...)
	} else {
		dst = append(appendQuoted(dst, string(rune(m.Delimiter))), ' ')
	}
	return append(appendAstring(dst, m.Name), "\r\n"...)
}

// MatchMailbox says whether a LIST pattern matches a mailbox's name (RFC 3501 §6.3.8). INBOX matches in any case.
func MatchMailbox(pattern, name string, delimiter byte) bool {
	inbox := canonicalMailbox(name) == store.Inbox
	// Each wildcard tries the shortest match first and grows when what follows does not fit. Only the last "*" needs to
	// grow again once a later one has matched, and "%" within its reach.
	star, starAt, level, levelAt := -1, 0, -1, 0
	p, n := 0, 0
	for {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, starAt, level = p, n, -1
			p++
			continue
		case p < len(pattern) && pattern[p] == '%':
			level, levelAt = p, n
			p++
			continue
		case n == len(name) && p == len(pattern):
			return true
		case n < len(name) && p < len(pattern) && sameOctet(pattern[p], name[n], inbox):
			p, n = p+1, n+1
			continue
		}
		switch {
		case level >= 0 && levelAt < len(name) && (delimiter == 0 || name[levelAt] != delimiter):
			levelAt++
			p, n = level+1, levelAt
		case star >= 0 && starAt < len(name):
			starAt++
			p, n, level = star+1, starAt, -1
		default:
			return false
		}
	}
}

func sameOctet(a, b byte, fold bool) bool {
	return a == b || fold && a|0x20 == b|0x20 && a|0x20 >= 'a' && a|0x20 <= 'z'
}

// canonicalMailbox is a mailbox's name with INBOX in upper case (RFC 3501 §5.1).
func canonicalMailbox(name string) string {
	if equalFold([]byte(name), store.Inbox) {
		return store.Inbox
	}
	return name
}
