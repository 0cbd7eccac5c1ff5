package imap

import (
	"slices"

	"ehlo/sim/engine"
	"ehlo/sim/sasl"
)

// wake ends IDLE where something else is to be done.
func (c *Client) wake(now engine.Time) {
	if c.queue.Len() > 0 {
		c.Stop(now)
	}
}

// Stop ends IDLE where the client idles, without another command.
func (c *Client) Stop(now engine.Time) {
	if c.idling {
		c.idling = false
		c.out = append(c.out, "DONE\r\n"...)
		c.await(now)
	}
}

// Idling says that the server has taken IDLE and tells what happens as it happens.
func (c *Client) Idling() bool { return c.idling }

// Offers says whether the server has said that it offers a capability, by its name in upper case. What it said is
// forgotten with a login and with TLS: CAPABILITY asks again (RFC 3501 §6.1.1).
func (c *Client) Offers(capability string) bool {
	return slices.ContainsFunc(c.offered, func(o string) bool { return equalFold([]byte(o), capability) })
}

// Knows says whether the client knows what the server offers now.
func (c *Client) Knows() bool { return c.offered != nil }

// Mechanisms are the SASL mechanisms that the server has said it offers.
func (c *Client) Mechanisms() sasl.Set {
	var names []string
	for _, o := range c.offered {
		if len(o) > 5 && equalFold([]byte(o[:5]), "AUTH=") {
			names = append(names, o[5:])
		}
	}
	return sasl.Offered(names)
}

// begin puts the initial response into AUTHENTICATE where the server takes one.
func (c *Client) begin(a Authenticate) Authenticate {
	c.sasl = sasl.NewClient(sasl.Named(a.Mechanism), a.Credentials)
	if c.Offers("SASL-IR") {
		if r, ok := c.sasl.Initial(); ok && !r.Abort {
			a.Initial = string(sasl.AppendInitial(nil, r.Data))
		}
	}
	return a
}

// proceed takes a continuation request: for the next part of a command, for IDLE, for a response of AUTHENTICATE.
func (c *Client) proceed(now engine.Time, r Response) {
	switch c.current.(type) {
	case Idle:
		c.idling = true
		c.await(now)
		c.wake(now)
		return
	case Authenticate:
		challenge, err := sasl.Decode([]byte(r.Text))
		response := c.sasl.Respond(challenge)
		if err != nil || response.Abort {
			c.out = append(c.out, "*\r\n"...)
		} else {
			c.out = append(sasl.Append(c.out, response.Data), "\r\n"...)
		}
		c.await(now)
		return
	}
	if c.current == nil || len(c.parts) == 0 {
		c.end(ErrProtocol)
		return
	}
	c.part(now)
}

// learn takes what the server says of itself.
func (c *Client) learn(r *Response) {
	switch {
	case r.Name == "CAPABILITY" || r.Code == "CAPABILITY":
		c.offered = r.Words
	case r.Name == "ENABLED":
		for _, w := range r.Words {
			c.enabled |= extensionNamed(w)
		}
	}
}

// unicode says that mailbox names and quoted strings are in UTF-8.
func (c *Client) unicode() bool { return c.enabled&(extUTF8|extRev2) != 0 }
