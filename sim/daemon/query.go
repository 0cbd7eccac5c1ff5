package daemon

import (
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/smtp"
)

// asked reads what VRFY or EXPN names: an address, also behind a person's name, or a local part alone.
func asked(name string) smtp.Path {
	if open := strings.IndexByte(name, '<'); open >= 0 {
		name, _, _ = strings.Cut(name[open+1:], ">")
	}
	if p, ok := smtp.ParsePath(name); ok && !p.Null {
		return p
	}
	return smtp.Path{Local: name}
}

// verify answers VRFY: who is known to this host is named with the address, and of other hosts' users nothing is known
// (RFC 5321 §3.5.2).
func (h *Host) verify(env Env, name string) *smtp.Reply {
	p := asked(name)
	if !h.isLocal(p.Domain) {
		return nil
	}
	if a, ok := h.recipient(p); ok {
		return verified(a.Address)
	}
	if !h.knows(env, p) {
		return &unknownUser
	}
	return verified(p.String())
}

// verified says that mail for an address comes to somebody here.
func verified(address string) *smtp.Reply {
	r := smtp.ReplyVerified.Usual()
	r.Text, r.About = "<"+address+">", address
	return &r
}

// members answers EXPN: to whom a list or an alias leads (RFC 5321 §3.5.2).
func (h *Host) members(name string) *smtp.Reply {
	p := asked(name)
	a, ok := h.alias(strings.ToLower(p.Local))
	if !ok || !h.isLocal(p.Domain) {
		return &unknownList
	}
	lines := make([]string, len(a.To))
	for i, to := range a.To {
		to = strings.TrimPrefix(to, `\`)
		if !strings.Contains(to, "@") && !strings.HasPrefix(to, "/") {
			to += "@" + h.Name
		}
		lines[i] = "<" + to + ">"
	}
	return &smtp.Reply{Code: 250, Enhanced: "2.1.5", Text: strings.Join(lines, "\n")}
}

// hurry answers ETRN: what waits for a domain is tried now (RFC 1985 §5).
func (h *Host) hurry(env Env, domain string, below bool) *smtp.Reply {
	domain = strings.ToLower(domain)
	isFor := func(r smtp.Recipient) bool {
		d := strings.ToLower(r.Domain)
		return d == domain || below && strings.HasSuffix(d, "."+domain)
	}
	waiting := h.flush(env, func(q *Entry) bool {
		return q.Domain == domain || strings.EqualFold(q.NextHost, domain) || slices.ContainsFunc(q.To, isFor)
	})
	if waiting == 0 {
		return &smtp.Reply{Code: 251, Enhanced: "2.0.0", Text: "No messages wait for " + domain}
	}
	return &smtp.Reply{Code: 253, Enhanced: "2.0.0", Text: strconv.Itoa(waiting) + " messages for " + domain + " are tried now"}
}
