package terminal

import "ehlo/sim/machine"

// MailProgram is a program with windows with which somebody reads and writes mail at a host. It has its place in a world as a
// shell has, under the number 0; what is typed into it are clicks ([MailProgram.Check]).
type MailProgram interface {
	Shell
	// Check says why a click can do nothing now, and nil where it can.
	Check(click []byte) *machine.Note
	// View is what the program shows.
	View() MailView
	// Part gives the octets of a part of the message that is shown, by its place in the view; -1 is the whole message. It is
	// nil where there is none.
	Part(index int) []byte
}

// MailView is what a mail program shows. Its parts have the names that they have in JSON, too.
type MailView struct {
	Host    string        `json:"host"`
	User    string        `json:"user"`
	Account MailAccount   `json:"account"`
	Offline bool          `json:"offline"`
	Online  bool          `json:"online"` // a session with the server that has the mail stands
	Busy    bool          `json:"busy"`
	Fault   *machine.Note `json:"-"` // what went wrong last, or nil
	Folders []MailFolder  `json:"folders"`
	Open    string        `json:"open"` // the folder in view
	Sent    string        `json:"sent"` // the folder for copies of what was sent
	Letters []MailLetter  `json:"letters"`
	Shown   uint32        `json:"shown"`             // the message in view, 0 for none
	Message *MailMessage  `json:"message,omitempty"` // nil where its text is not here
	Conns   []uint32      `json:"conns"`             // the program's connections
}

// MailAccount is how a person's mail is fetched and sent. Where a connection is inside TLS is "none", "starttls" or "tls".
type MailAccount struct {
	Name        string `json:"name"`
	Address     string `json:"address"`
	Protocol    string `json:"protocol"` // "pop3" or "imap"
	Incoming    string `json:"incoming"` // "host:port"
	IncomingTLS string `json:"incomingTLS"`
	User        string `json:"user"`
	Password    string `json:"password"`
	Keep        bool   `json:"keep"` // leave on the server what was fetched by POP3
	Outgoing    string `json:"outgoing"`
	OutgoingTLS string `json:"outgoingTLS"`
	Login       bool   `json:"login"` // to send
}

// MailFolder is a folder of a mail program.
type MailFolder struct {
	Name     string `json:"name"`
	Local    bool   `json:"local"` // it is on this disk and nowhere else
	Messages int    `json:"messages"`
	Unseen   int    `json:"unseen"`
}

// MailLetter is a message in a mail program's list.
type MailLetter struct {
	Number   uint32 `json:"number"`
	From     string `json:"from"`
	To       string `json:"to"`
	Subject  string `json:"subject"`
	Date     int64  `json:"date"` // seconds since 1970-01-01 UTC, 0 for none
	Size     int64  `json:"size"` // octets
	Seen     bool   `json:"seen"`
	Answered bool   `json:"answered"`
	Flagged  bool   `json:"flagged"`
	Deleted  bool   `json:"deleted"`
	Here     bool   `json:"here"`   // its text is on this disk
	Reason   string `json:"reason"` // in the outbox: what a server has said against it
	ID       string `json:"-"`      // its Message-ID
	About    string `json:"-"`      // the Message-ID of the one that it answers
}

// MailMessage is a message as people read it.
type MailMessage struct {
	Fields []MailField `json:"fields"`
	Parts  []MailPart  `json:"parts"`
}

// MailField is a header field, decoded.
type MailField struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// MailPart is a part of a message that has no parts itself.
type MailPart struct {
	Type     string `json:"type"` // as in "text/plain"
	Name     string `json:"name"` // as a file
	Size     int64  `json:"size"` // octets, decoded
	Attached bool   `json:"attached"`
	Text     string `json:"text"` // of text that is not attached
}

// mailer makes a mail program, nil in a program that has none. Only init sets it.
var mailer func(env Env, host, user string) MailProgram

// InstallMail says how a mail program begins at a host for a user. A package that has one calls it when it is initialised.
func InstallMail(program func(env Env, host, user string) MailProgram) { mailer = program }

// HasMail says whether this program has mail programs.
func HasMail() bool { return mailer != nil }

// NewMail returns the mail program of a user at a host, and nil in a program that has none.
func NewMail(env Env, host, user string) MailProgram {
	if mailer == nil {
		return nil
	}
	return mailer(env, host, user)
}
