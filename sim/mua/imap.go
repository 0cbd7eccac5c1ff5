package mua

import (
	"slices"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/imap"
	"ehlo/sim/sasl"
	"ehlo/sim/store"
	"ehlo/sim/terminal"
)

// renewal is how long the program idles at most: a server may send away who says nothing for half an hour (RFC 2177 §3).
const renewal = 28 * time.Minute

// job is a command to be given, and the folder that has to be selected for it, "" for any.
type job struct {
	folder  string
	command imap.Command
}

// imapReader keeps a session by IMAP: it does one job after the other and waits for news in between.
type imapReader struct {
	w       wire
	client  *imap.Client // nil until the connection stands
	jobs    []job
	entered bool // logged in
	listed  bool // which folders there are is known
	running bool // a command has no answer yet, save IDLE
	renewAt engine.Time
}

func (r *imapReader) wire() *wire { return &r.w }

func (r *imapReader) machine() clientMachine {
	if r.client == nil {
		return nil
	}
	return r.client
}

func (r *imapReader) begin(_ *Program, env terminal.Env) {
	r.client = imap.NewClient(imap.ClientConfig{Timeout: patience}, env.Now())
}

func (r *imapReader) busy() bool { return !r.entered || r.running || len(r.jobs) > 0 }

func (r *imapReader) quit(now engine.Time) {
	r.jobs = nil
	if r.client != nil {
		r.running = true
		r.client.Do(now, imap.Logout{})
	}
}

func (r *imapReader) copy() reader {
	c := *r
	if r.client != nil {
		c.client = r.client.Clone()
	}
	c.jobs = slices.Clone(r.jobs)
	return &c
}

func (r *imapReader) timeout() (engine.Time, bool) {
	switch {
	case r.client == nil:
		return engine.Never, false
	case r.client.Idling():
		return r.renewAt, true
	}
	return r.client.Timeout()
}

func (r *imapReader) handleTimeout(now engine.Time) {
	switch {
	case r.client == nil:
	case !r.client.Idling():
		r.client.HandleTimeout(now)
	case now >= r.renewAt:
		r.client.Stop(now) // and then it begins anew
	}
}

func (r *imapReader) over(p *Program, _ terminal.Env) {
	if p.fault == nil && (r.client == nil || r.client.State() != imap.LoggedOut) {
		p.fail("mua.lost", "host", r.w.host)
	}
	p.in = nil
}

// work gives the next command, or waits for news where there is nothing to do.
func (r *imapReader) work(_ *Program, env terminal.Env) {
	now := env.Now()
	switch {
	case !r.entered || r.running || r.client.Done():
	case len(r.jobs) > 0:
		r.running = true
		next := r.jobs[0]
		if next.folder != "" && r.client.Mailbox().Name != next.folder {
			r.client.Do(now, imap.Select{Mailbox: next.folder})
			return
		}
		r.jobs = r.jobs[1:]
		r.client.Do(now, next.command)
	case r.client.Offers("IDLE") && r.client.Mailbox().Name != "" && !r.client.Idling() && r.renewAt == 0:
		r.renewAt = now.Add(renewal)
		r.client.Do(now, imap.Idle{})
	}
}

func (r *imapReader) pump(p *Program, env terminal.Env) {
	now := env.Now()
	for {
		e, ok := r.client.Next()
		if !ok {
			r.work(p, env)
			return
		}
		for i := range e.Untagged {
			r.news(p, &e.Untagged[i], e.Command)
		}
		switch {
		case e.Kind == imap.EventGreeting && !r.client.Knows():
			r.client.Do(now, imap.Capability{})
		case e.Kind == imap.EventGreeting:
			r.enter(p, env)
		case e.Kind == imap.EventEnded && e.Err != nil && p.fault == nil:
			p.fail("mua.lost", "host", r.w.host)
		case e.Kind != imap.EventReply:
		case e.Response.Status != imap.OK:
			r.refused(p, now, e)
		default:
			r.done(p, env, e)
		}
	}
}

// refused notes what a server says no to, and drops what was to follow.
func (r *imapReader) refused(p *Program, now engine.Time, e imap.ClientEvent) {
	switch e.Command.(type) {
	case imap.Idle:
		return // the session goes on without
	case imap.Logout:
		r.running = false
		return
	case imap.Login, imap.Authenticate:
		p.fail("mua.login", "user", p.account.user, "host", r.w.host, "text", e.Response.Text)
	default:
		p.fail("mua.said-no", "host", r.w.host, "text", e.Response.Text)
	}
	r.running = false
	if r.jobs = nil; !r.entered {
		r.client.Do(now, imap.Logout{})
	}
}

// done goes on behind a command that has worked.
func (r *imapReader) done(p *Program, env terminal.Env, e imap.ClientEvent) {
	now := env.Now()
	if _, ok := e.Command.(imap.Idle); ok {
		r.renewAt = 0
		return
	}
	r.running = false
	switch c := e.Command.(type) {
	case imap.StartTLS:
		r.client.Do(now, imap.Capability{})
	case imap.Capability:
		if r.client.State() == imap.NotAuthenticated {
			r.enter(p, env)
		} else {
			r.inside(p)
		}
	case imap.Login, imap.Authenticate:
		if r.client.Knows() {
			r.inside(p)
		} else {
			r.client.Do(now, imap.Capability{})
		}
	case imap.List:
		p.list(e.Untagged)
		r.listed = true
		r.keepCopies(p)
	case imap.Create:
		p.folders = append(p.folders, folder{name: c.Mailbox})
	case imap.Select:
		r.selected(p)
	case imap.Fetch:
		if c.Items[0].Att == imap.UIDItem {
			p.folder(r.client.Mailbox().Name).keep(c.Set, e.Untagged)
		}
	}
}

// enter logs in: inside TLS where the account says so, and so that the password is not told where there is a way.
func (r *imapReader) enter(p *Program, env terminal.Env) {
	now := env.Now()
	if p.account.incomingTLS == startTLS && !r.w.sealed {
		if r.client.Offers("STARTTLS") {
			r.client.Do(now, imap.StartTLS{})
			return
		}
		p.fail("mua.no-starttls", "host", r.w.host)
		r.client.Do(now, imap.Logout{})
		return
	}
	a := &p.account
	switch m := r.client.Mechanisms().Strongest(); {
	case r.client.State() != imap.NotAuthenticated:
		r.inside(p)
	case m == sasl.None && r.client.Offers("LOGINDISABLED"): // RFC 3501 §6.2.3
		p.fail("mua.no-login", "host", r.w.host)
		r.client.Do(now, imap.Logout{})
	case m == sasl.None || m == sasl.Login:
		r.client.Do(now, imap.Login{User: a.user, Password: a.password})
	default:
		r.client.Do(now, imap.Authenticate{Mechanism: m.String(),
			Credentials: sasl.Credentials{User: a.user, Password: a.password, Nonce: sasl.Nonce(env.Chance(), env.Chance())}})
	}
}

// inside begins with what is to be done: which folders there are comes first.
func (r *imapReader) inside(p *Program) {
	r.entered = true
	r.jobs = append(append([]job{{command: imap.List{Patterns: []string{"*"}}}}, p.later...), r.jobs...)
	p.later = nil
}

// keepCopies puts copies of what was sent into the folder for it.
func (r *imapReader) keepCopies(p *Program) {
	if len(p.copies) == 0 || !r.listed {
		return
	}
	var jobs []job
	if p.folder(p.sent) == nil {
		jobs = append(jobs, job{command: imap.Create{Mailbox: p.sent}})
	}
	for _, text := range p.copies {
		jobs = append(jobs, job{command: imap.Append{Mailbox: p.sent, Messages: []imap.AppendMessage{{Flags: store.Flags{System: store.Seen}, Content: text}}}})
	}
	p.copies = nil
	r.jobs = append(jobs, r.jobs...)
}

// headers asks for what a list shows.
func headers(set imap.SequenceSet) imap.Fetch {
	return imap.Fetch{Set: set, UID: true, Items: []imap.FetchItem{{Att: imap.UIDItem}, {Att: imap.FlagsItem}, {Att: imap.SizeItem}, {Att: imap.EnvelopeItem}}}
}

// selected takes what SELECT said. A mailbox with another UIDVALIDITY is another mailbox (RFC 3501 §2.3.1.1).
func (r *imapReader) selected(p *Program) {
	m := r.client.Mailbox()
	f := p.folder(m.Name)
	if f == nil {
		return
	}
	if f.validity != m.UIDValidity || m.Exists == 0 {
		f.validity, f.messages = m.UIDValidity, nil
	}
	if m.Exists > 0 {
		r.jobs = append([]job{{m.Name, headers(imap.SequenceSet{{From: 1, To: imap.Star}})}}, r.jobs...)
	}
}

// keep drops the messages of a set that the server has not named.
func (f *folder) keep(set imap.SequenceSet, untagged []imap.Response) {
	if f == nil || len(set) != 1 {
		return
	}
	f.messages = slices.DeleteFunc(f.messages, func(l letter) bool {
		return l.number >= set[0].From && !slices.ContainsFunc(untagged, func(r imap.Response) bool { return uint32(r.UID()) == l.number })
	})
}

// news takes untagged data.
func (r *imapReader) news(p *Program, u *imap.Response, during imap.Command) {
	if _, ok := during.(imap.Select); ok {
		return // the headers follow
	}
	f := p.folder(r.client.Mailbox().Name)
	if f == nil {
		return
	}
	switch u.Name {
	case "FETCH":
		f.learn(u)
	case "EXPUNGE":
		if n := int(u.Number); n >= 1 && n <= len(f.messages) {
			f.messages = slices.Delete(f.messages, n-1, n)
		}
	case "EXISTS":
		if int(u.Number) > len(f.messages) {
			next := uint32(1)
			if n := len(f.messages); n > 0 {
				next = f.messages[n-1].number + 1
			}
			r.jobs = append(r.jobs, job{f.name, headers(imap.SequenceSet{{From: next, To: imap.Star}})})
		}
	}
}

// list takes which folders the server has. What is known of them stays.
func (p *Program) list(untagged []imap.Response) {
	had := p.folders
	p.folders = nil
	for i := range untagged {
		m := untagged[i].Mailbox
		if untagged[i].Name != "LIST" || slices.Contains(m.Attributes, `\Noselect`) || slices.Contains(m.Attributes, `\NonExistent`) {
			continue
		}
		if slices.Contains(m.Attributes, `\Sent`) { // RFC 6154 §2
			p.sent = m.Name
		}
		f := folder{name: m.Name}
		if at := slices.IndexFunc(had, func(f folder) bool { return f.name == m.Name && !f.local }); at >= 0 {
			f = had[at]
		}
		p.folders = append(p.folders, f)
	}
	for _, f := range had {
		if f.local {
			p.folders = append(p.folders, f)
		}
	}
	if p.folder(p.open) == nil {
		p.open, p.shown = inbox, 0
	}
}
