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

// members answers EXPN: those for whom an alias stands (RFC 5321 §3.5.1).
func (h *Host) members(name string) *smtp.Reply {
	a, ok := h.alias(strings.ToLower(name))
	if !ok {
		return &unknownList
	}
	lines := make([]string, len(a.To))
	for i, to := range a.To {
		if lines[i] = "<" + to + ">"; !strings.Contains(to, "@") && len(h.local) > 0 {
			lines[i] = "<" + strings.TrimPrefix(to, `\`) + "@" + h.local[0] + ">"
		}
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
