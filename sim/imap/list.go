package imap

import (
	"slices"
	"strings"

	"ehlo/sim/store"
)

// List asks which mailboxes match a pattern (RFC 3501 §6.3.8), or one of several, which of them the client cares about,
// and what to say of each (RFC 5258 §3). As LSUB it lists the names that the user subscribes to (RFC 3501 §6.3.9).
type List struct {
	Subscribed bool // LSUB
	Reference  string
	Patterns   []string
	Select     ListOptions // of ListSubscribed, ListRemote, ListRecursive, ListSpecialUse
	Return     ListOptions // of ListSubscribed, ListChildren, ListSpecialUse
	Status     []StatusItem
	Extended   bool // it has options, perhaps none, or several patterns: what RFC 3501 says of plain LIST does not hold
}

// ListOptions is a set of the options of LIST.
type ListOptions uint8

// The options. Some are for selecting, some for what is returned, some for both.
const (
	ListSubscribed ListOptions = 1 << iota // RFC 5258 §3.1
	ListRemote
	ListRecursive
	ListSpecialUse // RFC 6154 §2
	ListChildren
)

var listOptions = [...]struct {
	name   string
	option ListOptions
}{
	{"SUBSCRIBED", ListSubscribed}, {"REMOTE", ListRemote}, {"RECURSIVEMATCH", ListRecursive}, {"SPECIAL-USE", ListSpecialUse}, {"CHILDREN", ListChildren},
}

const (
	listSelects = ListSubscribed | ListRemote | ListRecursive | ListSpecialUse
	listReturns = ListSubscribed | ListChildren | ListSpecialUse
)

// MailboxInfo is a mailbox as LIST names it (RFC 3501 §7.2.2).
type MailboxInfo struct {
	Name       string
	Delimiter  byte     // between the levels of the hierarchy; 0 where there are none
	Attributes []string // as in `\Noselect`
	ChildInfo  []string // what names below it were found by (RFC 5258 §4)
	OldName    string   // the name that the client used or the mailbox had (RFC 9051 §6.3.9.7)
}

// Box is what an account says of a name in the answers to [AskList].
type Box struct {
	Name       string
	Use        []string // as in `\Sent`
	Subscribed bool
	Absent     bool // there is no mailbox of this name: it is subscribed to only
	Locked     bool // the user may know the name and not what is there (RFC 4314 §4)

	Snapshot    store.Snapshot
	FirstRecent store.UID // see [Answer]
	ObjectID    string
	AppendLimit int64              // set by the server
	Annotations []store.Annotation // those that the user may see
}

// Name is the command on the wire.
func (c List) Name() string {
	if c.Subscribed {
		return "LSUB"
	}
	return "LIST"
}

func (c List) append(e *encoder) {
	if c.Select != 0 || c.Extended && c.Return == 0 && len(c.Status) == 0 && len(c.Patterns) == 1 {
		e.text(" ")
		e.listOptions(c.Select, nil)
	}
	e.text(" ")
	e.mailbox(c.Reference)
	e.text(" ")
	if len(c.Patterns) == 1 {
		e.pattern(c.Patterns[0])
	} else {
		for i, p := range c.Patterns {
			e.text([]string{" ", "("}[min(1, max(0, 1-i))])
			e.pattern(p)
		}
		e.text(")")
	}
	if c.Return != 0 || len(c.Status) > 0 {
		e.text(" RETURN ")
		e.listOptions(c.Return, c.Status)
	}
}

func (e *encoder) listOptions(options ListOptions, items []StatusItem) {
	e.text("(")
	var words []string
	for _, o := range listOptions {
		if options&o.option != 0 {
			words = append(words, o.name)
		}
	}
	e.text(strings.Join(words, " "))
	if len(items) > 0 {
		if len(words) > 0 {
			e.text(" ")
		}
		e.text("STATUS ")
		e.statusItems(items)
	}
	e.text(")")
}

func parseLsub(s *scanner) Command {
	c := List{Subscribed: true}
	s.space(termReference)
	c.Reference = s.mailbox(termReference)
	s.space(termListMailbox)
	c.Patterns = []string{s.pattern(termListMailbox)}
	return c
}

func parseList(s *scanner) Command {
	var c List
	s.space(termReference)
	if s.peek() == '(' {
		c.Extended = true
		c.Select = s.listOptions(listSelects, nil)
		if c.Select&ListRecursive != 0 && c.Select&(ListSubscribed|ListSpecialUse) == 0 {
			s.fail(termListOption) // RFC 5258 §3.1: it needs something to match
		}
		s.space(termReference)
	}
	c.Reference = s.mailbox(termReference)
	s.space(termListMailbox)
	if s.accept('(') {
		c.Extended = true
		for {
			c.Patterns = append(c.Patterns, s.pattern(termListMailbox))
			if s.bad || !s.accept(' ') {
				break
			}
		}
		s.expect(')', termClose)
	} else {
		c.Patterns = []string{s.pattern(termListMailbox)}
	}
	if s.peek() != ' ' {
		return c
	}
	s.space(termReturn)
	c.Extended = true
	start := s.pos
	if word := s.run(charAtom, termReturn); !equalFold(word, "RETURN") {
		s.failAt(start, termReturn, ReplySyntax)
	}
	s.mark(start, termReturn)
	s.space(termListOption)
	c.Return = s.listOptions(listReturns, &c.Status)
	return c
}

// listOptions reads options in parentheses; STATUS with its items where there is a place for them.
func (s *scanner) listOptions(allowed ListOptions, items *[]StatusItem) (options ListOptions) {
	s.expect('(', termOpen)
	for s.peek() != ')' && !s.bad {
		start := s.pos
		name := s.run(charAtom, termListOption)
		var option ListOptions
		for _, o := range listOptions {
			if equalFold(name, o.name) {
				option = o.option & allowed
			}
		}
		status := items != nil && equalFold(name, "STATUS")
		if option == 0 && !status {
			s.failAt(start, termListOption, ReplySyntax)
		}
		if s.note && !s.bad {
			s.markAs(start, "imap.list-option."+strings.ToUpper(string(name)), "RFC 5258 §3")
		}
		if status {
			s.space(termStatusAtt)
			*items = s.statusAtts()
		}
		options |= option
		if !s.accept(' ') {
			break
		}
	}
	s.expect(')', termClose)
	return options
}

func (c List) serve(s *Server) {
	s.ask(&Event{Kind: AskList, Reference: c.Reference, Pattern: strings.Join(c.Patterns, " ")}, listTask(c))
}

type listTask List

func (t listTask) clone() task { return t }

func (t listTask) answer(s *Server, a *Answer) {
	if !a.OK {
		s.refuse(a, ReplyServerFault)
		return
	}
	if len(t.Patterns) == 1 && t.Patterns[0] == "" && !t.Extended && !t.Subscribed { // asks for the delimiter and the root
		s.list("LIST", MailboxInfo{Delimiter: store.Delimiter, Attributes: []string{`\Noselect`}})
		s.complete()
		return
	}
	l := newListing(List(t), a.Boxes)
	for i := range a.Boxes {
		l.mailbox(s, &a.Boxes[i])
	}
	s.complete()
}

// listing works out what LIST says of an account.
type listing struct {
	c        List
	patterns []string
	boxes    []Box
	parents  map[string]bool // levels that have mailboxes below
	chosen   map[string]bool // levels that have names below which are selected and match no pattern
	named    map[string]bool // names that are mailboxes or were listed
}

func newListing(c List, boxes []Box) *listing {
	l := &listing{c: c, boxes: boxes, parents: map[string]bool{}, chosen: map[string]bool{}, named: map[string]bool{}}
	for _, p := range c.Patterns {
		l.patterns = append(l.patterns, c.Reference+p)
	}
	if c.Subscribed {
		l.c.Select |= ListSubscribed
	}
	for i := range boxes {
		b := &boxes[i]
		if !b.Absent && !c.Subscribed || c.Subscribed && b.Subscribed {
			l.named[b.Name] = true
		}
		hidden := l.selects(b) && !l.matches(b.Name)
		for level := range levels(b.Name) {
			l.parents[level] = l.parents[level] || !b.Absent
			l.chosen[level] = l.chosen[level] || hidden
		}
	}
	return l
}

// levels yields the names above a name, the highest first.
func levels(name string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for i := 1; i < len(name); i++ {
			if name[i] == store.Delimiter && !yield(canonicalMailbox(name[:i])) {
				return
			}
		}
	}
}

func (l *listing) matches(name string) bool {
	return slices.ContainsFunc(l.patterns, func(p string) bool { return MatchMailbox(p, name, store.Delimiter) })
}

// selects says whether a name is one that the client cares about.
func (l *listing) selects(b *Box) bool {
	if b.Absent && l.c.Select&ListSubscribed == 0 {
		return false
	}
	return (l.c.Select&ListSubscribed == 0 || b.Subscribed) && (l.c.Select&ListSpecialUse == 0 || len(b.Use) > 0)
}

// mailbox writes the responses for a mailbox: those for the levels above it that are none come first.
func (l *listing) mailbox(s *Server, b *Box) {
	selected := l.selects(b)
	for level := range levels(b.Name) {
		l.level(s, level, selected)
	}
	below := l.c.Select&ListRecursive != 0 && l.chosen[b.Name]
	if !selected && !below || !l.matches(b.Name) {
		return
	}
	info := MailboxInfo{Name: b.Name, Delimiter: store.Delimiter, Attributes: l.attributes(b)}
	if below {
		info.ChildInfo = l.childInfo()
	}
	if l.c.Subscribed {
		s.list("LSUB", info)
		return
	}
	s.list("LIST", info)
	if len(l.c.Status) > 0 && !b.Absent && !b.Locked {
		s.status(b, l.c.Status)
	}
}

// attributes is what LIST says of a name.
func (l *listing) attributes(b *Box) (list []string) {
	if b.Absent {
		list = append(list, `\NonExistent`)
		if l.c.Subscribed {
			list[0] = `\Noselect`
		}
	}
	if l.c.Select&ListSubscribed != 0 && b.Subscribed && !l.c.Subscribed || l.c.Return&ListSubscribed != 0 && b.Subscribed {
		list = append(list, `\Subscribed`)
	}
	if l.parents[b.Name] {
		list = append(list, `\HasChildren`)
	} else if !b.Absent {
		list = append(list, `\HasNoChildren`)
	}
	return append(list, b.Use...)
}

func (l *listing) childInfo() (criteria []string) {
	for _, o := range listOptions {
		if l.c.Select&o.option&(ListSubscribed|ListSpecialUse) != 0 {
			criteria = append(criteria, o.name)
		}
	}
	return criteria
}

// level writes the response for a level that is no mailbox, where the client has asked for such: a pattern lists one unless
// it ends in "*", which finds what is below it too (RFC 3501 §6.3.8), a selection only above what it selects.
func (l *listing) level(s *Server, level string, selected bool) {
	if l.named[level] || !l.matches(level) {
		return
	}
	recursive := l.c.Select&ListRecursive != 0
	switch {
	case recursive:
		if !l.chosen[level] {
			return
		}
	case l.c.Subscribed:
		if !selected || !strings.HasSuffix(l.c.Patterns[0], "%") {
			return
		}
	case l.c.Select&(ListSubscribed|ListSpecialUse) != 0:
		return
	case !slices.ContainsFunc(l.patterns, func(p string) bool {
		return !strings.HasSuffix(p, "*") && MatchMailbox(p, level, store.Delimiter)
	}):
		return
	}
	l.named[level] = true
	info := MailboxInfo{Name: level, Delimiter: store.Delimiter, Attributes: []string{`\Noselect`}}
	if l.c.Extended {
		info.Attributes = []string{`\NonExistent`}
	}
	if l.parents[level] {
		info.Attributes = append(info.Attributes, `\HasChildren`)
	}
	if recursive {
		info.ChildInfo = l.childInfo()
	}
	if l.c.Subscribed {
		s.list("LSUB", info)
		return
	}
	s.list("LIST", info)
}

// list writes a LIST or LSUB response.
func (s *Server) list(name string, m MailboxInfo) {
	s.out = append(append(append(s.out, "* "...), name...), " ("...)
	for i, a := range m.Attributes {
		if i > 0 {
			s.out = append(s.out, ' ')
		}
		s.out = append(s.out, a...)
	}
	s.out = append(s.out, ") "...)
	if m.Delimiter == 0 {
		s.out = append(s.out, "NIL "...)
	} else {
		s.out = append(appendQuoted(s.out, string(rune(m.Delimiter))), ' ')
	}
	s.out = s.appendMailbox(s.out, m.Name)
	if len(m.ChildInfo) > 0 {
		s.out = append(s.out, ` ("CHILDINFO" (`...)
		for i, c := range m.ChildInfo {
			if i > 0 {
				s.out = append(s.out, ' ')
			}
			s.out = appendQuoted(s.out, c)
		}
		s.out = append(s.out, "))"...)
	}
	if m.OldName != "" { // RFC 5465 §5.4
		s.out = append(s.appendMailbox(append(s.out, ` ("OLDNAME" (`...), m.OldName), "))"...)
	}
	s.out = append(s.out, "\r\n"...)
}
