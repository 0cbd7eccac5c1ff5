package world

import "ehlo/sim/toml"

// Error is one thing wrong in a world file: where, what, and how to repair it.
type Error = toml.Error

// Errors is everything wrong in a world file, in the order of its lines.
type Errors = toml.Errors

// prefix is what the identifiers of this grammar begin with.
const prefix = "world"

// problems are the identifiers of what can be wrong besides what the reader of TOML reports itself. The repair of each
// is the same identifier with ".repair".
var problems = []string{
	"world.bad-actor", "world.bad-alias", "world.bad-authentication", "world.bad-client-tls", "world.bad-count", "world.bad-dkim-key", "world.bad-dnssec", "world.bad-mail-store", "world.bad-sts-policy", "world.bad-every",
	"world.bad-fault", "world.bad-fault-value", "world.bad-percent", "world.bad-zone.address", "world.bad-zone.alias",
	"world.bad-zone.control", "world.bad-zone.fields", "world.bad-zone.name", "world.bad-zone.number", "world.bad-zone.owner",
	"world.bad-zone.quote", "world.bad-zone.type", "world.duplicate-zone", "world.unknown-link",
	"world.bad-bandwidth", "world.bad-duration", "world.bad-flag", "world.bad-header-rule", "world.bad-ip-address", "world.bad-ipv6-address", "world.bad-letter",
	"world.bad-mail-address", "world.bad-mechanism", "world.bad-name", "world.bad-network", "world.bad-password",
	"world.bad-port", "world.bad-protocol", "world.bad-role", "world.bad-seed", "world.bad-sender",
	"world.bad-service-role", "world.bad-text", "world.bad-tls",
	"world.duplicate-address", "world.duplicate-domain", "world.duplicate-host", "world.duplicate-link",
	"world.duplicate-port", "world.bad-inetd", "world.duplicate-user", "world.duplicate-you",
	"world.grammar-missing", "world.grammar-newer", "world.grammar-unknown",
	"world.link-ends", "world.link-itself", "world.misplaced-table", "world.missing-host", "world.persona-protocol", "world.role-without-smtp",
	"world.smarthost-itself",
	"world.too-large", "world.unknown-domain", "world.unknown-host", "world.unknown-persona", "world.unknown-user",
}

// MessageIDs lists every identifier that an [Error] can carry.
func MessageIDs() []string {
	ids := toml.MessageIDs(prefix)
	for _, id := range problems {
		ids = append(ids, id, id+".repair")
	}
	return ids
}
