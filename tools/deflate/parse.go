package deflate

import (
	"math"
	"slices"
)

// costs are how many bits each symbol takes, with the bits that follow it.
type costs struct {
	literal  [256]float32
	length   [longest + 1]float32
	distance [30]float32
}

// usual is what symbols cost before anything is known.
func usual() *costs {
	var c costs
	for i := range c.literal {
		c.literal[i] = 7
	}
	for n := shortest; n <= longest; n++ {
		c.length[n] = 6 + float32(lengths[lengthSymbol[n]].extra)
	}
	for i := range c.distance {
		c.distance[i] = 5 + float32(distances[i].extra)
	}
	return &c
}

// costsFrom are the costs from a place of the data on.
type costsFrom struct {
	at int
	*costs
}

// step is a literal, of length 1, or a match.
type step = match

// parse finds the cheapest way through a part of the data.
func parse(data []byte, from int, m matches, by []costsFrom) []symbol {
	n := len(m.ends)
	cost := make([]float32, n+1)
	for i := range cost {
		cost[i] = math.MaxFloat32
	}
	cost[0] = 0
	how := make([]step, n+1)
	c := by[0].costs
	for i := range n {
		for len(by) > 1 && by[1].at <= from+i {
			by = by[1:]
			c = by[0].costs
		}
		here := cost[i]
		if total := here + c.literal[data[from+i]]; total < cost[i+1] {
			cost[i+1], how[i+1] = total, step{length: 1}
		}
		length, found := shortest, m.at(i)
		if last := len(found) - 1; last >= 0 && found[last].length == longest {
			length, found = longest, found[last:] // nothing shorter is better, and long runs have no end of what could be tried
		}
		for _, f := range found {
			far := here + c.distance[distanceSymbol(f.distance)]
			for ; length <= int(f.length); length++ {
				if total := far + c.length[length]; total < cost[i+length] {
					cost[i+length], how[i+length] = total, step{uint16(length), f.distance}
				}
			}
		}
	}
	var symbols []symbol
	for i := n; i > 0; { // the last one first
		s := symbol{step: how[i]}
		if i -= int(s.length); s.length == 1 {
			s.literal = data[from+i]
		}
		symbols = append(symbols, s)
	}
	slices.Reverse(symbols)
	return symbols
}

// symbol is a step as it is written.
type symbol struct {
	step
	literal byte
}

// code is a symbol of lengths or distances: the least that it stands for, and how many bits say how much more it is
// (RFC 1951 §3.2.5).
type code struct{ least, extra int }

var (
	lengths      [29]code
	distances    [30]code
	lengthSymbol [longest + 1]uint8
	nearSymbol   [257]uint8 // of distances up to 256
	farSymbol    [256]uint8 // of those above, by (distance - 1) / 128
)

func distanceSymbol(d uint16) uint8 {
	if d <= 256 {
		return nearSymbol[d]
	}
	return farSymbol[(d-1)>>7]
}

func init() {
	least := shortest
	for i := range lengths[:28] {
		lengths[i] = code{least, max(0, i/4-1)}
		least += 1 << lengths[i].extra
	}
	lengths[28] = code{longest, 0}
	for i, l := range lengths {
		for n := l.least; n < l.least+1<<l.extra && n <= longest; n++ {
			lengthSymbol[n] = uint8(i)
		}
	}
	least = 1
	for i := range distances {
		distances[i] = code{least, max(0, i/2-1)}
		for d := least; d < least+1<<distances[i].extra; d++ {
			if d <= 256 {
				nearSymbol[d] = uint8(i)
			} else {
				farSymbol[(d-1)>>7] = uint8(i)
			}
		}
		least += 1 << distances[i].extra
	}
}
