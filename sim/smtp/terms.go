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

// terms gives each term its name and where it is specified.
var terms = [numTerms]struct{ id, ref string }{
	termVerb:           {"smtp.command", "RFC 5321 §4.1.1"},
	termSpace:          {"smtp.space", "RFC 5321 §4.1.1"},
	termDomain:         {"smtp.domain", "RFC 5321 §4.1.2"},
	termDomainLimit:    {"smtp.domain-limit", "RFC 5321 §4.5.3.1.2"},
	termAddressLiteral: {"smtp.address-literal", "RFC 5321 §4.1.3"},
	termClientDomain:   {"smtp.client-domain", "RFC 5321 §4.1.1.1"},
	termFrom:           {"smtp.from", "RFC 5321 §4.1.1.2"},
	termTo:             {"smtp.to", "RFC 5321 §4.1.1.3"},
	termOpen:           {"smtp.open", "RFC 5321 §4.1.2"},
	termClose:          {"smtp.close", "RFC 5321 §4.1.2"},
	termAt:             {"smtp.at", "RFC 5321 §4.1.2"},
	termRoute:          {"smtp.source-route", "RFC 5321 Appendix C"},
	termLocalPart:      {"smtp.local-part", "RFC 5321 §4.1.2"},
	termLocalPartLimit: {"smtp.local-part-limit", "RFC 5321 §4.5.3.1.1"},
	termQuotedString:   {"smtp.quoted-string", "RFC 5321 §4.1.2"},
	termPathLimit:      {"smtp.path-limit", "RFC 5321 §4.5.3.1.3"},
	termReversePath:    {"smtp.reverse-path", "RFC 5321 §4.1.1.2"},
	termNullPath:       {"smtp.null-reverse-path", "RFC 5321 §4.5.5"},
	termForwardPath:    {"smtp.forward-path", "RFC 5321 §4.1.1.3"},
	termParameter:      {"smtp.parameter", "RFC 5321 §4.1.1.11"},
	termParameterValue: {"smtp.parameter-value", "RFC 5321 §4.1.2"},
	termSizeValue:      {"smtp.size-value", "RFC 1870 §4"},
	termBodyValue:      {"smtp.body-value", "RFC 6152 §2"},
	termRepeated:       {"smtp.repeated", "RFC 5321 §4.1.1.11"},
	termNoArgument:     {"smtp.no-argument", "RFC 5321 §4.1.1"},
	termString:         {"smtp.string", "RFC 5321 §4.1.2"},
	termCRLF:           {"smtp.crlf", "RFC 5321 §2.3.8"},
}
