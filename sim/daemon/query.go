package daemon

import (
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/smtp"
)

// verify answers VRFY: a user of this host is named with the address, and of other hosts' users nothing is known (RFC 5321
// §3.5.2).
func (h *Host) verify(name string) *smtp.Reply {
	if open := strings.IndexByte(name, '<'); open >= 0 {
		name, _, _ = strings.Cut(name[open+1:], ">")
	}
	p, ok := smtp.ParsePath(name)
	if !ok || p.Null {
		p = smtp.Path{Local: name}
	}
	if !h.isLocal(p.Domain) {
		return nil
	}
	a, ok := h.recipient(p)
	if !ok {
		return &unknownUser
	}
	return &smtp.Reply{Code: 250, Enhanced: "2.1.5", Text: "<" + a.Address + ">"}
}

// hurry answers ETRN: what waits for a domain is tried now (RFC 1985 §5).
func (h *Host) hurry(env Env, domain string, below bool) *smtp.Reply {
	isFor := func(r smtp.Recipient) bool {
		d := strings.ToLower(r.Domain)
		return d == domain || below && strings.HasSuffix(d, "."+domain)
	}
	domain = strings.ToLower(domain)
	waiting := 0
	for _, q := range h.queue {
		if q.Domain == domain || strings.EqualFold(q.NextHost, domain) || slices.ContainsFunc(q.To, isFor) {
			if waiting++; !q.Active {
				q.Next = env.Now()
			}
		}
	}
	if waiting == 0 {
		return &smtp.Reply{Code: 251, Enhanced: "2.0.0", Text: "No messages wait for " + domain}
	}
	h.RunQueue(env)
	return &smtp.Reply{Code: 253, Enhanced: "2.0.0", Text: strconv.Itoa(waiting) + " messages for " + domain + " are tried now"}
}
