package packet

import (
	"bytes"
	"encoding/hex"
	"testing"
)

func TestPacketsAreWhatTheyWere(t *testing.T) {
	a, b := [4]byte{192, 0, 2, 10}, [4]byte{198, 51, 100, 25}
	s := Segment{From: 49152, To: 25, Seq: 1000, Ack: 2000, Flags: Syn | Ack, Window: Window, MSS: 1460, Data: []byte("220 x\r\n")}
	p := IPv4(7, a, b, TCP, s.Append(nil, a, b))
	k, ok := Parse(p)
	if !ok || k.From != a || k.To != b || k.ID != 7 || k.Size != len(p) || k.TCP.Seq != 1000 || k.TCP.Ack != 2000 || k.TCP.Flags != Syn|Ack ||
		k.TCP.MSS != 1460 || k.TCP.From != 49152 || k.TCP.To != 25 || !bytes.Equal(k.TCP.Data, s.Data) {
		t.Errorf("%x is read as %+v, %v", p, k, ok)
	}
	if checksum(0, p[:20]) != 0 || checksum(pseudo(a, b, TCP, len(p)-20), p[20:]) != 0 {
		t.Error("the checksums are wrong")
	}
	u := IPv4(8, a, b, UDP, Datagram(a, b, 53000, 53, []byte("ask")))
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
