package deflate

import "math"

const (
	literals  = 286 // symbols of literals, the end of a block (256) and lengths
	endSymbol = 256
)

// counts are how often each symbol stands in a run of steps.
type counts struct {
	literal  [literals]int
	distance [30]int
}

func (c *counts) add(s symbol) {
	if s.length == 1 {
		c.literal[s.literal]++
		return
	}
	c.literal[endSymbol+1+int(lengthSymbol[s.length])]++
	c.distance[distanceSymbol(s.distance)]++
}

func (c *counts) plus(o *counts) *counts {
	sum := *c
	for i, n := range o.literal {
		sum.literal[i] += n
	}
	for i, n := range o.distance {
		sum.distance[i] += n
	}
	return &sum
}

// block is a run of steps with codes of its own.
type block struct {
	symbols  []symbol
	count    *counts
	literal  []uint8 // the length of each symbol's code in bits, 0 for none
	distance []uint8
	head     *header // of the codes; nil where they are the fixed ones
	size     int     // in bits
}

// newBlock works out the codes of a run.
func newBlock(symbols []symbol, c *counts) block {
	b := block{symbols: symbols, count: c}
	count := c.literal
	count[endSymbol]++
	b.literal, b.distance = codeLengths(count[:], 15), codeLengths(c.distance[:], 15)
	b.head = newHeader(b.literal, b.distance)
	b.size = 3 + b.head.size + b.body(&count)
	fixed := block{symbols: symbols, count: c, literal: fixedLiteral(), distance: make([]uint8, 30)}
	for i := range fixed.distance {
		fixed.distance[i] = 5
	}
	if fixed.size = 3 + fixed.body(&count); fixed.size < b.size {
		return fixed
	}
	return b
}

// fixedLiteral are the lengths of the fixed codes (RFC 1951 §3.2.6).
func fixedLiteral() []uint8 {
	l := make([]uint8, 288)
	for i := range l {
		switch {
		case i < 144:
			l[i] = 8
		case i < 256:
			l[i] = 9
		case i < 280:
			l[i] = 7
		default:
			l[i] = 8
		}
	}
	return l
}

// body is how many bits the symbols take.
func (b *block) body(literal *[literals]int) int {
	size := 0
	for i, n := range literal {
		size += n * int(b.literal[i])
		if i > endSymbol {
			size += n * lengths[i-endSymbol-1].extra
		}
	}
	for i, n := range b.count.distance {
		size += n * (int(b.distance[i]) + distances[i].extra)
	}
	return size
}

// octets is how much of the data the block stands for.
func (b *block) octets() int {
	n := 0
	for _, s := range b.symbols {
		n += int(s.length)
	}
	return n
}

// costs are what symbols take in this block; those that it has not take a little more than the rarest would.
func (b *block) costs() *costs {
	var c costs
	total, far := 1, 1
	for _, n := range b.count.literal {
		total += n
	}
	for _, n := range b.count.distance {
		far += n
	}
	price := func(n, of int) float32 {
		if n == 0 {
			return float32(math.Log2(float64(of))) + 1
		}
		return float32(math.Log2(float64(of) / float64(n)))
	}
	for i := range c.literal {
		c.literal[i] = price(b.count.literal[i], total)
	}
	for n := shortest; n <= longest; n++ {
		s := int(lengthSymbol[n])
		c.length[n] = price(b.count.literal[endSymbol+1+s], total) + float32(lengths[s].extra)
	}
	for i := range c.distance {
		c.distance[i] = price(b.count.distance[i], far) + float32(distances[i].extra)
	}
	return &c
}

// grain is how many steps a block has at least before blocks are joined.
const grain = 2048

// run is a block that may be joined with its neighbours.
type run struct {
	steps int
	count *counts
	size  float64 // about how many bits it takes
}

func newRun(steps int, c *counts) run {
	entropy := func(count []int) (size, used float64) {
		total := 0
		for _, n := range count {
			if n > 0 {
				size -= float64(n) * math.Log2(float64(n))
				used++
			}
			total += n
		}
		return size + float64(total)*math.Log2(float64(max(total, 1))), used
	}
	literal, used := entropy(c.literal[:])
	distance, more := entropy(c.distance[:])
	return run{steps, c, literal + distance + 4*(used+more) + 80} // a length of a code is told in about four bits
}

// split cuts steps into blocks: many small ones, of which neighbours are joined while that makes them smaller.
func split(symbols []symbol) []block {
	var runs []run
	for from := 0; from < len(symbols) || from == 0; from += grain {
		part := symbols[from:min(from+grain, len(symbols))]
		c := &counts{}
		for _, s := range part {
			c.add(s)
		}
		runs = append(runs, newRun(len(part), c))
	}
	joined := make([]run, len(runs)) // of each run with the next one, as far as it is worked out
	for {
		most, place := 0.0, -1
		for i := 0; i+1 < len(runs); i++ {
			if joined[i].count == nil {
				joined[i] = newRun(runs[i].steps+runs[i+1].steps, runs[i].count.plus(runs[i+1].count))
			}
			if gain := runs[i].size + runs[i+1].size - joined[i].size; gain > most {
				most, place = gain, i
			}
		}
		if place < 0 {
			break
		}
		runs[place] = joined[place]
		runs = append(runs[:place+1], runs[place+2:]...)
		joined = append(joined[:place], joined[place+1:]...)
		joined[place] = run{}
		if place > 0 {
			joined[place-1] = run{}
		}
	}
	var blocks []block
	for _, r := range runs {
		blocks = append(blocks, newBlock(symbols[:r.steps], r.count))
		symbols = symbols[r.steps:]
	}
	return blocks
}

// write writes the block (RFC 1951 §3.2.3).
func (b *block) write(w *bitWriter, last bool) {
	kind := uint32(1)
	if b.head != nil {
		kind = 2
	}
	final := uint32(0)
	if last {
		final = 1
	}
	w.put(final, 1)
	if w.put(kind, 2); b.head != nil {
		b.head.write(w)
	}
	literal, distance := codes(b.literal), codes(b.distance)
	for _, s := range b.symbols {
		if s.length == 1 {
			w.put(literal[s.literal], int(b.literal[s.literal]))
			continue
		}
		l := int(lengthSymbol[s.length])
		w.put(literal[endSymbol+1+l], int(b.literal[endSymbol+1+l]))
		w.put(uint32(int(s.length)-lengths[l].least), lengths[l].extra)
		d := distanceSymbol(s.distance)
		w.put(distance[d], int(b.distance[d]))
		w.put(uint32(int(s.distance)-distances[d].least), distances[d].extra)
	}
	w.put(literal[endSymbol], int(b.literal[endSymbol]))
}
