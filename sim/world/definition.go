// Package world is what a world is made of before it starts: its definition, and the TOML grammar of world files
// (version 1, docs/world-files.md).
package world

import (
	"slices"
	"strings"
	"time"

	"ehlo/sim/dkim"
	"ehlo/sim/dmarc"
	"ehlo/sim/dns"
	"ehlo/sim/persona"
)

// Grammar is the version of the world-file grammar that this package reads.
const Grammar = 1

// Definition is a world before its first moment. Names refer to each other as the file does; [Parse] checks that all
// that is named exists.
type Definition struct {
	Name    string // "two-domains"
	Title   string // shown to people, in the language of the file
	Seed    uint64
	Start   time.Time // the calendar moment of virtual time 0, UTC
	Hosts   []Host
	Links   []Link
	Domains []Domain
	Zones   []Zone
	Users   []User
	Letters []Letter
	Actors  []Actor
	Faults  []Fault
	// Suffixes are the public suffixes of more than one label: "co.uk" (RFC 7489 §3.2);
	// nil is [dmarc.WellKnown].
	Suffixes dmarc.Suffixes
	Digest   [32]byte // SHA-256 of the file; its personas belong to the core, as the servers do
}

// Host is one machine.
type Host struct {
	Name      string // fully qualified: "mx.example.net"
	Address   string // IPv4: "192.0.2.25"
	IPv6      string // "2001:db8::25", in the form of RFC 5952, or ""
	Role      string // "mua", "mta", "mailbox", "dns" or "eve"
	Person    string // who sits at it: "alice", or ""
	You       bool   // the learner types here
	Services  []Service
	Smarthost string // host an MTA hands all foreign mail to, or ""

	// From where an MTA takes mail for any domain, besides its own host and whoever has logged in.
	RelayFrom     []string  // hosts
	RelayNetworks []Network // addresses
	OpenRelay     bool      // from everywhere

	Resolver     string // host that it asks for names; "" is the first name server, and itself where there is none
	Certificates []Certificate
	DKIM         []dkim.Signer // for whom it signs
	MTA          MTA
}

// MTA is how a host deals with mail. The zero value of each part is said at it.
type MTA struct {
	Aliases     []Alias
	CatchAll    string          // account that gets mail for users of its domains that do not exist; "" refuses it
	Backup      []string        // domains for which it keeps mail until their host is there
	Masquerade  string          // domain that its own name becomes in the addresses of senders; "" leaves them
	DeliveredTo bool            // it marks what it forwards, and so finds loops early
	DeliverBy   bool            // its SMTP service offers DELIVERBY whatever its persona does (RFC 2852 §4)
	Pipelining  bool            // it sends commands together where the next host takes that (RFC 2920 §3.1)
	Chunking    bool            // it sends messages by BDAT where the next host takes that (RFC 3030 §2)
	OwnSenders  bool            // who has logged in sends mail from an address of their own only (RFC 6409 §6.1)
	MaxHops     int             // hosts that a message may have passed; 0 is 100
	MaxSize     int64           // octets of a message; 0 is 10 MiB
	Greylist    time.Duration   // how long a sender that it does not know has to wait; 0 is not at all
	Blocklists  []string        // zones that list addresses from which it takes no mail (RFC 5782)
	Unwanted    []string        // senders, addresses or domains, from whom it takes no mail
	Headers     []HeaderRule    // messages that it does not take for what their header says
	RateLimit   int             // messages a minute that it takes from one address; 0 is any number
	Retry       []time.Duration // between attempts, the last one again and again; nil is every 30 minutes
	WarnAfter   time.Duration   // when it tells the sender of a delay; 0 is four hours, below 0 never
	GiveUpAfter time.Duration   // 0 is five days
	Hold        bool            // it sends nothing before somebody asks for it: a dial-up customer, ETRN
	TLS         Security        // of the connections that it opens
	SRS         string          // secret with which it rewrites the senders of what it forwards; "" leaves them
	ARC         bool            // it seals what it found out about a message, for the next host
	Sealers     []string        // domains whose seals it believes
	STS         bool            // it heeds what domains say of their hosts' TLS (RFC 8461)
	DANE        bool            // it heeds what DNSSEC says of it (RFC 7672)
	Store       MailStore       // how mailboxes lie on the host's disk
	Auth        Authentication  // what it does about who a message says that it is from
}

// HeaderRule is a field of a message's header, and a text that must not be in it.
type HeaderRule struct{ Field, Text string }

// MailStore is how mailboxes lie on a host's disk.
type MailStore uint8

// The ways: a file for each mailbox (RFC 4155), a file for each message with its flags in the name, and a file for each
// message with a number as name.
const (
	Mbox MailStore = iota
	Maildir
	MH
)

// Authentication is what an MTA does about where messages come from.
type Authentication uint8

// What an MTA can do: nothing; find out and write it down (RFC 8601); and besides do what the sender's domain wants to be
// done with a message that is not its own (RFC 7489 §6.3, RFC 7208 §8.4).
const (
	NoAuthentication Authentication = iota
	Tag
	Enforce
)

// Alias is one entry of a host's alias file.
type Alias struct {
	Name string   // local part, in lower case
	To   []string // local parts, addresses, "/dev/null"; one that begins with a backslash is not looked up again
}

// Security is what a client wants of TLS.
type Security uint8

// What a client can want.
const (
	Opportunistic Security = iota // it takes what it gets, without a look at the certificate
	NeverTLS
	VerifiedTLS // it says nothing without TLS and a certificate that it trusts
)

// Certificate says who a host is.
type Certificate struct {
	Names    []string // the first is its subject; "*.example.net" stands for any one label
	Issuer   string   // who signed it
	From, To time.Time
}

// Authority is the issuer whom every client trusts.
const Authority = "Example Root CA"

// Zone is a part of the DNS as a zone file has it.
type Zone struct {
	Name    string
	Servers []string // hosts that answer for it
	Records []dns.Record
	DNSSEC  dns.Security
}

// Actor is somebody or something that acts by itself.
type Actor struct {
	Name     string        // "bob's mail program"
	Kind     string        // [Reader], [Writer], [Spammer] or [DialUp]
	Host     string        // where it is
	Every    time.Duration // between what it does
	First    time.Duration // when it begins
	Jitter   time.Duration // how much later it may come each time
	Until    time.Duration // after which it does nothing more; 0 is never
	Protocol string        // reader: "pop3" or "imap"
	Server   string        // "host:port"; dial-up: the host at the other end
	User     string        // reader: login name; writer and spammer: the sender
	Password string
	Delete   bool     // reader: it removes from the server what it has fetched
	Idle     bool     // reader by IMAP: it stays and hears of what comes
	KeepSent bool     // reader by IMAP: it puts a copy of what its user sends from here into the mailbox for sent mail
	To       []string // writer, spammer: whom they write to, one after the other; a spammer all at once
	Subject  string
	For      time.Duration // dial-up: how long it stays connected
	Fetch    string        // dial-up: the domain whose mail it asks for (RFC 1985), or ""
}

// Fault is something that breaks at a given time.
type Fault struct {
	Kind  string        // see [FaultKinds]
	At    time.Duration // since the world's start
	For   time.Duration // until it is repaired; 0 is for ever
	Host  string        // where it happens, or one end of the link
	Other string        // the other end of the link, or ""
	Value string        // what the kind needs besides
}

// Service is a daemon that listens.
type Service struct {
	Protocol string // "smtp", "pop2", "pop3", "kpop", "imap", "dns" or "https"
	Port     int    // [DefaultPort] unless the file says otherwise
	Role     string // of SMTP: "" takes mail from anybody for its own domains, [Submission] from its users
	TLS      TLSMode
	Persona  *persona.Persona // whose wording and quirks it has; nil is ehlo's own, the strict one
	ByHand   bool             // a person at the host answers what comes, and no server does
	Auth     []string         // the SASL mechanisms it offers, as "PLAIN"; nil is what its persona and role suggest
	Inetd    string           // the line of /etc/inetd.conf that starts it, behind a # where it does not; "" for a daemon of its own
}

// IsOff says whether it is one that inetd could start, and does not when the world begins.
func (s *Service) IsOff() bool { return strings.HasPrefix(s.Inetd, "#") }

// TLSMode says when a service speaks TLS.
type TLSMode uint8

// The modes.
const (
	NoTLS       TLSMode = iota
	StartTLS            // when the client asks: STARTTLS, STLS
	ImplicitTLS         // from the first octet
)

// Link joins two hosts, in both directions alike.
type Link struct {
	A, B      string
	Latency   time.Duration
	Bandwidth int64         // bits a second, 0 for no limit
	Loss      uint32        // of a million segments
	Jitter    time.Duration // up to how much longer a segment takes
}

// Domain is a mail domain.
type Domain struct {
	Name string // "example.net"
	MX   string // the host that takes its mail

	STSPolicy string // what hosts with HTTPS say for mta-sts.NAME (RFC 8461 §3.2), "" for nothing; with CR LF
}

// User is a mailbox with its owner.
type User struct {
	Name     string // login name and local part
	Domain   string
	Host     string // where the mailbox is; the domain's MX unless the file says otherwise
	Password string
	Forward  []string      // as a .forward file: where the user's mail goes instead, `\name` keeps it here; nil keeps it
	Quota    int64         // octets; 0 is any number
	MaxAge   time.Duration // how long a message is kept; 0 is for ever
}

// Letter is a message that lies in a mailbox when the world starts.
type Letter struct {
	To      string // "bob@example.net"
	Mailbox string // "INBOX" unless the file says otherwise
	Flags   []string
	Date    time.Time // when it arrived; the world's start unless the file says otherwise
	Text    string    // header, empty line, body, with CR LF
}

// You is the host at which the learner sits: the one that the file marks, or else the first.
func (d *Definition) You() string {
	for _, h := range d.Hosts {
		if h.You {
			return h.Name
		}
	}
	return d.Hosts[0].Name
}

// SitAt returns the definition with the learner at another host; one that does not exist, or "", changes nothing.
func (d *Definition) SitAt(host string) *Definition {
	i := slices.IndexFunc(d.Hosts, func(h Host) bool { return h.Name == host })
	if i < 0 || d.You() == host { // where nobody is said to sit, that is the first one
		return d
	}
	c := *d
	c.Hosts = slices.Clone(d.Hosts)
	for k := range c.Hosts {
		c.Hosts[k].You = k == i
	}
	return &c
}

// Serves says whether a service of a protocol listens at the host.
func (h *Host) Serves(protocol string) bool {
	return slices.ContainsFunc(h.Services, func(s Service) bool { return s.Protocol == protocol })
}
