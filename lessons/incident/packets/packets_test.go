package packets_test

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"ehlo/lessons/incident/packets"
)

// The hosts and ports of the tests' connection.
const clientPort, serverPort = 50000, 25

// segment is a TCP segment of the tests' connection.
type segment struct {
	client bool
	seq    uint32
	flags  byte
	data   string
}

// tcp writes a segment with its TCP header.
func (s segment) tcp() []byte {
	from, to := uint16(serverPort), uint16(clientPort)
	if s.client {
		from, to = to, from
	}
	p := binary.BigEndian.AppendUint16(nil, from)
	p = binary.BigEndian.AppendUint16(p, to)
	p = binary.BigEndian.AppendUint32(p, s.seq)
	p = append(p, 0, 0, 0, 0, 0x50, s.flags|16, 0xFF, 0xFF, 0, 0, 0, 0)
	if s.flags == 2 && s.client {
		p[13] = 2
	}
	return append(p, s.data...)
}

// ipv4 and ipv6 write a segment in an IP packet.
func (s segment) ipv4() []byte {
	body := s.tcp()
	p := []byte{0x45, 0, 0, 0, 0, 0, 0, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2}
	if !s.client {
		p[15], p[19] = 2, 1
	}
	binary.BigEndian.PutUint16(p[2:], uint16(len(p)+len(body)))
	return append(p, body...)
}

func (s segment) ipv6() []byte {
	body := append([]byte{6, 0, 0, 0, 0, 0, 0, 0}, s.tcp()...) // behind destination options
	p := append([]byte{0x60, 0, 0, 0, 0, 0, 60, 64}, make([]byte, 32)...)
	p[8], p[9], p[24], p[25] = 0x20, 0x01, 0x20, 0x01
	p[23], p[39] = 1, 2
	if !s.client {
		p[23], p[39] = 2, 1
	}
	binary.BigEndian.PutUint16(p[4:], uint16(len(body)))
	return append(p, body...)
}

// file writes packets as a pcap file.
func file(link uint32, list ...[]byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, 0xA1B23C4D)
	b = append(b, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0)
	b = binary.BigEndian.AppendUint32(b, link)
	for i, p := range list {
		b = binary.BigEndian.AppendUint32(b, uint32(i))
		b = binary.BigEndian.AppendUint32(b, 0)
		b = binary.BigEndian.AppendUint32(b, uint32(len(p)))
		b = binary.BigEndian.AppendUint32(b, uint32(len(p)))
		b = append(b, p...)
	}
	return b
}

// said writes what was said in the streams of a file.
func said(t *testing.T, data []byte) string {
	t.Helper()
	found, err := packets.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, s := range found.Streams {
		fmt.Fprintf(&b, "%s:%d %s:%d again=%d early=%d missing=%d began=%v\n", s.Client, s.ClientPort, s.Server, s.ServerPort, s.Again, s.Early, s.Missing, s.Began)
		for _, c := range s.Chunks {
			fmt.Fprintf(&b, "%d %d %q gap=%d\n", c.Packet, c.Dir, c.Data, c.Gap)
		}
	}
	return b.String()
}

var conversation = []segment{
	{true, 99, 2, ""}, {false, 0xFFFFFFF0, 2, ""}, // the server's numbers go beyond their end
	{false, 0xFFFFFFF1, 0, "220 mx.example.net"}, {true, 100, 0, "EHLO "}, {true, 109, 0, "p\r\n"}, {true, 105, 0, "lapt"}, {true, 105, 0, "laptop"[:4]},
	{false, 3, 0, " ready\r\n"}, {true, 100, 0, "EHLO laptop"[:9] + "p\r\nQUIT"},
}

// TestReassembly: what comes early waits, what comes again is dropped, what overlaps counts once, and numbers begin anew at 0.
func TestReassembly(t *testing.T) {
	want := `again=1 early=1 missing=0 began=true
3 1 "220 mx.example.net" gap=0
4 0 "EHLO " gap=0
6 0 "lapt" gap=0
6 0 "p\r\n" gap=0
8 1 " ready\r\n" gap=0
9 0 "QUIT" gap=0
`
	var v4, v6, ethernet, vlan, cooked, null [][]byte
	for _, s := range conversation {
		v4, v6 = append(v4, s.ipv4()), append(v6, s.ipv6())
		frame := append(append(make([]byte, 12), 0x08, 0x00), s.ipv4()...)
		ethernet = append(ethernet, append(frame, 0, 0, 0, 0, 0, 0)) // filled up
		vlan = append(vlan, append(append(make([]byte, 12), 0x81, 0, 0, 7, 0x86, 0xDD), s.ipv6()...))
		cooked = append(cooked, append(append(make([]byte, 14), 0x08, 0x00), s.ipv4()...))
		null = append(null, append([]byte{2, 0, 0, 0}, s.ipv4()...))
	}
	for name, c := range map[string]struct {
		link uint32
		list [][]byte
		ends string
	}{
		"raw IPv4": {101, v4, "192.0.2.1:50000 192.0.2.2:25 "}, "raw IPv6": {229, v6, "2001::1:50000 2001::2:25 "}, "Ethernet": {1, ethernet, "192.0.2.1:50000 192.0.2.2:25 "},
		"VLAN": {1, vlan, "2001::1:50000 2001::2:25 "}, "Linux cooked": {113, cooked, "192.0.2.1:50000 192.0.2.2:25 "}, "loopback": {0, null, "192.0.2.1:50000 192.0.2.2:25 "},
	} {
		if got := said(t, file(c.link, c.list...)); got != c.ends+want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.ends+want)
		}
	}
}

// TestGap: what never came is counted, and what follows is there.
func TestGap(t *testing.T) {
	got := said(t, file(101, segment{true, 1000, 0, "EHLO a\r\n"}.ipv4(), segment{true, 1018, 0, "QUIT\r\n"}.ipv4()))
	want := "192.0.2.1:50000 192.0.2.2:25 again=0 early=1 missing=10 began=false\n1 0 \"EHLO a\\r\\n\" gap=0\n2 0 \"QUIT\\r\\n\" gap=10\n"
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestPortsAgain: the same two ports make a second connection.
func TestPortsAgain(t *testing.T) {
	got := said(t, file(101, segment{true, 9, 2, ""}.ipv4(), segment{true, 10, 0, "one"}.ipv4(), segment{true, 5000, 2, ""}.ipv4(), segment{true, 5001, 0, "two"}.ipv4()))
	if strings.Count(got, "began=true") != 2 || !strings.Contains(got, `"one"`) || !strings.Contains(got, `"two"`) {
		t.Error(got)
	}
}

func TestDamagedFiles(t *testing.T) {
	whole := file(101, conversation[0].ipv4(), conversation[3].ipv4())
	found, err := packets.Read(whole[:len(whole)-3])
	if err != nil || !found.Broken || found.Packets != 1 {
		t.Errorf("%+v %v", found, err)
	}
	fragment := conversation[3].ipv4()
	fragment[6] = 0x20
	found, err = packets.Read(file(101, fragment, []byte{0x45}, nil, []byte("x")))
	if err != nil || found.Fragments != 1 || found.Other != 4 || len(found.Streams) != 0 {
		t.Errorf("%+v %v", found, err)
	}
}

// FuzzRead reads anything: it ends without a panic, and no more octets come out than went in.
func FuzzRead(f *testing.F) {
	var v4 [][]byte
	for _, s := range conversation {
		v4 = append(v4, s.ipv4())
	}
	f.Add(file(101, v4...))
	f.Add([]byte("\n\r\r\n\x1c\x00\x00\x00\x4d\x3c\x2b\x1a\x01\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\x1c\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		found, err := packets.Read(data)
		if err != nil {
			return
		}
		total := 0
		for _, s := range found.Streams {
			for _, c := range s.Chunks {
				total += len(c.Data)
			}
			packets.Records(s.Chunks)
		}
		if total > len(data) {
			t.Fatalf("%d octets of %d", total, len(data))
		}
	})
}
