// Package mua is a mail program with windows, as a person uses it at a simulated host: folders, a list, a message, an account
// with its servers. It is one more client there, driven by the client machines of the protocols. Clicks go in as texts,
// what is to be seen comes out as a [terminal.MailView]; whoever draws it keeps nothing.
package mua

import (
	"slices"
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/netsim"
	"ehlo/sim/terminal"
)

// The folders that are on this disk only. The server's come beside them where the account is one of IMAP.
const (
	inbox  = "INBOX"
	outbox = "Outbox"
	sent   = "Sent" // of an account of IMAP it is the server's
)

// Program is a mail program at a host. Make one with [New].
type Program struct {
	host, user string
	account    account
	offline    bool
	folders    []folder
	open       string // the folder in view
	shown      uint32 // the message of it in view, 0 for none
	number     uint32 // of the newest message that is numbered here
	process    uint32 // of the newest connection
	conns      []uint32
	sent       string   // the folder for copies of what was sent
	copies     [][]byte // of what was sent that are to go there
	gone       []string // POP3: what was removed here and is to be removed from the server, by its unique-id
	later      []job    // IMAP: what was done without a connection
	in         reader   // what speaks with the server that has the mail, nil for nobody
	out        *sender  // what hands messages to the server that sends them, nil for nobody
	fault      *machine.Note
}

// reader is a session with the server that has the mail. It is told what becomes of its connection.
type reader interface {
	line
	// work goes on with what was asked of the program.
	work(p *Program, env terminal.Env)
	// busy says that something is under way.
	busy() bool
	// quit ends the session.
	quit(now engine.Time)
	copy() reader
}

// New returns the program of a user at a host, with an account as the world suggests it.
func New(env terminal.Env, host, user string) *Program {
	p := &Program{host: host, user: user, account: suggested(env.Definition(), host, user), open: inbox}
	p.arrange()
	return p
}

// arrange makes the folders that an account has before a server is asked.
func (p *Program) arrange() {
	p.open, p.shown, p.sent = inbox, 0, sent
	p.gone, p.later, p.copies = nil, nil, nil
	box := p.folder(outbox)
	if box == nil {
		box = &folder{name: outbox, local: true}
	}
	p.folders = []folder{{name: inbox}, *box}
	if p.account.protocol != imapProtocol {
		p.folders = []folder{{name: inbox, local: true}, *box, {name: sent, local: true}}
	}
}

// Host is where the program runs.
func (p *Program) Host() string { return p.host }

// Number is 0: terminals begin with 1.
func (p *Program) Number() int { return 0 }

// User is whose program it is.
func (p *Program) User() string { return p.user }

// Running is the program's name.
func (p *Program) Running() string { return "mail" }

// Hidden is never so.
func (p *Program) Hidden() bool { return false }

// History is empty.
func (p *Program) History() []string { return nil }

// Prompt is empty.
func (p *Program) Prompt() string { return "" }

// Complete knows nothing.
func (p *Program) Complete(terminal.Env, string) []string { return nil }

// Echo shows nothing: nobody types into the program's connections.
func (p *Program) Echo(terminal.Env, uint32, []byte) {}

// Datagram is for nobody here: names are found by the host.
func (p *Program) Datagram(terminal.Env, string, []byte) bool { return false }

// Hesitates is never so.
func (p *Program) Hesitates() bool { return false }

// Follows is never so: a program waits for its servers and for clicks.
func (p *Program) Follows() bool { return false }

// Look does nothing.
func (p *Program) Look(terminal.Env) {}

// Overhear is for nobody here.
func (p *Program) Overhear(terminal.Env, netsim.Crossing) {}

// Crash ends the connections; what is on the disk stays.
func (p *Program) Crash() { p.in, p.out = nil, nil }

// Clone returns an independent copy.
func (p *Program) Clone() terminal.Shell {
	c := *p
	c.folders = slices.Clone(p.folders)
	for i := range c.folders {
		c.folders[i].messages = slices.Clone(p.folders[i].messages)
	}
	c.conns, c.copies, c.gone, c.later = slices.Clone(p.conns), slices.Clone(p.copies), slices.Clone(p.gone), slices.Clone(p.later)
	if p.in != nil {
		c.in = p.in.copy()
	}
	if p.out != nil {
		s := *p.out
		if s.client != nil {
			s.client = s.client.Clone()
		}
		c.out = &s
	}
	return &c
}

// Timeout is when a session gives its server up, or has to say that it still waits.
func (p *Program) Timeout() (engine.Time, bool) {
	at := engine.Never
	if p.in != nil {
		if t, ok := p.in.timeout(); ok {
			at = t
		}
	}
	if p.out != nil {
		if t, ok := p.out.timeout(); ok {
			at = min(at, t)
		}
	}
	return at, at < engine.Never
}

// HandleTimeout lets a moment have come.
func (p *Program) HandleTimeout(env terminal.Env) {
	now := env.Now()
	if p.in != nil {
		p.in.handleTimeout(now)
		p.advance(env, p.in)
	}
	if p.out != nil {
		p.out.handleTimeout(now)
		p.advance(env, p.out)
	}
}

// Happened tells the program what became of a connection.
func (p *Program) Happened(env terminal.Env, process uint32, e terminal.Event) {
	switch {
	case p.in != nil && p.in.wire().process == process:
		p.happened(env, p.in, e)
	case p.out != nil && p.out.wire().process == process:
		p.happened(env, p.out, e)
	}
}

// MessageIDs lists the locale identifiers that this package uses.
func MessageIDs() []string {
	return []string{"mua.busy", "mua.no-click", "mua.nobody", "mua.no-account", "mua.no-host", "mua.refused", "mua.unreachable", "mua.lost", "mua.stopped",
		"mua.no-tls", "mua.certificate", "mua.no-starttls", "mua.no-login", "mua.login", "mua.recipient", "mua.said-no", "mua.offline", "mua.not-here"}
}

// fail notes what went wrong; args are names and values in turn.
func (p *Program) fail(id string, args ...string) {
	n := &machine.Note{ID: id, Args: machine.Args{}}
	for i := 0; i+1 < len(args); i += 2 {
		n.Args[args[i]] = args[i+1]
	}
	p.fault = n
}

// busy says that something is under way.
func (p *Program) busy() bool { return p.in != nil && p.in.busy() || p.out != nil }

// split takes "host:port" apart.
func split(target string) (host, port string) {
	host, port, _ = strings.Cut(target, ":")
	return host, port
}

func init() {
	terminal.InstallMail(func(env terminal.Env, host, user string) terminal.MailProgram { return New(env, host, user) })
}
