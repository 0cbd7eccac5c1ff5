package pop3

// term is a part of the grammar: what a span is called, and what an error says it wanted.
type term uint8

const (
	termKeyword term = iota
	termName
	termPassword
	termMessage
	termClientUser
	termDigest
	termMechanism
	termInitial
	termLanguage
	termLines
	termPrintable
	termEnd
	termStatus
	termText
	termCode
	termTimestamp
	termCount
	termOctets
	termUniqueID
	termCapability
	termParameter
	termTag
	termListing
	termTermination
	termStuffed
	termContent
	termGoOn
	termWithinLimit
	termOverLimit
	numTerms
)

// terms gives each term its name in the locales and where it is specified.
var terms = [numTerms]struct{ id, ref string }{
	termKeyword:     {"pop3.keyword", "RFC 1939 §3"},
	termName:        {"pop3.name", "RFC 1939 §7"},
	termPassword:    {"pop3.password", "RFC 1939 §7"},
	termMessage:     {"pop3.msg", "RFC 1939 §4"},
	termClientUser:  {"pop3.client-user", "RFC 1225"},
	termDigest:      {"pop3.digest", "RFC 1939 §7"},
	termMechanism:   {"pop3.mechanism", "RFC 5034"},
	termInitial:     {"pop3.initial", "RFC 5034"},
	termLanguage:    {"pop3.language", "RFC 6856 §3.2"},
	termLines:       {"pop3.lines", "RFC 1939 §7"},
	termPrintable:   {"pop3.printable", "RFC 1939 §3"},
	termEnd:         {"pop3.crlf", "RFC 1939 §3"},
	termStatus:      {"pop3.status", "RFC 1939 §3"},
	termText:        {"pop3.text", "RFC 1939 §3"},
	termCode:        {"pop3.code", "RFC 2449 §8"},
	termTimestamp:   {"pop3.timestamp", "RFC 1939 §7"},
	termCount:       {"pop3.count", "RFC 1939 §5"},
	termOctets:      {"pop3.octets", "RFC 1939 §11"},
	termUniqueID:    {"pop3.unique-id", "RFC 1939 §7"},
	termCapability:  {"pop3.capability", "RFC 2449 §3"},
	termParameter:   {"pop3.parameter", "RFC 2449 §3"},
	termTag:         {"pop3.tag", "RFC 6856 §3.2"},
	termListing:     {"pop3.listing", "RFC 1939 §3"},
	termTermination: {"pop3.termination", "RFC 1939 §3"},
	termStuffed:     {"pop3.stuffed", "RFC 1939 §3"},
	termContent:     {"pop3.content", "RFC 1939 §11"},
	termGoOn:        {"pop3.go-on", "RFC 1734 §2"},
	termWithinLimit: {"pop3.within-limit", "RFC 2449 §4"},
	termOverLimit:   {"pop3.over-limit", "RFC 2449 §4"},
}

func (t term) id() string { return terms[t].id }

func (t term) ref() string { return terms[t].ref }

// notes is every identifier of a note, behind "pop3.", but for what capabilities and response codes have.
var notes = [...]string{
	"does.USER", "does.PASS", "does.RPOP", "does.APOP", "does.AUTH", "does.AUTH.list", "does.STLS", "does.CAPA", "does.UTF8", "does.LANG",
	"does.LANG.list", "does.STAT", "does.LIST", "does.LIST.one", "does.UIDL", "does.UIDL.one", "does.RETR", "does.TOP", "does.DELE",
	"does.LAST", "does.NOOP", "does.RSET", "does.QUIT",
	"greeting", "greeting.apop", "no-status", "refused", "ok", "ok.USER", "ok.PASS", "ok.RPOP", "ok.APOP", "ok.AUTH", "ok.AUTH.list", "ok.STLS",
	"ok.CAPA", "ok.UTF8", "ok.LANG", "ok.LANG.list", "ok.STAT", "ok.LIST", "ok.LIST.one", "ok.UIDL", "ok.UIDL.one", "ok.RETR",
	"ok.TOP", "ok.DELE", "ok.LAST", "ok.NOOP", "ok.RSET", "ok.QUIT", "ok.QUIT.closed",
	"note.end", "note.listing", "note.scan", "note.unique-id", "note.mechanism", "note.language", "note.capability", "note.content",
	"note.stuffed", "note.base64",
	"why.length", "why.login", "why.user", "why.password", "why.logged-in", "why.over", "why.exchange",
	"why.empty", "why.unknown", "why.foreign", "why.layout", "why.elsewhere", "why.missing", "why.missing.lines", "why.extra", "why.space", "why.number",
	"why.lines", "why.digest", "why.octet", "why.line-end", "why.refused", "why.refused.PASS", "why.refused.RPOP", "why.refused.QUIT", "why.refused.AUTH",
	"why.refused.STLS", "why.refused.LANG", "why.refused.message",
}

// capabilityNotes are the capabilities that have a note of their own, "pop3.capa." and the tag.
var capabilityNotes = [...]string{"TOP", "UIDL", "USER", "SASL", "STLS", "UTF8", "LANG", "RESP-CODES", "AUTH-RESP-CODE", "PIPELINING",
	"LOGIN-DELAY", "EXPIRE", "IMPLEMENTATION"}

// codeNotes are the response codes that have a note of their own, "pop3.code." and the code (RFC 2449 §8.1, RFC 3206 §4,
// RFC 6856 §5).
var codeNotes = [...]string{"IN-USE", "LOGIN-DELAY", "SYS/TEMP", "SYS/PERM", "AUTH", "UTF8"}

// MessageIDs lists the locale identifiers of everything that [Explain] and a [SyntaxError] can say, besides those of
// package sasl. Each part of a line has two: its name, and with ".meaning" behind it what it is.
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
	for _, n := range capabilityNotes {
		ids = append(ids, "pop3.capa."+n)
	}
	for _, n := range codeNotes {
		ids = append(ids, "pop3.code."+n)
	}
	return ids
}
