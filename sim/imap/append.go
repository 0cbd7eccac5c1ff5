package imap

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/store"
)

// Append puts messages into a mailbox (RFC 3501 §6.3.11), several at once or none (RFC 3502).
type Append struct {
	Mailbox  string
	Messages []AppendMessage
}

// AppendMessage is a message for APPEND.
type AppendMessage struct {
	Flags   store.Flags
	Date    int64  // seconds since 1970-01-01 UTC; 0 is now
	Content []byte // nobody may change it
}

// Name is the command on the wire.
func (Append) Name() string { return "APPEND" }

func (c Append) append(e *encoder) {
	e.text(" ")
	e.mailbox(c.Mailbox)
	for _, m := range c.Messages {
		if m.Flags != (store.Flags{}) {
			e.text(" ")
			e.buf = appendFlags(e.buf, m.Flags, false)
		}
		if m.Date != 0 {
			e.buf = appendDateTime(append(e.buf, ' '), m.Date)
		}
		e.text(" ")
		e.literal(m.Content)
	}
}

func parseAppend(s *scanner) Command {
	var c Append
	s.space(termMailbox)
	c.Mailbox = s.mailbox(termMailbox)
	for {
		s.space(termMessage)
		c.Messages = append(c.Messages, s.message())
		if s.bad || s.peek() != ' ' {
			return c
		}
	}
}

// message reads flags, date and octets of a message.
func (s *scanner) message() (m AppendMessage) {
	if s.peek() == '(' {
		m.Flags = s.storeFlags()
		s.space(termMessage)
	}
	if s.peek() == '"' {
		m.Date = s.dateTime()
		s.space(termMessage)
	}
	switch {
	case s.peek() == '{':
		m.Content = bytes.Clone(s.literal(termMessage))
	case s.peek() == '~':
		m.Content = bytes.Clone(s.literal8(termMessage))
	case s.utf8 && equalFold(s.ahead(6), "UTF8 ("): // RFC 6855 §4
		s.pos += 6
		m.Content = bytes.Clone(s.literal8(termMessage))
		s.expect(')', termClose)
	default:
		s.failAt(s.pos, termMessage, ReplyNoLiteral)
	}
	return m
}

// ahead is the next n octets, or fewer where the line ends.
func (s *scanner) ahead(n int) []byte {
	if s.bad {
		return nil
	}
	return s.p[s.pos:min(len(s.p), s.pos+n)]
}

// dateTime reads a moment with its quotes, in seconds since 1970-01-01 UTC (RFC 3501 §9, date-time).
func (s *scanner) dateTime() int64 {
	start := s.pos
	text := s.quoted(termDateTime)
	if s.bad {
		return 0
	}
	t, err := time.Parse("_2-Jan-2006 15:04:05 -0700", text)
	if err != nil || len(text) != 26 {
		s.failAt(start, termDateTime, ReplySyntax)
		return 0
	}
	return t.Unix()
}

func (c Append) serve(s *Server) {
	if drafts, ok := s.drafts(c.Messages); ok {
		s.ask(&Event{Kind: AskAppend, Mailbox: c.Mailbox, Drafts: drafts}, appendTask{})
	}
}

// drafts is messages for the store; where one is too long, the command is refused.
func (s *Server) drafts(messages []AppendMessage) (drafts []store.Draft, ok bool) {
	drafts = make([]store.Draft, len(messages))
	for i, m := range messages {
		if int64(len(m.Content)) > s.cfg.AppendLimit {
			s.finish(ReplyTooBig)
			return nil, false
		}
		drafts[i] = store.Draft{Content: m.Content, Flags: m.Flags, Date: m.Date}
	}
	return drafts, true
}

type appendTask struct{}

func (t appendTask) clone() task { return t }

func (appendTask) answer(s *Server, a *Answer) {
	if !a.OK {
		s.refuse(a, ReplyTryCreate)
		return
	}
	if s.state == Selected && a.Snapshot.UIDValidity() == s.box.latest.UIDValidity() {
		s.box.hear(a.Snapshot)
		s.bring(a.Snapshot, a.UIDs)
	}
	s.completeWith(ReplyAppended, appended(a.Snapshot, a.UIDs))
}

// uidSet writes ascending UIDs as a set.
func uidSet(uids []store.UID) string {
	var b strings.Builder
	for i := 0; i < len(uids); {
		k := i
		for k+1 < len(uids) && uids[k+1] == uids[k]+1 {
			k++
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatUint(uint64(uids[i]), 10))
		if k > i {
			b.WriteString(":" + strconv.FormatUint(uint64(uids[k]), 10))
		}
		i = k + 1
	}
	return b.String()
}
