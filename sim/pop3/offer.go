package pop3

import (
	"ehlo/sim/machine"
	"ehlo/sim/sasl"
)

// Verbs is a set of commands, a bit for each verb of [Table].
type Verbs uint32

// VerbsOf returns the set of the commands with these keywords, in any case; a name that is no command's is left out.
func VerbsOf(keywords ...string) Verbs {
	var set Verbs
	for _, k := range keywords {
		if v := Table().VerbNamed(k); v < verbCancel {
			set |= 1 << v
		}
	}
	return set
}

// Modern is the commands that a server of today offers: all but LAST and RPOP, which RFC 1460 took out.
const Modern = Verbs(1<<verbCancel-1) &^ (1<<verbLAST | 1<<verbRPOP)

func (s Verbs) has(v machine.Verb) bool { return s>>v&1 != 0 }

// offers says whether a command works in this session. What does not is refused, and CAPA is silent about it.
func (s *Server) offers(v machine.Verb) bool {
	if !s.cfg.Commands.has(v) {
		return false
	}
	switch v {
	case verbUSER, verbPASS:
		return s.clear()
	case verbAPOP:
		return s.cfg.Timestamp != ""
	case verbAUTH:
		return s.mechanisms() != 0
	case verbSTLS:
		return s.cfg.StartTLS && !s.tls
	}
	return true
}

// clear says whether a password may cross the connection as it is.
func (s *Server) clear() bool { return s.tls || !s.cfg.ClearNeedsTLS }

// mechanisms is those that AUTH takes now.
func (s *Server) mechanisms() sasl.Set {
	if !s.clear() {
		return s.cfg.Mechanisms.WithoutClear()
	}
	return s.cfg.Mechanisms
}

// unoffered is the reply to a command that does not work in this session.
func (s *Server) unoffered(v machine.Verb) ReplyID {
	switch {
	case v == verbSTLS && s.tls:
		return ReplyTLSActive
	case !s.clear() && s.cfg.Commands.has(v) && (v == verbUSER || v == verbPASS):
		return ReplyNeedTLS
	}
	return ReplyElsewhere
}
