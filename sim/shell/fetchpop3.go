package shell

import (
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/pop3"
	"ehlo/sim/sasl"
)

// popEvent goes on with a session by POP3 after a reply.
func (f *fetchmail) popEvent(p *Process, e pop3.Event) {
	if e.Kind != pop3.EventReply {
		return
	}
	switch e.Command.(type) {
	case nil:
		f.popGreeted(p, e)
	case pop3.Capa:
		f.top = pop3.Capabilities(e.Lines).Has("TOP")
		f.popOffered(p, pop3.Capabilities(e.Lines))
	case pop3.Stls:
		if !e.OK {
			f.authFailed(p, e.Text)
		}
	case pop3.Login, pop3.Apop, pop3.Authenticate:
		f.popIn(p, e)
	case pop3.Stat:
		f.count, f.octets = e.Count, e.Octets
		f.popCounted(p)
	case pop3.Last:
		for n := range f.box {
			f.box[n].old = e.OK && n < e.Count
		}
		f.popLast(p, e.OK, e.Text)
	case pop3.Uidl:
		for _, id := range e.IDs {
			if id.N >= 1 && id.N <= len(f.box) {
				f.box[id.N-1].id = id.ID
				f.box[id.N-1].old = f.fetchedBefore(id.ID)
			}
		}
		f.counted(p)
	case pop3.List:
		if e.OK && len(e.Scans) > 0 {
			f.box[f.number-1].size = e.Scans[0].Octets
		}
		f.fetch(p)
	case pop3.Retr, pop3.Top:
		if !e.OK {
			f.chosen(p)
			return
		}
		f.message = e.Content
		f.tell(p, "reading message "+f.label()+" ("+strconv.FormatInt(f.box[f.number-1].size, 10)+" octets)")
		f.say(p, " \n")
		f.hand(p)
	case pop3.Dele:
		f.chosen(p)
	case pop3.Quit:
		f.over = true
	}
}

// popGreeted asks what the server offers; fetchmail of 1999 did not.
func (f *fetchmail) popGreeted(p *Process, e pop3.Event) {
	switch {
	case !e.OK:
		f.authFailed(p, e.Text)
	case f.s.proto == "APOP":
		f.popAPOP(p, e.Text)
	case f.old:
		f.pop.Do(p.Env().Now(), pop3.Login{User: f.s.user, Password: f.s.password})
	default:
		f.pop.Do(p.Env().Now(), pop3.Capa{})
	}
}

// popAPOP logs in by the digest of the greeting's timestamp and the password (RFC 1939 §7).
func (f *fetchmail) popAPOP(p *Process, greeting string) {
	from := strings.IndexByte(greeting, '<')
	to := strings.LastIndexByte(greeting, '>')
	if from < 0 || to < from {
		p.Error("Required APOP timestamp not found in greeting")
		p.Why("shell.why.no-timestamp", f.s.host())
		f.failed(p, fetchAuth)
		return
	}
	f.pop.Do(p.Env().Now(), pop3.Apop{Name: f.s.user, Digest: sasl.APOP(greeting[from:to+1], f.s.password)})
}

// popOffered begins TLS, or logs in by the best way that keeps the password secret, or else by USER and PASS.
func (f *fetchmail) popOffered(p *Process, caps pop3.Capabilities) {
	now := p.Env().Now()
	switch {
	case f.upgrades(p, caps.Has("STLS"), "STLS"):
		f.pop.Do(now, pop3.Stls{})
	case caps.Mechanisms().Has(sasl.CRAMMD5) && f.s.auth != "password":
		f.pop.Do(now, pop3.Authenticate{Mechanism: sasl.CRAMMD5, Credentials: sasl.Credentials{User: f.s.user, Password: f.s.password}, NoInitial: true})
	default:
		f.pop.Do(now, pop3.Login{User: f.s.user, Password: f.s.password})
	}
}

// popIn is what comes after a login: where a digest was refused, the password itself is tried.
func (f *fetchmail) popIn(p *Process, e pop3.Event) {
	if e.OK {
		f.pop.Do(p.Env().Now(), pop3.Stat{})
		return
	}
	if _, digest := e.Command.(pop3.Authenticate); digest && f.s.auth == "" {
		f.say(p, "fetchmail: "+e.Text+"\n")
		f.pop.Do(p.Env().Now(), pop3.Login{User: f.s.user, Password: f.s.password})
		return
	}
	f.authFailed(p, e.Text)
}

// popCounted finds out which messages are old: by LAST, or by what was fetched before.
func (f *fetchmail) popCounted(p *Process) {
	f.box = make([]fetchMessage, f.count)
	switch {
	case f.count == 0:
		f.counted(p)
	case f.s.uidl || f.s.keep:
		f.pop.Do(p.Env().Now(), pop3.Uidl{})
	default:
		f.pop.Do(p.Env().Now(), pop3.Last{})
	}
}

// popLast goes on after LAST; a server without it tells messages apart by UIDL.
func (f *fetchmail) popLast(p *Process, ok bool, text string) {
	if !ok {
		if !f.old {
			f.say(p, "fetchmail: "+text+"\n")
		}
		f.pop.Do(p.Env().Now(), pop3.Uidl{})
		return
	}
	f.counted(p)
}

// fetchedBefore says whether ~/.fetchids has an identifier.
func (f *fetchmail) fetchedBefore(id string) bool {
	return slices.Contains(f.known, f.idOf(id))
}

func (f *fetchmail) idOf(id string) string { return f.s.user + "@" + f.s.name + " " + id }
