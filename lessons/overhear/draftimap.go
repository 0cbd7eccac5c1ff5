package overhear

import (
	"slices"
	"strings"

	"ehlo/sim/imap"
	"ehlo/sim/trace"
)

// imapCodes name the replies that a response code tells, and what takes the place of the code's argument.
var imapCodes = map[string][2]string{
	"UNSEEN": {"unseen", "UNSEEN {number}"}, "UIDVALIDITY": {"uid-validity", "UIDVALIDITY {number}"}, "UIDNEXT": {"uid-next", "UIDNEXT {number}"},
	"PERMANENTFLAGS": {"permanent-flags", "PERMANENTFLAGS ({permanent})"}, "HIGHESTMODSEQ": {"highest-mod-seq", "HIGHESTMODSEQ {number}"},
	"MAILBOXID": {"mailbox-id", "MAILBOXID ({text})"}, "CLOSED": {"closed", "CLOSED"}, "APPENDUID": {"appended", "APPENDUID {number} {text}"},
	"COPYUID": {"copied", "COPYUID {copied}"}, "MODIFIED": {"modified", "MODIFIED {text}"}, "CAPABILITY": {"", "CAPABILITY {capabilities}"},
	"TRYCREATE": {"try-create", "TRYCREATE"}, "OVERQUOTA": {"over-quota", "OVERQUOTA"}, "INUSE": {"in-use", "INUSE"},
	"ALREADYEXISTS": {"exists", "ALREADYEXISTS"}, "PRIVACYREQUIRED": {"need-tls", "PRIVACYREQUIRED"}, "NOPERM": {"no-permission", "NOPERM"},
	"EXPUNGEISSUED": {"expunge-issued", "EXPUNGEISSUED"}, "HASCHILDREN": {"children", "HASCHILDREN"}, "TOOBIG": {"too-big", "TOOBIG"},
	"NONEXISTENT": {"no-mailbox", "NONEXISTENT"}, "AUTHENTICATIONFAILED": {"login-refused", "AUTHENTICATIONFAILED"},
}

// imapReplies name the replies to a command, by its verb and status.
var imapReplies = map[string]string{
	"LOGIN OK": "login", "AUTHENTICATE OK": "login", "SELECT OK": "selected", "EXAMINE OK": "examined", "APPEND OK": "appended", "COPY OK": "copied",
	"UID COPY OK": "copied", "CREATE OK": "created", "STARTTLS OK": "starttls", "LOGIN NO": "login-refused", "AUTHENTICATE NO": "login-refused",
	"SELECT NO": "no-mailbox", "EXAMINE NO": "no-mailbox", "STATUS NO": "no-mailbox", "DELETE NO": "no-mailbox", "RENAME NO": "no-mailbox",
	"APPEND NO": "try-create", "COPY NO": "try-create", "UID COPY NO": "try-create", "MOVE NO": "try-create", "UID MOVE NO": "try-create",
	"IDLE BAD": "done",
}

// imap takes a line of an IMAP server.
func (d *draft) imap(e *trace.Event, command, text string) {
	tag, rest, _ := strings.Cut(text, " ")
	word, _, _ := strings.Cut(rest, " ")
	switch {
	case e.Class == trace.ClassContent || !strings.HasPrefix(text, tag+" "):
	case tag == "+" && e.Verb == "IDLE":
		d.wording("", "idling", text)
	case tag == "+" && e.Verb != "AUTHENTICATE":
		d.wording("", "continue", text)
	case tag == "*" && strings.EqualFold(word, "CAPABILITY"):
		d.lines = d.offered(strings.Fields(rest)[1:])
	case tag == "*" && (e.Class != trace.ClassGreeting && word != "OK" && word != "BYE"), tag == "+":
	default:
		d.status(e, tag, word, rest, command)
	}
}

// status takes a response with a status: word is that, rest stands behind the tag.
func (d *draft) status(e *trace.Event, tag, word, rest, command string) {
	r, _, err := imap.ParseResponse([]byte(tag + " " + rest + "\r\n"))
	if err != nil || !r.IsStatus() {
		return
	}
	code, name := "", ""
	if r.Code != "" {
		known, ok := imapCodes[r.Code]
		if code = r.Code; ok {
			name, code = known[0], known[1]
		}
		if r.Code == "PERMANENTFLAGS" && len(r.Words) == 0 {
			name, code = "no-permanent-flags", "PERMANENTFLAGS ()"
		}
		code = "[" + code + "] "
	}
	verb := e.Verb
	switch of := imapReplies[verb+" "+word]; {
	case e.Class == trace.ClassGreeting:
		d.calls(r.Text)
		name, verb = "greeting", ""
		if r.Code == "CAPABILITY" {
			d.greeted = d.offered(r.Words)
		}
	case tag == "*" && word == "BYE" && verb == "LOGOUT":
		name = "bye"
	case tag == "*":
	case of != "" && (name == "" || word == "OK"):
		name = of
	case name != "":
	case word == "OK":
		name = "completed"
	case word == "BAD" && verb == "":
		name = "unknown"
	case word == "BAD" && !d.allowed(e.State, verb):
		name = "state"
	case word == "BAD":
		name = "syntax"
	}
	if r.Code == "CAPABILITY" && name == "login" {
		d.lines = d.offered(r.Words)
	}
	words := strings.ReplaceAll(r.Text, verb, "{command}")
	if verb == "" {
		words = r.Text
		if typed := strings.Fields(command); name == "unknown" && len(typed) > 1 {
			words = strings.ReplaceAll(words, strings.ToUpper(typed[1]), "{command}")
		}
	}
	// Where the words do not repeat the command, they may be said to this one only.
	if own := name == "completed" && words == r.Text; !own {
		verb = ""
	}
	d.wording(verb, name, word+" "+code+words)
}

// allowed says that a command may be given in a state.
func (d *draft) allowed(state, verb string) bool {
	s, ok := imap.Table().StateNamed(state)
	return !ok || imap.Table().Allows(s, imap.Table().VerbNamed(verb))
}

// wording keeps what is said to one command, or with "" to all, where a persona file can say it.
func (d *draft) wording(command, name, text string) {
	id, ok := imap.ReplyNamed(name)
	if !ok {
		return
	}
	if _, ok := id.ParseReply(text); !ok {
		return
	}
	if command != "" {
		name = command + "\t" + name
	}
	d.keep(name, text)
}

// offered is those of some capabilities that a persona file can name.
func (d *draft) offered(words []string) []string {
	list := []string{}
	for _, w := range words {
		w = strings.ToUpper(w)
		if m, ok := strings.CutPrefix(w, "AUTH="); ok {
			d.mechanism([]string{m})
		}
		if head, _, ok := strings.Cut(w, "="); ok && (head == "AUTH" || head == "APPENDLIMIT") {
			w = head + "="
		}
		if slices.Contains(imap.CapabilityNames(), w) && !slices.Contains(list, w) {
			list = append(list, w)
		}
	}
	return list
}
