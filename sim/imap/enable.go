package imap

import (
	"strings"

	"ehlo/sim/machine"
)

// Enable asks the server for extensions that change what it says unasked (RFC 5161 §3.1).
type Enable struct{ Names []string }

// Name is the command on the wire.
func (Enable) Name() string { return "ENABLE" }

func (c Enable) append(e *encoder) {
	for _, n := range c.Names {
		e.text(" " + n)
	}
}

func parseEnable(s *scanner) Command {
	var c Enable
	s.space(termCapability)
	for {
		c.Names = append(c.Names, string(s.atom(termCapability)))
		if s.bad || !s.accept(' ') {
			return c
		}
	}
}

// extensions is a set of what a client has enabled.
type extensions uint8

const (
	extUTF8      extensions = 1 << iota
	extCondStore            // RFC 7162 §3.1
	extQResync              // RFC 7162 §3.2
	extRev2                 // RFC 9051 §6.3.1
	extUIDOnly              // RFC 9586
)

// enableable is what ENABLE takes. Names that are not here are passed over (RFC 5161 §3.1).
var enableable = [...]struct {
	name string
	ext  extensions
}{
	{"IMAP4rev2", extRev2},
	{"CONDSTORE", extCondStore},
	{"QRESYNC", extQResync},
	{"UTF8=ACCEPT", extUTF8},
	{"UIDONLY", extUIDOnly},
}

// extensionNamed is the extension of that name in any case, 0 for none.
func extensionNamed(name string) extensions {
	for _, e := range enableable {
		if strings.EqualFold(name, e.name) {
			return e.ext
		}
	}
	return 0
}

func (c Enable) serve(s *Server) {
	var now extensions
	for _, name := range c.Names {
		now |= extensionNamed(name)
	}
	s.out = append(s.out, "* ENABLED"...)
	for _, e := range enableable {
		if now&^s.enabled&e.ext != 0 {
			s.out = append(append(s.out, ' '), e.name...)
		}
	}
	s.out = append(s.out, "\r\n"...)
	s.enabled |= now
	s.qresync = s.enabled&extQResync != 0
	s.rev2 = s.enabled&extRev2 != 0
	s.uidOnly = s.enabled&extUIDOnly != 0
	if now&(extCondStore|extQResync) != 0 {
		s.useModSeq()
	}
	s.complete()
}

// numbered says that a command is about message numbers, and that there is another that does the same by UIDs.
func numbered(name string) bool {
	return name != "EXPUNGE" && Table().VerbNamed("UID "+name) != machine.NoVerb
}

// unicode says that mailbox names and quoted strings are in UTF-8 (RFC 6855 §3, RFC 9051 §5.1).
func (s *Server) unicode() bool { return s.enabled&(extUTF8|extRev2) != 0 }
