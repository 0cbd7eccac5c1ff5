// Package daemon binds protocol machines to what stands behind them: an MTA to its queue and routing, local delivery to
// mailboxes, the POP3 and IMAP services to the accounts. It knows neither network nor clock; a driver (a simulated
// world, or something with real sockets) moves the octets and offers an [Env].
package daemon

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ehlo/sim/dns"
	"ehlo/sim/engine"
	"ehlo/sim/files"
	"ehlo/sim/machine"
	"ehlo/sim/sasl"
	"ehlo/sim/store"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// Env is what a daemon may do to the world around it. It is passed to each call and never kept, so that daemons clone.
type Env interface {
	Now() engine.Time
	// Date is the calendar time of a moment in Unix seconds.
	Date(t engine.Time) int64
	// Emit adds an event to the trace; At and Seq are set by the driver.
	Emit(e trace.Event)
	// Chance returns 64 bits that nobody can foretell, for nonces: of the world's seed in a world.
	Chance() uint64
	// Told says whether anybody reads what is emitted. Where nobody does, events need no texts.
	Told() bool
	// NewLetter numbers a message.
	NewLetter() uint32
	// Spare is where sessions begin: in the memory of those that are over, where the driver keeps any there.
	Spare() *Spare
	// Dial opens a connection that s speaks as the client.
	Dial(from, to string, port int, s Session) (conn uint32)
	// Send sends a datagram of the DNS to another host; what comes back goes to [Host.ReceiveDatagram].
	Send(h *Host, to string, data []byte)
	// Resume asks for the server's session on a connection to be pumped: what it waits for is there.
	Resume(h *Host, conn uint32)
	// Wake asks for [Host.RunQueue] at the given moment.
	Wake(h *Host, at engine.Time)
	// Changed says that a mailbox has a new state, which the sessions that have it open must hear of, save the one on
	// the connection that changed it. Without a mailbox it is about the account: its subscriptions, its rights, its notes.
	Changed(h *Host, address string, c store.Change, by uint32)
}

// Session is one end of a connection with the machine that speaks there and what the machine asks for.
type Session interface {
	machine.Session
	// Pump handles the machine's events until it has no more. conn is the connection's number.
	Pump(env Env, h *Host, conn uint32)
	// Notify tells of a mailbox's new state.
	Notify(now engine.Time, address string, c store.Change)
	// End says that the connection is over, or never came about; it may come twice.
	End(env Env, h *Host, conn uint32)
	// Copy returns an independent copy.
	Copy() Session
}

// Hesitant is a session that may take its time before it answers.
type Hesitant interface {
	// Hesitates says that the session has an answer, which it gives at its Timeout.
	Hesitates() bool
}

// Server is a session that a host serves.
type Server interface {
	Session
	// Step handles one event of the machine, and says whether there was one. A driver that must bound what waits to be
	// sent takes the output between steps; [Session.Pump] does all of them.
	Step(env Env, h *Host, conn uint32) bool
	// Shutdown ends the session from the server's side and says so: the service stops, or has no room for the client.
	Shutdown(now engine.Time)
	// Watching is the mailbox that Notify tells this session of, by its account and its UIDVALIDITY, and "" for none. It
	// changes only in Step.
	Watching() (address string, mailbox uint32)
	// Listens says that Notify tells this session of all mailboxes of the host, whatever Watching is, and of a change without
	// a mailbox. It changes only in Step.
	Listens() bool
	// Idling says that the session tells its client at once of what Notify brings, so that a driver must not wait with it
	// until the client says something. It changes only in Step.
	Idling() bool
}

// noMailbox is part of the sessions that no change of a mailbox concerns.
type noMailbox struct{}

// Watching is no mailbox.
func (noMailbox) Watching() (address string, mailbox uint32) { return "", 0 }

// Listens is never true.
func (noMailbox) Listens() bool { return false }

// Idling is never true.
func (noMailbox) Idling() bool { return false }

// Notify is for sessions that have a mailbox open.
func (noMailbox) Notify(engine.Time, string, store.Change) {}

// noHold is part of the sessions that have nothing to release.
type noHold struct{}

// End does nothing.
func (noHold) End(Env, *Host, uint32) {}

// Account is a user of a host.
type Account struct {
	Name     string // login name
	Address  string // mail address
	Password string
	Store    *store.Account
	forward  []string      // where its mail goes instead; nil keeps it
	maxAge   time.Duration // how long messages are kept; 0 is for ever
	told     []told        // of each mailbox that was ever selected

	nextLogin engine.Time // before it, a POP3 server that wants a pause between two logins refuses one
}

// told is up to where sessions have heard of a mailbox's messages.
type told struct {
	mailbox uint32 // UIDVALIDITY
	next    store.UID
}

// Told says up to where sessions have heard of the account's mailboxes: for each UIDVALIDITY the first UID that is still
// \Recent. A driver that keeps mailboxes keeps it beside them.
func (a *Account) Told() map[uint32]store.UID {
	all := make(map[uint32]store.UID, len(a.told))
	for _, t := range a.told {
		all[t.mailbox] = t.next
	}
	return all
}

// Tell takes back what [Account.Told] said.
func (a *Account) Tell(mailbox uint32, next store.UID) { a.tell(mailbox, next) }

// recent is the first message of a mailbox that no session has been told of: those from it on are \Recent for the one
// that selects it now, and for no later one, unless it only looks (RFC 3501 §2.3.2).
func (a *Account) recent(mailbox uint32) store.UID {
	for _, t := range a.told {
		if t.mailbox == mailbox {
			return t.next
		}
	}
	return 1
}

// tell notes that a session has been told of all messages of a mailbox before next.
func (a *Account) tell(mailbox uint32, next store.UID) {
	for i := range a.told {
		if t := &a.told[i]; t.mailbox == mailbox {
			t.next = max(t.next, next)
			return
		}
	}
	a.told = append(a.told, told{mailbox, next})
}

// Host is the mail side of one machine: its accounts and its queue.
type Host struct {
	Name     string
	def      *world.Host
	world    *world.Definition
	local    []string // the domains whose mail ends here
	known    *directory
	accounts []Account
	serial   uint32 // of queue entries and what else needs a number
	policy   Policy // nil for the host's own rules alone
	salt     string // of SCRAM, "" until it is needed
	catchAll string // address of the account that gets mail for elsewhere, "" where that is sent on

	queue    []*Entry             // by ID
	due      engine.Queue[uint32] // when entries want an attempt; some have changed their mind since
	ledger   Ledger
	names    *dns.Resolver
	searches []search
	routes   []*route
	policies []keptPolicy

	strangers map[stranger]engine.Time // when they first came
	visits    []visit
	heard     []heard // by sessions

	written []files.File // by users
	inetd   []bool       // which services inetd starts, by their place; nil is those of the definition
	popAuth []popSecret  // /etc/pop.auth since somebody has changed it
	journal []Noted
	tunnels []Tunnel // of stunnel; not changed in place

	remembered []remembered // by the mail programs of whoever sits here
	sent       []sent       // and not kept yet

	crashed, diskFull bool

	// What was looked up last in known: of one letter the same is asked several times.
	lastDomain struct {
		name  string
		local bool
	}
	lastAccount struct {
		local, domain string
		account       int // -1 for none
	}
}

// NewHost builds a host of a world with its users and the messages that lie in their mailboxes at the start. Each MTA
// also has a mailbox for postmaster, without a password (RFC 5321 §4.5.1).
func NewHost(def *world.Definition, index int) (*Host, error) {
	return newHost(def, index, Zones(def), hostNames(def), inhabitants(def))
}

// NewHosts builds all hosts of a world.
func NewHosts(def *world.Definition) ([]*Host, error) {
	zones, names, all := Zones(def), hostNames(def), inhabitants(def)
	hosts := make([]*Host, len(def.Hosts))
	for i := range hosts {
		h, err := newHost(def, i, zones, names, all)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", def.Hosts[i].Name, err)
		}
		hosts[i] = h
	}
	return hosts, nil
}

// directory finds hosts, domains and accounts by their names, in lower case. It never changes.
type directory struct {
	hosts    map[string]string // by name and by address
	local    map[string]bool
	accounts map[mailboxName]int
}

// mailboxName is a mail address in lower case.
type mailboxName struct{ local, domain string }

func nameOf(local, domain string) mailboxName {
	return mailboxName{strings.ToLower(local), strings.ToLower(domain)}
}

// IPv6 is the host's IPv6 address, "" where it has none.
func (h *Host) IPv6() string { return h.def.IPv6 }

// hostNames finds the hosts of a world by name and address.
func hostNames(def *world.Definition) map[string]string {
	names := make(map[string]string, 2*len(def.Hosts))
	for _, h := range def.Hosts {
		names[h.Name], names[h.Address] = h.Name, h.Name
		if h.IPv6 != "" {
			names[h.IPv6] = h.Name
		}
	}
	return names
}

// inhabited is the mail domains and the users of a host, by their places in the definition.
type inhabited struct{ domains, users []int }

// inhabitants finds what lives at each host, by its name.
func inhabitants(def *world.Definition) map[string]*inhabited {
	all := make(map[string]*inhabited, len(def.Hosts))
	for _, h := range def.Hosts {
		all[h.Name] = &inhabited{}
	}
	for i, d := range def.Domains {
		if h, ok := all[d.MX]; ok {
			h.domains = append(h.domains, i)
		}
	}
	for i, u := range def.Users {
		if h, ok := all[u.Host]; ok {
			h.users = append(h.users, i)
		}
	}
	return all
}

func newHost(def *world.Definition, index int, zones *dns.Zones, names map[string]string, all map[string]*inhabited) (*Host, error) {
	h := &Host{Name: def.Hosts[index].Name, def: &def.Hosts[index], world: def,
		known: &directory{hosts: names, local: make(map[string]bool), accounts: make(map[mailboxName]int)}}
	chance := engine.NewRand(def.Seed).Stream(h.Name)
	h.names = newResolver(def, h.def, zones, chance.Uint64())
	here := all[h.Name]
	for _, i := range here.domains {
		name := def.Domains[i].Name
		h.local = append(h.local, name)
		h.known.local[name] = true
	}
	for _, i := range here.users {
		u := &def.Users[i]
		h.addAccount(u.Name, u.Domain, u.Password)
		a := &h.accounts[len(h.accounts)-1]
		a.forward, a.maxAge = u.Forward, u.MaxAge
		if u.Quota > 0 {
			if err := a.Store.SetQuota(store.Quota{Octets: u.Quota}); err != nil {
				return nil, err
			}
		}
	}
	for _, d := range h.local {
		if _, ok := h.account("postmaster@" + d); !ok {
			h.addAccount("postmaster", d, "")
		}
	}
	for _, l := range def.Letters {
		if a, ok := h.account(l.To); ok {
			if err := a.deposit(l); err != nil {
				return nil, err
			}
		}
	}
	return h, nil
}

func (h *Host) addAccount(name, domain, password string) {
	h.known.accounts[nameOf(name, domain)], h.lastAccount.local = len(h.accounts), ""
	h.accounts = append(h.accounts, Account{Name: name, Address: name + "@" + domain, Password: password,
		Store: store.NewAccount(uint32(h.world.Start.Unix()))})
}

// deposit puts a message of the definition into its mailbox.
func (a *Account) deposit(l world.Letter) error {
	flags, err := store.ParseFlags(l.Flags)
	if err != nil {
		return err
	}
	box, ok := a.Store.Mailbox(l.Mailbox)
	if !ok {
		if err := a.Store.Create(l.Mailbox); err != nil {
			return err
		}
		box, _ = a.Store.Mailbox(l.Mailbox)
	}
	_, err = box.Commit(store.Batch{Append: []store.Draft{{Content: []byte(l.Text), Flags: flags, Date: l.Date.Unix(), Saved: l.Date.Unix()}}})
	return err
}

// Clone returns an independent copy; contents are shared, since they never change.
func (h *Host) Clone() *Host {
	c := *h
	c.accounts = slices.Clone(h.accounts)
	for i := range c.accounts {
		c.accounts[i].Store = c.accounts[i].Store.Clone()
		c.accounts[i].told = slices.Clone(c.accounts[i].told)
	}
	c.queue = make([]*Entry, len(h.queue))
	for i, q := range h.queue {
		entry := *q
		c.queue[i] = &entry
	}
	c.journal = slices.Clip(h.journal) // what is there is shared
	c.due = h.due.Clone()
	c.names = h.names.Clone()
	c.searches = slices.Clone(h.searches)
	for i := range c.searches {
		c.searches[i].entries = slices.Clone(c.searches[i].entries)
	}
	c.policies = slices.Clone(h.policies)
	c.routes = make([]*route, len(h.routes))
	for i, r := range h.routes {
		k := *r
		k.entries = slices.Clone(r.entries)
		c.routes[i] = &k
	}
	c.strangers = maps.Clone(h.strangers)
	c.visits = slices.Clone(h.visits)
	c.heard = slices.Clone(h.heard)
	return &c
}

// Accounts lists the users of the host in the order of the definition.
func (h *Host) Accounts() []Account { return h.accounts }

// Announce reports the host's mailboxes, as the trace of a world begins.
func (h *Host) Announce(env Env) {
	for i := range h.accounts {
		a := &h.accounts[i]
		for _, name := range a.Store.Names() {
			if box, ok := a.Store.Mailbox(name); ok && a.Password != "" {
				h.report(env, a.Address, name, box.Snapshot())
			}
		}
	}
}

// report puts a mailbox's state into the trace.
func (h *Host) report(env Env, address, mailbox string, s store.Snapshot) {
	event := trace.Event{Kind: trace.KindMailbox, Actor: h.Name, Target: address, Label: mailbox, Num: int64(s.Len())}
	if !env.Told() {
		env.Emit(event)
		return
	}
	counts := trace.Counts{Messages: s.Len(), Unseen: s.Unseen(), Deleted: s.Deleted()}
	event.Data = counts.Append(nil)
	env.Emit(event)
}

// changed reports a mailbox's new state to the trace and to the sessions that have it open.
func (h *Host) changed(env Env, address, mailbox string, s store.Snapshot, by uint32) {
	h.report(env, address, mailbox, s)
	env.Changed(h, address, store.Change{Mailbox: mailbox, Snapshot: s}, by)
}

// account finds an account by address, in any case of the domain and, as nearly every server does, of the local part.
func (h *Host) account(address string) (*Account, bool) {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return nil, false
	}
	return h.accountOf(address[:at], address[at+1:])
}

func (h *Host) accountOf(local, domain string) (*Account, bool) {
	last := &h.lastAccount
	if last.local != local || last.domain != domain || local == "" {
		i, ok := h.known.accounts[nameOf(local, domain)]
		if !ok {
			i = -1
		}
		last.local, last.domain, last.account = local, domain, i
	}
	if last.account < 0 {
		return nil, false
	}
	return &h.accounts[last.account], true
}

// Account finds the account with a mail address.
func (h *Host) Account(address string) (*Account, bool) { return h.account(address) }

// Login finds the account of a user who gives the right password; the name is a login name or an address.
func (h *Host) Login(user, password string) (*Account, bool) {
	var found *Account
	for i := range h.accounts { // all of them, so that the time does not tell who is there
		a := &h.accounts[i]
		right := sasl.CheckPassword(password, sasl.Secret{Known: a.Password != "", Password: a.Password})
		if a.isNamed(user) && right && found == nil {
			found = a
		}
	}
	return found, found != nil
}

// isNamed says whether somebody who can log in to the account is called so: by the login name or the address.
func (a *Account) isNamed(user string) bool {
	return (a.Name == user || strings.EqualFold(a.Address, user)) && a.Password != ""
}
