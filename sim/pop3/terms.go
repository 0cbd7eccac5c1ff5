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
