package pop3

import (
	"strings"

	"ehlo/sim/sasl"
)

// Capabilities is what a server says that it can do: the lines behind the reply to CAPA (RFC 2449 §5).
type Capabilities []string

// Argument returns what stands behind a capability's tag, and false where the server does not have it. Tags are the same
// in capitals and small letters.
func (c Capabilities) Argument(tag string) (string, bool) {
	for _, line := range c {
		name, argument, _ := strings.Cut(line, " ")
		if strings.EqualFold(name, tag) {
			return argument, true
		}
	}
	return "", false
}

// Has says whether the server has a capability.
func (c Capabilities) Has(tag string) bool {
	_, ok := c.Argument(tag)
	return ok
}

// Mechanisms is those of AUTH that this package knows.
func (c Capabilities) Mechanisms() sasl.Set {
	argument, _ := c.Argument("SASL")
	return sasl.Offered(strings.Fields(argument))
}
