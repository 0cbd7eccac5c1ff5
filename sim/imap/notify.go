package imap

import "strings"

// Notify asks the server to tell, between commands too, what happens to some mailboxes, and nothing else (RFC 5465 §3.1).
// Without groups it is NOTIFY NONE.
type Notify struct {
	Status bool // say first how the mailboxes are
	Groups []EventGroup
}

// EventGroup is mailboxes, and what is to be told of them (RFC 5465 §8, event-group).
type EventGroup struct {
	Filter    MailboxFilter
	Mailboxes []string // of FilterSubtree and FilterMailboxes
	Events    Events
	Others    []string    // events that this package does not know
	Items     []FetchItem // of MessageNew in the selected mailbox: what to tell of each new message
}

// MailboxFilter says which mailboxes are meant (RFC 5465 §6).
type MailboxFilter uint8

// The filters. The first two are about the selected mailbox, with the others no message of it is meant.
const (
	FilterSelected MailboxFilter = iota
	FilterSelectedDelayed
	FilterInboxes
	FilterPersonal
	FilterSubscribed
	FilterSubtree
	FilterMailboxes
)

var filterNames = [...]string{"SELECTED", "SELECTED-DELAYED", "INBOXES", "PERSONAL", "SUBSCRIBED", "SUBTREE", "MAILBOXES"}

// Events is a set of what can be told (RFC 5465 §5).
type Events uint8

// The events.
const (
	MessageNew Events = 1 << iota
	MessageExpunge
	FlagChange
	MailboxName
	SubscriptionChange
	MailboxMetadataChange
	ServerMetadataChange

	messageEvents = MessageNew | MessageExpunge | FlagChange
)

var eventNames = [...]string{"MessageNew", "MessageExpunge", "FlagChange", "MailboxName", "SubscriptionChange", "MailboxMetadataChange",
	"ServerMetadataChange"}

// Name is the command on the wire.
func (Notify) Name() string { return "NOTIFY" }

func (c Notify) append(e *encoder) {
	if len(c.Groups) == 0 {
		e.text(" NONE")
		return
	}
	e.text(" SET")
	if c.Status {
		e.text(" STATUS")
	}
	for i := range c.Groups {
		c.Groups[i].append(e)
	}
}

func (g *EventGroup) append(e *encoder) {
	e.text(" (" + filterNames[g.Filter])
	if len(g.Mailboxes) > 0 {
		e.text(" ")
		e.list(len(g.Mailboxes), func(i int) { e.mailbox(g.Mailboxes[i]) })
	}
	if g.Events == 0 && len(g.Others) == 0 {
		e.text(" NONE)")
		return
	}
	space := " ("
	for i, name := range eventNames {
		if g.Events&(1<<i) == 0 {
			continue
		}
		e.text(space + name)
		if space = " "; i == 0 && len(g.Items) > 0 {
			e.text(" ")
			e.list(len(g.Items), func(i int) { g.Items[i].append(e) })
		}
	}
	for _, name := range g.Others {
		e.text(space + name)
		space = " "
	}
	e.text("))")
}

// list writes n things in parentheses.
func (e *encoder) list(n int, write func(i int)) {
	for i := range n {
		e.text([]string{" ", "("}[min(1, max(0, 1-i))])
		write(i)
	}
	e.text(")")
}

func parseNotify(s *scanner) Command {
	var c Notify
	s.space(termNotify)
	if s.wordOf(termNotify, "NONE", "SET") == 0 {
		return c
	}
	s.space(termEventFilter)
	if s.peek() != '(' {
		s.wordOf(termNotify, "STATUS")
		c.Status = true
		s.space(termEventFilter)
	}
	selected := 0
	for {
		g := s.eventGroup()
		if g.Filter <= FilterSelectedDelayed {
			if selected++; selected > 1 {
				s.fail(termEventFilter)
			}
		}
		c.Groups = append(c.Groups, g)
		if s.bad || !s.accept(' ') {
			return c
		}
	}
}

// wordOf reads one of some words, and returns which.
func (s *scanner) wordOf(t term, words ...string) int {
	start := s.pos
	word := s.run(charAtom, t)
	for i, w := range words {
		if equalFold(word, w) {
			s.mark(start, t)
			return i
		}
	}
	s.failAt(start, t, ReplySyntax)
	return 0
}

func (s *scanner) eventGroup() (g EventGroup) {
	s.expect('(', termOpen)
	g.Filter = MailboxFilter(s.wordOf(termEventFilter, filterNames[:]...))
	if g.Filter >= FilterSubtree {
		s.space(termMailbox)
		list := s.accept('(')
		for {
			g.Mailboxes = append(g.Mailboxes, s.mailbox(termMailbox))
			if s.bad || !list || !s.accept(' ') {
				break
			}
		}
		if list {
			s.expect(')', termClose)
		}
	}
	s.space(termEvent)
	s.events(&g)
	s.expect(')', termClose)
	return g
}

// events reads what is to be told. The example of RFC 5465 §3.1 has no parentheses around it, unlike its grammar: both are
// taken.
func (s *scanner) events(g *EventGroup) {
	first := s.pos
	list := s.accept('(')
	for {
		start := s.pos
		word := s.run(charAtom, termEvent)
		if !list && start == first && equalFold(word, "NONE") {
			s.mark(start, termEvent)
			return
		}
		event := Events(0)
		for i, name := range eventNames {
			if strings.EqualFold(string(word), name) {
				event = 1 << i
			}
		}
		if s.mark(start, termEvent); event == 0 && len(word) > 0 {
			g.Others = append(g.Others, string(word))
		}
		g.Events |= event
		if event == MessageNew && g.Filter <= FilterSelectedDelayed && s.sees(" (") {
			s.pos++
			g.Items = s.fetchItems()
		}
		if s.bad || !s.accept(' ') {
			break
		}
	}
	if list {
		s.expect(')', termClose)
	}
	e := g.Events
	if e&messageEvents != 0 && e&(MessageNew|MessageExpunge) != MessageNew|MessageExpunge || // RFC 5465 §5
		g.Filter <= FilterSelectedDelayed && e&^messageEvents != 0 { // RFC 5465 §6.1
		s.failAt(first, termEvent, ReplySyntax)
	}
}

func (c Notify) serve(s *Server) {
	for i := range c.Groups {
		if len(c.Groups[i].Others) > 0 {
			s.finish(ReplyBadEvent)
			return
		}
	}
	s.ask(&Event{Kind: AskList, Pattern: "*"}, notifyTask(c))
}

type notifyTask Notify

func (t notifyTask) clone() task { return t }

func (t notifyTask) answer(s *Server, a *Answer) {
	if !a.OK {
		s.refuse(a, ReplyServerFault)
		return
	}
	if s.state == Selected && len(t.Groups) > 0 { // RFC 5465 §3.1: an implicit NOOP
		s.update(true, false, believed{})
	}
	s.listening = listening{wants: (*Notify)(&t), known: a.Boxes, notes: a.Annotations}
	l := s.newsListing(a.Boxes)
	for i := range a.Boxes {
		b := &a.Boxes[i]
		events := s.wanted(b)
		switch {
		case b.Absent || events == 0:
		case b.Locked:
			s.listNews(l, b.Name, "")
		case t.Status && events&MessageNew != 0 && !s.isOpen(b):
			items := []StatusItem{StatusMessages, StatusUIDNext, StatusUIDValidity}
			if events&FlagChange != 0 {
				items = append(items, StatusHighestModSeq)
			}
			s.status(b, items)
		}
	}
	s.finish(ReplyCompleted)
}
