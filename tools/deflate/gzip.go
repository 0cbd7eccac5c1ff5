// Package deflate packs octets as gzip (RFC 1952) in as few octets as the format allows within reason. It takes a hundred
// times as long as compress/gzip at its best and comes out some percent smaller: for what is packed once and loaded often.
//
// All matches of the window are found first. Which of them are used, and where one Huffman code gives way to the next,
// depends on what the codes cost, which depends on what is used: both are worked out in turn until nothing is gained.
package deflate

import (
	"encoding/binary"
	"hash/crc32"
)

// part is how many octets are worked out at once, which bounds the memory that their matches take.
const part = 1 << 20

// rounds bounds how often the costs of the codes are worked out anew.
const rounds = 12

// Gzip returns data as a gzip file.
func Gzip(data []byte) []byte {
	w := bitWriter{out: []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255}} // deflate, no name, no time, slowest, unknown system (RFC 1952 §2.3)
	f := newFinder(data)
	for from := 0; ; {
		to := min(from+part, len(data))
		blocks := best(data, from, f.matches(from, to))
		for i, b := range blocks {
			b.write(&w, to == len(data) && i == len(blocks)-1)
		}
		if from = to; from == len(data) {
			break
		}
	}
	w.flush()
	w.out = binary.LittleEndian.AppendUint32(w.out, crc32.ChecksumIEEE(data))
	return binary.LittleEndian.AppendUint32(w.out, uint32(len(data)))
}

// best works out the blocks of a part of the data.
func best(data []byte, from int, m matches) []block {
	var blocks []block
	size := 0
	costs := []costsFrom{{from, usual()}}
	for range rounds {
		next := split(parse(data, from, m, costs))
		n := 0
		costs = costs[:0]
		at := from
		for _, b := range next {
			n += b.size
			costs = append(costs, costsFrom{at, b.costs()})
			at += b.octets()
		}
		if blocks != nil && n >= size {
			break
		}
		blocks, size = next, n
	}
	return blocks
}

// bitWriter writes numbers of some bits, the lowest first (RFC 1951 §3.1.1).
type bitWriter struct {
	out  []byte
	acc  uint64
	have int
}

func (w *bitWriter) put(value uint32, n int) {
	w.acc |= uint64(value) << w.have
	for w.have += n; w.have >= 8; w.have -= 8 {
		w.out = append(w.out, byte(w.acc))
		w.acc >>= 8
	}
}

func (w *bitWriter) flush() {
	if w.have > 0 {
		w.put(0, 8-w.have)
	}
}
