package imap

import (
	"slices"
	"strconv"
)

// StatusOf asks for numbers of a mailbox without opening it (RFC 3501 §6.3.10).
type StatusOf struct {
	Mailbox string
	Items   []StatusItem
}

// StatusItem is a number that STATUS can ask for: an index into the table of items.
type StatusItem uint8

// The items.
const (
	StatusMessages StatusItem = iota
	StatusRecent
	StatusUIDNext
	StatusUIDValidity
	StatusUnseen
	StatusDeleted        // RFC 9051 §6.3.11
	StatusSize           // RFC 8438 §2
	StatusMailboxID      // RFC 8474 §4.3
	StatusHighestModSeq  // RFC 7162 §3.1.7
	StatusDeletedStorage // RFC 9208 §4.1.4
	StatusAppendLimit    // RFC 7889 §4
	numStatusItems
)

var statusItems = [numStatusItems]struct {
	name  string
	write func(dst []byte, b *Box) []byte
}{
	StatusMessages:    {"MESSAGES", func(dst []byte, b *Box) []byte { return strconv.AppendInt(dst, int64(b.Snapshot.Len()), 10) }},
	StatusRecent:      {"RECENT", func(dst []byte, b *Box) []byte { return strconv.AppendInt(dst, int64(b.recents()), 10) }},
	StatusUIDNext:     {"UIDNEXT", func(dst []byte, b *Box) []byte { return strconv.AppendInt(dst, int64(b.Snapshot.UIDNext()), 10) }},
	StatusUIDValidity: {"UIDVALIDITY", func(dst []byte, b *Box) []byte { return strconv.AppendInt(dst, int64(b.Snapshot.UIDValidity()), 10) }},
	StatusUnseen:      {"UNSEEN", func(dst []byte, b *Box) []byte { return strconv.AppendInt(dst, int64(b.Snapshot.Unseen()), 10) }},
	StatusDeleted:     {"DELETED", func(dst []byte, b *Box) []byte { return strconv.AppendInt(dst, int64(b.Snapshot.Deleted()), 10) }},
	StatusSize:        {"SIZE", func(dst []byte, b *Box) []byte { return strconv.AppendInt(dst, b.Snapshot.Size(), 10) }},
	StatusMailboxID:   {"MAILBOXID", func(dst []byte, b *Box) []byte { return append(append(append(dst, '('), b.ObjectID...), ')') }},
	StatusHighestModSeq: {"HIGHESTMODSEQ", func(dst []byte, b *Box) []byte {
		return strconv.AppendUint(dst, uint64(b.Snapshot.HighestModSeq()), 10)
	}},
	StatusDeletedStorage: {"DELETED-STORAGE", func(dst []byte, b *Box) []byte {
		octets := int64(0)
		for _, m := range b.Snapshot.AllDeleted() {
			octets += m.Size
		}
		return strconv.AppendInt(dst, octets, 10)
	}},
	StatusAppendLimit: {"APPENDLIMIT", func(dst []byte, b *Box) []byte { return strconv.AppendInt(dst, b.AppendLimit, 10) }},
}

// Name is the command on the wire.
func (StatusOf) Name() string { return "STATUS" }

func (c StatusOf) append(e *encoder) {
	e.text(" ")
	e.mailbox(c.Mailbox)
	e.text(" ")
	e.statusItems(c.Items)
}

func (e *encoder) statusItems(items []StatusItem) {
	for i, item := range items {
		e.text([]string{" ", "("}[min(1, max(0, 1-i))] + statusItems[item].name)
	}
	e.text(")")
}

func parseStatus(s *scanner) Command {
	var c StatusOf
	s.space(termMailbox)
	c.Mailbox = s.mailbox(termMailbox)
	s.space(termStatusAtt)
	c.Items = s.statusAtts()
	return c
}

// statusAtts reads items in parentheses.
func (s *scanner) statusAtts() (items []StatusItem) {
	s.expect('(', termOpen)
	for {
		start := s.pos
		name := s.run(charAtom, termStatusAtt)
		item := numStatusItems
		for i := range statusItems {
			if equalFold(name, statusItems[i].name) {
				item = StatusItem(i)
			}
		}
		if item == numStatusItems {
			s.failAt(start, termStatusAtt, ReplySyntax)
			return nil
		}
		if s.note {
			s.markAs(start, item.term(), "RFC 3501 §6.3.10")
		}
		items = append(items, item)
		if s.bad || !s.accept(' ') {
			break
		}
	}
	s.expect(')', termClose)
	return items
}

func (i StatusItem) term() string { return "imap.status-att." + statusItems[i].name }

func (c StatusOf) serve(s *Server) {
	s.ask(&Event{Kind: AskStatus, Mailbox: c.Mailbox}, statusTask(c))
}

type statusTask StatusOf

func (t statusTask) clone() task { return t }

func (t statusTask) answer(s *Server, a *Answer) {
	if !a.OK {
		s.refuse(a, ReplyNoMailbox)
		return
	}
	if slices.Contains(t.Items, StatusHighestModSeq) {
		s.useModSeq()
	}
	b := Box{Name: t.Mailbox, Snapshot: a.Snapshot, FirstRecent: a.FirstRecent, ObjectID: a.ObjectID}
	s.status(&b, t.Items)
	s.complete()
}

// status writes a STATUS response.
func (s *Server) status(b *Box, items []StatusItem) {
	b.AppendLimit = s.cfg.AppendLimit
	s.out = s.appendMailbox(append(s.out, "* STATUS "...), b.Name)
	s.out = append(s.out, " ("...)
	for i, item := range items {
		if i > 0 {
			s.out = append(s.out, ' ')
		}
		s.out = append(append(s.out, statusItems[item].name...), ' ')
		s.out = statusItems[item].write(s.out, b)
	}
	s.out = append(s.out, ")\r\n"...)
}

// recents is the number of messages that no session was told of.
func (b *Box) recents() int { return b.Snapshot.Len() - b.Snapshot.From(max(b.FirstRecent, 1)) + 1 }
