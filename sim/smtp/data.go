package smtp

import (
	"strconv"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
	"ehlo/sim/wire"
)

// Data is DATA and, when the server says 354, the message up to the lone dot (RFC 5321 §4.1.1.4).
type Data struct {
	Message []byte // with CR LF; a client adds the dots
}

func parseData(p *parser) Command {
	if !p.noArgument() {
		return nil
	}
	return Data{}
}

func (Data) verb() machine.Verb { return DATA }

func (Data) appendTo(dst []byte, _ *extensions) []byte { return append(dst, "DATA"...) }

func (Data) serve(s *Server, _ engine.Time) { s.answer(DATA, s.reply(ReplySendMessage)) }

// endOfData is the lone dot.
func (s *Server) endOfData() {
	if s.message.bad {
		r := s.faultyMessage()
		s.reset()
		s.answer(EndOfData, r)
		return
	}
	s.ending = EndOfData
	s.askMessage()
}

// askMessage asks what becomes of the message that is complete.
func (s *Server) askMessage() {
	e := s.ask(AskMessage)
	e.Envelope, e.Message = s.sharedEnvelope(), s.message.text
}

// faultyMessage is the reply to a message that has a fault.
func (s *Server) faultyMessage() Reply {
	if s.message.fault == ReplyTooBig {
		return s.tooBig()
	}
	return s.reply(s.message.fault, "limit", strconv.Itoa(MaxTextLine))
}

func (s *Server) settleMessage(a Answer) {
	verb := s.ending
	s.reset() // whatever the answer is (RFC 5321 §4.1.1.4)
	r := s.verdict(a, ReplyMessageOK, "id", a.ID)
	if r.Class() == trace.ClassOK {
		s.errors = 0
	}
	s.answer(verb, r)
}

// followData sends the message when the server says 354. One that says 2yz before it has the message is out of step:
// whoever took that for the message's reply would lose the message.
func (c *Client) followData(now engine.Time, d Data, r Reply) bool {
	front := &c.flight[0]
	if front.verb != DATA {
		return false
	}
	switch r.Class() {
	case trace.ClassOK:
		c.lose(r)
		return true
	case trace.ClassMore:
	default:
		return false
	}
	if c.accepted > 0 || !c.pipelined {
		c.out = wire.AppendStuffed(c.out, d.Message)
	} else { // nobody is to have the message, and still the server waits for it (RFC 2920 §3.1)
		c.out = append(c.out, ".\r\n"...)
	}
	front.verb = EndOfData
	c.wait(now, commands[EndOfData].wait)
	return true
}

func (Data) explain(e *explainer) { e.note("smtp.note.command.DATA") }
