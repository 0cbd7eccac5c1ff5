// Package internet makes a mail internet of any size and runs it without a page: `ehlo simulate`. Hosts, domains and users
// are generated, and so is the mail between them; the machines and daemons are those of every world.
package internet

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"

	"ehlo/sim"
	"ehlo/sim/engine"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// Options say what to run.
type Options struct {
	Domains  int
	Messages int
	Seed     uint64
	World    *world.Definition // nil for a generated one
	Progress func(Report)      // called each virtual hour; nil for nobody
}

// Report is what has come of it so far.
type Report struct {
	World    string
	Hosts    int
	Domains  int
	Users    int
	Sent     int // messages
	Ledger   sim.LedgerInfo
	Virtual  time.Duration
	Real     time.Duration
	Events   uint64 // steps of the world: arrivals and timers
	Memory   uint64 // octets that the program has taken from the system at most
	Balanced bool
}

// PerSecond is how many events were handled in a second of real time.
func (r *Report) PerSecond() int {
	if r.Real <= 0 {
		return 0
	}
	return int(float64(r.Events) / r.Real.Seconds())
}

// Shape of a generated internet: so many domains share a mail host, so many users a domain, so long the mail takes to be
// written.
const (
	domainsPerHost = 40
	usersPerDomain = 3
	mostHosts      = 250
	writing        = 20 * time.Hour
)

// Generate makes a world of mail hosts around one exchange point, which send commands together as today's do (RFC 2920). A
// tenth of a per cent of the recipients do not exist, and one host in fifty greylists.
func Generate(domains int, seed uint64) *world.Definition {
	domains = max(domains, 2)
	hosts := min(max((domains+domainsPerHost-1)/domainsPerHost, 2), mostHosts)
	def := &world.Definition{Name: "internet", Title: "A generated internet", Seed: seed, Start: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)}
	chance := engine.NewRand(seed).Stream("internet")
	def.Hosts = append(def.Hosts, world.Host{Name: "ix.example", Address: "192.0.2.1", Role: "mailbox"})
	for i := range hosts {
		h := world.Host{Name: "mx" + strconv.Itoa(i) + ".example", Address: fmt.Sprintf("10.%d.%d.25", i/250, i%250), Role: "mta",
			Services: []world.Service{{Protocol: "smtp", Port: 25}}}
		h.MTA.Pipelining = true
		if i%50 == 49 {
			h.MTA.Greylist = 5 * time.Minute
		}
		def.Hosts = append(def.Hosts, h)
		def.Links = append(def.Links, world.Link{A: h.Name, B: "ix.example", Latency: time.Duration(1+chance.N(40)) * time.Millisecond,
			Bandwidth: int64(1+chance.N(100)) * 10_000_000})
	}
	for i := range domains {
		d := world.Domain{Name: "d" + strconv.Itoa(i) + ".example", MX: def.Hosts[1+i%hosts].Name}
		def.Domains = append(def.Domains, d)
		for u := range usersPerDomain {
			def.Users = append(def.Users, world.User{Name: "u" + strconv.Itoa(u), Domain: d.Name, Host: d.MX, Password: "x"})
		}
	}
	return def
}

// recorder wants to hear of nothing.
type recorder struct{ trace.Discard }

// NoLines lets nobody read along.
func (recorder) NoLines() bool { return true }

// NoEvents lets no event be made for it.
func (recorder) NoEvents() bool { return true }

// Run sends the mail and lets it come to rest: until nothing waits, or for a week.
func Run(o Options) (Report, error) {
	def := o.World
	if def == nil {
		def = Generate(o.Domains, o.Seed)
	} else if o.Seed != 0 {
		d := *def
		d.Seed = o.Seed
		def = &d
	}
	// What lives is mostly mail that lies in mailboxes: looking through it less often costs memory and saves a third of the time.
	defer debug.SetGCPercent(debug.SetGCPercent(300))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(7 << 29))
	began := time.Now()
	w, err := sim.New(def, recorder{})
	if err != nil {
		return Report{}, err
	}
	if len(def.Users) == 0 {
		return Report{}, fmt.Errorf("the world %s has no users who could write", def.Name)
	}
	r := &run{o: o, def: def, w: w, began: began, chance: engine.NewRand(def.Seed).Stream("mail")}
	return r.all()
}

type run struct {
	o      Options
	def    *world.Definition
	w      *sim.World
	began  time.Time
	chance engine.Rand
	sent   int
}

func (r *run) all() (Report, error) {
	const week = engine.Time(7 * 24 * time.Hour)
	for hour := engine.Time(time.Hour); hour <= week; hour += engine.Time(time.Hour) {
		if err := r.until(hour); err != nil {
			return Report{}, err
		}
		report := r.report()
		if r.o.Progress != nil {
			r.o.Progress(report)
		}
		if !report.Balanced {
			return report, fmt.Errorf("after %v recipients are not accounted for: %d", report.Virtual, report.Ledger.Balance())
		}
		if r.sent == r.o.Messages && report.Ledger.Queued == 0 {
			return report, nil
		}
	}
	return r.report(), nil
}

// until sends the messages that are due before a moment, each at its own, and lets time pass up to it.
func (r *run) until(end engine.Time) error {
	for r.sent < r.o.Messages {
		at := engine.Time(int64(writing) / int64(r.o.Messages) * int64(r.sent))
		if at >= end {
			break
		}
		for r.w.StepUntil(at) {
		}
		r.w.Skip(at)
		if err := r.send(); err != nil {
			return err
		}
	}
	for r.w.StepUntil(end) {
	}
	r.w.Skip(end)
	return nil
}

// send lets one user write to another, now and then to several, and sometimes to somebody who does not exist.
func (r *run) send() error {
	from := &r.def.Users[r.chance.N(uint64(len(r.def.Users)))]
	to := ""
	for n := 1 + r.chance.N(10)/9*r.chance.N(4); ; {
		u := &r.def.Users[r.chance.N(uint64(len(r.def.Users)))]
		name := u.Name
		if r.chance.N(1000) == 0 {
			name = "nobody"
		}
		to += name + "@" + u.Domain
		if n--; n == 0 || n > 10 {
			break
		}
		to += ","
	}
	r.sent++
	return r.w.Input(trace.Input{Kind: trace.InputRun, Actor: from.Host, Target: sim.Sendmail,
		Data: []byte(from.Name + "@" + from.Domain + " " + to + " Letter " + strconv.Itoa(r.sent))})
}

func (r *run) report() Report {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	report := Report{World: r.def.Name, Hosts: len(r.def.Hosts), Domains: len(r.def.Domains), Users: len(r.def.Users), Sent: r.sent,
		Virtual: time.Duration(r.w.Now()), Real: time.Since(r.began), Events: r.w.Steps(), Memory: m.Sys, Balanced: true}
	for _, l := range r.w.Ledgers() {
		if l.Balance() != 0 {
			report.Balanced = false
		}
		t := &report.Ledger
		t.Accepted += l.Accepted
		t.Generated += l.Generated
		t.Expanded += l.Expanded
		t.Delivered += l.Delivered
		t.Relayed += l.Relayed
		t.Bounced += l.Bounced
		t.Discarded += l.Discarded
		t.Queued += l.Queued
	}
	return report
}
