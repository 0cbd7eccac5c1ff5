package daemon

import (
	"ehlo/sim/sasl"
	"ehlo/sim/world"
)

// mechanismsOf is what a service offers for SASL: what the world says, or what its kind of server does.
func mechanismsOf(s world.Service, usual sasl.Set) sasl.Set {
	if s.Auth == nil {
		return usual
	}
	return sasl.Offered(s.Auth)
}

// secret answers what a SASL exchange, or APOP, asks about a user: the name is a login name or an address.
func (h *Host) secret(user, actAs string) sasl.Secret {
	a, ok := h.named(user)
	if !ok {
		return sasl.Secret{}
	}
	as, ok := h.named(actAs)
	return sasl.Secret{Known: true, Password: a.Password, MayAct: ok && as == a}
}

// named finds the account of a login name or an address that somebody can log in to.
func (h *Host) named(user string) (*Account, bool) {
	if user == "" {
		return nil, false
	}
	var found *Account
	for i := range h.accounts { // all of them, so that the time does not tell who is there
		if a := &h.accounts[i]; found == nil && a.isNamed(user) {
			found = a
		}
	}
	return found, found != nil
}

// saltKey is what the salts of SCRAM are made of. It stays as long as the host does.
func (h *Host) saltKey(env Env) string {
	if h.salt == "" {
		h.salt = sasl.Nonce(env.Chance(), env.Chance())
	}
	return h.salt
}
