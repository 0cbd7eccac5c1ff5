package dkim

import (
	"bytes"
	"encoding/base64"
	"strings"

	"ehlo/sim/message"
)

// Algorithm is how a key signs.
type Algorithm string

// The algorithms. That with SHA-1 is not to be used any more (RFC 8301 §3.1).
const (
	Ed25519 Algorithm = "ed25519" // RFC 8463
	RSA     Algorithm = "rsa"     // PKCS #1 v1.5
)

// minBits is the shortest RSA key whose signatures count (RFC 8301 §3.2).
const minBits = 1024

// The lengths of the two halves of an Ed25519 key (RFC 8032 §5.1.5).
const seedOctets, pointOctets = 32, 32

// curve computes Ed25519. Only init sets it: crypto/ed25519 is not in every program, see [Signs].
var curve struct {
	sign   func(seed, digest []byte) []byte
	public func(seed []byte) []byte
	verify func(point, digest, signature []byte) bool
}

// Signs says whether this program can make and check signatures. One that cannot must not be given a world in which somebody does.
func Signs() bool { return curve.sign != nil }

// PrivateKey is a key of a signer. It never changes.
type PrivateKey struct {
	Algorithm Algorithm
	seed      []byte                                 // Ed25519
	n, e, d   []byte                                 // RSA
	primes    struct{ p, q, dp, dq, inverse []byte } // RSA: with which it signs faster (RFC 8017 §3.2)
}

// ParsePrivateKey reads a key in the form that `openssl genpkey` writes (PKCS #8, RFC 5958), in that of `openssl genrsa
// -traditional` (PKCS #1), or the 32 octets of an Ed25519 key in base64 (RFC 8463 §A).
func ParsePrivateKey(text string) (k PrivateKey, ok bool) {
	var b64 strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "-----") {
			b64.WriteString(message.Squeeze(line))
		}
	}
	der, err := base64.StdEncoding.DecodeString(b64.String())
	if err != nil {
		return k, false
	}
	if len(der) == seedOctets {
		return PrivateKey{Algorithm: Ed25519, seed: der}, true
	}
	r := reader{der}
	r.enter(sequence)
	version := r.take(integer)
	if first := r.take(integer); first != nil { // PKCS #1
		return rsaKey(first, &r)
	}
	algorithm := reader{r.take(sequence)}
	inner := reader{r.take(octetString)}
	switch oid := algorithm.take(objectIdentifier); {
	case version == nil:
		return k, false
	case bytes.Equal(oid, oidEd25519):
		seed := inner.take(octetString)
		return PrivateKey{Algorithm: Ed25519, seed: seed}, len(seed) == seedOctets
	case bytes.Equal(oid, oidRSA):
		inner.enter(sequence)
		inner.take(integer)
		return rsaKey(inner.take(integer), &inner)
	}
	return k, false
}

// rsaKey takes the numbers behind n (RFC 8017 §A.1.2).
func rsaKey(n []byte, r *reader) (PrivateKey, bool) {
	k := PrivateKey{Algorithm: RSA, n: bytes.TrimLeft(n, "\x00")}
	for _, number := range []*[]byte{&k.e, &k.d, &k.primes.p, &k.primes.q, &k.primes.dp, &k.primes.dq, &k.primes.inverse} {
		*number = r.take(integer)
	}
	_, odd := newModulus(k.n)
	return k, odd && bits(k.n) >= minBits && len(k.e) > 0 && len(k.d) > 0
}

// bits is the length of a number.
func bits(n []byte) int {
	n = bytes.TrimLeft(n, "\x00")
	if len(n) == 0 {
		return 0
	}
	count := 8 * len(n)
	for b := n[0]; b < 0x80; b <<= 1 {
		count--
	}
	return count
}

// sign signs a digest.
func (k *PrivateKey) sign(digest []byte) []byte {
	if k.Algorithm == Ed25519 {
		return curve.sign(k.seed, digest)
	}
	s, _ := k.rsaSign(digest)
	return s
}

// Record is the text of the TXT record that publishes the key's other half (RFC 6376 §3.6.1, RFC 8463 §4).
func (k *PrivateKey) Record() string {
	var p []byte
	if k.Algorithm == Ed25519 {
		p = curve.public(k.seed)
	} else {
		key := element(sequence, element(integer, positive(k.n)), element(integer, positive(k.e)))
		id := element(sequence, element(objectIdentifier, oidRSA), element(null))
		p = element(sequence, id, element(bitString, []byte{0}, key))
	}
	return "v=DKIM1; k=" + string(k.Algorithm) + "; p=" + base64.StdEncoding.EncodeToString(p)
}

// publicKey is what a record publishes (RFC 6376 §3.6.1).
type publicKey struct {
	algorithm Algorithm
	point     []byte // Ed25519
	n, e      []byte // RSA
	testing   bool   // t=y: the domain only tries it out
	strict    bool   // t=s: the identity is in the domain itself
}

// parseRecord reads a key record. problem is why the key cannot be used, "" where it can.
func parseRecord(text string) (k publicKey, problem string) {
	tags, ok := message.ParseTags(text)
	if v, given := tags.Get("v"); !ok || given && (v != "DKIM1" || tags[0].Name != "v") {
		return k, ProblemKeySyntax
	}
	k.algorithm = Algorithm(strings.ToLower(tags.Or("k", "rsa")))
	flags := list(tags.Or("t", ""))
	k.testing, k.strict = flags["y"], flags["s"]
	if services := list(tags.Or("s", "*")); !services["*"] && !services["email"] {
		return k, ProblemService
	}
	if hashes := tags.Or("h", ""); hashes != "" && !list(hashes)["sha256"] {
		return k, ProblemAlgorithm
	}
	text, given := tags.Get("p")
	p, err := base64.StdEncoding.DecodeString(message.Squeeze(text))
	switch {
	case !given || err != nil:
		return k, ProblemKeySyntax
	case len(p) == 0:
		return k, ProblemRevoked
	case k.algorithm == Ed25519:
		if k.point = p; len(p) != pointOctets {
			return k, ProblemKeySyntax
		}
		return k, ""
	case k.algorithm != RSA:
		return k, ProblemAlgorithm
	}
	k.n, k.e = rsaPublic(p)
	if _, odd := newModulus(k.n); !odd || len(k.e) == 0 || len(k.e) > 8 {
		return k, ProblemKeySyntax
	}
	if bits(k.n) < minBits {
		return k, ProblemKeyShort
	}
	return k, ""
}

// list is the parts between colons, in lower case.
func list(text string) map[string]bool {
	parts := make(map[string]bool)
	for part := range strings.SplitSeq(text, ":") {
		if part = strings.ToLower(strings.TrimSpace(part)); part != "" {
			parts[part] = true
		}
	}
	return parts
}

// rsaPublic reads a key as SubjectPublicKeyInfo or as RSAPublicKey (RFC 6376 §3.6.1, its erratum 3017).
func rsaPublic(der []byte) (n, e []byte) {
	r := reader{der}
	r.enter(sequence)
	if algorithm := r.take(sequence); algorithm != nil {
		id := reader{algorithm}
		text := r.take(bitString)
		if !bytes.Equal(id.take(objectIdentifier), oidRSA) || len(text) == 0 {
			return nil, nil
		}
		r = reader{text[1:]}
		r.enter(sequence)
	}
	return bytes.TrimLeft(r.take(integer), "\x00"), r.take(integer)
}

// verify says whether a signature is that of a digest.
func (k *publicKey) verify(digest, signature []byte) bool {
	if k.algorithm == Ed25519 {
		return curve.verify(k.point, digest, signature)
	}
	return rsaVerify(k.n, k.e, digest, signature)
}
