package imap

import (
	"time"

	"ehlo/sim/sasl"
)

// Config is what a server is set up with. The zero value of a limit means its default.
type Config struct {
	Hostname    string
	MaxLine     int           // octets of a command without its literals and with its line ends; default 65536: sets of messages are long (RFC 2683 §3.2.1.5 wants 8000 at least)
	MaxLiteral  int64         // octets of a command's literals; default 65536
	Epoch       int64         // the calendar moment of engine time 0, in Unix seconds
	AppendLimit int64         // octets of a message of APPEND; default 64 MiB (RFC 7889)
	IdleTimeout time.Duration // 0 is none; RFC 3501 §5.4 wants at least 30 minutes

	LoginTimeout time.Duration     // in the place of IdleTimeout before a login; 0 is IdleTimeout
	Without      uint64            // commands that are not offered, a bit for each row of the table; see [WithoutAllBut]
	Capabilities []string          // in their order; nil is the usual ones. Those that do not work now are left out, and AUTH= and APPENDLIMIT= alone stand for what is offered
	Early        []string          // the same before the login; nil is Capabilities
	Greeted      []string          // the same for the greeting; nil is what there is before the login
	MaxErrors    int               // commands in a row that cannot be executed, at which the session ends; 0 is no limit
	LoginErrors  int               // in the place of MaxErrors before a login; 0 is MaxErrors
	Replies      map[Wording]Reply // in the place of the default wording; not to be changed later

	TLS           bool      // the session is inside TLS from its first octet on
	StartTLS      bool      // STARTTLS is offered
	ClearNeedsTLS bool      // passwords are taken inside TLS only: LOGINDISABLED (RFC 3501 §6.2.3)
	Compress      bool      // COMPRESS is offered: the driver can take it on (RFC 4978)
	Mechanisms    sasl.Set  // of AUTHENTICATE
	Chance        [2]uint64 // that nobody can foretell, for challenges
	SaltKey       string    // see [sasl.Config]

	Others string   // where the mailboxes of others begin, as in "user/"; "" where nobody can see them
	ID     []string // what the server tells of itself: names and values in turn (RFC 2971 §3.3)
}

// Wording is the place of a reply in a [Config]: what it says to one command, given in capitals, or with "" to all.
type Wording struct {
	Reply   ReplyID
	Command string
}

const (
	defaultMaxLine    = 65536
	defaultMaxLiteral = 65536
	defaultAppend     = 64 << 20
	appendsAtOnce     = 4 // messages of the greatest size that one APPEND may carry
)
