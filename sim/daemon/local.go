package daemon

import (
	"slices"
	"strings"

	"ehlo/sim/message"
	"ehlo/sim/smtp"
	"ehlo/sim/store"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// mail is a message whose recipients are being sorted.
type mail struct {
	letter   uint32
	number   uint32 // by which the server names it
	envelope smtp.Envelope
	content  []byte
	whole    []byte // the content behind free octets, until they are used; nil for none
	subject  string // of the content
	targets  []target
	room     [1]target // for those of most messages
}

// target is where one copy of a message goes.
type target struct {
	smtp.Recipient
	from    smtp.Path   // the reverse-path, which a list changes to its owner
	account string      // address of the mailbox here; "" where the recipient says all
	marks   []string    // addresses here that have forwarded it
	fault   *smtp.Reply // it goes nowhere
	discard bool
}

// content is the message with what forwarding has marked on it.
func (t *target) content(m *mail) []byte {
	if len(t.marks) == 0 {
		return m.content
	}
	var text []byte
	for _, mark := range slices.Backward(t.marks) {
		text = append(text, "Delivered-To: "+mark+"\r\n"...)
	}
	return append(text, m.content...)
}

// add adds a target, unless the same mailbox gets the message already; then it says no.
func (m *mail) add(t target) bool {
	for i := range m.targets {
		k := &m.targets[i]
		if strings.EqualFold(k.Local, t.Local) && strings.EqualFold(k.Domain, t.Domain) && k.fault == nil && t.fault == nil &&
			k.account == t.account && k.discard == t.discard && k.from == t.from {
			return false
		}
	}
	m.targets = append(m.targets, t)
	return true
}

// aliasLoop refuses an address that stands for itself, by whatever way.
var aliasLoop = smtp.Reply{Code: 554, Enhanced: "5.4.6", Text: "The address comes back to itself"}

// expand finds out where mail for a recipient goes: aliases, lists and .forward files lead on, as deep as they are.
func (h *Host) expand(env Env, m *mail, to smtp.Recipient) {
	before := len(m.targets)
	h.follow(env, m, target{Recipient: to, from: m.envelope.From}, nil)
	h.ledger.Expanded += int64(len(m.targets) - before - 1)
}

// follow takes one step: it adds the target, or what the target stands for. way are the addresses that led to it.
func (h *Host) follow(env Env, m *mail, t target, way []string) {
	if !h.isLocal(t.Domain) {
		m.add(t)
		return
	}
	if path, ok := h.unrewritten(env, t.Path); ok {
		env.Emit(trace.Event{Kind: trace.KindExpanded, Actor: h.Name, Target: t.Path.String(), Letter: m.letter, Num: 1, Label: "srs", Data: []byte(path.String())})
		if t.Path = path; !h.isLocal(t.Domain) {
			m.add(t)
			return
		}
	}
	name := strings.ToLower(t.Local)
	if len(way) > 0 && slices.Contains(way, strings.ToLower(t.Path.String())) {
		t.fault = &aliasLoop
		m.add(t)
		return
	}
	if a, ok := h.alias(name); ok {
		h.lead(env, m, t, way, a.To, h.listKind(a))
		return
	}
	account, ok := h.recipient(t.Path)
	switch {
	case ok && len(account.forward) > 0 && t.account == "":
		h.lead(env, m, t, way, account.forward, "forward")
	case ok:
		t.account = account.Address
		m.add(t)
	case h.def.MTA.CatchAll != "":
		t.account = h.def.MTA.CatchAll
		m.add(t)
	case h.catchAll != "": // a policy has taken somebody whom nobody knows
		t.account = h.catchAll
		m.add(t)
	default:
		t.fault = &unknownUser
		m.add(t)
	}
}

// lead follows all that an address stands for.
func (h *Host) lead(env Env, m *mail, t target, way, to []string, kind string) {
	address := t.Path.String()
	way = append(slices.Clip(way), strings.ToLower(address))
	if h.def.MTA.DeliveredTo {
		if h.wasDeliveredTo(m, address) {
			t.fault = &aliasLoop
			m.add(t)
			return
		}
		t.marks = append(slices.Clip(t.marks), address)
	}
	env.Emit(trace.Event{Kind: trace.KindExpanded, Actor: h.Name, Target: address, Letter: m.letter, Num: int64(len(to)),
		Label: kind, Data: []byte(strings.Join(to, "\n"))})
	if t.Original == "" {
		t.Original = "rfc822;" + address
	}
	if kind == "list" {
		h.list(env, m, &t)
	}
	for _, next := range to {
		n := t
		keep := strings.HasPrefix(next, `\`)
		next = strings.TrimPrefix(next, `\`)
		if next == "/dev/null" {
			n.discard = true
			m.add(n)
			continue
		}
		path, ok := smtp.ParsePath(next)
		if !ok || path.Domain == "" {
			path = smtp.Path{Local: next, Domain: t.Domain}
		}
		n.Path = path
		if kind != "list" && !h.isLocal(path.Domain) {
			n.from = h.rewritten(env, n.from)
		}
		if keep {
			if a, ok := h.recipient(path); ok {
				n.account = a.Address
				m.add(n)
				continue
			}
		}
		h.follow(env, m, n, way)
	}
}

// list gives a target of a mailing list the list's owner as sender, who hears of its troubles (RFC 5321 §3.9.2).
func (h *Host) list(env Env, m *mail, t *target) {
	if t.Notify.Has(smtp.NotifySuccess) { // RFC 3461 §5.2.7.1
		r := m.report(env.Now())
		h.notify(env, r, actionExpanded, []failure{{t.Recipient, "250 2.1.5 Sent on to the members of a list", "", t.from}})
	}
	if t.Notify != smtp.NotifyNever {
		t.Notify = smtp.NotifyFailure
	}
	t.from = smtp.Path{Local: "owner-" + t.Local, Domain: t.Domain}
}

// alias finds an entry of the alias file.
func (h *Host) alias(name string) (*world.Alias, bool) {
	for i := range h.def.MTA.Aliases {
		if a := &h.def.MTA.Aliases[i]; a.Name == name {
			return a, true
		}
	}
	return nil, false
}

// listKind says whether an alias is a mailing list: it has an owner.
func (h *Host) listKind(a *world.Alias) string {
	if _, ok := h.alias("owner-" + a.Name); ok {
		return "list"
	}
	return "alias"
}

func (h *Host) wasDeliveredTo(m *mail, address string) bool {
	header, _ := message.Split(m.content)
	return slices.ContainsFunc(message.Fields(header), func(f message.Field) bool {
		return strings.EqualFold(f.Name, "Delivered-To") && strings.EqualFold(f.Value, address)
	})
}

// knows says whether mail for a forward-path whose domain is local ends anywhere.
func (h *Host) knows(env Env, to smtp.Path) bool {
	if _, ok := h.unrewritten(env, to); ok {
		return true
	}
	if _, ok := h.alias(strings.ToLower(to.Local)); ok || h.def.MTA.CatchAll != "" {
		return true
	}
	_, ok := h.recipient(to)
	return ok
}

// recipient finds the account of a forward-path whose domain is local; postmaster needs no domain.
func (h *Host) recipient(to smtp.Path) (*Account, bool) {
	if !h.isItself(to.Domain) {
		return h.accountOf(to.Local, to.Domain)
	}
	for i := range h.accounts {
		if strings.EqualFold(h.accounts[i].Name, to.Local) {
			return &h.accounts[i], true
		}
	}
	return nil, false
}

// deposit delivers to a mailbox of this host, and returns the recipient where that cannot be for good. A disk that is full
// now may not be later: then the message waits.
func (h *Host) deposit(env Env, m *mail, t target) []failure {
	switch v := h.deliver(env, m, t, t.account); v.class {
	case trace.ClassOK:
		return nil
	case trace.ClassPermanent:
		return []failure{{t.Recipient, v.text, "", t.from}}
	default:
		h.ledger.Queued++
		h.wait(env, m, t, "", env.Now().Add(h.retryAfter(1)))
		q := h.queue[len(h.queue)-1]
		q.NextHost, q.Reason, q.Attempts = h.Name, v.text, 1
		env.Emit(trace.Event{Kind: trace.KindDeferred, Actor: h.Name, Target: h.Name, Letter: m.letter, Until: q.Next, Data: []byte(v.text)})
		return nil
	}
}

// retryLocal tries again to deliver to a mailbox of this host.
func (h *Host) retryLocal(env Env, q *Entry) {
	q.Active = true
	q.Attempts++
	m := &mail{letter: q.Letter, number: q.Number, envelope: q.Envelope, content: q.Content, subject: subject(env, q.Content)}
	account := ""
	if a, ok := h.Destination(q.To[0].Path); ok {
		account = a.Address
	} else if h.def.MTA.CatchAll != "" {
		account = h.def.MTA.CatchAll
	}
	v := h.deliver(env, m, target{Recipient: q.To[0], from: q.From}, account)
	if v.class == trace.ClassOK {
		h.ledger.Queued--
		h.queue = slices.DeleteFunc(h.queue, func(x *Entry) bool { return x == q })
		return
	}
	h.settle(env, q, []verdict{v}, v.text, "", 0)
}

// deliver puts a message into an INBOX behind a Return-Path field (RFC 5321 §4.4), or into the mailbox for those that their
// domains want to be kept apart.
func (h *Host) deliver(env Env, m *mail, t target, account string) verdict {
	a, ok := h.account(account)
	if !ok {
		return verdict{trace.ClassPermanent, unknownUser.String()}
	}
	if h.diskFull {
		return verdict{trace.ClassTransient, diskFull.String()}
	}
	name, apart := store.Inbox, ""
	if h.isQuarantined(m.content) {
		name, apart = junk, junk
		if _, ok := a.Store.Mailbox(name); !ok {
			if err := a.Store.Create(name); err != nil {
				name, apart = store.Inbox, ""
			}
		}
	}
	box, _ := a.Store.Mailbox(name)
	text := deliveredFrom(t.from.String(), t.content(m), m.whole)
	m.whole = nil
	now := env.Date(env.Now())
	r, err := box.Commit(store.Batch{Append: []store.Draft{{Content: text, Date: now, Saved: now}}})
	if err != nil {
		return verdict{trace.ClassPermanent, mailboxFull.String()}
	}
	h.ledger.Delivered++
	env.Emit(trace.Event{Kind: trace.KindDelivered, Actor: h.Name, Target: a.Address, Letter: m.letter, Num: int64(r.Appended[0]),
		Label: m.subject, Verb: apart})
	h.changed(env, a.Address, name, r.Snapshot, 0)
	if t.Notify.Has(smtp.NotifySuccess) {
		h.notify(env, m.report(env.Now()), actionDelivered, []failure{{t.Recipient, "250 2.1.5 Delivered", "", t.from}})
	}
	return verdict{trace.ClassOK, ""}
}

// discard drops a recipient without a word.
func (h *Host) discard(env Env, letter uint32, to smtp.Recipient, reason string) {
	h.ledger.Discarded++
	env.Emit(trace.Event{Kind: trace.KindDiscarded, Actor: h.Name, Target: to.Path.String(), Letter: letter, Data: []byte(reason)})
}

// masquerade writes a domain for the host's own name into the sender's addresses: envelope, From and Sender.
func (h *Host) masquerade(e smtp.Envelope, content []byte) (smtp.Envelope, []byte) {
	if strings.EqualFold(e.From.Domain, h.Name) {
		e.From.Domain = h.def.MTA.Masquerade
	}
	header, _ := message.Split(content)
	var text []byte
	from := 0
	for _, f := range message.Fields(header) {
		if !strings.EqualFold(f.Name, "From") && !strings.EqualFold(f.Name, "Sender") {
			continue
		}
		i := strings.Index(strings.ToLower(string(f.Raw)), "@"+h.Name)
		if i < 0 {
			continue
		}
		i += f.Start
		text = append(append(text, content[from:i]...), "@"+h.def.MTA.Masquerade...)
		from = i + 1 + len(h.Name)
	}
	return e, append(text, content[from:]...)
}
