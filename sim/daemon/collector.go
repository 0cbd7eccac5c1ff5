package daemon

import (
	"slices"

	"ehlo/sim/engine"
	"ehlo/sim/imap"
	"ehlo/sim/pop3"
	"ehlo/sim/store"
)

// NewCollector returns a session that fetches a user's mail as a mail program does and leaves it on the server: by POP3
// whole, by IMAP the headers first and then what nobody has read. It is nil for another protocol.
func NewCollector(now engine.Time, protocol, user, password string) Session {
	return NewReader(now, protocol, user, password, false)
}

// NewReader is [NewCollector] for a mail program that may also remove from the server what it has fetched.
func NewReader(now engine.Time, protocol, user, password string, remove bool) Session {
	switch protocol {
	case "pop3":
		return &pop3Collector{Client: pop3.NewClient(pop3.ClientConfig{}, now), user: user, password: password, remove: remove}
	case "imap":
		return &imapCollector{Client: imap.NewClient(imap.ClientConfig{}, now), user: user, password: password, remove: remove}
	}
	return nil
}

// pop3Collector does USER, PASS, STAT, a RETR for each message, and QUIT.
type pop3Collector struct {
	*pop3.Client
	noMailbox
	noHold
	user, password string
	remove         bool // what was fetched
	count, asked   int
}

// Pump gives the next command after each reply.
func (c *pop3Collector) Pump(env Env, _ *Host, _ uint32) {
	now := env.Now()
	for {
		e, ok := c.Next()
		switch {
		case !ok:
			return
		case e.Kind != pop3.EventReply:
		case !e.OK:
			if _, quit := e.Command.(pop3.Quit); !quit {
				c.Do(now, pop3.Quit{})
			}
		default:
			c.reply(now, e)
		}
	}
}

func (c *pop3Collector) reply(now engine.Time, e pop3.Event) {
	switch e.Command.(type) {
	case nil: // the greeting
		c.Do(now, pop3.Login{User: c.user, Password: c.password})
	case pop3.Login:
		c.Do(now, pop3.Stat{})
	case pop3.Stat:
		c.count = e.Count
		c.retrieve(now)
	case pop3.Retr:
		if c.remove {
			c.Do(now, pop3.Dele{N: c.asked})
			return
		}
		c.retrieve(now)
	case pop3.Dele:
		c.retrieve(now)
	}
}

func (c *pop3Collector) retrieve(now engine.Time) {
	if c.asked == c.count {
		c.Do(now, pop3.Quit{})
		return
	}
	c.asked++
	c.Do(now, pop3.Retr{N: c.asked})
}

// Copy returns an independent copy.
func (c *pop3Collector) Copy() Session {
	d := *c
	d.Client = c.Client.Clone()
	return &d
}

// imapCollector does LOGIN, SELECT, a FETCH of all headers, one of each unseen message, and LOGOUT.
type imapCollector struct {
	*imap.Client
	noMailbox
	noHold
	user, password string
	remove         bool     // what was fetched
	unseen         []uint32 // messages still to be fetched
}

// Pump gives the next command after each reply.
func (c *imapCollector) Pump(env Env, _ *Host, _ uint32) {
	now := env.Now()
	for {
		e, ok := c.Next()
		switch {
		case !ok:
			return
		case e.Kind == imap.EventGreeting:
			c.Do(now, imap.Login{User: c.user, Password: c.password})
		case e.Kind != imap.EventReply:
		case e.Response.Status != imap.OK:
			c.Do(now, imap.Logout{})
		default:
			c.reply(now, e)
		}
	}
}

func (c *imapCollector) reply(now engine.Time, e imap.ClientEvent) {
	switch e.Command.(type) {
	case imap.Login:
		c.Do(now, imap.Select{Mailbox: store.Inbox})
	case imap.Select:
		if c.Mailbox().Exists == 0 {
			c.Do(now, imap.Logout{})
			return
		}
		c.Do(now, imap.Fetch{Set: imap.SequenceSet{{From: 1, To: imap.Star}}, Items: []imap.FetchItem{
			{Att: imap.UIDItem}, {Att: imap.FlagsItem}, {Att: imap.SizeItem}, {Att: imap.EnvelopeItem}}})
	case imap.Fetch:
		c.headers(e.Untagged)
		c.fetch(now)
	case imap.Store:
		c.Do(now, imap.Expunge{})
	case imap.Expunge:
		c.Do(now, imap.Logout{})
	}
}

// headers notes which of the messages that a FETCH told of nobody has read.
func (c *imapCollector) headers(untagged []imap.Response) {
	for _, r := range untagged {
		if flags, ok := r.Flags(); ok && !slices.Contains(flags, `\Seen`) {
			c.unseen = append(c.unseen, r.Number)
		}
	}
}

func (c *imapCollector) fetch(now engine.Time) {
	if len(c.unseen) == 0 {
		if c.remove {
			deleted, _ := store.ParseFlags([]string{`\Deleted`})
			c.Do(now, imap.Store{Set: imap.SequenceSet{{From: 1, To: imap.Star}}, Op: store.FlagAdd, Silent: true, Flags: deleted})
			return
		}
		c.Do(now, imap.Logout{})
		return
	}
	n := c.unseen[0]
	c.unseen = c.unseen[1:]
	c.Do(now, imap.Fetch{Set: imap.One(n), Items: []imap.FetchItem{{Att: imap.BodySectionItem}}})
}

// Copy returns an independent copy.
func (c *imapCollector) Copy() Session {
	d := *c
	d.Client = c.Client.Clone()
	d.unseen = slices.Clone(c.unseen)
	return &d
}
