package smtp

import (
	"strconv"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
)

// Bdat is BDAT: a chunk of the message (RFC 3030 §2). Its octets follow the command at once.
type Bdat struct {
	Size  int64 // octets of the chunk; a client that gives Chunk need not say it
	Last  bool
	Chunk []byte // of a client: octets as they are, lines ended by CR LF, without dots doubled
}

func parseBdat(p *parser) Command {
	if !p.octet(' ') {
		p.fail(termSpace, ReplySyntax)
		return nil
	}
	start := p.pos
	digits := string(p.while(isLetDig))
	end := p.pos
	p.pos = start
	size, ok := p.number(digits, termChunkSize, ReplySyntax)
	if !ok {
		return nil
	}
	p.pos = end
	p.span(start, termChunkSize)
	b := Bdat{Size: size}
	if p.octet(' ') {
		start := p.pos
		if !p.keyword("LAST") {
			p.fail(termLast, ReplySyntax)
			return nil
		}
		b.Last = true
		p.span(start, termLast)
	}
	if !p.noArgument() {
		return nil
	}
	return b
}

func (b Bdat) verb() machine.Verb {
	if b.Last {
		return LastChunk
	}
	return BDAT
}

func (b Bdat) appendTo(dst []byte, _ *extensions) []byte {
	dst = strconv.AppendInt(append(dst, "BDAT "...), max(b.Size, int64(len(b.Chunk))), 10)
	if b.Last {
		dst = append(dst, " LAST"...)
	}
	return dst
}

// chunk is octets that the client has announced by BDAT.
type chunk struct {
	under bool // octets are still to come, or the reply is due
	left  int64
	size  int64
	last  bool
	drop  bool // they belong to no message
	reply Reply
}

func (b Bdat) serve(s *Server, _ engine.Time) { s.takeChunk(chunk{size: b.Size, last: b.Last}) }

// dropChunk takes the octets of a BDAT that is refused, since they come anyhow (RFC 3030 §2).
func (s *Server) dropChunk(b Bdat, r Reply) {
	s.takeChunk(chunk{size: b.Size, last: b.Last, drop: true, reply: r})
}

func (s *Server) takeChunk(c chunk) {
	c.under, c.left = true, c.size
	s.chunk = c
}

// verb is the command whose reply ends the chunk.
func (c *chunk) verb() machine.Verb { return Bdat{Last: c.last}.verb() }

// readChunk takes octets of the chunk, and answers when all have come.
func (s *Server) readChunk() (complete bool) {
	c := &s.chunk
	if n := min(c.left, int64(s.lines.Pending())); n > 0 {
		p := s.lines.Take(int(n))
		if c.left -= n; !c.drop {
			s.message.takeChunk(p, s.cfg.MaxSize)
		}
	}
	if c.left > 0 {
		return false
	}
	s.endOfChunk()
	return true
}

func (s *Server) endOfChunk() {
	c := s.chunk
	s.chunk = chunk{}
	if c.drop {
		s.answer(c.verb(), c.reply)
		return
	}
	if c.last {
		s.message.finishChunks(s.cfg.MaxSize)
	}
	switch {
	case s.message.bad:
		s.answer(c.verb(), s.faultyMessage())
	case c.last:
		s.ending = LastChunk
		s.askMessage()
	default:
		s.answer(BDAT, s.reply(ReplyChunkOK, "octets", strconv.FormatInt(c.size, 10)))
	}
}

func (b Bdat) explain(e *explainer) {
	id := "smtp.note.command.BDAT"
	if b.Last {
		id += ".last"
	}
	e.note(id, "octets", strconv.FormatInt(b.Size, 10))
}
