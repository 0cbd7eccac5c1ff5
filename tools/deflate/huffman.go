package deflate

import (
	"math/bits"
	"slices"
)

// codeLengths returns the lengths of the shortest prefix code for symbols that stand so often, none longer than limit: by
// package-merge (Larmore and Hirschberg). A symbol that does not stand there has none; a code has two symbols at least.
func codeLengths(count []int, limit int) []uint8 {
	type item struct {
		weight  int
		symbols []uint16 // in a package each as often as it lies in it
	}
	var leaves []item
	for s, n := range count {
		if n > 0 {
			leaves = append(leaves, item{n, []uint16{uint16(s)}})
		}
	}
	for s := 0; len(leaves) < 2; s++ { // decoders differ in what they make of less
		if count[s] == 0 {
			leaves = append(leaves, item{0, []uint16{uint16(s)}})
		}
	}
	slices.SortStableFunc(leaves, func(a, b item) int { return a.weight - b.weight })
	row := leaves
	for range limit - 1 {
		var packages []item
		for i := 0; i+1 < len(row); i += 2 {
			packages = append(packages, item{row[i].weight + row[i+1].weight, slices.Concat(row[i].symbols, row[i+1].symbols)})
		}
		merged := make([]item, 0, len(leaves)+len(packages))
		rest := leaves
		for _, p := range packages {
			for len(rest) > 0 && rest[0].weight <= p.weight {
				merged, rest = append(merged, rest[0]), rest[1:]
			}
			merged = append(merged, p)
		}
		row = append(merged, rest...)
	}
	lengths := make([]uint8, len(count))
	for _, p := range row[:2*len(leaves)-2] {
		for _, s := range p.symbols {
			lengths[s]++
		}
	}
	return lengths
}

// codes are the codes of these lengths (RFC 1951 §3.2.2), their first bit lowest.
func codes(lengths []uint8) []uint32 {
	var count, next [16]uint32
	for _, n := range lengths {
		count[n]++
	}
	count[0] = 0
	for n := 1; n < len(next); n++ {
		next[n] = (next[n-1] + count[n-1]) << 1
	}
	out := make([]uint32, len(lengths))
	for s, n := range lengths {
		if n > 0 {
			out[s] = bits.Reverse32(next[n]) >> (32 - n)
			next[n]++
		}
	}
	return out
}

// header is how a block tells the lengths of its codes (RFC 1951 §3.2.7).
type header struct {
	literals, distances int
	run                 []told
	lengths             []uint8 // of the codes for what is told
	order               int     // how many of the lengths are told
	size                int     // in bits
}

// told is a length, or 16 to 18: some lengths at once.
type told struct{ symbol, more uint8 }

var (
	toldExtra = [19]int{16: 2, 17: 3, 18: 7}
	toldOrder = [19]int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
)

// newHeader works out the smallest of the ways in which runs of the same length can be told.
func newHeader(literal, distance []uint8) *header {
	h := header{literals: literals, distances: 30}
	for h.literals > 257 && literal[h.literals-1] == 0 {
		h.literals--
	}
	for h.distances > 1 && distance[h.distances-1] == 0 {
		h.distances--
	}
	all := slices.Concat(literal[:h.literals], distance[:h.distances])
	var best *header
	for way := range 8 {
		try := h
		try.run = tell(all, way&1 != 0, way&2 != 0, way&4 != 0)
		try.measure()
		if best == nil || try.size < best.size {
			best = &try
		}
	}
	return best
}

// tell puts lengths into words: whether they use 16, which repeats a length, 17 and 18, which stand for zeros.
func tell(lengths []uint8, use16, use17, use18 bool) (run []told) {
	for i := 0; i < len(lengths); {
		n := 1
		for i+n < len(lengths) && lengths[i+n] == lengths[i] {
			n++
		}
		i += n
		value := lengths[i-1]
		for value == 0 && use18 && n >= 11 {
			m := min(n, 138)
			run = append(run, told{18, uint8(m - 11)})
			n -= m
		}
		for value == 0 && use17 && n >= 3 {
			m := min(n, 10)
			run = append(run, told{17, uint8(m - 3)})
			n -= m
		}
		if use16 && n >= 4 {
			run = append(run, told{symbol: value})
			for n--; n >= 3; {
				m := min(n, 6)
				run = append(run, told{16, uint8(m - 3)})
				n -= m
			}
		}
		for range n {
			run = append(run, told{symbol: value})
		}
	}
	return run
}

func (h *header) measure() {
	var count [19]int
	for _, t := range h.run {
		count[t.symbol]++
	}
	h.lengths = codeLengths(count[:], 7)
	h.order = len(toldOrder)
	for h.order > 4 && h.lengths[toldOrder[h.order-1]] == 0 {
		h.order--
	}
	h.size = 14 + 3*h.order
	for s, n := range count {
		h.size += n * (int(h.lengths[s]) + toldExtra[s])
	}
}

func (h *header) write(w *bitWriter) {
	w.put(uint32(h.literals-257), 5)
	w.put(uint32(h.distances-1), 5)
	w.put(uint32(h.order-4), 4)
	for _, s := range toldOrder[:h.order] {
		w.put(uint32(h.lengths[s]), 3)
	}
	code := codes(h.lengths)
	for _, t := range h.run {
		w.put(code[t.symbol], int(h.lengths[t.symbol]))
		w.put(uint32(t.more), toldExtra[t.symbol])
	}
}
