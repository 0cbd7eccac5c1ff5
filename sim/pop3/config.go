package pop3

import (
	"time"

	"ehlo/sim/sasl"
)

// Config is what a server is set up with. The zero value offers the [Modern] commands, without AUTH, APOP and STLS, which
// need something more.
type Config struct {
	Hostname string
	Commands Verbs // what is offered; 0 is Modern

	Timestamp     string   // of the greeting, which APOP needs: see [sasl.Timestamp]; "" turns APOP off
	Mechanisms    sasl.Set // of AUTH; the empty set turns AUTH off
	Chance        [2]uint64
	SaltKey       string    // of SCRAM: see [sasl.Config]
	Prompts       [2]string // of LOGIN: see [sasl.Config]
	StartTLS      bool      // STLS is offered
	TLS           bool      // the connection began inside TLS
	ClearNeedsTLS bool      // a password crosses the connection in TLS only

	MaxLine      int           // octets of a command with its line end; 0 means 255 (RFC 2449 §4)
	IdleTimeout  time.Duration // 0 is none; RFC 1939 §3 wants at least 10 minutes
	LoginTimeout time.Duration // in the place of IdleTimeout before a login; 0 is IdleTimeout
	RefusalDelay time.Duration // how long a refused login waits for its reply, so that guessing takes its time
	LoginDelay   time.Duration // announced with LOGIN-DELAY (RFC 2449 §6.5); the surroundings keep to it
	MaxErrors    int           // commands refused before the session ends; 0 is no limit
	MaxLogins    int           // logins refused before the session ends, or is deaf to logins; 0 is no limit

	Capabilities []string          // the lines of CAPA in their order; nil is the usual ones. Those that do not work now are left out
	Early        []string          // the same before the login; nil is Capabilities
	Languages    []Language        // what LANG can choose, the server's own first; nil is English
	Replies      map[Wording]Reply // in the place of the default wording; not to be changed later
	Quirks       Quirks
}

// Language is one in which the server can speak (RFC 6856 §3).
type Language struct {
	Tag, Name string // "de", "Deutsch"
	Replies   map[Wording]Reply
}

// Quirks are habits of real servers that leave the RFCs, or what they leave open.
type Quirks uint16

// The quirks.
const (
	BareLF         Quirks = 1 << iota // LF alone ends a line
	AnyOctet                          // octets that are no printable ASCII are let pass
	ExtraArguments                    // what stands behind the last argument is not read
	ExtraSpaces                       // spaces before a command, before an argument and at the end are not read
	LooseNumbers                      // a number is the digits at the beginning of its argument; no message has one without digits
	StatusHeader                      // RETR and TOP put a Status field into the header, and sizes count it
	MarkSeen                          // QUIT sets \Seen on what RETR sent
	LastSeen                          // LAST begins at the last message with \Seen, and RSET goes back there
	KeepUser                          // after a PASS that was refused, another needs no USER
	EndWhenLocked                     // a login to a maildrop that is in use ends the session
	SilentLockout                     // after MaxLogins the session goes on, and every login is refused
	ServerFirst                       // LOGIN takes no initial response
	numQuirks      = 12
)

// quirks names each quirk in files.
var quirks = [numQuirks]string{"bare-lf", "any-octet", "extra-arguments", "extra-spaces", "loose-numbers", "status-header",
	"mark-seen", "last-seen", "keep-user", "end-when-locked", "silent-lockout", "server-first"}

// QuirkNamed returns the quirk with that name, and false where there is none.
func QuirkNamed(name string) (Quirks, bool) {
	for i, q := range quirks {
		if q == name {
			return 1 << i, true
		}
	}
	return 0, false
}

// QuirkNames lists the names of all quirks.
func QuirkNames() []string { return quirks[:] }

const (
	maxLine     = 255
	maxResponse = 12288 // octets of a line of an exchange
)

// english is what LANG can choose where nothing is said.
var english = []Language{{Tag: "en", Name: "English"}}

func (c Config) withDefaults() Config {
	if c.MaxLine <= 0 {
		c.MaxLine = maxLine
	}
	if c.Commands == 0 {
		c.Commands = Modern
	}
	if len(c.Languages) == 0 {
		c.Languages = english
	}
	if c.LoginTimeout <= 0 {
		c.LoginTimeout = c.IdleTimeout
	}
	return c
}
