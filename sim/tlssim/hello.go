package tlssim

import "encoding/binary"

// The messages of the handshake (RFC 8446 §4).
const (
	clientHello         byte = 1
	serverHello         byte = 2
	encryptedExtensions byte = 8
	certificateMessage  byte = 11
	certificateVerify   byte = 15
	finished            byte = 20
)

var messageNames = map[byte]string{clientHello: "ClientHello", serverHello: "ServerHello", encryptedExtensions: "EncryptedExtensions",
	certificateMessage: "Certificate", certificateVerify: "CertificateVerify", finished: "Finished"}

// The extensions that this package writes (RFC 8446 §4.2, RFC 6066 §3).
const (
	extServerName        = 0
	extSupportedGroups   = 10
	extSignatureAlgs     = 13
	extSupportedVersions = 43
	extKeyShare          = 51
)

const (
	legacyVersion = 0x0303
	tls13         = 0x0304
	suite         = 0x1301
	x25519        = 0x001d
	ed25519       = 0x0807
)

// message adds a handshake message around its body.
func message(dst []byte, kind byte, body []byte) []byte {
	dst = append(dst, kind, byte(len(body)>>16), byte(len(body)>>8), byte(len(body)))
	return append(dst, body...)
}

// vector adds octets behind their length in two octets.
func vector(dst, p []byte) []byte {
	return append(binary.BigEndian.AppendUint16(dst, uint16(len(p))), p...)
}

func extension(dst []byte, kind uint16, body []byte) []byte {
	return vector(binary.BigEndian.AppendUint16(dst, kind), body)
}

// helloBody is what a client says first. The session identifier and the key share are chance, as they look like it.
func (c *Conn) helloBody(chance [64]byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, legacyVersion)
	b = append(b, c.clientRandom[:]...)
	b = append(append(b, 32), chance[:32]...)
	b = vector(b, []byte{0x13, 0x01, 0x13, 0x02, 0x13, 0x03})
	b = append(b, 1, 0)
	var ext []byte
	if c.name != "" {
		name := vector([]byte{0}, []byte(c.name))
		ext = extension(ext, extServerName, vector(nil, name))
	}
	ext = extension(ext, extSupportedGroups, vector(nil, []byte{0, x25519}))
	ext = extension(ext, extSignatureAlgs, vector(nil, []byte{ed25519 >> 8, ed25519 & 255}))
	ext = extension(ext, extSupportedVersions, []byte{2, tls13 >> 8, tls13 & 255})
	share := vector([]byte{0, x25519}, chance[32:])
	ext = extension(ext, extKeyShare, vector(nil, share))
	return vector(b, ext)
}

// answerBody is what a server says to it.
func (c *Conn) answerBody(session []byte, chance [64]byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, legacyVersion)
	b = append(b, c.serverRandom[:]...)
	b = append(append(b, byte(len(session))), session...)
	b = append(b, suite>>8, suite&255, 0)
	ext := extension(nil, extSupportedVersions, []byte{tls13 >> 8, tls13 & 255})
	ext = extension(ext, extKeyShare, vector([]byte{0, x25519}, chance[32:]))
	return vector(b, ext)
}

// reader takes a message apart; what is too short makes it bad.
type reader struct {
	p   []byte
	bad bool
}

func (r *reader) take(n int) []byte {
	if n > len(r.p) {
		r.bad, r.p = true, nil
		return make([]byte, n)
	}
	p := r.p[:n]
	r.p = r.p[n:]
	return p
}

func (r *reader) number(octets int) int {
	n := 0
	for _, c := range r.take(octets) {
		n = n<<8 | int(c)
	}
	return n
}

// vector takes octets behind their length.
func (r *reader) vector(octets int) reader {
	n := r.number(octets)
	if n > len(r.p) {
		r.bad = true
		return reader{bad: true}
	}
	return reader{p: r.take(n)}
}

// extensions takes a list of extensions and calls f for each.
func (r *reader) extensions(f func(kind int, body reader)) {
	list := r.vector(2)
	for len(list.p) > 0 && !list.bad {
		kind := list.number(2)
		f(kind, list.vector(2))
	}
	r.bad = r.bad || list.bad
}

// readHello takes a client's random, session identifier and the name that it asks for. ok is false where it is no
// ClientHello, or none of a client that speaks TLS 1.3.
func readHello(body []byte) (random [32]byte, session []byte, name string, ok bool) {
	r := reader{p: body}
	r.number(2)
	copy(random[:], r.take(32))
	s := r.vector(1)
	session = s.p
	r.vector(2)
	r.vector(1)
	spoken := false
	r.extensions(func(kind int, b reader) {
		switch kind {
		case extServerName:
			list := b.vector(2)
			if list.number(1) == 0 {
				n := list.vector(2)
				name = string(n.p)
			}
		case extSupportedVersions:
			for v := b.vector(1); len(v.p) >= 2; {
				spoken = spoken || v.number(2) == tls13
			}
		}
	})
	return random, session, name, spoken && !r.bad
}

// readAnswer takes a server's random.
func readAnswer(body []byte) (random [32]byte, ok bool) {
	r := reader{p: body}
	r.number(2)
	copy(random[:], r.take(32))
	return random, !r.bad
}

// certificateBody wraps a certificate (RFC 8446 §4.4.2).
func certificateBody(c *Certificate) []byte {
	text := c.String()
	entry := append([]byte{byte(len(text) >> 16), byte(len(text) >> 8), byte(len(text))}, text...)
	entry = append(entry, 0, 0)
	b := []byte{0, byte(len(entry) >> 16), byte(len(entry) >> 8), byte(len(entry))}
	return append(b, entry...)
}

func readCertificate(body []byte) (Certificate, bool) {
	r := reader{p: body}
	r.vector(1)
	list := r.vector(3)
	data := list.vector(3)
	c, ok := ParseCertificate(string(data.p))
	return c, ok && !r.bad && !list.bad && !data.bad
}
