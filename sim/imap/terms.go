package imap

// term is a part of the grammar: what a span is called, and what an error says it wanted.
type term uint8

const (
	termTag term = iota
	termCommand
	termSpace
	termEnd
	termUserID
	termPassword
	termMailbox
	termReference
	termListMailbox
	termSequenceSet
	termUIDSet
	termNumber
	termNzNumber
	termFetchAtt
	termMacro
	termSection
	termSectionPart
	termHeaderName
	termSectionEnd
	termPartial
	termModifier
	termModSeq
	termSearchKey
	termSearchOption
	termSearchReturn
	termSearchText
	termCharset
	termDate
	termInterval
	termKeyword
	termObjectID
	termEntry
	termPartialRange
	termSortKeys
	termThreadAlgorithm
	termStoreAtt
	termFlag
	termFlagList
	termOpen
	termClose
	termAtom
	termAstring
	termQuoted
	termString
	termLiteral
	termLiteralData
	termArgument
	// The parts of a response.
	termUntagged
	termContinue
	termStatus
	termCode
	termText
	termData
	termCount
	termMessageNumber
	termFound
	termSearchResult
	termAttributes
	termDelimiter
	termValue
	termCapability
	termAlgorithm
	termDateTime
	termNil
	termEnvelopeDate
	termEnvelopeSubject
	termEnvelopeFrom
	termEnvelopeSender
	termEnvelopeReplyTo
	termEnvelopeTo
	termEnvelopeCc
	termEnvelopeBcc
	termEnvelopeInReplyTo
	termEnvelopeMessageID
	termNewMailbox
	termCreateParam
	termUse
	termIDParams
	termStatusAtt
	termListOption
	termReturn
	termMessage
	termMechanism
	termInitial
	termDone
	termMetadataEntry
	termMetadataOption
	termMetadataValue
	termIdentifier
	termRights
	termQuotaRoot
	termResource
	termSelectParam
	termUIDValidity
	termEarlier
	termNamespace
	termChallenge
	termNotify
	termEventFilter
	termEvent
	numTerms
)

// terms gives each term its name and where it is specified.
var terms = [numTerms]struct{ id, ref string }{
	termTag:               {"imap.tag", "RFC 3501 §2.2.1"},
	termCommand:           {"imap.command", "RFC 3501 §6"},
	termSpace:             {"imap.space", "RFC 3501 §9"},
	termEnd:               {"imap.end", "RFC 3501 §2.2"},
	termUserID:            {"imap.userid", "RFC 3501 §6.2.3"},
	termPassword:          {"imap.password", "RFC 3501 §6.2.3"},
	termMailbox:           {"imap.mailbox", "RFC 3501 §5.1"},
	termReference:         {"imap.reference", "RFC 3501 §6.3.8"},
	termListMailbox:       {"imap.list-mailbox", "RFC 3501 §6.3.8"},
	termSequenceSet:       {"imap.sequence-set", "RFC 3501 §2.3.1.2"},
	termUIDSet:            {"imap.uid-set", "RFC 3501 §2.3.1.1"},
	termNumber:            {"imap.number", "RFC 3501 §4.2"},
	termNzNumber:          {"imap.nz-number", "RFC 3501 §9"},
	termFetchAtt:          {"imap.fetch-att", "RFC 3501 §6.4.5"},
	termMacro:             {"imap.macro", "RFC 3501 §6.4.5"},
	termSection:           {"imap.section", "RFC 3501 §6.4.5"},
	termSectionPart:       {"imap.section-part", "RFC 3501 §6.4.5"},
	termHeaderName:        {"imap.header-fld-name", "RFC 3501 §6.4.5"},
	termSectionEnd:        {"imap.section-end", "RFC 3501 §6.4.5"},
	termPartial:           {"imap.partial", "RFC 3501 §6.4.5"},
	termModifier:          {"imap.modifier", "RFC 4466 §2.1"},
	termModSeq:            {"imap.mod-sequence", "RFC 7162 §7"},
	termSearchKey:         {"imap.search-key", "RFC 3501 §6.4.4"},
	termSearchOption:      {"imap.search-option", "RFC 4731 §3.1"},
	termSearchReturn:      {"imap.search-return-opt", "RFC 4731 §3.1"},
	termSearchText:        {"imap.search-text", "RFC 3501 §6.4.4"},
	termCharset:           {"imap.charset", "RFC 3501 §6.4.4"},
	termDate:              {"imap.date", "RFC 3501 §9"},
	termInterval:          {"imap.interval", "RFC 5032 §1"},
	termKeyword:           {"imap.flag-keyword", "RFC 3501 §2.3.2"},
	termObjectID:          {"imap.objectid", "RFC 8474 §7"},
	termEntry:             {"imap.search-modseq-ext", "RFC 7162 §3.1.5"},
	termPartialRange:      {"imap.partial-range", "RFC 9394 §3.1"},
	termSortKeys:          {"imap.sort-criteria", "RFC 5256 §5"},
	termThreadAlgorithm:   {"imap.thread-alg", "RFC 5256 §5"},
	termStoreAtt:          {"imap.store-att-flags", "RFC 3501 §6.4.6"},
	termFlag:              {"imap.flag", "RFC 3501 §2.3.2"},
	termFlagList:          {"imap.flag-list", "RFC 3501 §9"},
	termOpen:              {"imap.open", "RFC 3501 §4.4"},
	termClose:             {"imap.close", "RFC 3501 §4.4"},
	termAtom:              {"imap.atom", "RFC 3501 §4.1"},
	termAstring:           {"imap.astring", "RFC 3501 §9"},
	termQuoted:            {"imap.quoted", "RFC 3501 §4.3"},
	termString:            {"imap.string", "RFC 3501 §4.3"},
	termLiteral:           {"imap.literal", "RFC 3501 §4.3"},
	termLiteralData:       {"imap.literal-data", "RFC 3501 §4.3"},
	termArgument:          {"imap.argument", "RFC 3501 §4"},
	termUntagged:          {"imap.untagged", "RFC 3501 §2.2.2"},
	termContinue:          {"imap.continue-req", "RFC 3501 §7.5"},
	termStatus:            {"imap.status", "RFC 3501 §7.1"},
	termCode:              {"imap.resp-text-code", "RFC 3501 §7.1"},
	termText:              {"imap.text", "RFC 3501 §7.1"},
	termData:              {"imap.data", "RFC 3501 §7"},
	termCount:             {"imap.count", "RFC 3501 §7.3"},
	termMessageNumber:     {"imap.message-number", "RFC 3501 §7.4"},
	termFound:             {"imap.found", "RFC 3501 §7.2.5"},
	termSearchResult:      {"imap.search-return-data", "RFC 4731 §3.1"},
	termAttributes:        {"imap.mbx-list-flags", "RFC 3501 §7.2.2"},
	termDelimiter:         {"imap.delimiter", "RFC 3501 §7.2.2"},
	termValue:             {"imap.value", "RFC 3501 §7.4.2"},
	termCapability:        {"imap.capability", "RFC 3501 §7.2.1"},
	termAlgorithm:         {"imap.algorithm", "RFC 4978 §5"},
	termDateTime:          {"imap.date-time", "RFC 3501 §9"},
	termNil:               {"imap.nil", "RFC 3501 §4.5"},
	termEnvelopeDate:      {"imap.envelope.date", "RFC 3501 §7.4.2"},
	termEnvelopeSubject:   {"imap.envelope.subject", "RFC 3501 §7.4.2"},
	termEnvelopeFrom:      {"imap.envelope.from", "RFC 3501 §7.4.2"},
	termEnvelopeSender:    {"imap.envelope.sender", "RFC 3501 §7.4.2"},
	termEnvelopeReplyTo:   {"imap.envelope.reply-to", "RFC 3501 §7.4.2"},
	termEnvelopeTo:        {"imap.envelope.to", "RFC 3501 §7.4.2"},
	termEnvelopeCc:        {"imap.envelope.cc", "RFC 3501 §7.4.2"},
	termEnvelopeBcc:       {"imap.envelope.bcc", "RFC 3501 §7.4.2"},
	termEnvelopeInReplyTo: {"imap.envelope.in-reply-to", "RFC 3501 §7.4.2"},
	termEnvelopeMessageID: {"imap.envelope.message-id", "RFC 3501 §7.4.2"},
	termNewMailbox:        {"imap.new-mailbox", "RFC 3501 §5.1"},
	termCreateParam:       {"imap.create-param", "RFC 4466 §2.2"},
	termUse:               {"imap.use-attr", "RFC 6154 §6"},
	termIDParams:          {"imap.id-params-list", "RFC 2971 §4"},
	termStatusAtt:         {"imap.status-att", "RFC 3501 §6.3.10"},
	termListOption:        {"imap.list-option", "RFC 5258 §3"},
	termReturn:            {"imap.list-return-opts", "RFC 5258 §6"},
	termMessage:           {"imap.append-message", "RFC 3501 §6.3.11"},
	termMechanism:         {"imap.auth-type", "RFC 3501 §6.2.2"},
	termInitial:           {"imap.initial-resp", "RFC 4959 §7"},
	termNamespace:         {"imap.namespace", "RFC 2342 §6"},
	termIdentifier:        {"imap.identifier", "RFC 4314 §3"},
	termRights:            {"imap.rights", "RFC 4314 §2.1"},
	termQuotaRoot:         {"imap.quota-root", "RFC 9208 §3.2"},
	termResource:          {"imap.quota-resource", "RFC 9208 §5"},
	termMetadataEntry:     {"imap.metadata-entry", "RFC 5464 §3.2"},
	termMetadataOption:    {"imap.metadata-option", "RFC 5464 §4.2.1"},
	termMetadataValue:     {"imap.metadata-value", "RFC 5464 §3.1"},
	termDone:              {"imap.done", "RFC 2177"},
	termChallenge:         {"imap.challenge", "RFC 3501 §6.2.2"},
	termSelectParam:       {"imap.select-param", "RFC 7162 §3.1.8"},
	termUIDValidity:       {"imap.uidvalidity", "RFC 7162 §3.2.5"},
	termNotify:            {"imap.notify", "RFC 5465 §3.1"},
	termEventFilter:       {"imap.filter-mailboxes", "RFC 5465 §6"},
	termEvent:             {"imap.event", "RFC 5465 §5"},
	termEarlier:           {"imap.earlier", "RFC 7162 §3.2.10"},
}

// wanted is a term as a BAD names it: the RFC grammar's word, or what has to stand there.
func wanted(id string) string {
	switch id {
	case terms[termOpen].id:
		return `"("`
	case terms[termClose].id:
		return `")"`
	case terms[termSectionEnd].id:
		return `"]"`
	case terms[termEnd].id:
		return "the end of the line"
	case terms[termSpace].id:
		return "one space"
	}
	return id[len("imap."):]
}
