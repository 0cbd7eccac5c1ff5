package packet

import (
	"bytes"
	"encoding/hex"
	"testing"
)

func TestPacketsAreWhatTheyWere(t *testing.T) {
	a, b := Address("\xc0\x00\x02\x0a"), Address("\xc6\x33\x64\x19")
	s := Segment{From: 49152, To: 25, Seq: 1000, Ack: 2000, Flags: Syn | Ack, Window: Window, MSS: 1460, Data: []byte("220 x\r\n")}
	p := IP(7, a, b, TCP, s.Append(nil, a, b))
	k, ok := Parse(p)
	if !ok || k.From != a || k.To != b || k.ID != 7 || k.Size != len(p) || k.TCP.Seq != 1000 || k.TCP.Ack != 2000 || k.TCP.Flags != Syn|Ack ||
		k.TCP.MSS != 1460 || k.TCP.From != 49152 || k.TCP.To != 25 || !bytes.Equal(k.TCP.Data, s.Data) {
		t.Errorf("%x is read as %+v, %v", p, k, ok)
	}
	if checksum(0, p[:20]) != 0 || checksum(pseudo(a, b, TCP, len(p)-20), p[20:]) != 0 {
		t.Error("the checksums are wrong")
	}
	u := IP(8, a, b, UDP, Datagram(a, b, 53000, 53, []byte("ask")))
	if k, ok := Parse(u); !ok || k.TCP.To != 53 || string(k.TCP.Data) != "ask" || checksum(pseudo(a, b, UDP, len(u)-20), u[20:]) != 0 {
		t.Errorf("%x is read as %+v, %v", u, k, ok)
	}
}

// TestRealPacket: a packet that Linux has sent is read, and its checksum is what is computed here.
func TestRealPacket(t *testing.T) {
	p, _ := hex.DecodeString("4500004229244000400613907f0000017f000001cd2d89127bcac9436b4f5e0e80180040fe3600000101080ae159affaf6b9b2923232302068692074686572650d0a")
	k, ok := Parse(p)
	if !ok || k.TCP.From != 52525 || k.TCP.Window != 64 || string(k.TCP.Data) != "220 hi there\r\n" || k.TCP.Flags != Push|Ack {
		t.Errorf("it is read as %+v, %v", k, ok)
	}
	if checksum(0, p[:20]) != 0 {
		t.Error("the checksum of its header is wrong")
	}
	for n := range p {
		if _, ok := Parse(p[:n]); ok {
			t.Errorf("%d octets of it are a packet", n)
		}
	}
}

func TestPacketsOfIPv6(t *testing.T) {
	a, b := Address("\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"), Address("\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02")
	s := Segment{From: 49152, To: 25, Seq: 1000, Flags: Push | Ack, Window: Window, Data: []byte("QUIT\r\n")}
	p := IP(7, a, b, TCP, s.Append(nil, a, b))
	k, ok := Parse(p)
	if !ok || k.From != a || k.To != b || k.Protocol != TCP || k.Size != len(p) || k.TCP.To != 25 || string(k.TCP.Data) != "QUIT\r\n" {
		t.Errorf("%x is read as %+v, %v", p, k, ok)
	}
	if checksum(pseudo(a, b, TCP, len(p)-40), p[40:]) != 0 {
		t.Error("the checksum is wrong")
	}
	for n := range p {
		if _, ok := Parse(p[:n]); ok {
			t.Errorf("%d octets of it are a packet", n)
		}
	}
	for _, kind := range []byte{8, 0} {
		protocol, echo := Echo(a, b, append([]byte{kind}, make([]byte, 7)...))
		if protocol != ICMPv6 || echo[0] != 128+(8-kind)/8 || checksum(pseudo(a, b, ICMPv6, len(echo)), echo) != 0 {
			t.Errorf("an echo of kind %d is %x", kind, echo)
		}
	}
}
