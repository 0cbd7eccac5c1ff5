package imap

import (
	"slices"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/sasl"
	"ehlo/sim/store"
)

// Plan is what a mail program is to do in a session.
type Plan struct {
	User, Password string
	Nonce          string   // the client's part of SCRAM's nonce, see [sasl.Nonce]; "" leaves SCRAM out
	TLS            bool     // STARTTLS where the server offers it: the driver can do the handshake
	Mailbox        string   // to be read; "" is INBOX
	Keep           []string // messages that were sent: a copy of each goes to the mailbox for sent mail
	Read           bool     // fetch the text of messages that nobody has read, which marks them as read
	Remove         bool     // remove from the server what was fetched
	Idle           bool     // wait for news at the end, in the place of LOGOUT
}

// Program is a mail program at work: it brings a [Cache] up to date with what a server has, by the best way that the server
// offers. Make one with [NewProgram], and call Work whenever its client may have an event.
type Program struct {
	*Client
	Cache Cache
	plan  Plan

	secure  bool
	sent    string // the mailbox for sent mail
	kept    int    // messages of plan.Keep that were put there
	removed bool
	synced  bool        // the cache is up to date
	unread  []store.UID // whose text is still to be fetched
	waits   bool        // it idles, and says so anew at renewAt
	renewAt engine.Time
}

// textPart is how many octets of a long text are fetched at once: where the connection is cut, the next session goes on
// behind the last part.
const textPart = 64 << 10

// idleRenewal is how long a program idles at most: a server may send away who says nothing for half an hour (RFC 2177 §3).
const idleRenewal = 28 * time.Minute

// NewProgram begins a session with what the program knows from the last one.
func NewProgram(cfg ClientConfig, plan Plan, known Cache, now engine.Time) *Program {
	if plan.Mailbox == "" {
		plan.Mailbox = store.Inbox
	}
	return &Program{Client: NewClient(cfg, now), Cache: known.Clone(), plan: plan}
}

// Recall gives the program what it remembers, before the server has said anything: its cache, a nonce for SCRAM, and what
// was sent and is to be kept, see [Plan].
func (p *Program) Recall(known Cache, nonce string, keep []string) {
	p.Cache, p.plan.Nonce, p.plan.Keep = known.Clone(), nonce, keep
}

// Kept is how many of the messages that were sent have a copy now in the mailbox for sent mail.
func (p *Program) Kept() int { return p.kept }

// Clone returns an independent copy.
func (p *Program) Clone() *Program {
	c := *p
	c.Client, c.Cache, c.unread = p.Client.Clone(), p.Cache.Clone(), slices.Clone(p.unread)
	return &c
}

// Synced says that the cache holds what the server has.
func (p *Program) Synced() bool { return p.synced }

// Work takes the client's events and gives it the next commands.
func (p *Program) Work(now engine.Time) {
	for {
		e, ok := p.Next()
		if !ok {
			if idling := p.Idling(); idling != p.waits {
				p.waits, p.renewAt = idling, now.Add(idleRenewal)
			}
			return
		}
		for i := range e.Untagged {
			p.news(&e.Untagged[i], e.Command)
		}
		switch {
		case e.Kind == EventGreeting && !p.Knows():
			p.Do(now, Capability{})
		case e.Kind == EventGreeting:
			p.enter(now)
		case e.Kind == EventUntagged && p.Idling():
			p.idle(now, e.Untagged)
		case e.Kind != EventReply:
		case e.Response.Status != OK:
			p.refused(now, e.Command)
		default:
			p.done(now, e)
		}
	}
}

// refused goes on where something that only helps was refused, and else ends the session.
func (p *Program) refused(now engine.Time, c Command) {
	switch c.(type) {
	case Logout:
	case Append, Create:
		p.plan.Keep = p.plan.Keep[:p.kept] // another time
		p.open(now)
	case Enable:
		p.open(now)
	default:
		p.Do(now, Logout{})
	}
}

// done goes on behind a command that has worked.
func (p *Program) done(now engine.Time, e ClientEvent) {
	switch c := e.Command.(type) {
	case StartTLS:
		p.secure = true
		p.Do(now, Capability{})
	case Login, Authenticate:
		if p.Knows() {
			p.prepare(now)
			return
		}
		p.Do(now, Capability{})
	case Capability:
		if p.State() == NotAuthenticated {
			p.enter(now)
		} else {
			p.prepare(now)
		}
	case Enable:
		p.Do(now, List{Patterns: []string{"*"}})
	case List:
		p.list(e.Untagged)
		p.open(now)
	case Create:
		p.sent = c.Mailbox
		p.open(now)
	case Append:
		p.kept++
		p.open(now)
	case Select:
		p.Cache.begin(p.Mailbox())
		for i := range e.Untagged { // what came before the cache knew which mailbox it is about
			p.Cache.learn(&e.Untagged[i])
		}
		p.compare(now, c)
	case Fetch:
		p.fetched(now, c, e.Untagged)
	case Store:
		p.Do(now, Expunge{})
	case Expunge:
		p.removed = true
		p.read(now)
	}
}

// enter logs in: inside TLS where that can be had, and so that the password is not told where there is a way.
func (p *Program) enter(now engine.Time) {
	if p.plan.TLS && !p.secure && p.Offers("STARTTLS") {
		p.Do(now, StartTLS{})
		return
	}
	if p.State() != NotAuthenticated {
		p.prepare(now)
		return
	}
	offer := p.Mechanisms()
	if p.plan.Nonce == "" {
		offer &^= sasl.SetOf(sasl.SCRAMSHA256)
	}
	m := offer.Strongest()
	if m == sasl.None && p.Offers("LOGINDISABLED") {
		p.Do(now, Logout{}) // RFC 3501 §6.2.3
		return
	}
	if m == sasl.None || m == sasl.Login {
		p.Do(now, Login{User: p.plan.User, Password: p.plan.Password})
		return
	}
	p.Do(now, Authenticate{Mechanism: m.String(),
		Credentials: sasl.Credentials{User: p.plan.User, Password: p.plan.Password, Nonce: p.plan.Nonce}})
}

// prepare asks for what makes the next time cheap.
func (p *Program) prepare(now engine.Time) {
	if p.Offers("QRESYNC") && p.Offers("ENABLE") {
		p.Do(now, Enable{Names: []string{"QRESYNC"}})
		return
	}
	p.Do(now, List{Patterns: []string{"*"}})
}

// list finds the mailbox for sent mail: by what it is for, else by its name (RFC 6154 §2).
func (p *Program) list(untagged []Response) {
	for _, r := range untagged {
		if r.Name != "LIST" {
			continue
		}
		if slices.Contains(r.Mailbox.Attributes, `\Sent`) || p.sent == "" && r.Mailbox.Name == "Sent" {
			p.sent = r.Mailbox.Name
		}
	}
}

// open keeps copies of what was sent, in a mailbox that it makes where there is none, and then opens the one to be read.
func (p *Program) open(now engine.Time) {
	if p.kept < len(p.plan.Keep) {
		if p.sent == "" {
			p.Do(now, Create{Mailbox: "Sent"})
			return
		}
		p.Do(now, Append{Mailbox: p.sent, Messages: []AppendMessage{{Flags: store.Flags{System: store.Seen}, Content: []byte(p.plan.Keep[p.kept])}}})
		return
	}
	c := Select{Mailbox: p.plan.Mailbox, CondStore: p.Offers("CONDSTORE")}
	if p.enabled&extQResync != 0 {
		c.Resync = p.Cache.Resync()
	}
	p.Do(now, c)
}

// compare finds out what has changed in the mailbox since the last time. With QRESYNC the server has said so already; else
// the flags of all messages that were known are asked for, and those of which the server says nothing are gone.
func (p *Program) compare(now engine.Time, c Select) {
	switch known := p.Cache.UIDNext - 1; {
	case c.Resync.UIDValidity != 0 && c.Resync.UIDValidity == p.Cache.UIDValidity || len(p.Cache.Messages) == 0:
		p.fresh(now)
	default:
		p.Do(now, Fetch{Set: SequenceSet{{From: 1, To: uint32(known)}}, UID: true, Items: []FetchItem{{Att: FlagsItem}}})
	}
}

// fresh asks for the headers of the messages that came.
func (p *Program) fresh(now engine.Time) {
	m := p.Mailbox()
	if m.Exists == 0 || m.UIDNext > 0 && m.UIDNext <= p.Cache.UIDNext {
		p.upToDate(now)
		return
	}
	p.Do(now, Fetch{Set: SequenceSet{{From: uint32(max(p.Cache.UIDNext, 1)), To: Star}}, UID: true,
		Items: []FetchItem{{Att: UIDItem}, {Att: FlagsItem}, {Att: SizeItem}, {Att: EnvelopeItem}}})
}

// fetched goes on behind a FETCH: of all flags, of new headers, or of a text.
func (p *Program) fetched(now engine.Time, c Fetch, untagged []Response) {
	switch {
	case hasItem(c.Items, EnvelopeItem):
		p.upToDate(now)
	case hasItem(c.Items, BodySectionItem):
		p.part(untagged)
		p.read(now)
	default:
		var named []store.UID
		for i := range untagged {
			if uid := untagged[i].UID(); uid != 0 {
				named = append(named, uid)
			}
		}
		p.Cache.keep(p.Cache.UIDNext, named)
		p.fresh(now)
	}
}

// part goes on to the next text where the last one is whole, or where the server had nothing more of it.
func (p *Program) part(untagged []Response) {
	i, ok := p.Cache.find(p.unread[0])
	came := slices.ContainsFunc(untagged, func(r Response) bool { return r.UID() == p.unread[0] })
	if !ok || !came || p.Cache.Messages[i].Fetched {
		p.unread = p.unread[1:]
	}
}

// Timeout is when the client gives the server up, or when a program that idles has to say so again.
func (p *Program) Timeout() (engine.Time, bool) {
	at, ok := p.Client.Timeout()
	if p.waits && !p.Client.Done() && (!ok || p.renewAt < at) {
		return p.renewAt, true
	}
	return at, ok
}

// HandleTimeout gives the server up where it has said nothing for too long, and renews IDLE.
func (p *Program) HandleTimeout(now engine.Time) {
	if p.waits && now >= p.renewAt {
		p.waits = false
		p.Do(now, Idle{})
		return
	}
	p.Client.HandleTimeout(now)
}

// upToDate notes how far the cache is, and goes on to the texts.
func (p *Program) upToDate(now engine.Time) {
	m := p.Mailbox()
	p.synced = true
	p.Cache.ModSeq = m.HighestModSeq
	p.Cache.UIDNext = max(p.Cache.UIDNext, m.UIDNext)
	if p.plan.Read {
		p.unread = p.unread[:0]
		for _, c := range p.Cache.Messages {
			if !c.Fetched && (c.Asked || !slices.Contains(c.Flags, `\Seen`)) {
				p.unread = append(p.unread, c.UID)
			}
		}
	}
	p.read(now)
}

// read fetches the next text; where none is left it removes, waits, or ends.
func (p *Program) read(now engine.Time) {
	switch {
	case len(p.unread) > 0:
		uid, item := p.unread[0], FetchItem{Att: BodySectionItem}
		if i, ok := p.Cache.find(uid); ok {
			m := &p.Cache.Messages[i]
			if m.Asked = true; m.Size > textPart {
				item.Partial, item.Offset, item.Count = true, int64(len(m.Content)), textPart
			}
		}
		p.Do(now, Fetch{Set: One(uint32(uid)), UID: true, Items: []FetchItem{item}})
	case p.plan.Remove && !p.removed && len(p.Cache.Messages) > 0:
		p.Do(now, Store{Set: SequenceSet{{From: 1, To: uint32(p.Cache.UIDNext - 1)}}, UID: true, Op: store.FlagAdd, Silent: true,
			Flags: store.Flags{System: store.Deleted}})
	case p.plan.Idle && p.Offers("IDLE"):
		p.Do(now, Idle{})
	default:
		p.Do(now, Logout{})
	}
}

// news takes what the server says unasked. A message that goes is named by its UID with QRESYNC, else by its number, which
// the cache knows where it is up to date.
func (p *Program) news(r *Response, during Command) {
	if _, ok := during.(Select); ok {
		return // it may be about a mailbox that the cache does not know yet
	}
	if r.Name == "EXPUNGE" && p.synced {
		if n := int(r.Number); n >= 1 && n <= len(p.Cache.Messages) {
			p.Cache.Messages = append(p.Cache.Messages[:n-1], p.Cache.Messages[n:]...)
		}
		return
	}
	p.Cache.learn(r)
	if flags, ok := r.Flags(); ok && r.UID() == 0 && p.synced && int(r.Number) <= len(p.Cache.Messages) && r.Number > 0 {
		p.Cache.Messages[r.Number-1].Flags = slices.DeleteFunc(flags, func(f string) bool { return f == `\Recent` })
	}
}

// idle ends IDLE to fetch what has come.
func (p *Program) idle(now engine.Time, untagged []Response) {
	if slices.ContainsFunc(untagged, func(r Response) bool { return r.Name == "EXISTS" }) {
		p.Do(now, Fetch{Set: SequenceSet{{From: uint32(max(p.Cache.UIDNext, 1)), To: Star}}, UID: true,
			Items: []FetchItem{{Att: UIDItem}, {Att: FlagsItem}, {Att: SizeItem}, {Att: EnvelopeItem}}})
	}
}
