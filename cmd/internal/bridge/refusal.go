package bridge

import "ehlo/sim/machine"

// Refusal is why something is not done: a message identifier of the locales below "bridge.refused.", with arguments.
type Refusal struct {
	ID   string       `json:"id"`
	Args machine.Args `json:"args,omitempty"`
}

// Error returns the identifier.
func (r *Refusal) Error() string { return r.ID }

const refused = "bridge.refused."

// refusals are the reasons, in the order in which they are found.
var refusals = []string{
	"origin", "token-missing", "token-forged", "token-expired", "token-used", "token-origin", "request", "slow",
	"host", "port", "not-named", "port-not-named", "unknown-host", "address", "full", "learner-full", "too-fast",
	"no-answer", "certificate", "handshake", "recipient", "bare-line-end", "chunking", "line-too-long",
	"octets", "duration", "idle", "stalled", "frame", "closed-by-page", "closed-by-server", "cut-by-server", "shutdown", "tls-twice",
}

// RefusalIDs lists every identifier that a page can be told.
func RefusalIDs() []string {
	ids := make([]string, len(refusals))
	for i, r := range refusals {
		ids[i] = refused + r
	}
	return ids
}

// refuse returns a refusal; args are names and values in turn.
func refuse(reason string, args ...string) *Refusal {
	r := &Refusal{ID: refused + reason}
	for i := 0; i+1 < len(args); i += 2 {
		if r.Args == nil {
			r.Args = machine.Args{}
		}
		r.Args[args[i]] = args[i+1]
	}
	return r
}
