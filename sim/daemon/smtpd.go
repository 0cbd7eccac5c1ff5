package daemon

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/machine"
	"ehlo/sim/message"
	"ehlo/sim/smtp"
	"ehlo/sim/world"
)

// Limits of the services (RFC 5321 §4.5.3, RFC 1939 §3, RFC 3501 §5.4).
const (
	MaxMessageSize = 10 << 20 // octets
	MaxRecipients  = 100
	SMTPIdle       = 5 * time.Minute
	POP3Idle       = 10 * time.Minute
	IMAPIdle       = 30 * time.Minute
)

// What an MTA's policy answers.
var (
	unknownUser = smtp.Reply{Code: 550, Enhanced: "5.1.1", Text: "No such user here"}
	relayDenied = smtp.Reply{Code: 554, Enhanced: "5.7.1", Text: "Relay access denied"}
	mailboxFull = smtp.Reply{Code: 552, Enhanced: "5.2.2", Text: "Mailbox full"}
	tooManyHops = smtp.Reply{Code: 554, Enhanced: "5.4.6", Text: "Too many hops; the message goes round in a circle"}
)

// smtpd is an MTA's server session.
type smtpd struct {
	*smtp.Server
	noMailbox
	noHold // a message counts from the reply to its end on
	screening
	client Client
}

func newSMTPD(env Env, h *Host, _ world.Service, client Client, _ machine.TLSInfo) *smtpd {
	cfg := smtp.Config{Hostname: h.Name, MaxSize: h.maxSize(), MaxRecipients: MaxRecipients, IdleTimeout: SMTPIdle}
	return &smtpd{Server: smtp.NewServer(cfg, env.Now()), client: client}
}

// Pump answers what the machine asks: whom the MTA accepts, and whether it takes the message.
func (s *smtpd) Pump(env Env, h *Host, conn uint32) {
	for s.Step(env, h, conn) {
	}
}

// Step answers one question: by the driver's policy where it decides, by the host's own rules otherwise.
func (s *smtpd) Step(env Env, h *Host, conn uint32) bool {
	e, ok := s.Next()
	if s.holding {
		e, ok = s.held, true
	}
	if !ok {
		return false
	}
	var reply *smtp.Reply
	decided := false
	if h.policy != nil {
		reply, decided = h.policy.Judge(s.client, e)
	}
	switch {
	case e.Kind == smtp.AskSender && !decided:
		reply, s.holding = h.screenSender(env, &s.screening, s.client, conn)
		if s.held = e; s.holding {
			return false
		}
	case e.Kind == smtp.AskRecipient && !decided:
		if reply = s.judge(h, e.Path); reply == nil && h.isLocal(e.Path.Domain) {
			reply = h.screenRecipient(env, s.client, e)
		}
	case e.Kind == smtp.AskMessage && (reply == nil || reply.Code/100 == 2):
		if refusal := s.take(env, h, conn, e); refusal != nil {
			reply = refusal
		}
	}
	s.Answer(env.Now(), e.ID, smtp.Answer{Reply: reply})
	return true
}

// judge says whether the MTA takes mail for a recipient: nil for yes.
func (s *smtpd) judge(h *Host, to smtp.Path) *smtp.Reply {
	if !h.isLocal(to.Domain) {
		if h.relaysFor(s.client) || h.keepsFor(to.Domain) {
			return nil
		}
		return &relayDenied
	}
	if !h.knows(to) {
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

// take puts the trace field before the message and takes responsibility for it, or says why not.
func (s *smtpd) take(env Env, h *Host, conn uint32, e smtp.Event) *smtp.Reply {
	head, _ := message.Split(e.Message)
	header := message.Fields(head)
	if hops(header) >= h.maxHops() {
		return &tooManyHops
	}
	with := "SMTP"
	if e.Extended {
		with = "ESMTP"
	}
	h.serial++
	r := message.Received{From: e.Hello, FromAddress: s.client.Address, By: h.Name, With: with,
		ID: strconv.FormatUint(uint64(h.serial), 36), Time: env.Date(env.Now())}
	if len(e.Envelope.To) == 1 {
		r.For = e.Envelope.To[0].String()
	}
	h.Accept(env, e.Envelope, stamp(r, e.Message, header), conn)
	return nil
}

// Copy returns an independent copy.
func (s *smtpd) Copy() Session {
	c := *s
	c.Server = s.Server.Clone()
	return &c
}
