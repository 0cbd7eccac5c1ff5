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
	termUTF8
	termNoValue
	termXtext
	termReturnValue
	termEnvelopeID
	termByValue
	termAuthValue
	termNotifyValue
	termOriginalValue
	termMechanism
	termBase64
	termChunkSize
	termLast
	termQueried
	termTopic
	termNode
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
	termString:         {"smtp.string", "RFC 5321 §4.1.2", true},
	termCRLF:           {"smtp.crlf", "RFC 5321 §2.3.8", false},
	termUTF8:           {"smtp.utf8", "RFC 6531 §3.2", true},
	termNoValue:        {"smtp.no-value", "RFC 5321 §4.1.1.11", true},
	termXtext:          {"smtp.xtext", "RFC 3461 §4", true},
	termReturnValue:    {"smtp.return-value", "RFC 3461 §4.3", true},
	termEnvelopeID:     {"smtp.envelope-id", "RFC 3461 §4.4", true},
	termByValue:        {"smtp.by-value", "RFC 2852 §4", true},
	termAuthValue:      {"smtp.auth-value", "RFC 4954 §5", true},
	termNotifyValue:    {"smtp.notify-value", "RFC 3461 §4.1", true},
	termOriginalValue:  {"smtp.original-value", "RFC 3461 §4.2", true},
	termMechanism:      {"smtp.mechanism", "RFC 4954 §4", true},
	termBase64:         {"smtp.base64", "RFC 4954 §4", true},
	termChunkSize:      {"smtp.chunk-size", "RFC 3030 §2", true},
	termLast:           {"smtp.last", "RFC 3030 §2", true},
	termQueried:        {"smtp.queried", "RFC 5321 §3.5.1", false},
	termTopic:          {"smtp.topic", "RFC 5321 §4.1.1.8", false},
	termNode:           {"smtp.node", "RFC 1985 §5", false},
}
