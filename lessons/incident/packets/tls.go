package packets

import "encoding/binary"

// Record is a TLS record (RFC 8446 §5.1): what can be told of it without the keys.
type Record struct {
	At      int64
	Dir     Dir
	Packet  int
	Head    []byte // its first five octets
	Octets  int    // behind them
	Kind    string // "client-hello", "server-hello", "handshake", "change-cipher-spec", "alert", "data"
	Name    string // of a ClientHello: the host that the client asks for (RFC 6066 §3)
	Version string // of a ServerHello, and of a ClientHello the newest that it offers: "TLS 1.3"
}

// LooksTLS says whether octets begin with a TLS record.
func LooksTLS(p []byte) bool {
	return len(p) >= 3 && p[0] >= 20 && p[0] <= 23 && p[1] == 3 && p[2] <= 4
}

// Records cuts chunks into TLS records, up to where something else comes or octets are missing.
func Records(chunks []Chunk) (list []Record, broken bool) {
	var held [2][]byte
	for _, c := range chunks {
		if c.Gap > 0 {
			return list, true
		}
		held[c.Dir] = append(held[c.Dir], c.Data...)
		p := held[c.Dir]
		for len(p) >= 5 {
			if !LooksTLS(p) {
				return list, true
			}
			n := int(binary.BigEndian.Uint16(p[3:]))
			if len(p) < 5+n {
				break
			}
			r := Record{At: c.At, Dir: c.Dir, Packet: c.Packet, Head: p[:5:5], Octets: n}
			r.read(p[0], p[5:5+n])
			list = append(list, r)
			p = p[5+n:]
		}
		held[c.Dir] = p
	}
	return list, false
}

// read says what a record of a type holds.
func (r *Record) read(kind byte, body []byte) {
	switch kind {
	case 20:
		r.Kind = "change-cipher-spec"
	case 21:
		r.Kind = "alert"
	case 23:
		r.Kind = "data"
	default:
		r.Kind = "handshake"
		if len(body) > 4 && (body[0] == 1 || body[0] == 2) && int(body[1])<<16|int(binary.BigEndian.Uint16(body[2:])) <= len(body)-4 {
			r.hello(body[0] == 1, body[4:])
		}
	}
}

// hello reads a ClientHello or a ServerHello (RFC 8446 §4.1).
func (r *Record) hello(client bool, p []byte) {
	if r.Kind = "server-hello"; client {
		r.Kind = "client-hello"
	}
	if len(p) < 35 {
		return
	}
	r.Version = version(binary.BigEndian.Uint16(p))
	p = p[34:]
	p = p[min(1+int(p[0]), len(p)):]
	if client {
		p = behind(p, 2)
		p = behind(p, 1)
	} else {
		p = p[min(3, len(p)):]
	}
	if len(p) < 2 {
		return
	}
	for p = p[2:]; len(p) >= 4; {
		kind, n := binary.BigEndian.Uint16(p), int(binary.BigEndian.Uint16(p[2:]))
		if p = p[4:]; n > len(p) {
			return
		}
		r.extension(kind, p[:n], client)
		p = p[n:]
	}
}

// behind is what follows a vector whose length stands in the first octets.
func behind(p []byte, size int) []byte {
	if len(p) < size {
		return nil
	}
	n := int(p[0])
	if size == 2 {
		n = int(binary.BigEndian.Uint16(p))
	}
	return p[min(size+n, len(p)):]
}

func (r *Record) extension(kind uint16, p []byte, client bool) {
	switch {
	case kind == 0 && len(p) > 5 && p[2] == 0: // server_name
		if n := int(binary.BigEndian.Uint16(p[3:])); 5+n <= len(p) {
			r.Name = string(p[5 : 5+n])
		}
	case kind == 43 && client: // supported_versions
		for i := 1; i+1 < len(p); i += 2 {
			if v := binary.BigEndian.Uint16(p[i:]); v == 0x0304 {
				r.Version = version(v)
			}
		}
	case kind == 43 && len(p) == 2:
		r.Version = version(binary.BigEndian.Uint16(p))
	}
}

func version(v uint16) string {
	switch v {
	case 0x0300:
		return "SSL 3.0"
	case 0x0301:
		return "TLS 1.0"
	case 0x0302:
		return "TLS 1.1"
	case 0x0303:
		return "TLS 1.2"
	case 0x0304:
		return "TLS 1.3"
	}
	return ""
}
