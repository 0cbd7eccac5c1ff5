// Package packets reads captures, as tcpdump and Wireshark write them, and puts the TCP streams in them together again: pcap and
// pcapng; Ethernet, raw IP and Linux's cooked packets; IPv4 and IPv6. It knows nothing of mail.
//
// A capture comes from anywhere. Whatever a length in it says, nothing is read behind the end of the file, and memory grows with
// the file's length only.
package packets

import (
	"bytes"
	"encoding/binary"
)

// MaxFile is the longest capture that [Read] takes, in octets.
const MaxFile = 64 << 20

// Problem is why a capture cannot be read, named as in message identifiers.
type Problem string

// The problems.
const (
	TooLong     Problem = "too-long"     // more than MaxFile octets
	Cut         Problem = "cut"          // the file ends within its first header
	UnknownLink Problem = "unknown-link" // packets of a kind of network that is not known here
)

// Error returns the problem's name.
func (p Problem) Error() string { return string(p) }

// Found is what is in a capture.
type Found struct {
	Streams    []*Stream
	Packets    int
	Other      int               // packets without TCP in them
	Fragments  int               // parts of IP packets, which are not put together
	Short      int               // packets of which the capture holds only the beginning
	Broken     bool              // the file ends within a packet, or holds something else from there on
	Names      map[string]string // of addresses, where the file says them
	unknown    bool              // some interface is of a kind that is not known
	understood bool              // some interface is known
}

// Is says whether a file is a capture, by its first octets.
func Is(data []byte) bool {
	if len(data) < 4 {
		return false
	}
	_, _, ok := pcapOrder(data)
	return ok || binary.LittleEndian.Uint32(data) == blockSection
}

// pcapOrder reads the first octets of a pcap file: the order of its octets, and how many nanoseconds the unit of its times has.
func pcapOrder(data []byte) (order binary.ByteOrder, unit int64, ok bool) {
	for _, o := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		switch o.Uint32(data) {
		case 0xA1B2C3D4:
			return o, 1000, true
		case 0xA1B23C4D:
			return o, 1, true
		}
	}
	return nil, 0, false
}

// Read reads a capture. The error is a [Problem].
func Read(data []byte) (*Found, error) {
	if len(data) > MaxFile {
		return nil, TooLong
	}
	if len(data) < 4 {
		return nil, Cut
	}
	a := newAssembly()
	var err error
	if order, unit, ok := pcapOrder(data); ok {
		err = a.pcap(data, order, unit)
	} else {
		err = a.pcapng(data)
	}
	if err == nil && a.unknown && !a.understood {
		err = UnknownLink
	}
	if err != nil {
		return nil, err
	}
	a.finish()
	return &a.Found, nil
}

// pcap reads the packets of a pcap file.
func (a *assembly) pcap(data []byte, order binary.ByteOrder, unit int64) error {
	if len(data) < 24 {
		return Cut
	}
	link := order.Uint32(data[20:]) & 0xFFFF
	for rest := data[24:]; len(rest) > 0; {
		if len(rest) < 16 {
			a.Broken = true
			break
		}
		at := int64(order.Uint32(rest))*1e9 + int64(order.Uint32(rest[4:]))*unit
		kept, whole := order.Uint32(rest[8:]), order.Uint32(rest[12:])
		if rest = rest[16:]; uint64(kept) > uint64(len(rest)) {
			a.Broken = true
			break
		}
		a.packet(at, link, rest[:kept], whole > kept)
		rest = rest[kept:]
	}
	return nil
}

// The block types of a pcapng file, and the options that matter here (draft-ietf-opsawg-pcapng).
const (
	blockSection   = 0x0A0D0D0A
	blockInterface = 1
	blockSimple    = 3
	blockNames     = 4
	blockPacket    = 6

	optionResolution = 9
)

// card is an interface of a pcapng file.
type card struct {
	link uint32
	unit int64 // nanoseconds; 0 where a unit is shorter than one
	per  int64 // units in a nanosecond, where it is
}

// pcapng reads the packets of a pcapng file.
func (a *assembly) pcapng(data []byte) error {
	var order binary.ByteOrder = binary.LittleEndian
	var cards []card
	for first := true; len(data) > 0; first = false {
		if len(data) < 12 {
			if first {
				return Cut
			}
			a.Broken = true
			break
		}
		kind := order.Uint32(data)
		if kind == blockSection {
			if order = binary.LittleEndian; binary.BigEndian.Uint32(data[8:]) == 0x1A2B3C4D {
				order = binary.BigEndian
			}
			cards = nil
		}
		size := order.Uint32(data[4:])
		if size < 12 || uint64(size) > uint64(len(data)) {
			if first {
				return Cut
			}
			a.Broken = true
			break
		}
		body := data[8 : size-4]
		data = data[min(uint64(size)+uint64(-size&3), uint64(len(data))):]
		switch kind {
		case blockInterface:
			if len(body) >= 8 {
				cards = append(cards, readCard(body, order))
			}
		case blockNames:
			a.names(body, order)
		case blockPacket:
			a.enhanced(body, order, cards)
		case blockSimple:
			if len(body) >= 4 && len(cards) > 0 {
				whole := order.Uint32(body)
				kept := min(uint64(whole), uint64(len(body)-4))
				a.packet(0, cards[0].link, body[4:4+kept], uint64(whole) > kept)
			}
		}
	}
	return nil
}

func readCard(body []byte, order binary.ByteOrder) card {
	c := card{link: uint32(order.Uint16(body)), unit: 1000}
	options(body[8:], order, func(code uint16, value []byte) {
		if code != optionResolution || len(value) == 0 {
			return
		}
		c.unit, c.per = 1e9, 1
		if n := value[0]; n&0x80 == 0 { // a power of ten
			for range min(n, 18) {
				if c.unit >= 10 {
					c.unit /= 10
				} else {
					c.per *= 10
				}
			}
		} else {
			c.unit = 0 // a power of two: units in a second
			c.per = int64(1) << min(n&0x7F, 40)
		}
	})
	return c
}

// time is a moment of the file in nanoseconds since 1970.
func (c card) time(ticks uint64) int64 {
	switch {
	case c.unit == 0:
		return int64(ticks/uint64(c.per))*1e9 + int64(ticks%uint64(c.per))*1000/(c.per/1e6+1)
	case c.per > 1:
		return int64(ticks / uint64(c.per))
	}
	return int64(ticks) * c.unit
}

func (a *assembly) enhanced(body []byte, order binary.ByteOrder, cards []card) {
	if len(body) < 20 {
		return
	}
	at := uint64(order.Uint32(body[4:]))<<32 | uint64(order.Uint32(body[8:]))
	kept, whole := order.Uint32(body[12:]), order.Uint32(body[16:])
	i := order.Uint32(body)
	if uint64(i) >= uint64(len(cards)) || uint64(kept) > uint64(len(body)-20) {
		a.Packets++
		a.Other++
		return
	}
	a.packet(cards[i].time(at), cards[i].link, body[20:20+kept], whole > kept)
}

// options reads a list of options.
func options(list []byte, order binary.ByteOrder, yield func(code uint16, value []byte)) {
	for len(list) >= 4 {
		code, size := order.Uint16(list), int(order.Uint16(list[2:]))
		if list = list[4:]; code == 0 || size > len(list) {
			return
		}
		yield(code, list[:size])
		list = list[min(size+(-size&3), len(list)):]
	}
}

// names reads a block of names of addresses.
func (a *assembly) names(body []byte, order binary.ByteOrder) {
	options(body, order, func(code uint16, value []byte) {
		size := map[uint16]int{1: 4, 2: 16}[code]
		if size == 0 || len(value) <= size || len(a.Names) >= maxStreams {
			return
		}
		if name, _, _ := bytes.Cut(value[size:], []byte{0}); len(name) > 0 {
			a.Names[addressText(value[:size])] = string(name)
		}
	})
}
