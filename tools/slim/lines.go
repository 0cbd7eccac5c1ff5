package slim

import (
	"encoding/binary"
	"errors"
)

// Where things are in the table that tells Go's runtime about functions, since Go 1.20: its head in words of eight octets
// (runtime.pcHeader), and the record of a function in words of four (runtime._func).
const (
	headFuncs    = 8
	headNames    = 32
	headUnits    = 40
	headPCTables = 56
	headFuncTab  = 64
	headSize     = 72

	funcName      = 4
	funcSP        = 16
	funcFile      = 20
	funcLine      = 24
	funcPCTables  = 28
	funcUnit      = 32
	funcStartLine = 36
	funcSize      = 44
)

// magic begins the table: its version, two zeros, the smallest instruction and the size of a pointer.
var magic = []byte{0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8}

var errTable = errors.New("the tables of functions are not as Go 1.26 writes them; slim.Options.Lines leaves them as they are")

// dropLines takes file names and line numbers out of the table of functions. The runtime prints a function without them
// with ? in the place of its file. The tables of stack sizes and of stack maps, by which the runtime lives, stay.
func (l layout) dropLines(memory []byte) error {
	table := memory[l.head:]
	word := func(offset int) int { return int(binary.LittleEndian.Uint64(table[offset:])) }
	names, units, pcTables, funcTab := word(headNames), word(headUnits), word(headPCTables), word(headFuncTab)
	// The parts follow one another in this order: anything else is a layout that is not known here.
	if names < headSize || units < names || pcTables < units || funcTab < pcTables {
		return errTable
	}
	pc := table[pcTables:funcTab]
	live := make([]bool, len(pc))
	live[0] = true
	for i := range l.funcs {
		at, err := l.record(memory, i)
		if err != nil {
			return err
		}
		f := memory[at:]
		field := func(offset int) int { return int(binary.LittleEndian.Uint32(f[offset:])) }
		if field(funcName) >= units-names || funcSize+4*field(funcPCTables) > len(f) || !keep(live, pc, field(funcSP)) {
			return errTable
		}
		for j := range field(funcPCTables) {
			if !keep(live, pc, field(funcSize+4*j)) {
				return errTable
			}
		}
		for _, offset := range []int{funcFile, funcLine, funcUnit, funcStartLine} {
			binary.LittleEndian.PutUint32(f[offset:], 0)
		}
	}
	for i, l := range live {
		if !l {
			pc[i] = 0
		}
	}
	clear(table[units:pcTables]) // which files a unit has, and their names
	return nil
}

// keep marks the octets of the table that begins at offset: pairs of a value's change and a length, up to a change of
// zero that is not the first. Offset 0 means that there is no table.
func keep(live []bool, pc []byte, offset int) bool {
	for first, at := true, offset; offset != 0; first = false {
		for part := range 2 {
			if at >= len(pc) {
				return false
			}
			value, n := binary.Uvarint(pc[at:])
			if n <= 0 {
				return false
			}
			for range n {
				live[at] = true
				at++
			}
			if part == 0 && value == 0 && !first {
				return true
			}
		}
	}
	return true
}
