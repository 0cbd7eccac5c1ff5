package imap

import (
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/message"
	"ehlo/sim/store"
)

// Thread asks how the messages that fulfil all of Keys belong together (RFC 5256 §3); UID asks for UIDs.
type Thread struct {
	UID       bool
	Algorithm ThreadAlgorithm
	Charset   string
	Keys      []SearchKey
}

// ThreadAlgorithm is a way to find out which messages belong together.
type ThreadAlgorithm uint8

// The algorithms (RFC 5256 §3).
const (
	OrderedSubject ThreadAlgorithm = iota
	References
	numThreadAlgorithms
)

var threadAlgorithms = [numThreadAlgorithms]string{"ORDEREDSUBJECT", "REFERENCES"}

// Name is the command on the wire.
func (c Thread) Name() string {
	if c.UID {
		return "UID THREAD"
	}
	return "THREAD"
}

func (c Thread) append(e *encoder) {
	e.text(" " + threadAlgorithms[c.Algorithm] + " ")
	e.charset(c.Charset)
	e.searchKeys(c.Keys)
}

func parseThread(s *scanner) Command    { return s.thread(Thread{}) }
func parseUIDThread(s *scanner) Command { return s.thread(Thread{UID: true}) }

func (s *scanner) thread(c Thread) Command {
	s.space(termThreadAlgorithm)
	start := s.pos
	word := s.run(charAtom, termThreadAlgorithm)
	for c.Algorithm < numThreadAlgorithms && !equalFold(word, threadAlgorithms[c.Algorithm]) {
		c.Algorithm++
	}
	if c.Algorithm == numThreadAlgorithms {
		s.failAt(start, termThreadAlgorithm, ReplySyntax)
	}
	s.mark(start, termThreadAlgorithm)
	c.Charset, c.Keys = s.searchCriteria()
	return c
}

func (c Thread) serve(s *Server) {
	s.find(&searchTask{uid: c.UID, every: true, then: c}, c.Charset, c.Keys)
}

func (c Thread) found(s *Server, t *searchTask) { (&threadTask{command: c, search: t}).run(s) }

// threadTask reads the messages that were found, one after the other.
type threadTask struct {
	command Thread
	search  *searchTask // has ended
	letters []letter
	gone    int // messages that went in the meantime
}

// letter is what threading knows of a message.
type letter struct {
	number     uint32 // as the client knows it
	date       int64  // when it was sent, Unix seconds
	subject    string // the base subject, in capital letters
	reply      bool   // its subject is that of a reply or a forward
	id         string // its message identifier, or ""
	references []string
}

func (t *threadTask) clone() task {
	c := *t
	c.letters = slices.Clone(t.letters)
	return &c
}

// run goes on up to the next question or the end.
func (t *threadTask) run(s *Server) {
	if at := len(t.letters) + t.gone; at < len(t.search.found.messages) {
		s.ask(&Event{Kind: AskContent, UID: t.search.found.messages[at].UID}, t)
		return
	}
	s.out = append(s.out, "* THREAD"...)
	if len(t.letters) > 0 {
		s.out = append(s.out, ' ')
		f := &forest{letters: t.letters}
		if t.command.Algorithm == References {
			f.byReferences()
		} else {
			f.bySubject()
		}
		s.out = f.append(s.out)
	}
	s.out = append(s.out, "\r\n"...)
	s.searched(t.search)
}

func (t *threadTask) answer(s *Server, a *Answer) {
	m := t.search.found.messages[len(t.letters)+t.gone]
	if !a.OK {
		t.gone++
		t.run(s)
		return
	}
	n := uint32(m.UID)
	if !t.search.uid {
		n = uint32(s.box.from(m.UID))
	}
	t.letters = append(t.letters, newLetter(m, n, header(a.Content)))
	t.run(s)
}

func newLetter(m store.Message, number uint32, head []byte) letter {
	l := letter{number: number, date: sentDate(m, head)}
	subject, _ := message.Get(head, "Subject")
	base, reply := message.BaseSubject(subject)
	l.subject, l.reply = strings.ToUpper(base), reply
	id, _ := message.Get(head, "Message-ID")
	if ids := messageIDs(id); len(ids) > 0 {
		l.id = ids[0]
	}
	references, _ := message.Get(head, "References")
	if l.references = messageIDs(references); len(l.references) == 0 {
		parent, _ := message.Get(head, "In-Reply-To")
		if ids := messageIDs(parent); len(ids) > 0 {
			l.references = ids[:1]
		}
	}
	return l
}

// messageIDs is the message identifiers in a field's value, without their brackets and with their quoting undone.
func messageIDs(value string) []string {
	var ids []string
	for {
		_, rest, ok := strings.Cut(value, "<")
		if !ok {
			return ids
		}
		id, behind := token(rest, ">")
		if !strings.HasPrefix(behind, ">") {
			return ids
		}
		if strings.Contains(id, "@") {
			ids = append(ids, id)
		}
		value = behind[1:]
	}
}

// append writes the threads (RFC 5256 §4, THREAD response).
func (f *forest) append(dst []byte) []byte {
	for _, n := range f.roots {
		dst = append(dst, '(')
		dst = f.appendThread(dst, n)
		dst = append(dst, ')')
	}
	return dst
}

func (f *forest) appendThread(dst []byte, n int) []byte {
	for {
		node := &f.nodes[n]
		if node.letter >= 0 {
			dst = strconv.AppendUint(dst, uint64(f.letters[node.letter].number), 10)
			if len(node.kids) > 0 {
				dst = append(dst, ' ')
			}
		}
		if len(node.kids) != 1 {
			break
		}
		n = node.kids[0]
	}
	for _, kid := range f.nodes[n].kids {
		dst = append(dst, '(')
		dst = f.appendThread(dst, kid)
		dst = append(dst, ')')
	}
	return dst
}
