package pop3

import (
	"bytes"
	"strconv"

	"ehlo/sim/machine"
	"ehlo/sim/message"
	"ehlo/sim/store"
	"ehlo/sim/wire"
)

// Top is TOP: the header of message N, the empty line, and the first Lines lines of its body (RFC 1939 §7). Its reply has
// Content.
type Top struct{ N, Lines int }

// Verb is TOP.
func (Top) Verb() machine.Verb { return verbTOP }

func (c Top) append(dst []byte) []byte {
	dst = appendMessage(append(dst, "TOP"...), c.N)
	return strconv.AppendInt(append(dst, ' '), int64(c.Lines), 10)
}

func (Top) follows() follows { return followsContent }

func parseTop(s *scanner) request {
	c := Top{N: s.message()}
	if s.err == nil && s.bare() {
		if s.quirks&LooseNumbers != 0 {
			c.Lines = -1
			return c
		}
		s.fail(s.pos, termLines, ReplyMissingLines)
	}
	c.Lines = s.number(termLines, ReplyLines, 0)
	s.end()
	return c
}

func (c Top) execute(s *Server) {
	m, ok := s.message(c.N)
	switch {
	case !ok:
	case c.Lines < 0:
		s.reply(ReplyMissingLines)
	default:
		s.ask(c, Event{Kind: AskContent, UID: m.UID})
	}
}

func (c Top) answered(s *Server, a Answer) {
	s.lineCount = c.Lines
	if s.readable(a) {
		s.drop.access(c.N)
		s.reply(ReplyTop)
		s.out = s.appendContent(s.out, top(a.Content, c.Lines))
	}
}

// readable says whether a message's octets are there and may be sent, and replies where not.
func (s *Server) readable(a Answer) bool {
	if !a.OK {
		s.refuse(a, ReplyUnreadable)
		return false
	}
	if head, _ := message.Split(a.Content); s.needsUTF8(head) {
		s.reply(ReplyNeedUTF8)
		return false
	}
	return true
}

// top returns the beginning of a message that has so many lines of its body.
func top(content []byte, lines int) []byte {
	_, body := message.Split(content)
	end := len(content) - len(body)
	for rest := body; lines > 0 && len(rest) > 0; lines-- {
		n := bytes.IndexByte(rest, '\n') + 1
		if n == 0 {
			n = len(rest)
		}
		end, rest = end+n, rest[n:]
	}
	return content[:end]
}

// statusField is what UW's servers put at the end of a header: R for a message that was read, O for one that is old.
const statusField = "Status: RO\r\n"

// appendContent adds a message or its beginning as it crosses the wire.
func (s *Server) appendContent(dst, content []byte) []byte {
	if s.cfg.Quirks&StatusHeader == 0 {
		return wire.AppendStuffed(dst, content)
	}
	m, _ := s.drop.snapshot.At(s.n)
	status := []byte(statusField)
	if m.Flags.System&store.Seen == 0 {
		status[8] = ' '
	}
	if s.drop.recent > 0 && m.UID >= s.drop.recent {
		status[9] = ' '
	}
	head, body := message.Split(content)
	with := append(append(bytes.Clone(head), status...), content[len(head):len(content)-len(body)]...)
	return wire.AppendStuffed(dst, append(with, body...))
}
