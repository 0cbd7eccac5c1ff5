package pop3

import (
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/sasl"
)

// Authenticate is a client's whole AUTH exchange.
type Authenticate struct {
	Mechanism   sasl.Mechanism
	Credentials sasl.Credentials
	NoInitial   bool // the first response waits for the server's challenge (RFC 1734 has no initial response)
}

// Verb is AUTH.
func (Authenticate) Verb() machine.Verb { return verbAUTH }

func (c Authenticate) append(dst []byte) []byte {
	return Auth{Mechanism: c.Mechanism.String()}.append(dst)
}

func (Authenticate) follows() follows { return followsNothing }

// Logon is a client's way in, whatever the server offers: it asks for capabilities, begins TLS where it may, and then
// tries AUTH with the strongest mechanism, APOP, and USER with PASS, each where the one before is refused. Its reply is
// that of the last part. A refusal that says by its response code that another way would not help is the last one (RFC
// 2449 §8, RFC 3206 §4).
type Logon struct {
	User, Password string
	Nonce          string    // for SCRAM-SHA-256: see [sasl.Nonce]; "" does without the mechanism
	TLS            TLSPolicy // whether to begin TLS
	NeverClear     bool      // without TLS, only what does not tell the password
}

// TLSPolicy says when a client begins TLS by STLS.
type TLSPolicy uint8

// The policies.
const (
	TLSNever TLSPolicy = iota
	TLSIfOffered
	TLSRequired // a server without it gets no name and no password
)

// Verb is PASS: the login is complete.
func (Logon) Verb() machine.Verb { return verbPASS }

func (Logon) append(dst []byte) []byte { return Capa{}.append(dst) }

func (Logon) follows() follows { return followsNothing }

// logon is how far a Logon has come.
type logon struct {
	asked      bool     // the offer is complete
	mechanisms sasl.Set // still to be tried
	apop, user bool     // still to be tried
}

// logOn goes on with a Logon after a reply; false where it is over.
func (c *Client) logOn(now engine.Time, l Logon) bool {
	switch sent := c.sent.(type) {
	case Capa:
		return c.offered(now, l)
	case Stls:
		if c.reply.OK {
			c.upgrading = true
			c.lines.Reset()
			return true
		}
		if l.TLS == TLSRequired {
			c.reply.Err = ErrNoTLS
			return false
		}
		return c.attempt(now, l)
	case Auth:
		if sent.Mechanism == "" {
			if c.reply.OK {
				c.logon.mechanisms = sasl.Offered(c.reply.Lines)
			}
			c.restrict(l)
			return c.attempt(now, l)
		}
	case User:
		if c.reply.OK {
			c.write(now, Pass{l.Password})
			return true
		}
	}
	if c.reply.OK || isFinal(c.reply.Text) || c.isImpostor() {
		return false
	}
	return c.attempt(now, l)
}

// isImpostor says whether the server has failed to prove itself: no other way is tried with it.
func (c *Client) isImpostor() bool {
	fault, ok := c.fault.(*AuthError)
	return ok && (fault.Reason == sasl.ReasonSignature || fault.Reason == sasl.ReasonNonce || fault.Reason == sasl.ReasonIterations)
}

// isFinal says whether a refusal's response code is about more than the way of logging in.
func isFinal(text string) bool {
	code, _, _ := strings.Cut(parseCode([]byte(text)), "/")
	return code == "AUTH" || code == "SYS" || code == "IN-USE" || code == "LOGIN-DELAY"
}

// offered takes the reply to CAPA. A server that does not know it is asked by AUTH for its mechanisms.
func (c *Client) offered(now engine.Time, l Logon) bool {
	caps := Capabilities(c.reply.Lines)
	c.logon = logon{asked: true, mechanisms: caps.Mechanisms(), apop: true, user: !c.reply.OK || caps.Has("USER")}
	if !c.tls && l.TLS != TLSNever && caps.Has("STLS") {
		c.restrict(l)
		c.write(now, Stls{})
		return true
	}
	if !c.tls && l.TLS == TLSRequired {
		c.reply.OK, c.reply.Err = false, ErrNoTLS
		return false
	}
	if !c.reply.OK {
		c.write(now, Auth{})
		return true
	}
	c.restrict(l)
	return c.attempt(now, l)
}

// restrict leaves out what the client may not use or cannot.
func (c *Client) restrict(l Logon) {
	if l.Nonce == "" {
		c.logon.mechanisms &^= sasl.SetOf(sasl.SCRAMSHA256)
	}
	if l.NeverClear && !c.tls {
		c.logon.mechanisms, c.logon.user = c.logon.mechanisms.WithoutClear(), false
	}
	c.logon.apop = c.logon.apop && c.timestamp != ""
}

// attempt tries the next way: the mechanisms that do not tell the password, APOP, those that do, USER. It returns false
// where there is none.
func (c *Client) attempt(now engine.Time, l Logon) bool {
	m := c.logon.mechanisms.Strongest()
	switch {
	case m != sasl.None && (!m.Clear() || !c.logon.apop):
		c.logon.mechanisms &^= sasl.SetOf(m)
		c.authenticate(now, Authenticate{Mechanism: m, Credentials: sasl.Credentials{User: l.User, Password: l.Password, Nonce: l.Nonce}})
		return true
	case c.logon.apop:
		c.logon.apop, c.fault = false, nil
		c.write(now, Apop{l.User, sasl.APOP(c.timestamp, l.Password)})
		return true
	case c.logon.user:
		c.logon.user, c.fault = false, nil
		c.write(now, User{l.User})
		return true
	}
	if _, ok := c.sent.(Capa); ok {
		c.reply.OK, c.reply.Err = false, ErrNoLogin
	}
	return false
}

// authenticate begins an exchange.
func (c *Client) authenticate(now engine.Time, a Authenticate) {
	c.sasl, c.fault = sasl.NewClient(a.Mechanism, a.Credentials), nil
	command := Auth{Mechanism: a.Mechanism.String()}
	if !a.NoInitial {
		copied := c.sasl
		if r, ok := copied.Initial(); ok && !r.Abort {
			with := command
			with.Initial = string(sasl.AppendInitial(nil, r.Data))
			if len(with.append(nil))+2 <= maxLine {
				command, c.sasl = with, copied
			}
		}
	}
	c.write(now, command)
}

// challenged answers a challenge.
func (c *Client) challenged(now engine.Time, line []byte) bool {
	c.await(now)
	octets, err := sasl.Decode(challengeText(line))
	c.state = Exchange
	if err != nil || c.sasl.Mechanism() == sasl.None {
		c.fault = &AuthError{Reason: sasl.ReasonSyntax}
		c.out = append(c.out, "*\r\n"...)
		return true
	}
	r := c.sasl.Respond(octets)
	if r.Abort {
		c.fault = &AuthError{Reason: r.Reason, Fault: r.Fault}
		c.out = append(c.out, "*\r\n"...)
		return true
	}
	c.out = append(sasl.Append(c.out, r.Data), "\r\n"...)
	return true
}
