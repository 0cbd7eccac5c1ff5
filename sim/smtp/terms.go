package smtp

// term is a part of the grammar: what a span is called, and what a [SyntaxError] wanted.
type term uint8

const (
	termVerb term = iota
	termSpace
	termDomain
	termDomainLimit
	termAddressLiteral
	termClientDomain
	termFrom
	termTo
	termOpen
	termClose
	termAt
	termRoute
	termLocalPart
	termLocalPartLimit
	termQuotedString
	termPathLimit
	termReversePath
	termNullPath
	termForwardPath
	termParameter
	termParameterValue
	termSizeValue
	termBodyValue
	termRepeated
	termNoArgument
	termString
	termCRLF
	numTerms
)

// terms gives each term its name and where it is specified. want says that an error in a command can name it.
var terms = [numTerms]struct {
	id, ref string
	want    bool
}{
	termVerb:           {"smtp.command", "RFC 5321 §4.1.1", false},
	termSpace:          {"smtp.space", "RFC 5321 §4.1.1", true},
	termDomain:         {"smtp.domain", "RFC 5321 §4.1.2", true},
	termDomainLimit:    {"smtp.domain-limit", "RFC 5321 §4.5.3.1.2", true},
	termAddressLiteral: {"smtp.address-literal", "RFC 5321 §4.1.3", true},
	termClientDomain:   {"smtp.client-domain", "RFC 5321 §4.1.1.1", false},
	termFrom:           {"smtp.from", "RFC 5321 §4.1.1.2", true},
	termTo:             {"smtp.to", "RFC 5321 §4.1.1.3", true},
	termOpen:           {"smtp.open", "RFC 5321 §4.1.2", true},
	termClose:          {"smtp.close", "RFC 5321 §4.1.2", true},
	termAt:             {"smtp.at", "RFC 5321 §4.1.2", true},
	termRoute:          {"smtp.source-route", "RFC 5321 Appendix C", true},
	termLocalPart:      {"smtp.local-part", "RFC 5321 §4.1.2", true},
	termLocalPartLimit: {"smtp.local-part-limit", "RFC 5321 §4.5.3.1.1", true},
	termQuotedString:   {"smtp.quoted-string", "RFC 5321 §4.1.2", true},
	termPathLimit:      {"smtp.path-limit", "RFC 5321 §4.5.3.1.3", true},
	termReversePath:    {"smtp.reverse-path", "RFC 5321 §4.1.1.2", false},
	termNullPath:       {"smtp.null-reverse-path", "RFC 5321 §4.5.5", false},
	termForwardPath:    {"smtp.forward-path", "RFC 5321 §4.1.1.3", false},
	termParameter:      {"smtp.parameter", "RFC 5321 §4.1.1.11", true},
	termParameterValue: {"smtp.parameter-value", "RFC 5321 §4.1.2", true},
	termSizeValue:      {"smtp.size-value", "RFC 1870 §3", true},
	termBodyValue:      {"smtp.body-value", "RFC 6152 §2", true},
	termRepeated:       {"smtp.repeated", "RFC 1870 §6", true},
	termNoArgument:     {"smtp.no-argument", "RFC 5321 §4.1.1", true},
	termString:         {"smtp.string", "RFC 5321 §4.1.2", false},
	termCRLF:           {"smtp.crlf", "RFC 5321 §2.3.8", false},
}
