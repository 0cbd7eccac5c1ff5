package bridge

import (
	"bytes"
	"slices"
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/smtp"
	"ehlo/sim/trace"
)

// gate reads along with an SMTP client and stops recipients in domains that are not named. It lets only whole lines
// pass, so that a server never sees the beginning of a command that is then refused.
type gate struct {
	domains  []string
	observer *smtp.Observer
	pending  []byte
}

// maxGated is the longest line that a gate holds back, in octets. RFC 4954 §4 asks for 12288 in AUTH.
const maxGated = 16 << 10

func newGate(domains []string) *gate {
	return &gate{domains: domains, observer: smtp.NewObserver()}
}

// heard tells the gate what the server said, which decides whether lines are commands or a message.
func (g *gate) heard(p []byte) {
	g.observer.Observe(engine.Time(0), trace.ToClient, p)
	g.drain()
}

func (g *gate) drain() {
	for _, ok := g.observer.Next(); ok; _, ok = g.observer.Next() {
	}
}

// pass takes what the client sends and returns what may go on: whole lines, and in a message everything. A server that
// is lenient about line ends might see a command where the gate sees text: a bare CR or LF goes no further.
func (g *gate) pass(p []byte) ([]byte, *Refusal) {
	g.pending = append(g.pending, p...)
	var out []byte
	for {
		n := bytes.IndexByte(g.pending, '\n') + 1
		if n == 0 {
			break
		}
		line := g.pending[:n]
		if n < 2 || line[n-2] != '\r' || bytes.IndexByte(line[:n-2], '\r') >= 0 {
			return out, refuse("bare-line-end")
		}
		if g.observer.State() != smtp.Table().States[smtp.Content] {
			if refusal := g.judge(line); refusal != nil {
				return out, refusal
			}
		}
		out = append(out, line...)
		g.observer.Observe(engine.Time(0), trace.ToServer, line)
		g.drain()
		g.pending = g.pending[n:]
	}
	if len(g.pending) > maxGated {
		return out, refuse("line-too-long")
	}
	g.pending = bytes.Clone(g.pending)
	return out, nil
}

// judge looks at a command line. BDAT is stopped, since a server that does not know it would read its octets as commands.
func (g *gate) judge(line []byte) *Refusal {
	words := bytes.Fields(line)
	if len(words) == 0 {
		return nil
	}
	switch verb := strings.ToUpper(string(words[0])); {
	case verb == "BDAT":
		return refuse("chunking")
	case strings.HasPrefix(verb, "RCPT"):
		if !g.isAllowed(line) {
			return refuse("recipient", "domains", strings.Join(g.domains, ", "))
		}
	}
	return nil
}

// isAllowed says whether a RCPT line is in order and names a recipient of one of the domains. What is not in order might
// mean something else to a lenient server.
func (g *gate) isAllowed(line []byte) bool {
	c, _, err := smtp.ParseCommand(line)
	rcpt, ok := c.(smtp.Rcpt)
	return err == nil && ok && slices.Contains(g.domains, strings.ToLower(rcpt.Path.Domain))
}

// reset forgets the session: TLS has begun, and a new one starts inside it.
func (g *gate) reset() {
	g.observer = smtp.NewObserver()
	g.observer.Observe(engine.Time(0), trace.ToClient, []byte("220 \r\n"))
	g.drain()
	g.pending = nil
}
