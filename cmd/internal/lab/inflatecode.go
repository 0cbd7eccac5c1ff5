package lab

// code is a Huffman code as DEFLATE has it (RFC 1951 §3.2.2): codes of a length follow one another in the order of their
// symbols, so that the lengths say everything.
type code struct {
	counts  [longestCode + 1]int // codes of each length
	symbols []int                // by length, then by symbol
}

// newCode makes the code of symbols whose codes have these lengths; 0 is none. It is nil where there are more than fit.
func newCode(lengths []byte) *code {
	c := &code{}
	for _, n := range lengths {
		c.counts[n]++
	}
	c.counts[0] = 0
	free := 1
	for _, n := range c.counts[1:] {
		if free = free<<1 - n; free < 0 {
			return nil
		}
	}
	for n := byte(1); n <= longestCode; n++ {
		for symbol, length := range lengths {
			if length == n {
				c.symbols = append(c.symbols, symbol)
			}
		}
	}
	return c
}

// symbol reads a symbol bit by bit.
func (f *inflater) symbol(c *code) (int, error) {
	value, first, index := 0, 0, 0
	for n := 1; n <= longestCode; n++ {
		bit, err := f.take(1)
		if err != nil {
			return 0, err
		}
		value |= int(bit)
		if value-first < c.counts[n] {
			return c.symbols[index+value-first], nil
		}
		index += c.counts[n]
		first = (first + c.counts[n]) << 1
		value <<= 1
	}
	return 0, errInflate
}

// tables reads the codes of a block (RFC 1951 §3.2.7).
func (f *inflater) tables() (lengths, distances *code, err error) {
	var sizes [3]int
	for i, n := range [...]uint{5, 5, 4} {
		v, err := f.take(n)
		if err != nil {
			return nil, nil, err
		}
		sizes[i] = int(v) + [...]int{257, 1, 4}[i]
	}
	var short [19]byte
	for _, at := range lengthOrder[:sizes[2]] {
		v, err := f.take(3)
		if err != nil {
			return nil, nil, err
		}
		short[at] = byte(v)
	}
	all := make([]byte, 0, sizes[0]+sizes[1])
	c := newCode(short[:])
	for c != nil && len(all) < sizes[0]+sizes[1] {
		if all, err = f.length(c, all); err != nil {
			return nil, nil, err
		}
	}
	if len(all) != sizes[0]+sizes[1] {
		return nil, nil, errInflate
	}
	lengths, distances = newCode(all[:sizes[0]]), newCode(all[sizes[0]:])
	if lengths == nil || distances == nil {
		return nil, nil, errInflate
	}
	return lengths, distances, nil
}

// length reads the length of a code, or how often one is repeated.
func (f *inflater) length(c *code, all []byte) ([]byte, error) {
	symbol, err := f.symbol(c)
	if err != nil || symbol < 16 {
		return append(all, byte(symbol)), err
	}
	what, least, bits := byte(0), 3, uint(3)
	switch symbol {
	case 16:
		if len(all) == 0 {
			return nil, errInflate
		}
		what, bits = all[len(all)-1], 2
	case 18:
		least, bits = 11, 7
	}
	more, err := f.take(bits)
	for range least + int(more) {
		all = append(all, what)
	}
	return all, err
}

// lengthOrder is in which order a block tells the lengths of the code for lengths.
var lengthOrder = [19]byte{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// The numbers that a symbol stands for begin at a base, and bits behind the symbol are added.
var (
	lengthBases = [29]int{3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258}
	lengthBits  = [29]uint{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0}

	distanceBases = [30]int{1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
		8193, 12289, 16385, 24577}
	distanceBits = [30]uint{0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13}

	fixedLengths, fixedDistances = fixedCodes()
)

// fixedCodes are those of a block that brings none (RFC 1951 §3.2.6).
func fixedCodes() (lengths, distances *code) {
	var l [288]byte
	for i := range l {
		switch {
		case i < 144 || i >= 280:
			l[i] = 8
		case i < 256:
			l[i] = 9
		default:
			l[i] = 7
		}
	}
	var d [30]byte
	for i := range d {
		d[i] = 5
	}
	return newCode(l[:]), newCode(d[:])
}
