package daemon

import (
	"slices"
	"strings"
	"time"

	"ehlo/sim/machine"
	"ehlo/sim/message"
	"ehlo/sim/persona"
	"ehlo/sim/sasl"
	"ehlo/sim/smtp"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// Limits of the services (RFC 5321 §4.5.3, RFC 1939 §3, RFC 3501 §5.4).
const (
	MaxMessageSize = 10 << 20 // octets
	MaxRecipients  = 100
	MaxErrors      = 20 // commands that SMTP refuses for good, before it closes
	SMTPIdle       = 5 * time.Minute
	POP3Idle       = 10 * time.Minute
	IMAPIdle       = 30 * time.Minute
)

// What an MTA's policy answers.
var (
	unknownUser = smtp.ReplyUnknownUser.Usual()
	unknownList = smtp.ReplyUnknownList.Usual()
	relayDenied = smtp.ReplyRelayDenied.Usual()
	mailboxFull = smtp.ReplyMailboxFull.Usual()
	notYours    = smtp.ReplyNotYours.Usual()
	tooManyHops = smtp.ReplyTooManyHops.Usual()
)

// smtpd is the server session of an MTA, or of a submission service.
type smtpd struct {
	*smtp.Server
	noMailbox
	noHold // a message counts from the reply to its end on
	screening
	client     Client
	submission bool
	id         string           // of the message that is being taken
	persona    *persona.Persona // nil for ehlo's own
}

func newSMTPD(env Env, h *Host, s world.Service, client Client, info machine.TLSInfo) *smtpd {
	d, ok := take(&env.Spare().servers)
	if !ok {
		d = &smtpd{Server: new(smtp.Server)}
	}
	*d = smtpd{Server: d.Server, client: client, submission: s.Role == world.Submission, persona: s.Persona}
	cfg := d.config(h, s, info)
	cfg.Epoch = env.Date(0)
	d.Begin(cfg, env.Now())
	return d
}

// config is how a service behaves: what the world says of it, and otherwise what its role suggests.
func (d *smtpd) config(h *Host, s world.Service, info machine.TLSInfo) smtp.Config {
	cfg := smtp.Config{MaxErrors: MaxErrors, IdleTimeout: SMTPIdle, Extensions: smtp.Standard | smtp.ExtDSN | smtp.ExtRequireTLS, Mechanisms: sasl.All}
	if d.submission {
		cfg.NeedAuth = true
	} else {
		cfg.Extensions |= smtp.ExtETRN | smtp.ExtEXPN
		cfg.Verify = true
	}
	if s.Persona != nil {
		cfg = s.Persona.SMTP
		cfg.NeedAuth = d.submission
	}
	if h.def.MTA.DeliverBy {
		cfg.Extensions |= smtp.ExtDeliverBy
	}
	cfg.Mechanisms = mechanismsOf(s, cfg.Mechanisms)
	if !d.submission && s.Auth == nil { // servers do not log in to each other
		cfg.Mechanisms = 0
	}
	cfg.Hostname, cfg.MaxSize, cfg.TLS, cfg.StartTLS = h.Name, h.maxSize(), info, s.TLS == world.StartTLS
	cfg.Peer = d.client.Address
	if cfg.MaxRecipients == 0 {
		cfg.MaxRecipients = MaxRecipients
	}
	// A service without TLS has no better place for a password; one that has it takes passwords there only.
	cfg.ClearAuth = s.TLS == world.NoTLS
	return cfg
}

// Receiving says that the client sends a message: what comes is answered at its end.
func (s *smtpd) Receiving() bool { return s.State() == smtp.Content }

// Pump answers what the machine asks: whom the MTA accepts, and whether it takes the message.
func (s *smtpd) Pump(env Env, h *Host, conn uint32) {
	for s.Step(env, h, conn) {
	}
}

// Step answers one question.
func (s *smtpd) Step(env Env, h *Host, conn uint32) bool {
	if !s.holding {
		s.held, _ = s.Next()
	}
	e := s.held
	if e == nil {
		return false
	}
	var a smtp.Answer
	switch e.Kind {
	case smtp.AskSender, smtp.AskRecipient, smtp.AskMessage:
		if a.Reply, s.holding = s.decide(env, h, conn, e); s.holding {
			return false
		}
		a.ID = s.id
	case smtp.AskVerify:
		a.Reply = h.verify(env, e.Text)
	case smtp.AskExpand:
		a.Reply = h.members(e.Text)
	case smtp.AskQueue:
		a.Reply = h.hurry(env, e.Text, e.Subdomains)
	case smtp.AskExchange:
		a.Exchange = sasl.Config{Timestamp: sasl.Timestamp(env.Chance(), env.Date(env.Now()), h.Name),
			Nonce: sasl.Nonce(env.Chance(), env.Chance()), SaltKey: h.saltKey(env)}
	case smtp.AskSecret:
		a.Secret = h.secret(e.Question.User, e.Question.ActAs)
	case smtp.EventLogin:
		class := trace.ClassPermanent
		if e.Accepted {
			class = trace.ClassOK
		}
		env.Emit(trace.Event{Kind: trace.KindLogin, Actor: h.Name, Target: e.Identity.User, Conn: conn, Class: class})
		return true
	}
	s.held = nil
	s.Answer(env.Now(), e.ID, a)
	return true
}

// decide answers about a transaction: by the driver's policy where it decides, by the host's own rules otherwise. With
// wait true it cannot answer yet.
func (s *smtpd) decide(env Env, h *Host, conn uint32, e *smtp.Event) (reply *smtp.Reply, wait bool) {
	decided := false
	if h.policy != nil {
		reply, decided = h.policy.Judge(s.client, e)
	}
	switch {
	case e.Kind == smtp.AskSender && !decided && e.Login.User != "":
		if h.def.MTA.OwnSenders && !h.owns(e.Login.As, e.Path) {
			reply = &notYours
		}
	case e.Kind == smtp.AskSender && !decided:
		return h.screenSender(env, &s.screening, s.client, conn)
	case e.Kind == smtp.AskRecipient && !decided:
		if reply = s.judge(env, h, e); reply == nil && h.isLocal(e.Path.Domain) && e.Login.User == "" {
			reply = h.screenRecipient(env, s.client, e)
		}
	case e.Kind == smtp.AskMessage && (reply == nil || reply.Code/100 == 2):
		refusal, wait := s.take(env, h, conn, e)
		if refusal != nil {
			reply = refusal
		}
		return reply, wait
	}
	return reply, false
}

// owns says whether a user may send from an address: it is the user's own, or an alias that leads to the user alone. The null
// reverse-path is nobody's, and all may use it (RFC 6409 §6.1).
func (h *Host) owns(user string, from smtp.Path) bool {
	a, ok := h.named(user)
	if !ok || from.Null || !h.isLocal(from.Domain) {
		return ok && from.Null
	}
	if alias, found := h.alias(strings.ToLower(from.Local)); found {
		return len(alias.To) == 1 && (strings.EqualFold(alias.To[0], a.Name) || strings.EqualFold(alias.To[0], a.Address))
	}
	owner, ok := h.recipient(from)
	return ok && owner == a
}

// judge says whether the MTA takes mail for a recipient: nil for yes.
func (s *smtpd) judge(env Env, h *Host, e *smtp.Event) *smtp.Reply {
	if !h.isLocal(e.Path.Domain) {
		if e.Login.User != "" || h.relaysFor(s.client) || h.keepsFor(e.Path.Domain) {
			return nil
		}
		return &relayDenied
	}
	if !h.knows(env, e.Path) {
		return &unknownUser
	}
	return nil
}

// keepsFor says whether the host is a backup mail exchanger of a domain (RFC 5321 §5.1).
func (h *Host) keepsFor(domain string) bool {
	return slices.ContainsFunc(h.def.MTA.Backup, func(d string) bool { return strings.EqualFold(d, domain) })
}

// maxSize is the most octets that a message may have.
func (h *Host) maxSize() int64 {
	if n := h.def.MTA.MaxSize; n > 0 {
		return n
	}
	return MaxMessageSize
}

// relaysFor says whether the MTA takes mail for any domain from a client that has not logged in.
func (h *Host) relaysFor(c Client) bool {
	return h.def.OpenRelay || c.Host != "" && (c.Host == h.Name || slices.Contains(h.def.RelayFrom, c.Host)) ||
		slices.ContainsFunc(h.def.RelayNetworks, func(n world.Network) bool { return n.Contains(c.Address) })
}

// take puts the trace field before the message and takes responsibility for it, or says why not. With wait true it cannot
// say yet.
func (s *smtpd) take(env Env, h *Host, conn uint32, e *smtp.Event) (refusal *smtp.Reply, wait bool) {
	head, _ := message.Split(e.Message)
	if hops(head) >= h.maxHops() {
		return &tooManyHops, false
	}
	own := e.Login.User != "" || h.relaysFor(s.client)
	if field := hasUnwanted(&h.def.MTA, head); field != "" && !own {
		r := unwantedHeader
		r.Text += ": " + field
		return &r, false
	}
	text, top := e.Message, []byte(nil)
	if !own && h.def.MTA.Auth != world.NoAuthentication {
		var done bool
		if top, refusal, done = h.authenticate(env, &s.screening, s.client, e, conn); !done || refusal != nil {
			return refusal, !done
		}
		text = h.withoutOwnResults(text)
		head, _ = message.Split(text)
	}
	h.serial++
	r := message.Received{From: e.Hello, FromAddress: s.client.Address, By: h.Name, With: e.Protocol(), Time: env.Date(env.Now())}
	s.id = s.queueID(env, h.serial)
	r.ID, _, _ = strings.Cut(s.id, " ")
	if s.persona != nil {
		r.Program = s.persona.Program
	}
	if len(e.Envelope.To) == 1 {
		r.For = e.Envelope.To[0].String()
	}
	var added []byte
	if s.submission {
		added = h.completed(env, e.Login.User, head)
	}
	h.ledger.Accepted += int64(len(e.Envelope.To))
	// Most messages are for one mailbox here: they are copied once, with room for the field that final delivery adds.
	whole := stamp(returnPathSize(e.Envelope.From), top, r, added, text, head)
	h.accept(env, h.trusted(e), whole, returnPathSize(e.Envelope.From), conn, own)
	return nil, false
}

// queueID is what the service calls the message that gets a number of the host.
func (s *smtpd) queueID(env Env, n uint32) string {
	ids := persona.QueueNumber
	if s.persona != nil {
		ids = s.persona.Queue
	}
	now := env.Now()
	return ids.Of(n, env.Date(now)*int64(time.Second)+int64(now)%int64(time.Second))
}

// trusted is the envelope with who submitted the message: what a client that has not logged in says of that counts for
// nothing (RFC 4954 §5).
func (h *Host) trusted(e *smtp.Event) smtp.Envelope {
	env := e.Envelope
	switch a, ok := h.named(e.Login.User); {
	case !ok && env.Auth != "":
		env.Auth = "<>"
	case ok && env.Auth == "":
		env.Auth = a.Address
	}
	return env
}

// Copy returns an independent copy.
func (s *smtpd) Copy() Session {
	c := *s
	c.Server = s.Server.Clone()
	c.screening = s.screening.clone()
	return &c
}
