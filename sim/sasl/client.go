package sasl

import "strings"

// Credentials is what a client logs in with.
type Credentials struct {
	User     string
	Password string
	As       string // whom to act as; "" is User. LOGIN and CRAM-MD5 have no place for it.
	Nonce    string // the client's part of SCRAM's nonce, new in each exchange: see [Nonce]
}

// Response is what a client says next.
type Response struct {
	Data   []byte // to send, without base64; the caller's to keep
	Abort  bool   // give up: send "*" where the server waits for a response
	Reason Reason // why it gives up
	Syntax *SyntaxError
	Fault  string // the error that the server named (RFC 5802 §5.1)
}

// Client is the client's side of one exchange. It is a plain value: a copy goes on by itself.
type Client struct {
	credentials Credentials
	exchange    Exchange
	over        bool
	scram       scramClient
}

// NewClient returns the client's side of an exchange by a mechanism.
func NewClient(m Mechanism, c Credentials) Client {
	return Client{credentials: c, exchange: Begin(m, false)}
}

// Mechanism is the mechanism of the exchange.
func (c *Client) Mechanism() Mechanism { return c.exchange.Mechanism() }

// Initial is the initial response, false where the mechanism has none: then the server speaks first. A client that has
// no room for an initial response leaves Initial out.
func (c *Client) Initial() (Response, bool) {
	if !c.Mechanism().ClientFirst() || c.exchange.Step() != StepGo {
		return Response{}, false
	}
	return c.Respond(nil), true
}

// Respond answers a challenge, which is given without base64. What stands in a challenge that has nothing to say, as
// LOGIN's, does not matter (draft-murchison-sasl-login-00 §2.1); a timestamp of CRAM-MD5 may have any form.
func (c *Client) Respond(challenge []byte) Response {
	step := c.exchange.Step()
	if c.over || step == StepNone {
		return c.abort(ReasonOver)
	}
	c.exchange.Advance()
	if r := c.unsendable(); r != ReasonNone {
		return c.abort(r)
	}
	var m message
	if step == StepServerFirst || step == StepServerFinal || step == StepTimestamp && len(challenge) == 0 {
		p := parse(step, challenge, false)
		if p.err != nil {
			r := c.abort(ReasonSyntax)
			r.Syntax = p.err
			return r
		}
		if r := unfit(step, &p.m); r != ReasonNone {
			return c.abort(r)
		}
		m = p.m
	}
	next := c.exchange.Step()
	c.exchange.Advance()
	return c.respond(next, challenge, &m)
}

// respond makes the message of a step, behind a challenge that has been read.
func (c *Client) respond(step Step, challenge []byte, m *message) Response {
	user, password := c.credentials.User, c.credentials.Password
	switch step {
	case StepPlain:
		return Response{Data: []byte(c.credentials.As + "\x00" + user + "\x00" + password)}
	case StepUser:
		return Response{Data: []byte(user)}
	case StepPassword:
		return Response{Data: []byte(password)}
	case StepDigest:
		return Response{Data: []byte(user + " " + cramDigest(string(challenge), password))}
	case StepClientFirst:
		user, _ = Prepare(user)
		return Response{Data: c.scram.first(c.credentials.As, user, c.credentials.Nonce)}
	case StepClientFinal:
		if !strings.HasPrefix(m.nonce, c.credentials.Nonce) || len(m.nonce) == len(c.credentials.Nonce) {
			return c.abort(ReasonNonce)
		}
		password, _ = Prepare(password)
		return Response{Data: c.scram.final(challenge, m, password)}
	}
	// StepEnd, behind server-final-message
	if m.fault != "" {
		r := c.abort(ReasonServerError)
		r.Fault = readable(m.fault)
		return r
	}
	if !c.scram.finish(m) {
		return c.abort(ReasonSignature)
	}
	return Response{}
}

// unsendable is why the mechanism cannot carry the credentials.
func (c *Client) unsendable() Reason {
	k := &c.credentials
	if strings.ContainsAny(k.As, "\x00") {
		return ReasonProhibited
	}
	prepared := prepareOr
	if c.Mechanism() == SCRAMSHA256 {
		prepared = Prepare
		for i := range len(k.Nonce) {
			if !isNonce(k.Nonce[i]) {
				return ReasonMechanism
			}
		}
		if k.Nonce == "" {
			return ReasonMechanism
		}
	}
	for _, s := range [...]string{k.User, k.Password} {
		if _, err := prepared(s); err == ErrUnsupported {
			return ReasonUnsupported
		} else if err != nil {
			return ReasonProhibited
		}
	}
	return ReasonNone
}

// Succeeded says that the server has accepted the login, and returns why the client does not, or [ReasonNone]: a server
// that has not proved by SCRAM that it knows the password is none to trust (RFC 5802 §5).
func (c *Client) Succeeded() Reason {
	c.over = true
	if c.Mechanism() == SCRAMSHA256 && !c.scram.proven {
		return ReasonSignature
	}
	return ReasonNone
}

func (c *Client) abort(reason Reason) Response {
	c.over = true
	return Response{Abort: true, Reason: reason}
}
