package sasl

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"strconv"
)

// The iteration counts that a client takes: below the first a password is guessed too fast (RFC 7677 §4), and above the
// second a server keeps its clients busy (RFC 5802 §9).
const (
	MinIterations = 4096
	MaxIterations = 600_000
)

// keys are what a party makes from the password (RFC 5802 §3).
type keys struct{ client, stored, server [sha256.Size]byte }

// scramKeys derives the keys. The password is prepared already.
func scramKeys(password string, salt []byte, iterations int) (k keys) {
	salted, err := pbkdf2.Key(sha256.New, password, salt, iterations, sha256.Size)
	if err != nil { // lengths that are out of range, and these are not
		return keys{}
	}
	k.client = mac(salted, "Client Key")
	k.stored = sha256.Sum256(k.client[:])
	k.server = mac(salted, "Server Key")
	return k
}

func mac(key []byte, text string) (sum [sha256.Size]byte) {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	h.Sum(sum[:0])
	return sum
}

// xor is also its own inverse: from a proof and a signature it gives the client's key.
func xor(a, b [sha256.Size]byte) []byte {
	for i := range a {
		a[i] ^= b[i]
	}
	return a[:]
}

// scramServer is what a server keeps between the messages. It holds no password and no key that would log in.
type scramServer struct {
	gs2         string // the client's GS2 header
	bare        string // client-first-message-bare
	nonce       string // both parts
	serverFirst string
	stored      [sha256.Size]byte
	server      [sha256.Size]byte
	reason      Reason // why the proof will not do even if it is right
}

// first takes client-first-message. It is false where the server's own nonce cannot be sent.
func (s *scramServer) first(m *message, c Config) bool {
	for i := range len(c.Nonce) {
		if !isNonce(c.Nonce[i]) {
			return false
		}
	}
	s.gs2, s.bare, s.nonce = m.gs2, m.bare, m.nonce+c.Nonce
	return true
}

// secret takes the password and makes server-first-message.
func (s *scramServer) secret(question Question, secret Secret, c Config) {
	salt := mac([]byte(c.SaltKey), question.User)
	password, err := Prepare(secret.Password)
	if err != nil {
		password = secret.Password
	}
	switch {
	case !secret.Known || err != nil:
		s.reason = ReasonCredentials
	case question.ActAs != "" && !secret.MayAct:
		s.reason = ReasonIdentity
	}
	k := scramKeys(password, salt[:16], c.Iterations)
	s.stored, s.server = k.stored, k.server
	first := append([]byte("r="), s.nonce...)
	first = append(first, ",s="...)
	first = Append(first, salt[:16])
	first = append(first, ",i="...)
	s.serverFirst = string(strconv.AppendInt(first, int64(c.Iterations), 10))
}

// final takes client-final-message and makes server-final-message.
func (s *scramServer) final(m *message) ([]byte, Reason) {
	switch {
	case string(m.binding) != s.gs2:
		return nil, ReasonBinding
	case m.nonce != s.nonce:
		return nil, ReasonNonce
	}
	auth := s.bare + "," + s.serverFirst + "," + m.bare
	var proof [sha256.Size]byte
	right := copy(proof[:], m.proof) == len(m.proof) && len(m.proof) == len(proof)
	stored := sha256.Sum256(xor(proof, mac(s.stored[:], auth)))
	switch right = hmac.Equal(stored[:], s.stored[:]) && right; {
	case !right || s.reason == ReasonCredentials:
		return nil, ReasonCredentials
	case s.reason != ReasonNone:
		return nil, s.reason
	}
	signature := mac(s.server[:], auth)
	return Append([]byte("v="), signature[:]), ReasonNone
}

// scramClient is what a client keeps between the messages.
type scramClient struct {
	gs2, bare string
	signature [sha256.Size]byte // what the server has to prove
	proven    bool
}

// first makes client-first-message.
func (c *scramClient) first(as, user, nonce string) []byte {
	gs2 := []byte("n,")
	if as != "" {
		gs2 = appendName(append(gs2, "a="...), as)
	}
	c.gs2 = string(append(gs2, ','))
	bare := appendName([]byte("n="), user)
	c.bare = string(append(append(bare, ",r="...), nonce...))
	return []byte(c.gs2 + c.bare)
}

// final makes client-final-message from the server's first.
func (c *scramClient) final(serverFirst []byte, m *message, password string) []byte {
	k := scramKeys(password, m.salt, m.iterations)
	final := Append([]byte("c="), []byte(c.gs2))
	final = append(append(final, ",r="...), m.nonce...)
	auth := c.bare + "," + string(serverFirst) + "," + string(final)
	c.signature = mac(k.server[:], auth)
	return Append(append(final, ",p="...), xor(k.client, mac(k.stored[:], auth)))
}

// finish takes the server's signature.
func (c *scramClient) finish(m *message) bool {
	c.proven = hmac.Equal(c.signature[:], m.proof)
	return c.proven
}
