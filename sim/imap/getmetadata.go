package imap

import (
	"strconv"
	"strings"
)

// GetMetadata asks for annotations of a mailbox, or of the server for "" (RFC 5464 §4.2).
type GetMetadata struct {
	Mailbox string
	Entries []string
	MaxSize uint32 // octets of the longest value that is wanted; 0 is any
	Depth   Depth
}

// Depth is how far below the named entries GETMETADATA looks (RFC 5464 §4.2.2).
type Depth uint8

// The depths.
const (
	DepthNone Depth = iota // the entries themselves
	DepthOne               // and those one level below
	DepthAll               // and all below
)

var depths = [...]string{"0", "1", "infinity"}

// Name is the command on the wire.
func (GetMetadata) Name() string { return "GETMETADATA" }

func (c GetMetadata) append(e *encoder) {
	e.text(" ")
	var options []string
	if c.MaxSize > 0 {
		options = append(options, "MAXSIZE "+strconv.FormatUint(uint64(c.MaxSize), 10))
	}
	if c.Depth != DepthNone {
		options = append(options, "DEPTH "+depths[c.Depth])
	}
	if len(options) > 0 {
		e.text("(" + strings.Join(options, " ") + ") ")
	}
	e.mailboxOrNone(c.Mailbox)
	e.text(" (")
	for i, n := range c.Entries {
		if i > 0 {
			e.text(" ")
		}
		e.astring(n)
	}
	e.text(")")
}

// mailboxOrNone writes a mailbox's name, or "" for the server.
func (e *encoder) mailboxOrNone(name string) {
	if name == "" {
		e.text(`""`)
		return
	}
	e.mailbox(name)
}

func parseGetMetadata(s *scanner) Command {
	var c GetMetadata
	s.space(termMailbox)
	if s.peek() == '(' {
		s.metadataOptions(&c)
		s.space(termMailbox)
	}
	c.Mailbox = s.mailbox(termMailbox)
	s.space(termMetadataEntry)
	if !s.accept('(') {
		c.Entries = []string{s.metadataEntry()}
		return c
	}
	for {
		c.Entries = append(c.Entries, s.metadataEntry())
		if s.bad || !s.accept(' ') {
			break
		}
	}
	s.expect(')', termClose)
	return c
}

func (s *scanner) metadataOptions(c *GetMetadata) {
	s.expect('(', termOpen)
	for {
		start := s.pos
		name := s.run(charAtom, termMetadataOption)
		s.mark(start, termMetadataOption)
		switch {
		case equalFold(name, "MAXSIZE"):
			s.space(termNumber)
			c.MaxSize = s.number(termNumber)
		case equalFold(name, "DEPTH"):
			s.space(termMetadataOption)
			at := s.pos
			word := strings.ToLower(string(s.run(charAtom, termMetadataOption)))
			found := false
			for i, d := range depths {
				if word == d {
					c.Depth, found = Depth(i), true
				}
			}
			if !found {
				s.failAt(at, termMetadataOption, ReplySyntax)
			}
		default:
			s.failAt(start, termMetadataOption, ReplySyntax)
		}
		if s.bad || !s.accept(' ') {
			break
		}
	}
	s.expect(')', termClose)
}

// metadataEntry reads an entry's name, in any case: /private/… or /shared/… (RFC 5464 §3.2).
func (s *scanner) metadataEntry() string {
	start := s.pos
	name := strings.ToLower(s.astring(termMetadataEntry))
	known := strings.HasPrefix(name, "/private/") || strings.HasPrefix(name, "/shared/")
	if !known || strings.HasSuffix(name, "/") || strings.Contains(name, "//") || strings.ContainsAny(name, "*%") || !printableASCII(name) {
		s.failAt(start, termMetadataEntry, ReplySyntax)
	}
	return name
}

func (c GetMetadata) serve(s *Server) {
	s.ask(&Event{Kind: AskMetadata, Mailbox: c.Mailbox}, metadataTask(c))
}

type metadataTask GetMetadata

func (t metadataTask) clone() task { return t }

func (t metadataTask) answer(s *Server, a *Answer) {
	if !a.OK {
		s.refuse(a, ReplyNoMailbox)
		return
	}
	longest, space := 0, ""
	for _, n := range a.Annotations {
		if !t.wants(n.Name) {
			continue
		}
		if t.MaxSize > 0 && len(n.Value) > int(t.MaxSize) {
			longest = max(longest, len(n.Value))
			continue
		}
		if space == "" {
			s.out = append(s.out, "* METADATA "...)
			if t.Mailbox == "" {
				s.out = append(s.out, `""`...)
			} else {
				s.out = s.appendMailbox(s.out, t.Mailbox)
			}
			s.out = append(s.out, " ("...)
		}
		s.out = append(appendAstring(append(s.out, space...), n.Name), ' ')
		s.out = appendString(s.out, n.Value)
		space = " "
	}
	if space != "" {
		s.out = append(s.out, ")\r\n"...)
	}
	if longest > 0 {
		s.completeWith(ReplyLongEntries, about{number: int64(longest)})
		return
	}
	s.complete()
}

// wants says whether an entry was asked for.
func (t metadataTask) wants(name string) bool {
	for _, e := range t.Entries {
		rest, below := strings.CutPrefix(name, e+"/")
		switch {
		case name == e, below && t.Depth == DepthAll, below && t.Depth == DepthOne && !strings.Contains(rest, "/"):
			return true
		}
	}
	return false
}

// Limits of annotations.
const (
	MaxAnnotation  = 10_000 // octets of a value
	MaxAnnotations = 100    // of a mailbox, or of an account
)
