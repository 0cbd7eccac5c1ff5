// Package kpop is what stands before POP3 in KPOP, the POP of MIT's Project Athena, on port 1109: the client proves by a
// Kerberos 4 ticket who its user is, and then speaks POP3 as ever, save that no password crosses the network. There is no
// RFC; MIT's krb_sendauth and the popper of Berkeley and Qualcomm are the specification (docs/museum.md says what is
// simplified here).
//
// What crosses the network first is a [Request] in one piece. A [Gate] reads it for a server; the machines behind it are
// those of sim/pop3.
package kpop

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
)

// The two versions with which a client begins, and what follows them, in octets.
const (
	sendauth    = "AUTHV0.1" // of krb_sendauth
	application = "KPOPV0.1"
	lengthAt    = len(sendauth) + len(application)
	requestAt   = lengthAt + 4
	maxRequest  = 1250 // MAX_KTXT_LEN
)

// What stands at the beginning of a request.
const (
	version     = 4
	applRequest = 3 << 1 // AUTH_MSG_APPL_REQUEST
	keyVersion  = 1
)

// Skew is how far the clocks of client and server may be apart, in seconds (CLOCK_SKEW).
const Skew = 5 * 60

// lifeUnit is the unit of a ticket's life, in seconds.
const lifeUnit = 5 * 60

// Key is the key of a user, of a service, or of one session.
type Key [8]byte

// KeyOf makes a key of a secret.
func KeyOf(parts ...string) (k Key) {
	h := sha256.New()
	for _, p := range parts {
		h.Write(append([]byte(p), 0))
	}
	copy(k[:], h.Sum(nil))
	return k
}

// Ticket is what the Kerberos server has given the client for a service, sealed with the service's key.
type Ticket struct {
	Client, Realm string
	Address       string // from which it may be used
	Session       Key
	Life          uint8 // in units of five minutes
	Issued        int64 // Unix seconds
	Service, Host string
}

// Authenticator says who uses a ticket and when, sealed with the session key.
type Authenticator struct {
	Client, Realm string
	Time          int64 // Unix seconds
}

// Request is what a client sends first.
type Request struct {
	Realm                 string
	Ticket, Authenticator []byte // sealed
}

// Append adds the request as it crosses the network.
func (r Request) Append(dst []byte) []byte {
	body := append([]byte{version, applRequest, keyVersion}, r.Realm...)
	body = append(body, 0, byte(len(r.Ticket)), byte(len(r.Authenticator)))
	body = append(append(body, r.Ticket...), r.Authenticator...)
	dst = append(append(dst, sendauth...), application...)
	return append(binary.BigEndian.AppendUint32(dst, uint32(len(body))), body...)
}

// parseBody reads what stands behind the length; the parts lie one behind the other.
func parseBody(body []byte) (r Request, ok bool) {
	if len(body) < 3 || body[0] != version || body[1] != applRequest {
		return r, false
	}
	realm, rest, found := bytes.Cut(body[3:], []byte{0})
	if !found || len(rest) < 2 || len(rest) != 2+int(rest[0])+int(rest[1]) {
		return r, false
	}
	end := 2 + int(rest[0])
	return Request{string(realm), rest[2:end:end], rest[end:]}, true
}

// Seal hides a ticket from all who have not the key.
func (t Ticket) Seal(k Key) []byte {
	text := appendNames(nil, t.Client, "", t.Realm, t.Address)
	text = append(append(text, t.Session[:]...), t.Life)
	text = binary.BigEndian.AppendUint64(text, uint64(t.Issued))
	return k.seal(appendNames(text, t.Service, t.Host))
}

// openTicket reads a ticket; ok is false with a wrong key.
func openTicket(k Key, sealed []byte) (t Ticket, ok bool) {
	text, ok := k.open(sealed)
	if !ok {
		return t, false
	}
	names, text, ok := cutNames(text, 4)
	if !ok || len(text) < len(t.Session)+9 {
		return t, false
	}
	t.Client, t.Realm, t.Address = names[0], names[2], names[3]
	text = text[copy(t.Session[:], text):]
	t.Life, t.Issued = text[0], int64(binary.BigEndian.Uint64(text[1:]))
	if names, _, ok = cutNames(text[9:], 2); ok {
		t.Service, t.Host = names[0], names[1]
	}
	return t, ok
}

// Seal hides an authenticator from all who have not the session key.
func (a Authenticator) Seal(k Key) []byte {
	return k.seal(binary.BigEndian.AppendUint64(appendNames(nil, a.Client, "", a.Realm), uint64(a.Time)))
}

func openAuthenticator(k Key, sealed []byte) (a Authenticator, ok bool) {
	text, ok := k.open(sealed)
	if !ok {
		return a, false
	}
	names, text, ok := cutNames(text, 3)
	if !ok || len(text) != 8 {
		return a, false
	}
	return Authenticator{names[0], names[2], int64(binary.BigEndian.Uint64(text))}, true
}

func appendNames(dst []byte, names ...string) []byte {
	for _, n := range names {
		dst = append(append(dst, n...), 0)
	}
	return dst
}

func cutNames(text []byte, n int) (names []string, rest []byte, ok bool) {
	for range n {
		name, after, found := bytes.Cut(text, []byte{0})
		if !found {
			return nil, nil, false
		}
		names, text = append(names, string(name)), after
	}
	return names, text, true
}

// tagSize is how much longer a sealed text is, in octets.
const tagSize = 8

// seal encrypts a text. Kerberos 4 has DES in a mode of its own for that; here it is a key stream of HMAC-SHA-256 with a
// tag before it.
func (k Key) seal(text []byte) []byte {
	tag := k.mac('t', text)[:tagSize:tagSize]
	return append(tag, k.stream(tag, text)...)
}

func (k Key) open(sealed []byte) (text []byte, ok bool) {
	if len(sealed) < tagSize {
		return nil, false
	}
	tag := sealed[:tagSize]
	text = k.stream(tag, sealed[tagSize:])
	return text, hmac.Equal(tag, k.mac('t', text)[:tagSize])
}

func (k Key) stream(tag, text []byte) []byte {
	out := make([]byte, len(text))
	for i := range text {
		if i%sha256.Size == 0 {
			copy(out[i:], k.mac('s', append(tag[:tagSize:tagSize], byte(i/sha256.Size))))
		}
		out[i] ^= text[i]
	}
	return out
}

func (k Key) mac(use byte, text []byte) []byte {
	h := hmac.New(sha256.New, k[:])
	h.Write(append([]byte{use}, text...))
	return h.Sum(nil)
}
