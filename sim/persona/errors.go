package persona

import "ehlo/sim/toml"

// Error is one thing wrong in a persona file: where, what, and how to repair it.
type Error = toml.Error

// Errors is everything wrong in a persona file, in the order of its lines.
type Errors = toml.Errors

// prefix is what the identifiers of this grammar begin with.
const prefix = "persona"

// problems are the identifiers of what can be wrong besides what the reader of TOML reports itself. The repair of each
// is the same identifier with ".repair".
var problems = []string{
	"persona.bad-command", "persona.bad-count", "persona.bad-duration", "persona.bad-extension", "persona.bad-id", "persona.bad-line", "persona.bad-log", "persona.bad-mechanism",
	"persona.bad-placeholder", "persona.bad-prompts", "persona.bad-protocol", "persona.bad-queue-id", "persona.bad-quirk", "persona.bad-reply",
	"persona.bad-title", "persona.grammar-newer", "persona.grammar-unknown", "persona.other-status", "persona.too-large",
	"persona.want-table",
}

// MessageIDs lists every identifier that an [Error] can carry.
func MessageIDs() []string {
	ids := toml.MessageIDs(prefix)
	for _, id := range problems {
		ids = append(ids, id, id+".repair")
	}
	return ids
}
