package pop3

// term is a part of the grammar: what a span is called, and what an error says it wanted.
type term uint8

const (
	termKeyword term = iota
	termName
	termPassword
	termMessage
	termPrintable
	termEnd
	termStatus
	termText
	termCount
	termOctets
	termListing
	termTermination
	termStuffed
	termContent
	numTerms
)

// terms gives each term its name in the locales and where it is specified.
var terms = [numTerms]struct{ id, ref string }{
	termKeyword:     {"pop3.keyword", "RFC 1939 §3"},
	termName:        {"pop3.name", "RFC 1939 §7"},
	termPassword:    {"pop3.password", "RFC 1939 §7"},
	termMessage:     {"pop3.msg", "RFC 1939 §4"},
	termPrintable:   {"pop3.printable", "RFC 1939 §3"},
	termEnd:         {"pop3.crlf", "RFC 1939 §3"},
	termStatus:      {"pop3.status", "RFC 1939 §3"},
	termText:        {"pop3.text", "RFC 1939 §3"},
	termCount:       {"pop3.count", "RFC 1939 §5"},
	termOctets:      {"pop3.octets", "RFC 1939 §11"},
	termListing:     {"pop3.listing", "RFC 1939 §3"},
	termTermination: {"pop3.termination", "RFC 1939 §3"},
	termStuffed:     {"pop3.stuffed", "RFC 1939 §3"},
	termContent:     {"pop3.content", "RFC 1939 §11"},
}

func (t term) id() string { return terms[t].id }

func (t term) ref() string { return terms[t].ref }

// notes is every identifier of a note, behind "pop3.".
var notes = [...]string{
	"does.USER", "does.PASS", "does.STAT", "does.LIST", "does.LIST.one", "does.RETR", "does.DELE", "does.NOOP", "does.RSET",
	"does.QUIT",
	"greeting", "no-status", "refused", "ok", "ok.USER", "ok.PASS", "ok.STAT", "ok.LIST", "ok.LIST.one", "ok.RETR",
	"ok.DELE", "ok.NOOP", "ok.RSET", "ok.QUIT", "ok.QUIT.closed",
	"note.end", "note.listing", "note.scan", "note.content", "note.stuffed",
	"why.length", "why.login", "why.user", "why.password", "why.logged-in", "why.over",
	"why.empty", "why.unknown", "why.elsewhere", "why.missing", "why.extra", "why.space", "why.number", "why.octet",
	"why.line-end", "why.refused", "why.refused.PASS", "why.refused.QUIT", "why.refused.message",
}

// MessageIDs lists the locale identifiers of everything that [Explain] and a [SyntaxError] can say. Each part of a line
// has two: its name, and with ".meaning" behind it what it is.
func MessageIDs() []string {
	var ids []string
	for _, t := range terms {
		ids = append(ids, t.id, t.id+".meaning")
	}
	for _, c := range commands {
		ids = append(ids, "pop3.verb."+c.keyword, "pop3.verb."+c.keyword+".meaning")
	}
	for _, n := range notes {
		ids = append(ids, "pop3."+n)
	}
	return ids
}
