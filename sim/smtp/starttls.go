package smtp

import (
	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/sasl"
)

// StartTLS is STARTTLS: the session goes on inside TLS, from its beginning (RFC 3207 §4).
type StartTLS struct{}

func parseStartTLS(p *parser) Command {
	if !p.noArgument() {
		return nil
	}
	return StartTLS{}
}

func (StartTLS) verb() machine.Verb { return STARTTLS }

func (StartTLS) appendTo(dst []byte, _ *extensions) []byte { return append(dst, "STARTTLS"...) }

// serve also drops what came behind the command: nothing that was injected before the handshake survives it.
func (StartTLS) serve(s *Server, _ engine.Time) {
	if s.secure() {
		s.answer(STARTTLS, s.reply(ReplyTLSOn))
		return
	}
	s.answer(STARTTLS, s.reply(ReplyStartTLS))
	if s.state == Connected { // some persona's wording could refuse
		s.lines.Reset()
		s.upgrading = true
	}
}

// secure says whether the session is inside TLS.
func (s *Server) secure() bool { return s.tls.Version != "" }

// Upgrading says that the server waits for the TLS handshake.
func (s *Server) Upgrading() bool { return s.upgrading }

// Upgraded says that the handshake is over. What the client said before is forgotten (RFC 3207 §4.2).
func (s *Server) Upgraded(now engine.Time, info machine.TLSInfo) {
	if !s.upgrading {
		return
	}
	s.upgrading, s.tls = false, info
	s.hello, s.extended, s.offered, s.identity = "", false, 0, sasl.Identity{}
	s.wait(now)
	s.run(now) // the client may have closed
}

// Upgrading says that the client waits for the TLS handshake.
func (c *Client) Upgrading() bool { return c.upgrading }

// Upgraded says that the handshake is over: STARTTLS has its reply. What the server offered before is forgotten, so EHLO
// comes next (RFC 3207 §4.2).
func (c *Client) Upgraded(now engine.Time, info machine.TLSInfo) {
	if !c.upgrading || c.done {
		return
	}
	c.upgrading, c.tls, c.offered = false, info, extensions{}
	r := c.reply
	c.reply = Reply{}
	c.finish(now, r)
}

// TLS is the TLS around the session, the zero value for none.
func (c *Client) TLS() machine.TLSInfo { return c.tls }

// followStartTLS waits for the handshake. What the server has said behind its reply was injected, and is dropped.
func (c *Client) followStartTLS(r Reply) bool {
	if r.Code != 220 {
		return false
	}
	c.upgrading, c.reply = true, r
	c.lines.Reset()
	return true
}

func (StartTLS) explain(e *explainer) { e.note("smtp.note.command.STARTTLS") }
