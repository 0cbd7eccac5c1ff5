package machinetest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// Bytewise feeds the input to one machine whole, to one octet by octet, and to one in pieces of random length: output,
// reports and end must be the same.
func Bytewise(t testing.TB, newPeer func() Peer, input []byte) {
	t.Helper()
	whole := feed(newPeer(), input, func(n int) int { return n })
	single := feed(newPeer(), input, func(int) int { return 1 })
	if whole != single {
		t.Fatalf("fed %.2000q\nwhole:\n%s\noctet by octet:\n%s", input, whole, single)
	}
	seed := seedOf(input)
	r := rand.New(rand.NewPCG(seed, 0))
	if pieces := feed(newPeer(), input, func(n int) int { return 1 + r.IntN(min(n, 200)) }); pieces != whole {
		t.Fatalf("fed %.2000q\nwhole:\n%s\nin pieces (seed %d):\n%s", input, whole, seed, pieces)
	}
}

// seedOf makes the seed of a run from its input, so that the input alone repeats it.
func seedOf(input []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range input {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

// feed gives a machine the input in pieces as long as size says, and tells all that comes of it.
func feed(p Peer, input []byte, size func(rest int) int) string {
	var output bytes.Buffer
	var reports []string
	take := func() {
		output.Write(p.Output())
		if r, ok := p.(Reporter); ok {
			reports = append(reports, r.Reports()...)
		}
	}
	take()
	for len(input) > 0 {
		n := min(size(len(input)), len(input))
		// A copy: a machine that keeps the slice it is lent is found out.
		piece := bytes.Clone(input[:n])
		p.Receive(0, piece)
		for i := range piece {
			piece[i] = '#'
		}
		take()
		input = input[n:]
	}
	at, timed := p.Timeout()
	return fmt.Sprintf("%q\nreports %q\ndone %v, timeout %v %v", output.Bytes(), reports, p.Done(), at, timed)
}

// Observe feeds a conversation to an observer in pieces of at most size octets (0: each Said whole) and returns its
// lines; content that continues content is one line.
func Observe(o machine.Observer, said []Said, size int) []machine.Line {
	var lines []machine.Line
	for _, s := range said {
		for p := s.Data; len(p) > 0; {
			n := len(p)
			if size > 0 {
				n = min(size, n)
			}
			o.Observe(s.At, s.Dir, p[:n:n])
			p = p[n:]
			for l, ok := o.Next(); ok; l, ok = o.Next() {
				l.Data = bytes.Clone(l.Data)
				lines = join(lines, l)
			}
		}
	}
	return lines
}

// join appends a line, or its octets where it continues the content before it.
func join(lines []machine.Line, l machine.Line) []machine.Line {
	if n := len(lines); n > 0 && l.Class == trace.ClassContent {
		last := &lines[n-1]
		if last.Class == l.Class && last.Dir == l.Dir && last.Off+int64(len(last.Data)) == l.Off {
			last.Data, last.At, last.Next = append(last.Data, l.Data...), l.At, l.Next
			return lines
		}
	}
	return append(lines, l)
}

// ObserveBytewise feeds a conversation to one observer whole, to one octet by octet, and to one that is replaced by its
// clone after each octet: the lines must be the same and follow on each other in their direction without a gap.
func ObserveBytewise(t testing.TB, newObserver func() machine.Observer, said []Said) []machine.Line {
	t.Helper()
	whole := Observe(newObserver(), said, 0)
	single := Observe(newObserver(), said, 1)
	o := newObserver()
	var cloned []machine.Line
	for _, s := range said {
		for i := range s.Data {
			for _, l := range Observe(o, []Said{{s.At, s.Dir, s.Data[i : i+1]}}, 0) {
				cloned = join(cloned, l)
			}
			o = o.Clone()
		}
	}
	same(t, "octet by octet", whole, single)
	same(t, "with clones", whole, cloned)
	var end [3]int64
	for _, l := range whole {
		if l.Off != end[l.Dir] {
			t.Fatalf("the octets from %d to %d are in no line: %s", end[l.Dir], l.Off, Describe(l))
		}
		end[l.Dir] += int64(len(l.Data))
	}
	return whole
}

func same(t testing.TB, how string, whole, other []machine.Line) {
	t.Helper()
	if a, b := describe(whole), describe(other); !slices.Equal(a, b) {
		t.Fatalf("an observer fed whole reads\n%s\nand %s\n%s", strings.Join(a, "\n"), how, strings.Join(b, "\n"))
	}
}

func describe(lines []machine.Line) []string {
	var out []string
	for _, l := range lines {
		out = append(out, Describe(l))
	}
	return out
}

// Describe writes an observed line for a comparison or a failure.
func Describe(l machine.Line) string {
	return fmt.Sprintf("%v-%v %v@%d %.200q label %q verb %q %v %s>%s",
		l.From, l.At, l.Dir, l.Off, l.Data, l.Label, l.Verb, l.Class, l.State, l.Next)
}
