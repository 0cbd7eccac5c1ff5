package lab

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"ehlo/sim/daemon"
	"ehlo/sim/persona"
	"ehlo/sim/smtp"
	"ehlo/sim/world"
)

// CatchAll is the user, and the user's password, whose mailbox holds mail for other domains, unless [Options] name
// that user.
const CatchAll = "catch-all"

// Service is a door of the lab at an address.
type Service struct {
	Name    string // of one of [Doors]
	Address string // as in "127.0.0.1:2525"
}

// User is somebody with a mailbox in the lab.
type User struct {
	Name     string // login name and local part
	Domain   string // "" is the lab's first domain
	Password string
}

// Options say what a lab holds and where it listens.
type Options struct {
	World     *world.Definition // its domains, users and messages are the lab's too; nil for none
	Domains   []string          // more domains; where there is none at all, example.test
	Users     []User            // more users; where there is none at all, alice and bob
	RelayFrom []netip.Prefix    // clients that may send to other domains, besides those that the world lists
	// OwnSenders says that who has logged in sends from an address of their own only (RFC 6409 §6.1).
	OwnSenders bool
	Services   []Service
	// Certificates are shown to those who speak TLS; without any the lab makes one, signed by an authority of its own.
	Certificates []KeyPair
	AllowLAN     bool          // addresses that other machines can reach are allowed
	Policy       daemon.Policy // decides before the lab does; nil for none
	Faults       []Fault       // errors on demand that hold from the start
	Seed         uint64        // of the chance of faults
	Data         string        // directory that keeps the mail; "" for memory
	Limits       Limits
	Personas     []*persona.Persona // the wording and quirks of the services of their protocols; none for ehlo's own
	Page         http.Handler       // of the live page, served beside the interface; nil for none
	Log          func(line string)  // is told what went wrong, a line each; nil drops it
}

// Limits bound what clients can use up. The zero value of each means its default.
type Limits struct {
	Connections  int           // at a time, of mail; 4000
	PerAddress   int           // of those from one address; 2000
	HTTP         int           // at a time; 500
	Memory       int64         // octets of messages that are on their way in or out, over all connections; 512 MiB
	Mailboxes    int64         // octets that all mailboxes hold together; 1 GiB
	Handshake    time.Duration // how long a TLS handshake may take; 10 seconds
	WriteTimeout time.Duration // how long a client may take none of what is sent; 1 minute
	Grace        time.Duration // how long sessions have to say goodbye when the lab closes; 3 seconds
}

func (l Limits) withDefaults() Limits {
	set := func(n *int, otherwise int) {
		if *n <= 0 {
			*n = otherwise
		}
	}
	set64 := func(n *int64, otherwise int64) {
		if *n <= 0 {
			*n = otherwise
		}
	}
	set(&l.Connections, 4000)
	set(&l.PerAddress, 2000)
	set(&l.HTTP, 500)
	set64(&l.Memory, 512<<20)
	set64(&l.Mailboxes, 1<<30)
	set64((*int64)(&l.Handshake), int64(10*time.Second))
	set64((*int64)(&l.WriteTimeout), int64(time.Minute))
	set64((*int64)(&l.Grace), int64(3*time.Second))
	return l
}

// OptionError is an option that cannot be: the command line is wrong.
type OptionError struct{ Text string }

// Error says what is wrong and how to repair it.
func (e *OptionError) Error() string { return e.Text }

func optionError(format string, args ...any) error {
	return &OptionError{fmt.Sprintf(format, args...)}
}

// definition makes one host of everything the options name: the lab stands in for all mail servers of a world.
func (o *Options) definition(start time.Time) (*world.Definition, error) {
	def := &world.Definition{Name: "lab", Start: start}
	var names []string
	name := ""
	if o.World != nil {
		for _, d := range o.World.Domains {
			names = append(names, d.Name)
		}
		if len(o.World.Domains) > 0 {
			name = o.World.Domains[0].MX
		}
		def.Letters = o.World.Letters
	}
	names = append(names, o.Domains...)
	if len(names) == 0 {
		names = []string{"example.test"}
	}
	if name == "" {
		name = "mail." + names[0]
	}
	def.Hosts = []world.Host{{Name: name, Role: "mta", MTA: world.MTA{OwnSenders: o.OwnSenders}}}
	for _, d := range names {
		if !isAddress("postmaster", d) || strings.HasPrefix(d, "[") {
			return nil, optionError("-domain %q is no domain: write it as in -domain example.test", d)
		}
		if !slices.ContainsFunc(def.Domains, func(k world.Domain) bool { return strings.EqualFold(k.Name, d) }) {
			def.Domains = append(def.Domains, world.Domain{Name: d, MX: name})
		}
	}
	var err error
	def.Users, err = o.users(def)
	return def, err
}

// users are those of the world and of the options, and the one who gets mail for elsewhere.
func (o *Options) users(def *world.Definition) ([]world.User, error) {
	var users []world.User
	host, first := def.Hosts[0].Name, def.Domains[0].Name
	if o.World != nil {
		for _, u := range o.World.Users {
			u.Host = host
			users = append(users, u)
		}
	}
	more := o.Users
	if len(users)+len(more) == 0 {
		more = []User{{Name: "alice", Password: "wonder"}, {Name: "bob", Password: "plover"}}
	}
	for _, u := range more {
		if u.Domain == "" {
			u.Domain = first
		}
		switch {
		case !isAddress(u.Name, u.Domain):
			return nil, optionError("-user %s@%s is no mail address: write it as in -user bob:secret", u.Name, u.Domain)
		case u.Password == "":
			return nil, optionError("-user %s has no password: write it as in -user %[1]s:secret", u.Name)
		case !slices.ContainsFunc(def.Domains, func(d world.Domain) bool { return strings.EqualFold(d.Name, u.Domain) }):
			return nil, optionError("-user %s@%s is in no domain of the lab: add -domain %[2]s", u.Name, u.Domain)
		}
		user := world.User{Name: u.Name, Domain: u.Domain, Host: host, Password: u.Password}
		if i := indexUser(users, u.Name, u.Domain); i >= 0 {
			users[i] = user
		} else {
			users = append(users, user)
		}
	}
	if indexUser(users, CatchAll, first) < 0 {
		users = append(users, world.User{Name: CatchAll, Domain: first, Host: host, Password: CatchAll})
	}
	return users, nil
}

func indexUser(users []world.User, name, domain string) int {
	return slices.IndexFunc(users, func(u world.User) bool {
		return strings.EqualFold(u.Name, name) && strings.EqualFold(u.Domain, domain)
	})
}

func isAddress(local, domain string) bool {
	p, ok := smtp.ParsePath(local + "@" + domain)
	return ok && p.Local == local && p.Domain == domain
}

// relays are the clients that may send to other domains.
func (o *Options) relays() []netip.Prefix {
	list := slices.Clone(o.RelayFrom)
	if o.World == nil {
		return list
	}
	for _, mta := range o.World.Hosts {
		for _, h := range o.World.Hosts {
			if !slices.Contains(mta.RelayFrom, h.Name) {
				continue
			}
			if a, err := netip.ParseAddr(h.Address); err == nil {
				list = append(list, netip.PrefixFrom(a, a.BitLen()))
			}
		}
	}
	return list
}
