package sasl

import "ehlo/sim/machine"

// term is a part of a message: what a span is called, and what a [SyntaxError] wanted.
type term uint8

const (
	termAuthzid term = iota
	termAuthcid
	termPassword
	termSeparator
	termPrompt
	termTimestamp
	termSpace
	termDigest
	termFlag
	termComma
	termAttribute
	termNonce
	termSalt
	termIterations
	termBinding
	termProof
	termSignature
	termServerError
	termExtension
	termEscape
	termUTF8
	termNothing
	termBase64
	termPadding
	termCancel
	termNoOctets
	termMechanism
	numTerms
)

// terms gives each term its name in the locales and where it is specified.
var terms = [numTerms]struct{ id, ref string }{
	termAuthzid:     {"sasl.authzid", "RFC 4422 §2"},
	termAuthcid:     {"sasl.authcid", "RFC 4422 §2"},
	termPassword:    {"sasl.password", "RFC 4616 §2"},
	termSeparator:   {"sasl.separator", "RFC 4616 §2"},
	termPrompt:      {"sasl.prompt", "draft-murchison-sasl-login-00 §2.2"},
	termTimestamp:   {"sasl.timestamp", "RFC 2195 §2"},
	termSpace:       {"sasl.space", "RFC 2195 §2"},
	termDigest:      {"sasl.digest", "RFC 2195 §2"},
	termFlag:        {"sasl.gs2-flag", "RFC 5802 §7"},
	termComma:       {"sasl.comma", "RFC 5802 §7"},
	termAttribute:   {"sasl.attribute", "RFC 5802 §5.1"},
	termNonce:       {"sasl.nonce", "RFC 5802 §5.1"},
	termSalt:        {"sasl.salt", "RFC 5802 §5.1"},
	termIterations:  {"sasl.iterations", "RFC 5802 §5.1"},
	termBinding:     {"sasl.channel-binding", "RFC 5802 §5.1"},
	termProof:       {"sasl.proof", "RFC 5802 §3"},
	termSignature:   {"sasl.signature", "RFC 5802 §3"},
	termServerError: {"sasl.server-error", "RFC 5802 §7"},
	termExtension:   {"sasl.extension", "RFC 5802 §5.1"},
	termEscape:      {"sasl.escape", "RFC 5802 §5.1"},
	termUTF8:        {"sasl.utf-8", "RFC 4422 §5"},
	termNothing:     {"sasl.nothing", "RFC 4422 §5"},
	termBase64:      {"sasl.base64", "RFC 4648 §4"},
	termPadding:     {"sasl.padding", "RFC 4648 §4"},
	termCancel:      {"sasl.cancel", "RFC 4422 §3.5"},
	termNoOctets:    {"sasl.no-octets", "RFC 4954 §4"},
	termMechanism:   {"sasl.mechanism", "RFC 4422 §3.1"},
}

func (t term) id() string { return terms[t].id }

func (t term) ref() string { return terms[t].ref }

// Reason is why an exchange ends without a login. A server tells its peer less than that: see [Refused].
type Reason uint8

// The reasons of a server, and those of a client that gives up.
const (
	ReasonNone        Reason = iota
	ReasonCredentials        // there is no such user, or the password is another
	ReasonIdentity           // the user may not act as the other identity (RFC 4616 §2, RFC 5802 §5.1)
	ReasonSyntax             // the message is not what the grammar wants; Syntax says where
	ReasonProhibited         // a name or a password that SASLprep forbids (RFC 4013 §2.3)
	ReasonUnsupported        // a name or a password that [Prepare] cannot prepare, where a mechanism has to
	ReasonInitial            // an initial response where the server speaks first (RFC 4954 §4)
	ReasonCancelled          // the client gave up
	ReasonBinding            // channel binding is asked for, or c= is not what the first message said (RFC 5802 §6)
	ReasonExtension          // a mandatory extension (RFC 5802 §5.1)
	ReasonNonce              // the nonce is not the one that was given (RFC 5802 §5.1)
	ReasonOver               // nothing was expected any more
	ReasonMechanism          // no such mechanism, or no nonce to use it with

	ReasonIterations  // the server asks for too little work, or for too much (RFC 7677 §4, RFC 5802 §9)
	ReasonSignature   // the server has not proved that it knows the password (RFC 5802 §5)
	ReasonServerError // the server says that the exchange failed (RFC 5802 §5.1)
	numReasons
)

// reasons are the identifiers of the reasons, behind "sasl.why.".
var reasons = [numReasons]string{
	ReasonCredentials: "credentials", ReasonIdentity: "identity", ReasonSyntax: "syntax", ReasonProhibited: "prohibited",
	ReasonUnsupported: "unsupported", ReasonInitial: "initial", ReasonCancelled: "cancelled", ReasonBinding: "binding",
	ReasonExtension: "extension", ReasonNonce: "nonce", ReasonOver: "over", ReasonMechanism: "mechanism",
	ReasonIterations: "iterations", ReasonSignature: "signature", ReasonServerError: "server-error",
}

// ID is the locale identifier of the reason, "" for none.
func (r Reason) ID() string {
	if r == ReasonNone {
		return ""
	}
	return "sasl.why." + reasons[r]
}

// Note is the reason as a message.
func (r Reason) Note() machine.Note { return machine.Note{ID: r.ID()} }

// Note is the error as a message: {pos} is the octet of the message, from 1, and {want} the term.
func (e *SyntaxError) Note() machine.Note {
	return machine.Note{ID: ReasonSyntax.ID(), Args: syntaxArgs(e)}
}

// MessageIDs lists the locale identifiers of all that this package can say. Each part of a message and each mechanism has
// two: its name, and with ".meaning" behind it what it is.
func MessageIDs() []string {
	var ids []string
	for _, t := range terms {
		ids = append(ids, t.id, t.id+".meaning")
	}
	for _, m := range All.Mechanisms() {
		ids = append(ids, m.Term(), m.Term()+".meaning")
	}
	for r := ReasonCredentials; r < numReasons; r++ {
		ids = append(ids, r.ID())
	}
	for _, f := range faults[FaultOctet:] {
		ids = append(ids, "sasl.why."+f)
	}
	for _, n := range notes {
		ids = append(ids, "sasl.does."+n)
	}
	return ids
}
