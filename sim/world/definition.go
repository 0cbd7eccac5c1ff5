// Package world is what a world is made of before it starts: its definition, and the TOML grammar of world files
// (version 1, docs/world-files.md).
package world

import (
	"slices"
	"time"

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
	Users   []User
	Letters []Letter
	Digest  [32]byte // SHA-256 of the file; its personas belong to the core, as the servers do
}

// Host is one machine.
type Host struct {
	Name      string // fully qualified: "mx.example.net"
	Address   string // IPv4: "192.0.2.25"
	Role      string // "mua", "mta" or "mailbox"
	Person    string // who sits at it: "alice", or ""
	You       bool   // the learner types here
	Services  []Service
	Smarthost string // host an MTA hands all foreign mail to, or ""

	// From where an MTA takes mail for any domain, besides its own host and whoever has logged in.
	RelayFrom     []string  // hosts
	RelayNetworks []Network // addresses
	OpenRelay     bool      // from everywhere
}

// Service is a daemon that listens.
type Service struct {
	Protocol string // "smtp", "pop3" or "imap"
	Port     int    // [DefaultPort] unless the file says otherwise
	Role     string // of SMTP: "" takes mail from anybody for its own domains, [Submission] from its users
	TLS      TLSMode
	Persona  *persona.Persona // whose wording and quirks it has; nil is ehlo's own, the strict one
	Auth     []string         // the SASL mechanisms it offers, as "PLAIN"; nil is what its persona and role suggest
}

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
	Bandwidth int64 // bits a second, 0 for no limit
}

// Domain is a mail domain.
type Domain struct {
	Name string // "example.net"
	MX   string // the host that takes its mail
}

// User is a mailbox with its owner.
type User struct {
	Name     string // login name and local part
	Domain   string
	Host     string // where the mailbox is; the domain's MX unless the file says otherwise
	Password string
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
	if i < 0 || d.Hosts[i].You {
		return d
	}
	c := *d
	c.Hosts = slices.Clone(d.Hosts)
	for k := range c.Hosts {
		c.Hosts[k].You = k == i
	}
	return &c
}
