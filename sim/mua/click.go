package mua

import (
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/imap"
	"ehlo/sim/machine"
	"ehlo/sim/store"
	"ehlo/sim/terminal"
)

// A click is a line with a verb and its arguments; settings and messages follow on further lines:
//
//	check                   fetch what is new, and send what waits
//	folder NAME             show a folder
//	read NUMBER             show a message of it
//	mark NUMBER FLAG yes    or no: seen, flagged, answered, deleted
//	compact                 remove what is marked as deleted
//	send                    and a message: To, Cc, Subject and more, an empty line, the text
//	offline yes             or no
//	settings                and lines of a name and a value
//	stop                    break what is under way
//	quit                    end the sessions
type click struct {
	verb, arg string
	rest      string // the further lines
}

func parse(data []byte) click {
	first, rest, _ := strings.Cut(string(data), "\n")
	verb, arg, _ := strings.Cut(strings.TrimRight(first, "\r"), " ")
	return click{verb, arg, rest}
}

// Check says why a click can do nothing now, and nil where it can.
func (p *Program) Check(data []byte) *machine.Note {
	c := parse(data)
	no := func(id string) *machine.Note { return &machine.Note{ID: id, Args: machine.Args{"click": c.verb}} }
	if p.busy() && c.verb != "stop" {
		return no("mua.busy")
	}
	ok := true
	switch c.verb {
	case "check", "compact", "stop", "quit":
		ok = c.arg == ""
	case "offline":
		ok = c.arg == "yes" || c.arg == "no"
	case "folder":
		ok = p.folder(c.arg) != nil
	case "read":
		ok = p.named(c.arg) != nil
	case "mark":
		words := strings.Fields(c.arg)
		ok = len(words) == 3 && p.named(words[0]) != nil && flagNamed(words[1]) != 0 && (words[2] == "yes" || words[2] == "no")
	case "settings":
		a := p.account
		ok = a.set(c.rest)
	case "send":
		if len(envelopeOf(p.account.address, p.compose(nil, c.rest)).To) == 0 {
			return no("mua.nobody")
		}
	default:
		ok = false
	}
	if !ok {
		return no("mua.no-click")
	}
	return nil
}

// named is the message of the open folder with a number, nil where there is none.
func (p *Program) named(text string) *letter {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return nil
	}
	return p.folder(p.open).letter(uint32(n))
}

func flagNamed(name string) store.SystemFlags {
	return map[string]store.SystemFlags{"seen": store.Seen, "flagged": store.Flagged, "answered": store.Answered, "deleted": store.Deleted}[name]
}

// Type does what a click asks for. [Program.Check] has found nothing against it.
func (p *Program) Type(env terminal.Env, data []byte) {
	c := parse(data)
	p.fault = nil
	switch c.verb {
	case "check":
		p.check(env)
	case "folder":
		p.open, p.shown = c.arg, 0
		p.look(env)
	case "read":
		p.read(env, p.named(c.arg))
	case "mark":
		words := strings.Fields(c.arg)
		p.mark(env, p.named(words[0]), words[1], words[2] == "yes")
	case "compact":
		p.compact(env)
	case "send":
		l := p.store(outbox, p.compose(env, c.rest))
		l.seen = true
		p.flush(env)
	case "offline":
		p.goOffline(env, c.arg == "yes")
	case "settings":
		p.change(env, c.rest)
	case "stop":
		p.stop(env)
	case "quit":
		if p.in != nil {
			p.in.quit(env.Now())
			p.advance(env, p.in)
		}
	}
}

// check fetches what is new and sends what waits.
func (p *Program) check(env terminal.Env) {
	if p.offline {
		p.fail("mua.offline")
		return
	}
	for i := range p.folder(outbox).messages { // another try
		p.folder(outbox).messages[i].reason = ""
	}
	p.flush(env)
	if p.account.protocol == imapProtocol {
		p.work(env, job{p.remote(), imap.Noop{}})
		return
	}
	r := &popReader{}
	if p.dial(env, r, p.account.incoming) {
		p.in = r
	}
}

// remote is the open folder where the server has it, and otherwise INBOX.
func (p *Program) remote() string {
	if f := p.folder(p.open); !f.local {
		return f.name
	}
	return inbox
}

// reach sees to it that a session with the IMAP server stands.
func (p *Program) reach(env terminal.Env) bool {
	if p.in != nil {
		return true
	}
	r := &imapReader{}
	if !p.dial(env, r, p.account.incoming) {
		return false
	}
	p.in = r
	return true
}

// work gives jobs to the session by IMAP. Without a connection they wait.
func (p *Program) work(env terminal.Env, jobs ...job) {
	if p.offline || !p.reach(env) {
		p.later = append(p.later, jobs...)
		return
	}
	r := p.in.(*imapReader)
	r.jobs = append(r.jobs, jobs...)
	if r.client != nil {
		r.work(p, env)
		p.advance(env, r)
	}
}

// look shows the open folder as the server has it now.
func (p *Program) look(env terminal.Env) {
	if f := p.folder(p.open); !f.local && !p.offline {
		p.work(env, job{f.name, imap.Noop{}})
	}
}

// read shows a message, and fetches its text where it is not here.
func (p *Program) read(env terminal.Env, l *letter) {
	p.shown = l.number
	f := p.folder(p.open)
	switch {
	case l.content == nil && p.offline:
		p.fail("mua.not-here")
		return
	case l.content == nil:
		p.work(env, job{f.name, imap.Fetch{Set: imap.One(l.number), UID: true, Items: []imap.FetchItem{{Att: imap.BodyPeekItem}}}})
	}
	if !l.seen {
		p.mark(env, l, "seen", true)
	}
}

// mark sets or takes a flag.
func (p *Program) mark(env terminal.Env, l *letter, flag string, on bool) {
	f := p.folder(p.open)
	if f.local || p.offline {
		switch flag {
		case "seen":
			l.seen = on
		case "flagged":
			l.flagged = on
		case "answered":
			l.answered = on
		case "deleted":
			l.deleted = on
		}
	}
	if f.local {
		return
	}
	op := store.FlagAdd
	if !on {
		op = store.FlagRemove
	}
	p.work(env, job{f.name, imap.Store{Set: imap.One(l.number), UID: true, Op: op, Flags: store.Flags{System: flagNamed(flag)}}})
}

// compact removes what is marked as deleted from the open folder. What came by POP3 goes from the server with the next check.
func (p *Program) compact(env terminal.Env) {
	f := p.folder(p.open)
	if !f.local {
		p.work(env, job{f.name, imap.Expunge{}})
		return
	}
	for _, l := range f.messages {
		if l.deleted && l.uid != "" {
			p.gone = append(p.gone, l.uid)
		}
	}
	f.messages = slices.DeleteFunc(f.messages, func(l letter) bool { return l.deleted })
	if f.letter(p.shown) == nil {
		p.shown = 0
	}
}

// goOffline ends the sessions, or does what was asked for without one.
func (p *Program) goOffline(env terminal.Env, on bool) {
	if p.offline = on; !on {
		p.flush(env)
		if len(p.later) > 0 {
			p.reach(env)
		}
		return
	}
	if p.in != nil {
		p.in.quit(env.Now())
		p.advance(env, p.in)
	}
}

// change takes settings over. Another mailbox is another set of folders.
func (p *Program) change(env terminal.Env, text string) {
	before := p.account
	p.account.set(text)
	a := &p.account
	if a.protocol == before.protocol && a.incoming == before.incoming && a.user == before.user {
		return
	}
	if p.in != nil {
		p.in.quit(env.Now())
		p.advance(env, p.in)
	}
	p.arrange()
}

// stop breaks the connections on which something is under way.
func (p *Program) stop(env terminal.Env) {
	if p.out != nil {
		env.Break(p.out.w.conn)
	}
	if p.in != nil && p.in.busy() {
		env.Break(p.in.wire().conn)
	}
	p.in, p.out = nil, nil
	p.fail("mua.stopped")
}
