package imap

import "ehlo/sim/store"

// SetMetadata keeps annotations with a mailbox, or with the account for "", and drops those that are given NIL (RFC 5464
// §4.3).
type SetMetadata struct {
	Mailbox string
	Set     []store.Annotation
	Forget  []string
}

// Name is the command on the wire.
func (SetMetadata) Name() string { return "SETMETADATA" }

func (c SetMetadata) append(e *encoder) {
	e.text(" ")
	e.mailboxOrNone(c.Mailbox)
	e.text(" (")
	space := ""
	for _, n := range c.Set {
		e.text(space)
		e.astring(n.Name)
		e.text(" ")
		e.str(n.Value)
		space = " "
	}
	for _, name := range c.Forget {
		e.text(space)
		e.astring(name)
		e.text(" NIL")
		space = " "
	}
	e.text(")")
}

func parseSetMetadata(s *scanner) Command {
	var c SetMetadata
	s.space(termMailbox)
	c.Mailbox = s.mailbox(termMailbox)
	s.space(termMetadataEntry)
	s.expect('(', termOpen)
	for {
		name := s.metadataEntry()
		s.space(termMetadataValue)
		switch {
		case s.isNil():
			c.Forget = append(c.Forget, name)
		case s.peek() == '~':
			c.Set = append(c.Set, store.Annotation{Name: name, Value: string(s.literal8(termMetadataValue))})
		default:
			c.Set = append(c.Set, store.Annotation{Name: name, Value: s.str(termMetadataValue)})
		}
		if s.bad || !s.accept(' ') {
			break
		}
	}
	s.expect(')', termClose)
	return c
}

func (c SetMetadata) serve(s *Server) {
	for _, n := range c.Set {
		if len(n.Value) > MaxAnnotation {
			s.finishWith(ReplyLongValue, about{number: MaxAnnotation})
			return
		}
	}
	s.ask(&Event{Kind: AskSetMetadata, Mailbox: c.Mailbox, Annotations: c.Set, Forget: c.Forget}, plainTask{})
}
