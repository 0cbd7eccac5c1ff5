package smtp

import "time"

// Envelope is what MAIL and RCPT said. It travels with the message from host to host.
type Envelope struct {
	From Path
	To   []Recipient

	Size int64  // what SIZE declared, in octets; 0 where nothing was (RFC 1870 §6)
	Body string // what BODY declared: "7BIT", "8BITMIME" or "" (RFC 6152 §2)
	UTF8 bool   // SMTPUTF8: addresses and header may have characters beyond ASCII (RFC 6531 §3.4)

	Return     Return // what a report on delivery brings back (RFC 3461 §4.3)
	EnvelopeID string // the sender's name for this transmission, ENVID without xtext (RFC 3461 §4.4)
	By         DeliverBy
	RequireTLS bool   // every hop is to use TLS with a verified certificate (RFC 8689 §2)
	Auth       string // who submitted the message as AUTH names it, "<>" for unknown; "" where nothing was said (RFC 4954 §5)
}

// Recipient is a forward-path with what RCPT declared of it.
type Recipient struct {
	Path
	Notify   Notify // which reports the sender wants (RFC 3461 §4.1)
	Original string // the address before any forwarding, as in "rfc822;bob@example.net", without xtext (RFC 3461 §4.2)
}

// Return says what a report on delivery brings back of the message.
type Return uint8

// The values of RET.
const (
	ReturnUnsaid Return = iota // the reporting host chooses
	ReturnFull                 // all of it, where delivery failed
	ReturnHeaders
)

var returns = [...]string{ReturnFull: "FULL", ReturnHeaders: "HDRS"}

// String is the value as it is written, "" where none was.
func (r Return) String() string { return returns[r] }

// Notify is a set of the events of which a sender wants to hear. The zero value says nothing: then a failure is reported,
// and a delay may be.
type Notify uint8

// The values of NOTIFY. NotifyNever stands alone.
const (
	NotifyNever Notify = 1 << iota
	NotifySuccess
	NotifyFailure
	NotifyDelay
)

var notifications = [...]string{"NEVER", "SUCCESS", "FAILURE", "DELAY"}

// append adds the set as NOTIFY writes it.
func (n Notify) append(dst []byte) []byte {
	first := true
	for i, name := range notifications {
		if n&(1<<i) == 0 {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		dst, first = append(dst, name...), false
	}
	return dst
}

// String is the set as NOTIFY writes it, "" where nothing was said.
func (n Notify) String() string { return string(n.append(nil)) }

// Has says whether the set names the event.
func (n Notify) Has(event Notify) bool { return n&event != 0 }

// DeliverBy is until when a message should be delivered, from the moment at which MAIL said it (RFC 2852 §4). The zero
// value is no limit.
type DeliverBy struct {
	Within time.Duration // may be 0 or below where a host before let the moment pass and Return is false
	Return bool          // by-mode "R": afterwards the message is returned; "N": its sender is told of the delay
	Trace  bool          // "T": each hop that relays it says so
	Given  bool
}
