package dkim

import (
	"bytes"
	"encoding/binary"
)

// RSA is computed here, in the few lines that signatures need: crypto/rsa and math/big would make the program that a
// learner waits for much larger. It takes no care to hide how long it takes: the keys are those of a simulation, and
// stand in its file. The tests compare it with crypto/rsa.

// digestInfo is what stands before a SHA-256 digest in a signature (RFC 8017 §9.2).
var digestInfo = []byte{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20}

// padded is a digest as PKCS #1 v1.5 signs it, in so many octets (RFC 8017 §9.2). ok is false where it does not fit.
func padded(digest []byte, size int) (p []byte, ok bool) {
	fill := size - 3 - len(digestInfo) - len(digest)
	if fill < 8 {
		return nil, false
	}
	p = append(make([]byte, 0, size), 0, 1)
	p = append(p, bytes.Repeat([]byte{0xff}, fill)...)
	p = append(append(p, 0), digestInfo...)
	return append(p, digest...), true
}

// modulus is an odd number with what arithmetic modulo it needs (Montgomery's method). The parts of a number are those of
// 32 bits from the lowest on.
type modulus struct {
	n     []uint32
	n0    uint32   // -1/n modulo 2^32
	shift []uint32 // 2^(64 × parts) modulo n
}

// newModulus makes a modulus of octets, the highest first. ok is false where it is even or too small.
func newModulus(octets []byte) (m *modulus, ok bool) {
	octets = bytes.TrimLeft(octets, "\x00")
	if len(octets) < 8 || octets[len(octets)-1]&1 == 0 {
		return nil, false
	}
	m = &modulus{n: parts(octets, (len(octets)+3)/4)}
	inverse := m.n[0] // right in its lowest three bits, and in twice as many after each step
	for range 5 {
		inverse *= 2 - m.n[0]*inverse
	}
	m.n0 = -inverse
	// The highest power of 2 below n is doubled up to 2^(32 × parts), and a little on; squaring that does the rest.
	m.shift = make([]uint32, len(m.n))
	top := bits(octets) - 1
	m.shift[top/32] = 1 << (top % 32)
	wide, squares := 32*len(m.n), 0
	more := wide
	for ; more > 32 && more%2 == 0; squares++ {
		more /= 2
	}
	for range wide - top + more {
		m.double(m.shift)
	}
	for range squares {
		m.shift = m.mul(m.shift, m.shift)
	}
	return m, true
}

// parts takes octets, the highest first, into so many parts.
func parts(octets []byte, n int) []uint32 {
	wide := make([]byte, 4*n)
	copy(wide[len(wide)-len(octets):], octets)
	p := make([]uint32, n)
	for i := range p {
		p[i] = binary.BigEndian.Uint32(wide[len(wide)-4*i-4:])
	}
	return p
}

// octets is a number in so many octets, the highest first.
func octets(p []uint32, size int) []byte {
	wide := make([]byte, 4*len(p))
	for i, v := range p {
		binary.BigEndian.PutUint32(wide[len(wide)-4*i-4:], v)
	}
	return wide[len(wide)-size:]
}

// less says whether a number is below the modulus.
func (m *modulus) less(a []uint32) bool {
	for i := len(a) - 1; i >= 0; i-- {
		if a[i] != m.n[i] {
			return a[i] < m.n[i]
		}
	}
	return false
}

// reduce takes the modulus away once where a number, with what was carried out of it, is not below it.
func (m *modulus) reduce(a []uint32, carry uint32) {
	if carry == 0 && m.less(a) {
		return
	}
	borrow := uint64(0)
	for i := range a {
		d := uint64(a[i]) - uint64(m.n[i]) - borrow
		a[i], borrow = uint32(d), d>>63
	}
}

// double makes a number twice as large, modulo n.
func (m *modulus) double(a []uint32) {
	carry := uint32(0)
	for i, v := range a {
		a[i], carry = v<<1|carry, v>>31
	}
	m.reduce(a, carry)
}

// mul is a × b / 2^(32 × parts) modulo n.
func (m *modulus) mul(a, b []uint32) []uint32 {
	k := len(m.n)
	t := make([]uint32, k+2)
	for _, x := range a {
		carry := uint64(0)
		for j, y := range b {
			s := uint64(x)*uint64(y) + uint64(t[j]) + carry
			t[j], carry = uint32(s), s>>32
		}
		s := uint64(t[k]) + carry
		t[k], t[k+1] = uint32(s), uint32(s>>32)
		q := uint64(t[0] * m.n0)
		carry = (q*uint64(m.n[0]) + uint64(t[0])) >> 32
		for j := 1; j < k; j++ {
			s := q*uint64(m.n[j]) + uint64(t[j]) + carry
			t[j-1], carry = uint32(s), s>>32
		}
		s = uint64(t[k]) + carry
		t[k-1], t[k] = uint32(s), t[k+1]+uint32(s>>32)
	}
	m.reduce(t[:k], t[k])
	return t[:k]
}

// exp is base^e modulo n; base is below n, e is octets with the highest first.
func (m *modulus) exp(base []uint32, e []byte) []uint32 {
	one := make([]uint32, len(m.n))
	one[0] = 1
	b, r := m.mul(base, m.shift), m.mul(one, m.shift)
	for _, octet := range e {
		for bit := 7; bit >= 0; bit-- {
			if r = m.mul(r, r); octet>>bit&1 == 1 {
				r = m.mul(r, b)
			}
		}
	}
	return m.mul(r, one)
}

// rsaVerify says whether a signature is that of a digest (RFC 8017 §8.2.2).
func rsaVerify(n, e, digest, signature []byte) bool {
	n = bytes.TrimLeft(n, "\x00")
	m, ok := newModulus(n)
	want, fits := padded(digest, len(n))
	if !ok || !fits || len(signature) != len(n) {
		return false
	}
	s := parts(signature, len(m.n))
	return m.less(s) && bytes.Equal(octets(m.exp(s, e), len(n)), want)
}

// rsaSign signs a digest (RFC 8017 §8.2.1).
func (k *PrivateKey) rsaSign(digest []byte) (signature []byte, ok bool) {
	m, ok := newModulus(k.n)
	p, fits := padded(digest, len(k.n))
	if !ok || !fits {
		return nil, false
	}
	message := parts(p, len(m.n))
	s, ok := k.byPrimes(message)
	if !ok {
		s = m.exp(message, k.d)
	}
	return octets(s, len(k.n)), true
}

// byPrimes is message^d modulo n from what it is modulo the two primes, in a quarter of the time (RFC 8017 §5.1.2). ok is
// false where the primes are not known, or not of half the length.
func (k *PrivateKey) byPrimes(message []uint32) (s []uint32, ok bool) {
	half := len(message) / 2
	p, odd := newModulus(k.primes.p)
	q, odd2 := newModulus(k.primes.q)
	inverse := bytes.TrimLeft(k.primes.inverse, "\x00")
	if !odd || !odd2 || len(p.n) != half || len(q.n) != half || 2*half != len(message) || len(inverse) > 4*half {
		return nil, false
	}
	s1 := p.exp(p.rest(message), k.primes.dp)
	s2 := q.exp(q.rest(message), k.primes.dq)
	difference := p.rest(append(append([]uint32{}, s2...), make([]uint32, half)...))
	p.subtract(s1, difference)
	h := p.mul(p.mul(parts(inverse, half), p.shift), s1)
	s = append(append(make([]uint32, 0, 2*half), s2...), make([]uint32, half)...)
	for i, x := range h { // s2 + q × h
		carry := uint64(0)
		for j, y := range q.n {
			sum := uint64(x)*uint64(y) + uint64(s[i+j]) + carry
			s[i+j], carry = uint32(sum), sum>>32
		}
		for j := i + half; carry > 0 && j < len(s); j++ {
			sum := uint64(s[j]) + carry
			s[j], carry = uint32(sum), sum>>32
		}
	}
	return s, true
}

// rest is a number of twice as many parts modulo n.
func (m *modulus) rest(a []uint32) []uint32 {
	k := len(m.n)
	one := make([]uint32, k)
	one[0] = 1
	r := m.mul(m.mul(a[:k], m.shift), one)
	carry := uint64(0)
	for i, v := range m.mul(a[k:], m.shift) {
		sum := uint64(r[i]) + uint64(v) + carry
		r[i], carry = uint32(sum), sum>>32
	}
	m.reduce(r, uint32(carry))
	return r
}

// subtract takes b away from a, modulo n; both are below it.
func (m *modulus) subtract(a, b []uint32) {
	borrow := uint64(0)
	for i := range a {
		d := uint64(a[i]) - uint64(b[i]) - borrow
		a[i], borrow = uint32(d), d>>63
	}
	carry := uint64(0)
	for i := range a {
		if borrow == 0 {
			return
		}
		sum := uint64(a[i]) + uint64(m.n[i]) + carry
		a[i], carry = uint32(sum), sum>>32
	}
}
