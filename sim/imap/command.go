package imap

import (
	"bytes"

	"ehlo/sim/machine"
)

// Command is what a client can ask for. Each is a type in a file of its own.
type Command interface {
	// Name is the command as the table names it: "FETCH", "UID STORE".
	Name() string
	// append writes the arguments, a space before each.
	append(e *encoder)
	// serve does what the command asks, or begins to: it ends with a tagged reply or with a question.
	serve(s *Server)
}

// Request is a command with its tag, as a line carries it. After an error, Tag and Verb are what could still be read.
type Request struct {
	Tag     string
	Verb    machine.Verb
	Command Command
}

// ParseCommand reads a command from its line, with its line end and, where it has literals, with them and the lines
// that follow them (RFC 3501 §9, command). An error is a [*SyntaxError]; where the line ends by announcing a literal its
// Want is "imap.literal-data".
func ParseCommand(line []byte) (Request, []machine.Span, error) {
	text := bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	s := newScanner(text)
	s.note = true
	r := s.request()
	if s.bad {
		return Request{string(r.tag), r.verb, nil}, s.spans, &s.err
	}
	return Request{string(r.tag), r.verb, r.command}, s.spans, nil
}

// request is what the scanner reads of a command.
type request struct {
	tag     []byte // valid as long as the line is
	word    []byte // what stands in the command's place
	verb    machine.Verb
	command Command
}

// head reads the tag and the command's name.
func (s *scanner) head() request {
	r := request{verb: machine.NoVerb}
	if len(s.p) == 0 {
		s.failAt(0, termTag, ReplyEmpty)
		return r
	}
	for s.pos < len(s.p) && chars[s.p[s.pos]]&charTag != 0 {
		s.pos++
	}
	if s.pos == 0 || s.pos < len(s.p) && s.p[s.pos] != ' ' {
		s.failAt(s.pos, termTag, ReplyNoTag)
		return r
	}
	r.tag = s.p[:s.pos]
	s.mark(0, termTag)
	s.space(termCommand)
	start := s.pos
	word := s.run(charAtom, termCommand)
	if bytes.EqualFold(word, []byte("UID")) && s.accept(' ') {
		s.run(charAtom, termCommand)
	}
	r.word = s.p[start:s.pos]
	if s.bad {
		return r
	}
	for v := range commands {
		if equalFold(r.word, commands[v].name) {
			r.verb = machine.Verb(v)
			if s.note {
				s.markAs(start, verbTerm(r.verb), commands[v].ref)
			}
			return r
		}
	}
	id := ReplyUnknown
	if elsewhereName(r.word) != "" {
		id = ReplyElsewhere
	}
	s.failAt(start, termCommand, id)
	return r
}

// request reads a whole command.
func (s *scanner) request() request {
	r := s.head()
	if s.bad {
		return r
	}
	r.command = commands[r.verb].parse(s)
	s.end()
	return r
}

// elsewhereName is the name, in upper case, of a command that is known but not offered, or "".
func elsewhereName(word []byte) string {
	for _, name := range elsewhere {
		if equalFold(word, name) {
			return name
		}
	}
	return ""
}

// equalFold compares with a name in upper case, ASCII letters in any case.
func equalFold(p []byte, upper string) bool {
	if len(p) != len(upper) {
		return false
	}
	for i, c := range p {
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c != upper[i] {
			return false
		}
	}
	return true
}

// verbTerm is the locale identifier of a command.
func verbTerm(v machine.Verb) string {
	name := []byte("imap.verb." + commands[v].name)
	for i, c := range name {
		if c == ' ' {
			name[i] = '-'
		}
	}
	return string(name)
}

// verbOf is the verb of a command.
func verbOf(c Command) machine.Verb { return Table().VerbNamed(c.Name()) }
