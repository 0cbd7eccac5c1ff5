package daemon

import (
	"slices"
	"strings"

	"ehlo/sim/sasl"
	"ehlo/sim/world"
)

// popSecret is an entry of /etc/pop.auth, in which qpopper keeps the passwords of APOP.
type popSecret struct{ user, secret string }

// popSecrets is the file: what stood there at the start, unless somebody has changed it.
func (h *Host) popSecrets() []popSecret {
	if h.popAuth != nil {
		return h.popAuth
	}
	secrets := []popSecret{}
	for i := range h.accounts {
		if a := &h.accounts[i]; a.Password != "" {
			secrets = append(secrets, popSecret{a.Name, a.Password})
		}
	}
	return secrets
}

// KeepsPOPSecrets says whether a POP3 service of the host has a file of passwords for APOP.
func (h *Host) KeepsPOPSecrets() bool {
	return slices.ContainsFunc(h.def.Services, keepsPOPSecrets)
}

// keepsPOPSecrets says that of a service: it is a qpopper that has APOP.
func keepsPOPSecrets(s world.Service) bool {
	return s.Protocol == "pop3" && s.Persona != nil && strings.HasPrefix(s.Persona.Name, "qpopper") && slices.Contains(s.Auth, sasl.CRAMMD5.String())
}

// POPSecrets lists who has a password in that file.
func (h *Host) POPSecrets() (users []string) {
	for _, s := range h.popSecrets() {
		users = append(users, s.user)
	}
	return users
}

// POPSecret is a user's password there; false where there is none.
func (h *Host) POPSecret(user string) (secret string, ok bool) {
	for _, s := range h.popSecrets() {
		if s.user == user {
			return s.secret, true
		}
	}
	return "", false
}

// SetPOPSecret puts a user's password there.
func (h *Host) SetPOPSecret(user, secret string) {
	h.DeletePOPSecret(user)
	h.popAuth = append(slices.Clip(h.popAuth), popSecret{user, secret}) // clones share what is there
}

// DeletePOPSecret takes a user's password from there, and says whether there was one.
func (h *Host) DeletePOPSecret(user string) bool {
	before := h.popSecrets()
	h.popAuth = slices.DeleteFunc(slices.Clone(before), func(s popSecret) bool { return s.user == user })
	if h.popAuth == nil {
		h.popAuth = []popSecret{}
	}
	return len(h.popAuth) < len(before)
}

// HasUser says whether somebody of that name can log in at the host.
func (h *Host) HasUser(name string) bool {
	v := view{h: h}
	return slices.Contains(v.users(), name)
}

// popAuthFile is where the secrets lie, for the user pop alone.
const popAuthFile = "/etc/pop.auth"

// obscured is a secret as it lies there: each octet inverted, so that nobody reads it by chance. That hides nothing.
func obscured(secret string) string {
	b := []byte(secret)
	for i := range b {
		b[i] ^= 0xff
	}
	return string(b)
}
