package tlssim

import (
	"bytes"
	"crypto/sha256"
	"slices"
)

// ClientConfig is what a client wants.
type ClientConfig struct {
	Name    string // of the server; it stands in the ClientHello and is compared with the certificate
	Now     int64  // seconds since 1970-01-01 UTC
	Trusted string // the issuer that it believes
	Strict  bool   // it breaks off where the certificate is wrong
	// TLSA is what DNSSEC says of the certificate (RFC 6698 §2.1), each with usage, selector and matching type before its
	// data. Where there is any it decides, and the client breaks off where none is for this certificate.
	TLSA [][]byte
}

// Record is one record that was sent.
type Record struct {
	Octets int
	Type   string // on the wire: "handshake", "application data"
	Label  string // what it holds: "ClientHello", "Certificate", "application data", "close_notify"
	Sealed bool   // only the other end can know that
}

type state uint8

const (
	awaitHello  state = iota // server
	awaitAnswer              // client: for ServerHello
	awaitServer              // client: for what follows, up to Finished
	awaitClient              // server: for Finished
	established
	failed
	closed
)

// Conn is one end of a TLS connection. It is a machine without I/O: records go in and come out.
type Conn struct {
	server       bool
	state        state
	cfg          ClientConfig
	certificate  Certificate
	name         string
	fault        Fault
	reason       string // why it failed
	shared       [32]byte
	chance       [64]byte
	clientRandom [32]byte
	serverRandom [32]byte
	seal, open   key
	in           []byte // less than a record
	hand         []byte // less than a handshake message
	plain        []byte // what the other end said
	out          []byte
	records      []Record
}

// Secret is what both ends of a connection know and nobody else.
type Secret [32]byte

// NewClient returns a client's end, which says its ClientHello. chance is its own, shared is the connection's.
func NewClient(cfg ClientConfig, shared Secret, chance [96]byte) *Conn {
	c := &Conn{cfg: cfg, name: cfg.Name, state: awaitAnswer, shared: shared}
	copy(c.clientRandom[:], chance[:32])
	copy(c.chance[:], chance[32:])
	c.say(handshakeRecord, 0x0301, message(nil, clientHello, c.helloBody(c.chance)), "ClientHello")
	return c
}

// NewServer returns a server's end, which waits for a ClientHello.
func NewServer(certificate Certificate, shared Secret, chance [96]byte) *Conn {
	c := &Conn{server: true, certificate: certificate, shared: shared}
	copy(c.serverRandom[:], chance[:32])
	copy(c.chance[:], chance[32:])
	return c
}

// Clone returns an independent copy.
func (c *Conn) Clone() *Conn {
	d := *c
	d.in, d.hand, d.plain, d.out = bytes.Clone(c.in), bytes.Clone(c.hand), bytes.Clone(c.plain), bytes.Clone(c.out)
	d.records = slices.Clone(c.records)
	return &d
}

// Established says that the handshake is over and went well.
func (c *Conn) Established() bool { return c.state == established || c.state == closed }

// Failed says why the connection is of no use: "" where it is. "certificate" is a client that did not like it, which
// Fault explains; "alert" the other end having broken off; "not-tls" and "tampered" are what they say.
func (c *Conn) Failed() string { return c.reason }

// Closed says that the other end will send nothing more.
func (c *Conn) Closed() bool { return c.state == closed }

// Fault is what a client found wrong with the certificate.
func (c *Conn) Fault() Fault { return c.fault }

// Certificate is the server's.
func (c *Conn) Certificate() *Certificate { return &c.certificate }

// Name is the server's name as the client asked for it.
func (c *Conn) Name() string { return c.name }

// Output takes the octets to send.
func (c *Conn) Output() []byte {
	out := c.out
	c.out = nil
	return out
}

// Records takes what was sent, record by record, since the last call.
func (c *Conn) Records() []Record {
	r := c.records
	c.records = nil
	return r
}

// Plain takes what the other end has said.
func (c *Conn) Plain() []byte {
	p := c.plain
	c.plain = nil
	return p
}

// Send seals octets; before the handshake is over and after a failure it does nothing.
func (c *Conn) Send(p []byte) {
	if !c.Established() || c.reason != "" {
		return
	}
	for len(p) > 0 {
		n := min(len(p), maxFragment)
		c.say(applicationData, legacyVersion, p[:n], "application data")
		p = p[n:]
	}
}

// Close tells the other end that nothing more will come (RFC 8446 §6.1).
func (c *Conn) Close() {
	if c.Established() {
		c.say(alertRecord, legacyVersion, []byte{1, 0}, "close_notify")
	}
}

// say sends one record.
func (c *Conn) say(t contentType, version uint16, p []byte, label string) {
	before := len(c.out)
	sealed := c.seal.set && t != changeCipherSpec
	if sealed {
		c.out = c.seal.appendRecord(c.out, t, version, p)
		t = applicationData
	} else {
		c.out = (&key{}).appendRecord(c.out, t, version, p)
	}
	c.records = append(c.records, Record{Octets: len(c.out) - before, Type: t.String(), Label: label, Sealed: sealed})
}

// The alerts that this package sends (RFC 8446 §6.2).
const (
	unexpectedMessage  = 10
	badRecordMAC       = 20
	badCertificate     = 42
	certificateExpired = 45
	unknownCA          = 48
	decodeError        = 50
)

// alert is how a client refuses a certificate with the fault.
func (f Fault) alert() byte {
	switch f {
	case Expired:
		return certificateExpired
	case WrongIssuer:
		return unknownCA
	}
	return badCertificate
}

// fail ends the connection and says why.
func (c *Conn) fail(alert byte, reason string) {
	if c.state == failed {
		return
	}
	if alert != 0 {
		c.say(alertRecord, legacyVersion, []byte{2, alert}, "alert")
	}
	c.state, c.reason = failed, reason
}

// Receive takes octets from the other end.
func (c *Conn) Receive(p []byte) {
	c.in = append(c.in, p...)
	for len(c.in) > 0 && c.state != failed && c.state != closed {
		t := contentType(c.in[0])
		if t < changeCipherSpec || t > applicationData || len(c.in) > 1 && c.in[1] != 3 {
			c.fail(unexpectedMessage, "not-tls")
			return
		}
		if len(c.in) < headerSize {
			return
		}
		n := int(c.in[3])<<8 | int(c.in[4])
		if n > maxSealed {
			c.fail(decodeError, "not-tls")
			return
		}
		if len(c.in) < headerSize+n {
			return
		}
		header, body := c.in[:headerSize], c.in[headerSize:headerSize+n]
		c.in = c.in[headerSize+n:]
		c.record(t, header, body)
	}
}

func (c *Conn) record(t contentType, header, body []byte) {
	if t == changeCipherSpec { // sent for old boxes on the way, and of no meaning (RFC 8446 §5)
		return
	}
	if c.open.set {
		var ok bool
		if t != applicationData {
			c.fail(unexpectedMessage, "tampered")
			return
		}
		if t, body, ok = c.open.open(header, body); !ok {
			c.fail(badRecordMAC, "tampered")
			return
		}
	}
	switch {
	case t == alertRecord && len(body) == 2 && body[1] == 0:
		c.state = closed
	case t == alertRecord:
		c.fail(0, "alert")
	case t == handshakeRecord:
		c.handshake(body)
	case t == applicationData && c.state == established:
		c.plain = append(c.plain, body...)
	default:
		c.fail(unexpectedMessage, "not-tls")
	}
}

// handshake takes the messages of the handshake.
func (c *Conn) handshake(p []byte) {
	c.hand = append(c.hand, p...)
	for len(c.hand) >= 4 && c.state != failed {
		n := int(c.hand[1])<<16 | int(c.hand[2])<<8 | int(c.hand[3])
		if n > maxFragment {
			c.fail(decodeError, "not-tls")
			return
		}
		if len(c.hand) < 4+n {
			return
		}
		kind, body := c.hand[0], c.hand[4:4+n]
		c.hand = c.hand[4+n:]
		c.message(kind, body)
	}
}

func (c *Conn) message(kind byte, body []byte) {
	switch {
	case c.state == awaitHello && kind == clientHello:
		random, session, name, ok := readHello(body)
		if !ok {
			c.fail(decodeError, "not-tls")
			return
		}
		c.clientRandom, c.name = random, name
		c.answer(session)
	case c.state == awaitAnswer && kind == serverHello:
		random, ok := readAnswer(body)
		if !ok {
			c.fail(decodeError, "not-tls")
			return
		}
		c.serverRandom = random
		c.seal, c.open = c.keys("handshake")
		c.state = awaitServer
	case c.state == awaitServer && kind == certificateMessage:
		var ok bool
		if c.certificate, ok = readCertificate(body); !ok {
			c.fail(decodeError, "not-tls")
			return
		}
		c.fault = c.certificate.Judge(c.name, c.cfg.Now, c.cfg.Trusted)
		if len(c.cfg.TLSA) > 0 {
			c.fault = c.certificate.judgeTLSA(c.cfg.TLSA, c.name, c.cfg.Now)
		}
		if c.fault != NoFault && (c.cfg.Strict || len(c.cfg.TLSA) > 0) {
			c.fail(c.fault.alert(), "certificate")
		}
	case c.state == awaitServer && (kind == encryptedExtensions || kind == certificateVerify):
	case c.state == awaitServer && kind == finished:
		c.say(changeCipherSpec, legacyVersion, []byte{1}, "ChangeCipherSpec")
		c.say(handshakeRecord, legacyVersion, message(nil, finished, make([]byte, sha256.Size)), messageNames[finished])
		c.seal, c.open = c.keys("application")
		c.state = established
	case c.state == awaitClient && kind == finished:
		c.open, _ = c.keys("application")
		c.state = established
	default:
		c.fail(unexpectedMessage, "not-tls")
	}
}

// answer says all that a server has to say in its handshake.
func (c *Conn) answer(session []byte) {
	c.say(handshakeRecord, legacyVersion, message(nil, serverHello, c.answerBody(session, c.chance)), messageNames[serverHello])
	c.say(changeCipherSpec, legacyVersion, []byte{1}, "ChangeCipherSpec")
	c.open, c.seal = c.keys("handshake")
	for _, m := range []struct {
		kind byte
		body []byte
	}{{encryptedExtensions, []byte{0, 0}}, {certificateMessage, certificateBody(&c.certificate)},
		{certificateVerify, append([]byte{ed25519 >> 8, ed25519 & 255, 0, 64}, c.chance[:]...)}, {finished, make([]byte, sha256.Size)}} {
		c.say(handshakeRecord, legacyVersion, message(nil, m.kind, m.body), messageNames[m.kind])
	}
	_, c.seal = c.keys("application")
	c.state = awaitClient
}
