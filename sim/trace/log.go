package trace

import (
	"iter"

	"ehlo/sim/engine"
)

// Log is the recorder that keeps every event. The zero value is an empty log.
//
// Names are kept once, octets lie in blocks that never move, and an event costs about a hundred octets besides; nothing
// that was recorded is copied again as the log grows.
type Log struct {
	rows    [][]row
	len     int
	blocks  [][]byte
	names   []string // names[i-1] is the name that rows call i; 0 is the empty one
	numbers map[string]uint32
	digest  progress
}

// row is an event without pointers, so that the garbage collector need not look at it.
type row struct {
	at, from, until            engine.Time
	seq                        uint64
	off, num                   int64
	actor, target, label, verb uint32
	state, next                uint32
	conn, letter               uint32
	block, start, end          uint32 // where Data lies
	kind                       Kind
	dir                        Dir
	class                      Class
	sealed                     bool
}

const (
	rowsPerBlock   = 512
	octetsPerBlock = 32 << 10
)

// Record keeps a copy of the event.
func (l *Log) Record(e *Event) {
	r := row{
		at: e.At, from: e.From, until: e.Until, seq: e.Seq, off: e.Off, num: e.Num,
		actor: l.number(e.Actor), target: l.number(e.Target), label: l.number(e.Label), verb: l.number(e.Verb),
		state: l.number(e.State), next: l.number(e.Next),
		conn: e.Conn, letter: e.Letter, kind: e.Kind, dir: e.Dir, class: e.Class, sealed: e.Sealed,
	}
	if len(e.Data) > 0 {
		r.block, r.start = l.keep(e.Data)
		r.end = r.start + uint32(len(e.Data))
	}
	if l.len%rowsPerBlock == 0 {
		l.rows = append(l.rows, make([]row, 0, rowsPerBlock))
	}
	last := &l.rows[len(l.rows)-1]
	*last = append(*last, r)
	l.len++
}

// Len returns the number of events.
func (l *Log) Len() int { return l.len }

// At returns the i-th event, counted from 0; it panics where there is none. Its Data must not be modified and is valid
// until the next Truncate.
func (l *Log) At(i int) Event {
	r := &l.rows[i/rowsPerBlock][i%rowsPerBlock]
	e := Event{
		At: r.at, From: r.from, Until: r.until, Seq: r.seq, Off: r.off, Num: r.num,
		Actor: l.name(r.actor), Target: l.name(r.target), Label: l.name(r.label), Verb: l.name(r.verb),
		State: l.name(r.state), Next: l.name(r.next),
		Conn: r.conn, Letter: r.letter, Kind: r.kind, Dir: r.dir, Class: r.class, Sealed: r.sealed,
	}
	if r.end > r.start {
		e.Data = l.blocks[r.block][r.start:r.end:r.end]
	}
	return e
}

// Events yields the events from place i up to and without place end, which is cut to the log's length.
func (l *Log) Events(i, end int) iter.Seq2[int, Event] {
	return func(yield func(int, Event) bool) {
		for i := max(i, 0); i < min(end, l.len); i++ {
			if !yield(i, l.At(i)) {
				return
			}
		}
	}
}

// All yields every event with its place, counted from 0.
func (l *Log) All() iter.Seq2[int, Event] {
	return func(yield func(int, Event) bool) {
		for i := 0; i < l.len; i++ {
			if !yield(i, l.At(i)) {
				return
			}
		}
	}
}

// SearchTime returns the place of the first event that happens after t: how many of the events are visible at t. The
// events must be in order of time, as those of a world are.
func (l *Log) SearchTime(t engine.Time) int {
	low, high := 0, l.len
	for low < high {
		if mid := low + (high-low)/2; l.rows[mid/rowsPerBlock][mid%rowsPerBlock].at <= t {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// Truncate drops the events from place n on. Data of dropped events is no longer valid.
func (l *Log) Truncate(n int) {
	if n = max(n, 0); n >= l.len {
		return
	}
	if n < l.digest.events {
		l.digest = progress{}
	}
	// The octets of the kept events end where those of the last kept event with octets end.
	blocks, end := 0, uint32(0)
	for i := n - 1; i >= 0; i-- {
		if r := &l.rows[i/rowsPerBlock][i%rowsPerBlock]; r.end > r.start {
			blocks, end = int(r.block)+1, r.end
			break
		}
	}
	clear(l.blocks[blocks:])
	l.blocks = l.blocks[:blocks]
	if blocks > 0 {
		l.blocks[blocks-1] = l.blocks[blocks-1][:end]
	}
	kept := (n + rowsPerBlock - 1) / rowsPerBlock
	clear(l.rows[kept:])
	l.rows = l.rows[:kept]
	if n%rowsPerBlock != 0 {
		l.rows[kept-1] = l.rows[kept-1][:n%rowsPerBlock]
	}
	l.len = n
}

// keep copies octets into a block and says where they lie.
func (l *Log) keep(p []byte) (block, start uint32) {
	n := len(l.blocks)
	if n == 0 || cap(l.blocks[n-1])-len(l.blocks[n-1]) < len(p) {
		l.blocks = append(l.blocks, make([]byte, 0, max(octetsPerBlock, len(p))))
		n++
	}
	b := &l.blocks[n-1]
	start = uint32(len(*b))
	*b = append(*b, p...)
	return uint32(n - 1), start
}

func (l *Log) name(n uint32) string {
	if n == 0 {
		return ""
	}
	return l.names[n-1]
}

func (l *Log) number(name string) uint32 {
	if name == "" {
		return 0
	}
	if n, ok := l.numbers[name]; ok {
		return n
	}
	if l.numbers == nil {
		l.numbers = make(map[string]uint32)
	}
	l.names = append(l.names, name)
	n := uint32(len(l.names))
	l.numbers[name] = n
	return n
}
