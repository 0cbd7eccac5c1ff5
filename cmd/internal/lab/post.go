package lab

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/store"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// post is the lab's post office: the mail host with its accounts, who watches them, and the index of its messages. All
// of it is behind mu.
type post struct {
	start time.Time // with the reading of the monotonic clock

	mu       sync.Mutex
	at       engine.Time // when it was taken
	host     *daemon.Host
	letters  uint32
	disk     *disk    // nil where mail is in memory only
	journal  *journal // of the disk, or nil
	policy   *policy
	faults   *faults
	index    *index
	news     news
	viewers  atomic.Int64                     // who look at the live page
	watchers map[string]map[*session]struct{} // by the address of the account
	hearers  map[*session]struct{}            // who hear of every change
}

// newPost makes the post office. Where it fails, what it returns holds what has to be closed.
func newPost(o *Options, def *world.Definition, start time.Time) (p *post, err error) {
	p = &post{start: start, watchers: map[string]map[*session]struct{}{}, hearers: map[*session]struct{}{}}
	if p.host, err = daemon.NewHost(def, 0); err != nil {
		return p, err
	}
	if o.Data != "" {
		if err := p.openDisk(o); err != nil {
			return p, err
		}
	}
	p.host.CatchAll(CatchAll + "@" + def.Domains[0].Name)
	if p.index, err = newIndex(p.host, p.disk); err != nil {
		return p, err
	}
	p.faults = &faults{seed: o.Seed}
	for _, f := range o.Faults {
		if err := f.check(); err != nil {
			return p, optionError("-fault: %v", err)
		}
		if _, err := p.faults.add(f); err != nil {
			return p, optionError("-fault: %v", err)
		}
	}
	p.policy = &policy{host: p.host, faults: p.faults, journal: p.journal, index: p.index, first: o.Policy, relays: o.relays(), room: o.Limits.Mailboxes}
	p.host.SetPolicy(p.policy)
	return p, nil
}

// openDisk lets the host have the mail of the directory.
func (p *post) openDisk(o *Options) error {
	logf := func(format string, args ...any) {
		if o.Log != nil {
			o.Log(fmt.Sprintf(format, args...))
		}
	}
	d, err := openDisk(o.Data, logf)
	if err != nil {
		return err
	}
	d.landed = func(list []write) {
		p.mu.Lock()
		defer p.mu.Unlock()
		d.release(list)
	}
	p.disk, p.journal = d, d.journal
	go d.run()
	strangers, err := d.attach(p.host)
	if err != nil {
		return err
	}
	for _, name := range strangers {
		logf("-data %s holds mail of %s, who is no user now: it stays there, and -user NAME:PASSWORD shows it again", o.Data, name)
	}
	return nil
}

// now is the moment on the lab's clock.
func (p *post) now() engine.Time { return engine.Time(time.Since(p.start)) }

// wall is a moment on the machine's clock; deadlines made of it follow the monotonic one.
func (p *post) wall(t engine.Time) time.Time { return p.start.Add(time.Duration(t)) }

// do runs f with the post office to itself.
func (p *post) do(f func(env daemon.Env, h *daemon.Host)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at = p.now()
	f(env{p}, p.host)
	p.index.settle()
}

// change is do for whoever tells of it what must not be lost: it returns when what f did is kept.
func (p *post) change(f func(env daemon.Env, h *daemon.Host) error) error {
	var err error
	var mark uint64
	p.do(func(env daemon.Env, h *daemon.Host) {
		err = f(env, h)
		mark = p.journal.mark()
	})
	if err != nil {
		return err
	}
	return p.journal.wait(mark)
}

// watch notes which mailbox a session has open now.
func (p *post) watch(s *session) {
	if listens := s.machine.Listens(); listens != s.listens {
		if s.listens = listens; listens {
			p.hearers[s] = struct{}{}
		} else {
			delete(p.hearers, s)
		}
	}
	address, mailbox := s.machine.Watching()
	if address == s.watching.address && mailbox == s.watching.mailbox {
		return
	}
	p.unwatch(s)
	s.watching.address, s.watching.mailbox = address, mailbox
	if address == "" {
		return
	}
	if p.watchers[address] == nil {
		p.watchers[address] = map[*session]struct{}{}
	}
	p.watchers[address][s] = struct{}{}
}

func (p *post) unwatch(s *session) {
	set := p.watchers[s.watching.address]
	if delete(set, s); len(set) == 0 {
		delete(p.watchers, s.watching.address)
	}
}

// tell hands a session the news of its mailbox.
func (p *post) tell(s *session) {
	if s.hasNews.Swap(false) {
		s.machine.Notify(p.now(), s.watching.address, s.news)
		s.news = store.Change{}
	}
}

// env is what the daemons may do. It exists only while its holder has the post office's mutex, and all of that happens at one
// moment.
type env struct{ *post }

// Now is the moment on the lab's clock.
func (e env) Now() engine.Time { return e.at }

// Date is the calendar time of a moment in Unix seconds.
func (e env) Date(t engine.Time) int64 { return e.wall(t).Unix() }

// Emit lets the index know which message is whose, and viewers what came of it.
func (e env) Emit(ev trace.Event) {
	e.index.note(&ev)
	if e.viewers.Load() > 0 { // whoever begins to look later does not see them
		ev.At = e.at
		e.news.add(ev)
	}
}

// Chance returns 64 bits from the system's source of chance.
func (e env) Chance() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // it never fails
	return binary.NativeEndian.Uint64(b[:])
}

// Spare is empty: a session's memory goes with its goroutine.
func (e env) Spare() *daemon.Spare { return &daemon.Spare{} }

// NewLetter numbers a message.
func (e env) NewLetter() uint32 {
	e.letters++
	return e.letters
}

// Dial is never called: a host with a catch-all queues nothing. The panic ends the session that is the reason.
func (e env) Dial(string, string, int, daemon.Session) uint32 { panic("the lab opens no connections") }

// Send does nothing: the lab asks no name server, and its hosts know the names that they need.
func (e env) Send(*daemon.Host, string, []byte) {}

// Told is always true: the lab's transcripts are made of events.
func (e env) Told() bool { return true }

// Resume does nothing: no session of the lab waits for a name server.
func (e env) Resume(*daemon.Host, uint32) {}

// Wake does nothing: there is no queue to run.
func (e env) Wake(*daemon.Host, engine.Time) {}

// Changed keeps the index, and leaves the news with the sessions that have the mailbox open: each hears of it before its
// client's next command, and at once where the client idles.
func (e env) Changed(h *daemon.Host, address string, c store.Change, by uint32) {
	e.index.changed(h, address, c)
	for s := range e.watchers[address] {
		if s.id != by && s.watching.mailbox == c.Snapshot.UIDValidity() {
			s.news = c
			s.stir()
		}
	}
	for s := range e.hearers {
		if s.id != by {
			s.stir()
		}
	}
}

// stir lets a session know that there are news.
func (s *session) stir() {
	s.hasNews.Store(true)
	if s.idle.Load() { // it waits for its client, but must speak now
		_ = s.conn.SetReadDeadline(time.Unix(1, 0)) // a connection that is closed needs no news
	}
}
