package tlssim

import (
	"crypto/sha256"
	"encoding/binary"
)

// contentType is what a record says that it holds (RFC 8446 §5.1).
type contentType byte

const (
	changeCipherSpec contentType = 20
	alertRecord      contentType = 21
	handshakeRecord  contentType = 22
	applicationData  contentType = 23
)

func (t contentType) String() string {
	switch t {
	case changeCipherSpec:
		return "change cipher spec"
	case alertRecord:
		return "alert"
	case handshakeRecord:
		return "handshake"
	}
	return "application data"
}

const (
	headerSize = 5
	tagSize    = 16
	// maxFragment is the most octets that a record carries in clear (RFC 8446 §5.1).
	maxFragment = 1 << 14
	maxSealed   = maxFragment + 256 // RFC 8446 §5.2
)

// key seals or opens the records of one direction.
type key struct {
	secret [sha256.Size]byte
	seq    uint64
	set    bool
}

// keys are those of both directions; labels keep those of the handshake and of the application apart.
func (c *Conn) keys(label string) (client, server key) {
	derive := func(side string) key {
		h := sha256.New()
		h.Write(c.shared[:])
		h.Write(c.clientRandom[:])
		h.Write(c.serverRandom[:])
		h.Write([]byte(label + side))
		k := key{set: true}
		h.Sum(k.secret[:0])
		return k
	}
	return derive("client"), derive("server")
}

// stream adds the keystream of the record whose turn it is to the octets.
func (k *key) stream(p []byte) {
	block := make([]byte, sha256.Size+16)
	copy(block, k.secret[:])
	binary.BigEndian.PutUint64(block[sha256.Size:], k.seq)
	for i := 0; i < len(p); i += sha256.Size {
		binary.BigEndian.PutUint64(block[sha256.Size+8:], uint64(i)+1)
		sum := sha256.Sum256(block)
		for n := i; n < min(i+sha256.Size, len(p)); n++ {
			p[n] ^= sum[n-i]
		}
	}
}

// tag is the digest of a record's header and its sealed octets.
func (k *key) tag(header, sealed []byte) []byte {
	h := sha256.New()
	h.Write(k.secret[:])
	h.Write(binary.BigEndian.AppendUint64(nil, k.seq))
	h.Write(header)
	h.Write(sealed)
	return h.Sum(nil)[:tagSize]
}

// appendRecord adds one record, sealed where there is a key. The type that a sealed record really has stands behind its
// octets (RFC 8446 §5.2).
func (k *key) appendRecord(dst []byte, t contentType, version uint16, p []byte) []byte {
	if !k.set {
		dst = append(dst, byte(t))
		dst = binary.BigEndian.AppendUint16(dst, version)
		dst = binary.BigEndian.AppendUint16(dst, uint16(len(p)))
		return append(dst, p...)
	}
	header := []byte{byte(applicationData), 3, 3, 0, 0}
	binary.BigEndian.PutUint16(header[3:], uint16(len(p)+1+tagSize))
	inner := append(append(make([]byte, 0, len(p)+1+tagSize), p...), byte(t))
	k.stream(inner)
	dst = append(append(dst, header...), inner...)
	dst = append(dst, k.tag(header, inner)...)
	k.seq++
	return dst
}

// open reads a sealed record, and says whether nobody has touched it.
func (k *key) open(header, body []byte) (t contentType, p []byte, ok bool) {
	if len(body) < 1+tagSize {
		return 0, nil, false
	}
	sealed, tag := body[:len(body)-tagSize], body[len(body)-tagSize:]
	if string(k.tag(header, sealed)) != string(tag) {
		return 0, nil, false
	}
	p = append([]byte(nil), sealed...)
	k.stream(p)
	k.seq++
	return contentType(p[len(p)-1]), p[:len(p)-1], true
}
