package dkim

import "encoding/binary"

// The types of DER that keys consist of.
const (
	integer          = 0x02
	bitString        = 0x03
	octetString      = 0x04
	null             = 0x05
	objectIdentifier = 0x06
	sequence         = 0x30
)

var (
	oidRSA     = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01} // RFC 8017 §C
	oidEd25519 = []byte{0x2b, 0x65, 0x70}                                     // RFC 8410 §3
)

// reader takes elements of DER from the front. Where the next one is of another type it takes nothing.
type reader struct{ rest []byte }

// take takes the contents of the next element, nil where it is not of the type.
func (r *reader) take(kind byte) []byte {
	if len(r.rest) < 2 || r.rest[0] != kind {
		return nil
	}
	n, at := int(r.rest[1]), 2
	if n >= 0x80 {
		count := n & 0x7f
		if count == 0 || count > 3 || len(r.rest) < 2+count {
			return nil
		}
		n = 0
		for _, c := range r.rest[2 : 2+count] {
			n = n<<8 | int(c)
		}
		at += count
	}
	if len(r.rest)-at < n {
		return nil
	}
	content := r.rest[at : at+n]
	r.rest = r.rest[at+n:]
	return content
}

// enter goes on inside the next element.
func (r *reader) enter(kind byte) { r.rest = r.take(kind) }

// element writes an element.
func element(kind byte, contents ...[]byte) []byte {
	n := 0
	for _, c := range contents {
		n += len(c)
	}
	p := []byte{kind, byte(n)}
	switch {
	case n > 0xff:
		p = binary.BigEndian.AppendUint16([]byte{kind, 0x82}, uint16(n))
	case n >= 0x80:
		p = []byte{kind, 0x81, byte(n)}
	}
	for _, c := range contents {
		p = append(p, c...)
	}
	return p
}

// positive is a number as DER has it, whose first bit is the sign.
func positive(n []byte) []byte {
	if len(n) > 0 && n[0] >= 0x80 {
		return append([]byte{0}, n...)
	}
	return n
}
