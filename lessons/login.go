package lessons

import (
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// loginWant asks for a POP3 or IMAP login that its server has accepted.
type loginWant struct {
	where
	user string // login name or address
	tls  bool   // inside TLS
}

func readLogin(f *fields) condition {
	return loginWant{readWhere(f), f.text("user", required), f.flag("tls")}
}

func (w loginWant) judge(f *facts, _ Query, after uint64) verdict {
	host, port := w.args()
	none := missing("lessons.missing.login", "user", w.user, "host", host, "port", port)
	for _, s := range f.sessions {
		if !w.holds(s) {
			continue
		}
		for _, l := range s.logins {
			switch {
			case l.seq <= after || !l.answered || l.heard > f.now:
			case l.class == trace.ClassOK && sameUser(l.user, w.user) && w.tls && !l.sealed:
				none = missing("lessons.missing.login-tls", "user", w.user)
			case l.class == trace.ClassOK && sameUser(l.user, w.user):
				return done(l.seq)
			case l.class == trace.ClassOK:
				none = missing("lessons.missing.other-user", "user", w.user, "other", l.user)
			default:
				none = missing("lessons.missing.login-refused", "user", w.user, "host", s.server)
			}
		}
	}
	return none
}

func (w loginWant) happened() machine.Note { return note("lessons.happened.login", "user", w.user) }

// sameUser compares login names, of which each may stand for an address at its host.
func sameUser(a, b string) bool {
	a, domainA, _ := strings.Cut(a, "@")
	b, domainB, _ := strings.Cut(b, "@")
	return strings.EqualFold(a, b) && (domainA == "" || domainB == "" || strings.EqualFold(domainA, domainB))
}
