package imap

import (
	"slices"
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/store"
)

// listening is what a client that has said NOTIFY wants to hear, and what it knows (RFC 5465 §3.1).
type listening struct {
	wants *Notify            // nil before the first NOTIFY; not changed
	known []Box              // the mailboxes and subscriptions that the client was told of; not changed
	notes []store.Annotation // and what is kept with the account
	stale bool               // something may have changed since
	quiet bool               // by this session, and by nobody else
}

// Listens says that the session hears of every mailbox that its user may see: see [Server.NotifyAny].
func (s *Server) Listens() bool { return s.listening.wants != nil && len(s.listening.wants.Groups) > 0 }

// NotifyAny says that a mailbox, or the list of them, has changed. A session that [Server.Listens] asks what is new.
func (s *Server) NotifyAny(engine.Time) {
	if s.Listens() && !s.done {
		s.listening.stale, s.listening.quiet = true, false
		s.advance()
	}
}

// changedIt notes that this session has changed something, of which it need not be told (RFC 5465 §5).
func (s *Server) changedIt(kind EventKind) {
	switch kind {
	case AskStore, AskExpunge, AskCreate, AskDelete, AskRename, AskSubscribe, AskUnsubscribe, AskAppend, AskCopy, AskReplace, AskSetACL,
		AskSetMetadata:
		if l := &s.listening; s.Listens() && !l.stale {
			l.stale, l.quiet = true, true
		}
	}
}

// selection is what NOTIFY has said of the selected mailbox; nil where it has said nothing.
func (l *listening) selection() *EventGroup {
	if l.wants != nil {
		for i := range l.wants.Groups {
			if g := &l.wants.Groups[i]; g.Filter <= FilterSelectedDelayed {
				return g
			}
		}
	}
	return nil
}

// hears is which events of the selected mailbox the client is told: without NOTIFY all.
func (l *listening) hears() Events {
	switch g := l.selection(); {
	case g != nil:
		return g.Events
	case l.wants != nil:
		return 0
	}
	return messageEvents
}

// announce tells between commands what is new, where NOTIFY has asked for that.
func (s *Server) announce() {
	l := &s.listening
	if !s.Listens() || s.task != nil || s.done || s.upgrading || s.compressing {
		return
	}
	if g := l.selection(); g != nil && s.state == Selected {
		if g.Events != 0 {
			s.update(g.Filter == FilterSelected || s.Idling(), true, believed{})
		}
		if s.fetchFresh(g.Items); s.task != nil {
			return
		}
	}
	if l.stale {
		t := newsTask{l.quiet}
		l.stale, l.quiet = false, false
		s.ask(&Event{Kind: AskList, Pattern: "*"}, t)
	}
}

// fetchFresh tells of the messages that have come what NOTIFY wants to know of each (RFC 5465 §5.2).
func (s *Server) fetchFresh(items []FetchItem) {
	v := &s.box
	target := without(v.fresh, v.made)
	if v.fresh, v.made = nil, nil; len(target) == 0 || len(items) == 0 {
		return
	}
	t := &fetchTask{items: items, target: target, before: v.latest, data: v.latest, next: v.from(store.UID(target[0].from)), news: true,
		flags: hasItem(items, FlagsItem)}
	for _, item := range items {
		t.content = t.content || fetchAtts[item.Att].content
	}
	t.run(s)
}

// isOpen says that a mailbox is the selected one.
func (s *Server) isOpen(b *Box) bool {
	return s.state == Selected && s.box.name == b.Name && s.box.latest.UIDValidity() == b.Snapshot.UIDValidity()
}

// wanted is which events NOTIFY wants of a mailbox that is not, or not because of that, the selected one.
func (s *Server) wanted(b *Box) (events Events) {
	for i := range s.listening.wants.Groups {
		g := &s.listening.wants.Groups[i]
		matches := false
		switch g.Filter {
		case FilterInboxes, FilterPersonal: // mail may be delivered to any mailbox (RFC 5465 §6.3)
			matches = s.cfg.Others == "" || !strings.HasPrefix(b.Name, s.cfg.Others)
		case FilterSubscribed:
			matches = b.Subscribed
		case FilterSubtree, FilterMailboxes:
			for _, name := range g.Mailboxes {
				matches = matches || name == b.Name || g.Filter == FilterSubtree && strings.HasPrefix(b.Name, name+string(store.Delimiter))
			}
		}
		if matches {
			events |= g.Events
		}
	}
	return events
}

// newsTask is the question what is new.
type newsTask struct {
	quiet bool // nothing but what this session has done
}

func (t newsTask) clone() task { return t }

func (t newsTask) answer(s *Server, a *Answer) {
	l := &s.listening
	if !a.OK || l.wants == nil {
		return
	}
	was := *l
	l.known, l.notes = a.Boxes, a.Annotations
	if t.quiet {
		return
	}
	s.mailboxNews(was.known)
	for i := range a.Boxes {
		if b := &a.Boxes[i]; !b.Absent && !b.Locked {
			s.messageNews(b, was.known)
		}
	}
	for i := range l.wants.Groups {
		if l.wants.Groups[i].Events&ServerMetadataChange != 0 {
			s.metadataNews("", was.notes, l.notes)
			break
		}
	}
}

// sameBox finds a mailbox by its identifier, whatever its name was (RFC 8474 §4.1).
func sameBox(boxes []Box, b *Box) *Box {
	for i := range boxes {
		if !b.Absent && !boxes[i].Absent && boxes[i].ObjectID == b.ObjectID {
			return &boxes[i]
		}
	}
	return nil
}

// namedBox finds what is known of a name.
func namedBox(boxes []Box, name string) *Box {
	for i := range boxes {
		if boxes[i].Name == name {
			return &boxes[i]
		}
	}
	return nil
}

// messageNews tells how many messages a mailbox has, and what is kept with it (RFC 5465 §5.1 to §5.3, §5.6).
func (s *Server) messageNews(b *Box, known []Box) {
	events := s.wanted(b)
	old := sameBox(known, b)
	if old == nil {
		if old = namedBox(known, b.Name); old == nil {
			return
		}
	}
	if events&MailboxMetadataChange != 0 {
		s.metadataNews(b.Name, old.Annotations, b.Annotations)
	}
	if s.isOpen(b) || b.Snapshot == old.Snapshot {
		return
	}
	n, o := b.Snapshot, old.Snapshot
	var items []StatusItem
	switch another := n.UIDValidity() != o.UIDValidity(); {
	case events&MessageNew != 0 && another:
		items = []StatusItem{StatusMessages, StatusUIDNext, StatusUIDValidity}
	case events&MessageNew != 0 && (n.UIDNext() != o.UIDNext() || n.Len() != o.Len()):
		items = []StatusItem{StatusMessages, StatusUIDNext}
	case events&FlagChange != 0:
		items = []StatusItem{StatusUIDValidity, StatusUnseen}
	default:
		return
	}
	if s.condstore {
		items = append(items, StatusHighestModSeq)
	}
	s.status(b, items)
}

// metadataNews names the annotations that are not as they were (RFC 5464 §4.4.2).
func (s *Server) metadataNews(name string, was, now []store.Annotation) {
	head := true
	tell := func(some, others []store.Annotation, gone bool) {
		for _, n := range some {
			i := slices.IndexFunc(others, func(o store.Annotation) bool { return o.Name == n.Name })
			if i >= 0 && (gone || others[i].Value == n.Value) {
				continue
			}
			if head {
				s.out = append(s.out, "* METADATA "...)
				s.out = s.appendMailbox(s.out, name)
				head = false
			}
			s.out = appendAstring(append(s.out, ' '), n.Name)
		}
	}
	tell(now, was, false)
	tell(was, now, true)
	if !head {
		s.out = append(s.out, "\r\n"...)
	}
}

// mailboxNews tells which mailboxes were made, removed and renamed, and which subscriptions changed (RFC 5465 §5.4, §5.5).
func (s *Server) mailboxNews(known []Box) {
	now := s.listening.known
	l := s.newsListing(now)
	said := map[string]bool{}
	tell := func(name, old string, event Events) {
		b := namedBox(now, name)
		if b == nil {
			b = &Box{Name: name, Subscribed: event == SubscriptionChange} // it was, and that is why it is told
		}
		if !said[name] && s.wanted(b)&event != 0 {
			said[name] = true
			s.listNews(l, name, old)
		}
	}
	comes := func(name string) {
		tell(name, "", MailboxName)
		if i := strings.LastIndexByte(name, store.Delimiter); i > 0 {
			tell(name[:i], "", MailboxName)
		}
	}
	for i := range now {
		b := &now[i]
		switch old := sameBox(known, b); {
		case b.Absent:
		case old == nil:
			if o := namedBox(known, b.Name); o == nil || o.Absent {
				comes(b.Name)
			}
		case old.Name != b.Name && !followed(known, now, old.Name, b.Name):
			tell(b.Name, old.Name, MailboxName)
		}
	}
	for i := range known {
		if b := &known[i]; !b.Absent && sameBox(now, b) == nil && namedBox(now, b.Name) == nil {
			comes(b.Name)
		}
	}
	for _, list := range [...][]Box{now, known} {
		for i := range list {
			name := list[i].Name
			was, is := namedBox(known, name), namedBox(now, name)
			if (was != nil && was.Subscribed) != (is != nil && is.Subscribed) {
				tell(name, "", SubscriptionChange)
			}
		}
	}
}

// followed says that a mailbox has a new name because one above it has (RFC 5465 §5.4).
func followed(known, now []Box, from, to string) bool {
	for i := range now {
		above := &now[i]
		if was := sameBox(known, above); was != nil && was.Name != above.Name && strings.HasPrefix(to, above.Name+string(store.Delimiter)) &&
			from == was.Name+to[len(above.Name):] {
			return true
		}
	}
	return false
}

// newsListing is what a LIST response says of a mailbox unasked.
func (s *Server) newsListing(boxes []Box) *listing {
	return newListing(List{Patterns: []string{"*"}, Extended: true, Return: ListSubscribed | ListChildren}, boxes)
}

// listNews writes the LIST response for a name that has changed; old is what it was before, or "".
func (s *Server) listNews(l *listing, name, old string) {
	b := namedBox(l.boxes, name)
	if b == nil {
		b = &Box{Name: name, Absent: true}
	}
	info := MailboxInfo{Name: name, Delimiter: store.Delimiter, Attributes: l.attributes(b), OldName: old}
	if b.Locked {
		info.Attributes = append(info.Attributes, `\NoAccess`)
	}
	s.list("LIST", info)
}
