package slim

import (
	"bytes"
	"encoding/binary"
)

// series is a column of numbers of four octets in the program's memory, each of which is a little more than the one before:
// the module holds the differences, which pack to next to nothing, and adds them up again when it is instantiated.
type series struct{ at, count, stride int }

// The parts of runtime.moduledata that say where its tables are, in words of eight octets.
const (
	moduleFuncTab  = 16
	moduleFuncs    = 17
	moduleFindFunc = 19
	moduleMinPC    = 20
	moduleMaxPC    = 21
	moduleWords    = 22

	bucket     = 4096 // how much of the program counter's space has one entry of the table that finds functions
	bucketSize = 20
)

// layout is where the tables of functions are.
type layout struct {
	head    int // of the table of functions
	funcTab int // the table that leads from a function's number to its record: pairs of an address and an offset from here
	funcs   int
	columns []series
}

// find looks for the tables of functions and checks that they are what they are taken for.
func find(memory []byte) (layout, error) {
	at := bytes.Index(memory, magic)
	if at < 0 || len(memory)-at < headSize {
		return layout{}, errTable
	}
	word := func(offset int) int { return int(binary.LittleEndian.Uint64(memory[at+offset:])) }
	l := layout{head: at, funcTab: at + word(headFuncTab), funcs: word(headFuncs)}
	if l.funcs <= 0 || word(headFuncTab) < headSize || l.funcTab+8*l.funcs > len(memory) {
		return layout{}, errTable
	}
	l.columns = []series{{l.funcTab, l.funcs, 8}, {l.funcTab + 4, l.funcs, 8}}
	pointer := binary.LittleEndian.AppendUint64(nil, uint64(at))
	for from := 0; ; {
		i := bytes.Index(memory[from:], pointer)
		if i < 0 || len(memory)-from-i < 8*moduleWords {
			return layout{}, errTable
		}
		from += i
		module := func(n int) int { return int(binary.LittleEndian.Uint64(memory[from+8*n:])) }
		low, high, buckets := module(moduleMinPC), module(moduleMaxPC), module(moduleFindFunc)
		if module(moduleFuncTab) == l.funcTab && module(moduleFuncs) == l.funcs+1 && low < high && buckets > 0 {
			count := (high - low + bucket - 1) / bucket
			if count > len(memory)/bucketSize || buckets+count*bucketSize > len(memory) {
				return layout{}, errTable
			}
			l.columns = append(l.columns, series{buckets, count, bucketSize})
			return l, nil
		}
		from++
	}
}

// record is where the record of a function is.
func (l layout) record(memory []byte, i int) (int, error) {
	at := l.funcTab + int(binary.LittleEndian.Uint32(memory[l.funcTab+8*i+4:]))
	if at < l.funcTab || at+funcSize > len(memory) {
		return 0, errTable
	}
	return at, nil
}

// takeDifferences puts differences in the place of the numbers that sums adds up again.
func (l layout) takeDifferences(memory []byte) error {
	var before [2]uint32
	for i := range l.funcs {
		at, err := l.record(memory, i)
		if err != nil {
			return err
		}
		for j := range before {
			before[j] = difference(memory[at+4*j:], before[j])
		}
	}
	for _, s := range l.columns {
		before := uint32(0)
		for i := range s.count {
			before = difference(memory[s.at+i*s.stride:], before)
		}
	}
	return nil
}

// difference takes before from a number and returns the number.
func difference(b []byte, before uint32) uint32 {
	value := binary.LittleEndian.Uint32(b)
	binary.LittleEndian.PutUint32(b, value-before)
	return value
}

// Instructions (WebAssembly Core Specification 1.0, 5.4).
const (
	opLoop     = 0x03
	opEmpty    = 0x40
	opBrIf     = 0x0d
	opGet      = 0x20
	opSet      = 0x21
	opTee      = 0x22
	opLoad     = 0x28
	opStore    = 0x36
	opLess     = 0x49 // unsigned
	opAdd      = 0x6a
	typeI32    = 0x7f
	aligned    = 2
	localAt    = 0
	localSum   = 1
	localOther = 2
	localPlace = 3
)

// sums is the body of a function that adds up the differences: first those of the tables, which lead to the records of
// functions, then those in the records.
func (l layout) sums() []byte {
	b := []byte{1, 4, typeI32}
	constant := func(n int) {
		b = append(b, opI32Const)
		b = appendSigned(b, int64(int32(n)))
	}
	set := func(local byte, n int) {
		constant(n)
		b = append(b, opSet, local)
	}
	// next goes on to where the loop's number is next, and leaves the loop at end.
	next := func(stride, end int) {
		b = append(b, opGet, localAt)
		constant(stride)
		b = append(b, opAdd, opTee, localAt)
		constant(end)
		b = append(b, opLess, opBrIf, 0, opEnd)
	}
	add := func(place, sum byte, offset byte) {
		b = append(b, opGet, place, opGet, sum, opGet, place, opLoad, aligned, offset, opAdd, opTee, sum, opStore, aligned, offset)
	}
	for _, s := range l.columns {
		set(localAt, s.at)
		set(localSum, 0)
		b = append(b, opLoop, opEmpty)
		add(localAt, localSum, 0)
		next(s.stride, s.at+s.count*s.stride)
	}
	set(localAt, l.funcTab+4)
	set(localSum, 0)
	set(localOther, 0)
	b = append(b, opLoop, opEmpty, opGet, localAt, opLoad, aligned, 0)
	constant(l.funcTab)
	b = append(b, opAdd, opSet, localPlace)
	add(localPlace, localSum, 0)
	add(localPlace, localOther, 4)
	next(8, l.funcTab+4+8*l.funcs)
	return append(b, opEnd)
}
