package smtp

import (
	"strconv"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// run reads what was received until a question is open or nothing complete is left.
func (s *Server) run(now engine.Time) {
	for !s.done && !s.upgrading && s.asked == 0 && s.read(now) {
	}
	if s.eof && s.asked == 0 && !s.upgrading {
		s.close()
	}
}

// read takes the next thing that is complete: a chunk, the end of the message, or a line.
func (s *Server) read(now engine.Time) bool {
	switch {
	case s.chunk.under:
		return s.readChunk()
	case s.state == Content:
		n, end := s.message.take(s.lines.Peek(), s.cfg.MaxSize)
		s.lines.Take(n)
		if end {
			s.endOfData()
		}
		return end
	}
	line, tooLong, ok := s.lines.Next()
	if !ok {
		return false
	}
	s.wait(now)
	if s.state == Exchange {
		s.response(line, tooLong)
	} else {
		s.command(now, line, tooLong)
	}
	return true
}

// command answers one line.
func (s *Server) command(now engine.Time, line []byte, tooLong bool) {
	p := &s.parser // here, since what is called through a table would otherwise allocate it anew
	*p = parser{offered: s.offered, lenient: s.cfg.Lenient}
	if !tooLong && len(line) > s.cfg.MaxLine && verbOf(line[:wordLen(line)]) != AUTH {
		tooLong = true
	}
	if tooLong {
		s.answer(machine.NoVerb, s.reply(ReplyLineTooLong, "limit", strconv.Itoa(s.cfg.MaxLine)))
		return
	}
	c := p.command(line)
	s.verb = p.verb
	if p.err != nil && p.err.Reply == ReplyBareLineEnd {
		s.refuse(p.err)
		return
	}
	// The order comes before the grammar: what has no place here need not be right.
	if refusal, ok := s.misplaced(p.verb); ok {
		if b, isBdat := c.(Bdat); isBdat && s.offered.has(ExtChunking) {
			s.dropChunk(b, s.reply(refusal))
			return
		}
		s.answer(p.verb, s.reply(refusal))
		return
	}
	if p.err != nil {
		s.refuse(p.err)
		return
	}
	c.serve(s, now)
}

// misplaced says whether the session has no place for a command now, and how that is said.
func (s *Server) misplaced(v machine.Verb) (ReplyID, bool) {
	switch {
	case v == machine.NoVerb:
		return 0, false
	case !s.performs(v):
		return ReplyNotImplemented, true
	case !commands[v].in.has(s.state):
		return outOfOrder(s.state, v, s.refused > 0), true
	case !s.extended && s.state != Connected && needsEhlo.has(v):
		return ReplyNeedEhlo, true
	case s.cfg.NeedTLS && !s.secure() && needsTLS.has(v):
		return ReplyNeedTLS, true
	case s.cfg.NeedAuth && s.identity.User == "" && needsAuth.has(v):
		return ReplyNeedAuth, true
	}
	return 0, false
}

// verbSet is a set of commands, a bit for each.
type verbSet uint32

func (set verbSet) has(v machine.Verb) bool { return set&(1<<v) != 0 }

const (
	// needsEhlo are the commands of extensions, which HELO does not negotiate.
	needsEhlo = verbSet(1<<STARTTLS | 1<<AUTH | 1<<BDAT | 1<<ETRN)
	// needsTLS are those that RFC 3207 §4 does not exempt.
	needsTLS = verbSet(1<<AUTH | 1<<MAIL | 1<<RCPT | 1<<DATA | 1<<BDAT | 1<<VRFY | 1<<EXPN | 1<<ETRN)
	// needsAuth are those that send mail, or tell of users.
	needsAuth = verbSet(1<<MAIL | 1<<VRFY | 1<<EXPN | 1<<ETRN)
)

// refuse answers a line that is no command.
func (s *Server) refuse(err *SyntaxError) {
	r, own := s.wording(err.Reply)
	if !own && (err.Verb == EHLO || err.Verb == HELO) {
		r.Enhanced = "" // RFC 2034 §4
	}
	r = s.filled(r, nil)
	s.answer(err.Verb, r)
}

// outOfOrder is the reply to a command that the state does not allow.
func outOfOrder(state machine.State, v machine.Verb, refused bool) ReplyID {
	switch {
	case state == Connected:
		return ReplyNeedHello
	case state == Greeted:
		return ReplyNeedMail
	case v == MAIL || v == AUTH || v == STARTTLS || v == ETRN:
		return ReplyNestedMail
	case state == Chunks:
		return ReplyNeedBdat
	case refused:
		return ReplyNoRecipients
	}
	return ReplyNeedRcpt
}

// answer writes the reply to a command and goes where the table leads.
func (s *Server) answer(v machine.Verb, r Reply) {
	s.write(r)
	if r.Code == 421 {
		s.close()
		return
	}
	if v != machine.NoVerb {
		was := s.state
		s.state = Table().Next(was, v, r.Class())
		if inChunking.has(was) && s.state == Greeted { // a chunk that was refused, or RSET
			s.reset()
		}
	}
	if r.Class() != trace.ClassPermanent {
		return
	}
	if s.errors++; s.cfg.MaxErrors > 0 && s.errors >= s.cfg.MaxErrors {
		s.write(s.reply(ReplyTooManyErrors))
		s.close()
	}
}

// write adds a reply to the output.
func (s *Server) write(r Reply) {
	if !s.cfg.Extensions.has(ExtEnhancedStatusCodes) {
		r.Enhanced = ""
	}
	s.out = r.Append(s.out)
}
