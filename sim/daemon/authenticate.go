package daemon

import (
	"slices"
	"strings"

	"ehlo/sim/dkim"
	"ehlo/sim/dmarc"
	"ehlo/sim/dns"
	"ehlo/sim/message"
	"ehlo/sim/smtp"
	"ehlo/sim/spf"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// What an MTA says to a message that is not from where it says (RFC 7372 §3, RFC 7489 §10.3).
var (
	notAllowed   = smtp.Reply{Code: 550, Enhanced: "5.7.23", Text: "SPF: the domain does not allow your address"}
	notAuthentic = smtp.Reply{Code: 550, Enhanced: "5.7.1", Text: "DMARC: the message is not from the domain that it names, which wants it to be refused"}
	notKnown     = smtp.Reply{Code: 451, Enhanced: "4.7.24", Text: "SPF and DMARC: the name servers do not answer"}
)

// junk is the mailbox for messages that their domains want to be kept apart (RFC 7489 §6.3).
const junk = "Junk"

// quarantined is the property that says so, for who delivers it.
var quarantined = message.Tag{Name: "policy.dmarc", Value: string(dmarc.Quarantine)}

// findings is what was found out about a message.
type findings struct {
	spf      spf.Verdict
	identity message.Tag // whom SPF is about: smtp.mailfrom or smtp.helo
	dkim     []dkim.Verdict
	arc      dkim.Chain
	dmarc    dmarc.Verdict
	excused  bool // a sealer whom this host believes has found it right
}

// authenticate finds out whether a message is from where it says: SPF for the client, DKIM for the message, and DMARC for
// both. top is the Authentication-Results field that says so. done is false where answers of the DNS are missing.
func (h *Host) authenticate(env Env, s *screening, c Client, e *smtp.Event, conn uint32) (top []byte, refusal *smtp.Reply, done bool) {
	if s.message == nil {
		s.message = &dns.Lookups{}
	}
	var f findings
	for {
		if f, done = h.find(env, s.message, c, e); done {
			break
		}
		if !h.research(env, s.message, conn) {
			return nil, nil, false
		}
	}
	s.message = nil
	f.excused = h.excuses(&f)
	action := h.action(env, &f)
	h.reportFindings(env, &f, action, conn)
	if h.def.MTA.Auth == world.Enforce {
		if refusal = f.refusal(action); refusal != nil {
			return nil, refusal, true
		}
	}
	found := message.AppendAuthResults(nil, h.Name, f.results(action))
	if h.def.MTA.ARC && len(h.def.DKIM) > 0 {
		top = h.def.DKIM[0].Seal(e.Message, f.arc, string(found), env.Date(env.Now()))
	}
	return append(append(top, "Authentication-Results: "...), found...), nil, true
}

// find runs all checks as far as they come: what one of them wants to know does not wait for the others.
func (h *Host) find(env Env, l *dns.Lookups, c Client, e *smtp.Event) (f findings, done bool) {
	address, _ := dns.ParseAddress(c.Address)
	q := spf.Query{Address: address, Local: e.Envelope.From.Local, Domain: e.Envelope.From.Domain, Hello: e.Hello, Receiver: h.Name}
	f.identity = message.Tag{Name: "smtp.mailfrom", Value: e.Envelope.From.String()}
	if e.Envelope.From.Null { // RFC 7208 §2.4
		q.Local, q.Domain = "", e.Hello
		f.identity = message.Tag{Name: "smtp.helo", Value: e.Hello}
	}
	var known bool
	f.spf, done = spf.Check(l, q)
	f.dkim, known = dkim.Verify(l, e.Message, env.Date(env.Now()))
	done = done && known
	f.arc, known = dkim.VerifyChain(l, e.Message)
	done = done && known
	evidence := dmarc.Evidence{From: authors(e.Message)}
	if f.spf.Result == spf.Pass {
		evidence.SPF = q.Domain
	}
	for _, v := range f.dkim {
		if v.Result == dkim.Pass {
			evidence.DKIM = append(evidence.DKIM, v.Domain)
		}
	}
	f.dmarc, known = dmarc.Check(l, h.world.Suffixes, evidence)
	return f, done && known
}

// authors is the domains of a message's From fields.
func authors(msg []byte) (domains []string) {
	header, _ := message.Split(msg)
	for _, f := range message.Fields(header) {
		if !strings.EqualFold(f.Name, "From") {
			continue
		}
		for _, a := range message.ParseAddressList(f.Value) {
			if d := dns.Canonical(a.Host); d != "" && !slices.Contains(domains, d) {
				domains = append(domains, d)
			}
		}
	}
	return domains
}

// excuses says whether a message that fails was right when a host sealed it whom this one believes (RFC 8617 §7.2.1).
func (h *Host) excuses(f *findings) bool {
	if f.dmarc.Result != dmarc.Fail || f.arc.Result != dkim.Pass || !slices.Contains(h.def.MTA.Sealers, f.arc.Sealer) {
		return false
	}
	_, results, ok := message.ParseAuthResults(f.arc.Says)
	return ok && slices.ContainsFunc(results, func(r message.AuthResult) bool { return r.Method == "dmarc" && r.Result == "pass" })
}

// action is what the author's domain wants to be done; a message that its percentage spares gets the next milder policy.
func (h *Host) action(env Env, f *findings) dmarc.Policy {
	if f.dmarc.Result != dmarc.Fail || f.excused {
		return dmarc.NoPolicy
	}
	p := f.dmarc.Policy
	if f.dmarc.Percent < 100 && int(env.Chance()%100) >= f.dmarc.Percent {
		p = p.Lenient()
	}
	return p
}

// refusal is what an MTA that does as the domains want says to a message, nil where it takes it.
func (f *findings) refusal(action dmarc.Policy) *smtp.Reply {
	switch {
	case f.dmarc.Result == dmarc.TempError, f.spf.Result == spf.TempError && f.dmarc.Result != dmarc.Pass:
		return &notKnown
	case action == dmarc.Reject:
		r := notAuthentic
		r.Text += ": " + f.dmarc.From
		return &r
	case f.spf.Result == spf.Fail && f.dmarc.Domain == "" && !f.excused: // RFC 7489 §10.1: where there is a record, it has the last word
		r := notAllowed
		if f.spf.Explanation != "" { // RFC 7208 §6.2
			r.Text = "SPF: " + f.spf.Domain + " explains: " + f.spf.Explanation
		}
		return &r
	}
	return nil
}

// results is what was found out, as the field says it.
func (f *findings) results(action dmarc.Policy) []message.AuthResult {
	all := []message.AuthResult{{Method: "spf", Result: string(f.spf.Result), Reason: f.spf.Problem, Props: []message.Tag{f.identity}}}
	for _, v := range f.dkim {
		r := message.AuthResult{Method: "dkim", Result: string(v.Result), Reason: v.Problem, Props: []message.Tag{
			{Name: "header.d", Value: v.Domain}, {Name: "header.s", Value: v.Selector}, {Name: "header.a", Value: v.Algorithm}}}
		if len(v.Signature) > 8 { // RFC 6008 §3: which of several it is
			r.Props = append(r.Props, message.Tag{Name: "header.b", Value: v.Signature[:8]})
		}
		all = append(all, r)
	}
	if len(f.dkim) == 0 {
		all = append(all, message.AuthResult{Method: "dkim", Result: string(dkim.None)})
	}
	if f.arc.Result != dkim.None {
		all = append(all, message.AuthResult{Method: "arc", Result: string(f.arc.Result), Reason: f.arc.Problem,
			Props: []message.Tag{{Name: "header.d", Value: f.arc.Sealer}}})
	}
	r := message.AuthResult{Method: "dmarc", Result: string(f.dmarc.Result), Props: []message.Tag{{Name: "header.from", Value: f.dmarc.From}}}
	if f.dmarc.Result == dmarc.Fail {
		r.Props = append(r.Props, message.Tag{Name: "policy.dmarc", Value: string(action)})
	}
	if f.excused {
		r.Reason = "sealed by " + f.arc.Sealer
	}
	return append(all, r)
}

// reportFindings puts what was found out into the trace.
func (h *Host) reportFindings(env Env, f *findings, action dmarc.Policy, conn uint32) {
	tell := func(method, domain, result, next string, lines ...string) {
		env.Emit(trace.Event{Kind: trace.KindAuth, Actor: h.Name, Target: domain, Conn: conn, Label: method, Verb: result,
			Class: authClass(result), Next: next, Data: []byte(strings.Join(lines, "\n"))})
	}
	tell("spf", f.spf.Domain, string(f.spf.Result), f.spf.Problem, f.identity.Value, f.spf.Term)
	for _, v := range f.dkim {
		tell("dkim", v.Domain, string(v.Result), v.Problem, v.Selector+"._domainkey."+v.Domain, v.Algorithm)
	}
	if f.arc.Result != dkim.None {
		tell("arc", f.arc.Sealer, string(f.arc.Result), f.arc.Problem, f.arc.Says)
	}
	aligned := "not aligned"
	switch {
	case f.dmarc.SPF && f.dmarc.DKIM:
		aligned = "spf dkim"
	case f.dmarc.SPF:
		aligned = "spf"
	case f.dmarc.DKIM:
		aligned = "dkim"
	}
	next := ""
	if f.dmarc.Result == dmarc.Fail {
		next = string(action)
	}
	tell("dmarc", f.dmarc.From, string(f.dmarc.Result), next, f.dmarc.Domain, aligned)
}

// authClass is a result as a class: only what is right or wrong for certain is the one or the other.
func authClass(result string) trace.Class {
	switch result {
	case "pass":
		return trace.ClassOK
	case "fail", "permerror", "policy":
		return trace.ClassPermanent
	case "softfail", "temperror":
		return trace.ClassTransient
	}
	return trace.ClassNone
}

// withoutOwnResults takes the results out of a message that claim to be this host's: only its own count (RFC 8601 §5).
func (h *Host) withoutOwnResults(msg []byte) []byte {
	return message.Without(msg, func(f message.Field) bool {
		host, _, ok := message.ParseAuthResults(f.Value)
		return strings.EqualFold(f.Name, "Authentication-Results") && ok && strings.EqualFold(host, h.Name)
	})
}

// isQuarantined says that this host has found out that a message should be kept apart, and does so.
func (h *Host) isQuarantined(msg []byte) bool {
	if h.def.MTA.Auth != world.Enforce {
		return false
	}
	header, _ := message.Split(msg)
	value, _ := message.Get(header, "Authentication-Results")
	host, results, ok := message.ParseAuthResults(value)
	return ok && host == h.Name && slices.ContainsFunc(results, func(r message.AuthResult) bool { return slices.Contains(r.Props, quarantined) })
}

// signed is a message with a signature for each key that the host has for the author's domain (RFC 6376 §5).
func (h *Host) signed(env Env, msg []byte) []byte {
	if len(h.def.DKIM) == 0 {
		return msg
	}
	from := authors(msg)
	var added []byte
	for i := range h.def.DKIM {
		s := &h.def.DKIM[i]
		if len(from) == 1 && (from[0] == s.Domain || strings.HasSuffix(from[0], "."+s.Domain)) {
			added = append(added, s.Sign(msg, env.Date(env.Now()))...)
		}
	}
	return append(added, msg...)
}
