package daemon

import (
	"slices"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/imap"
	"ehlo/sim/pop3"
	"ehlo/sim/sasl"
)

// newIMAPCollector reads mail by IMAP.
func newIMAPCollector(now engine.Time, user, password string, does Habits) *imapCollector {
	plan := imap.Plan{User: user, Password: password, TLS: true, Read: true, Remove: does.Remove, Idle: does.Idle}
	cfg := imap.ClientConfig{}
	if does.Idle { // who stays has to notice that nobody is there any more
		cfg.Timeout = patience
	}
	return &imapCollector{Program: imap.NewProgram(cfg, plan, imap.Cache{}, now), user: user, keep: does.Keep}
}

// patience is how long a mail program that stays waits for an answer.
const patience = 5 * time.Minute

// pop3Collector does USER, PASS, STAT, a RETR for each message, and QUIT.
type pop3Collector struct {
	*pop3.Client
	noMailbox
	noHold
	user, password string
	remove         bool // what was fetched
	count, asked   int
	showing        *showing
}

// newPOP3Collector fetches mail by POP3.
func newPOP3Collector(now engine.Time, user, password string, remove bool) *pop3Collector {
	return &pop3Collector{Client: pop3.NewClient(pop3.ClientConfig{}, now), user: user, password: password, remove: remove}
}

// Pump gives the next command after each reply.
func (c *pop3Collector) Pump(env Env, h *Host, _ uint32) {
	now := env.Now()
	c.show(env, h)
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
	if c.showing != nil {
		s := *c.showing
		d.showing = &s
	}
	return &d
}

// imapCollector is a mail program that keeps what it has seen at its host, and asks the next time only for what is new.
type imapCollector struct {
	*imap.Program
	noMailbox
	user     string
	keep     bool
	recalled bool
	kept     int // messages of which the host knows that they have a copy
}

// Pump gives the next command after each reply.
func (c *imapCollector) Pump(env Env, h *Host, _ uint32) {
	if !c.recalled {
		c.recalled = true
		var keep []string
		if c.keep {
			keep = h.sentBy(c.user)
		}
		c.Recall(h.recall(c.user), sasl.Nonce(env.Chance(), env.Chance()), keep)
	}
	c.Work(env.Now())
	for ; c.kept < c.Kept(); c.kept++ {
		h.forget(c.user)
	}
}

// End keeps what the program knows now for the next time.
func (c *imapCollector) End(_ Env, h *Host, _ uint32) {
	if c.Synced() {
		h.remember(c.user, c.Cache)
	}
}

// remembered is what a mail program at a host knows of a user's INBOX.
type remembered struct {
	user  string
	cache imap.Cache
}

func (h *Host) recall(user string) imap.Cache {
	for _, r := range h.remembered {
		if r.user == user {
			return r.cache
		}
	}
	return imap.Cache{}
}

func (h *Host) remember(user string, c imap.Cache) {
	h.remembered = slices.DeleteFunc(slices.Clone(h.remembered), func(r remembered) bool { return r.user == user })
	h.remembered = append(h.remembered, remembered{user, c.Clone()})
}

// sent is a message that a user of a mail program has sent, and of which there is no copy yet.
type sent struct{ user, text string }

// Sent gives the mail program of a user at this host a message to keep that was sent.
func (h *Host) Sent(user string, text []byte) {
	h.sent = append(slices.Clip(h.sent), sent{user, string(text)})
}

func (h *Host) sentBy(user string) (texts []string) {
	for _, s := range h.sent {
		if s.user == user {
			texts = append(texts, s.text)
		}
	}
	return texts
}

// forget drops a user's oldest message.
func (h *Host) forget(user string) {
	if i := slices.IndexFunc(h.sent, func(s sent) bool { return s.user == user }); i >= 0 {
		h.sent = slices.Delete(slices.Clone(h.sent), i, i+1)
	}
}

// Copy returns an independent copy.
func (c *imapCollector) Copy() Session {
	d := *c
	d.Program = c.Program.Clone()
	return &d
}
