// Package slim makes Go's WebAssembly programs smaller on the wire without changing what they do.
//
// Go's linker leaves runs of zeros out of a program's data and pays for it with a hundred thousand small data segments,
// whose headers no compressor can guess: joined again, the data packs a tenth smaller and the browser starts the program
// sooner. Its tables that lead from a program counter to a function are rising numbers, which pack badly: the module holds
// their differences and a start function that adds them up. And it writes the line number of each instruction, which only
// the trace of a panic shows: the page keeps the seed and the input log of a panic, and their replay in a native build
// names the lines.
package slim

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Options says what Program does besides joining data segments.
type Options struct {
	// Lines keeps the tables of functions as they are, with file names and line numbers, so that the trace of a panic
	// shows them.
	Lines bool
}

// The parts of a WebAssembly module that matter here (WebAssembly Core Specification 1.0, 5.5).
const (
	preamble        = "\x00asm\x01\x00\x00\x00"
	customSection   = 0
	typeSection     = 1
	importSection   = 2
	functionSection = 3
	startSection    = 8
	codeSection     = 10
	dataSection     = 11
)

var errShort = errors.New("the module ends too early")

// section is a part of a module.
type section struct {
	id   byte
	body []byte
}

// Program returns the same program in fewer octets when compressed. Its error says what about the module is not as Go's
// linker writes it; the module can then be used as it is.
func Program(module []byte, o Options) ([]byte, error) {
	sections, err := split(module)
	if err != nil {
		return nil, err
	}
	data := place(sections, dataSection)
	if data < 0 {
		return nil, errors.New("the module has no data")
	}
	memory, err := load(sections[data].body)
	if err != nil {
		return nil, err
	}
	if !o.Lines {
		l, err := find(memory)
		if err != nil {
			return nil, err
		}
		if err := l.dropLines(memory); err != nil {
			return nil, err
		}
		if err := l.takeDifferences(memory); err != nil {
			return nil, err
		}
		if sections, err = addStart(sections, l.sums()); err != nil {
			return nil, err
		}
		data = place(sections, dataSection)
	}
	sections[data].body = segments(memory)
	out := append(make([]byte, 0, len(module)), preamble...)
	for _, s := range sections {
		out = append(out, s.id)
		out = binary.AppendUvarint(out, uint64(len(s.body)))
		out = append(out, s.body...)
	}
	return out, nil
}

// split takes a module apart.
func split(module []byte) ([]section, error) {
	if len(module) < len(preamble) || string(module[:len(preamble)]) != preamble {
		return nil, errors.New("not a WebAssembly module of version 1")
	}
	var sections []section
	for rest := module[len(preamble):]; len(rest) > 0; {
		size, n := binary.Uvarint(rest[1:])
		if n <= 0 || size > uint64(len(rest)-1-n) {
			return nil, errShort
		}
		sections = append(sections, section{rest[0], rest[1+n : 1+n+int(size)]})
		rest = rest[1+n+int(size):]
	}
	return sections, nil
}

// place is where the section is, or -1.
func place(sections []section, id byte) int {
	for i, s := range sections {
		if s.id == id {
			return i
		}
	}
	return -1
}

// addStart gives the module a function that runs when it is instantiated, after its data is there. The function is the
// last, so that all others keep their numbers.
func addStart(sections []section, body []byte) ([]section, error) {
	types, functions, code := place(sections, typeSection), place(sections, functionSection), place(sections, codeSection)
	if types < 0 || functions < 0 || code < 0 || place(sections, startSection) >= 0 {
		return nil, errors.New("a module of Go has types, functions and code, and no start function")
	}
	imported := 0
	if i := place(sections, importSection); i >= 0 {
		n, err := importedFunctions(sections[i].body)
		if err != nil {
			return nil, err
		}
		imported = n
	}
	out := append([]section(nil), sections...)
	var kind, number uint64
	var err error
	if out[types].body, kind, err = grow(sections[types].body, []byte{0x60, 0, 0}); err != nil { // no parameters, no results
		return nil, err
	}
	if out[functions].body, number, err = grow(sections[functions].body, binary.AppendUvarint(nil, kind)); err != nil {
		return nil, err
	}
	if out[code].body, _, err = grow(sections[code].body, append(binary.AppendUvarint(nil, uint64(len(body))), body...)); err != nil {
		return nil, err
	}
	start := section{startSection, binary.AppendUvarint(nil, uint64(imported)+number)}
	for i, s := range out {
		if s.id != customSection && s.id > startSection {
			return append(append(append([]section(nil), out[:i]...), start), out[i:]...), nil
		}
	}
	return nil, errShort
}

// grow adds an element to a section that is a vector, and says which number it has.
func grow(body, element []byte) (grown []byte, number uint64, err error) {
	count, n := binary.Uvarint(body)
	if n <= 0 {
		return nil, 0, errShort
	}
	grown = binary.AppendUvarint(make([]byte, 0, len(body)+len(element)+1), count+1)
	return append(append(grown, body[n:]...), element...), count, nil
}

// importedFunctions counts the functions in an import section. Go's linker imports nothing else.
func importedFunctions(body []byte) (int, error) {
	count, n := binary.Uvarint(body)
	if n <= 0 {
		return 0, errShort
	}
	rest := body[n:]
	for range count {
		for range 2 { // the names of module and function
			size, n := binary.Uvarint(rest)
			if n <= 0 || size >= uint64(len(rest)-n) {
				return 0, errShort
			}
			rest = rest[n+int(size):]
		}
		if rest[0] != 0 {
			return 0, errors.New("the module imports something else than functions")
		}
		_, n := binary.Uvarint(rest[1:])
		if n <= 0 {
			return 0, errShort
		}
		rest = rest[1+n:]
	}
	return int(count), nil
}

// most is the largest memory that data may fill, in octets: programs of the page have a tenth of it.
const most = 256 << 20

// load returns the memory that a data section fills, from address 0.
func load(section []byte) ([]byte, error) {
	count, n := binary.Uvarint(section)
	if n <= 0 {
		return nil, errShort
	}
	rest := section[n:]
	var memory []byte
	for range count {
		// An active segment of memory 0 whose address is one i32.const.
		if len(rest) < 4 || rest[0] != 0 || rest[1] != opI32Const {
			return nil, errors.New("a data segment is not at a constant address of memory 0")
		}
		address, n := readSigned(rest[2:])
		if n == 0 || len(rest) < 3+n || rest[2+n] != opEnd {
			return nil, errors.New("the address of a data segment is not one constant")
		}
		rest = rest[3+n:]
		size, n := binary.Uvarint(rest)
		if n <= 0 || size > uint64(len(rest)-n) {
			return nil, errShort
		}
		if address < 0 || address+int64(size) > most {
			return nil, fmt.Errorf("a data segment of %d octets at %d is outside of what a program has", size, address)
		}
		if end := int(address) + int(size); end > len(memory) {
			memory = append(memory, make([]byte, end-len(memory))...)
		}
		copy(memory[address:], rest[n:n+int(size)])
		rest = rest[n+int(size):]
	}
	return memory, nil
}

const (
	opI32Const = 0x41
	opEnd      = 0x0b
)

// gap is the shortest run of zeros that ends a segment. Shorter ones cost less inside a segment than the header of the
// next one does.
const gap = 256

// segments returns the data section that fills memory, whose octets are zero before.
func segments(memory []byte) []byte {
	var (
		body  []byte
		count uint64
	)
	for at := 0; ; {
		for at < len(memory) && memory[at] == 0 {
			at++
		}
		if at == len(memory) {
			break
		}
		end, zeros := at, 0
		for i := at; i < len(memory) && zeros < gap; i++ {
			if zeros++; memory[i] != 0 {
				end, zeros = i+1, 0
			}
		}
		body = append(body, 0, opI32Const)
		body = appendSigned(body, int64(at))
		body = append(body, opEnd)
		body = binary.AppendUvarint(body, uint64(end-at))
		body = append(body, memory[at:end]...)
		count++
		at = end
	}
	return append(binary.AppendUvarint(nil, count), body...)
}

// readSigned reads a signed LEB128 number and returns how many octets it has, 0 where there is none.
func readSigned(b []byte) (int64, int) {
	var value int64
	for i := 0; i < len(b) && i < 10; i++ {
		value |= int64(b[i]&0x7f) << (7 * i)
		if b[i]&0x80 == 0 {
			if unused := 64 - 7*(i+1); unused > 0 {
				value = value << unused >> unused
			}
			return value, i + 1
		}
	}
	return 0, 0
}

// appendSigned appends value as signed LEB128.
func appendSigned(b []byte, value int64) []byte {
	for {
		octet := byte(value & 0x7f)
		value >>= 7
		if value == 0 && octet&0x40 == 0 || value == -1 && octet&0x40 != 0 {
			return append(b, octet)
		}
		b = append(b, octet|0x80)
	}
}
