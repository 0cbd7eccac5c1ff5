package trace

import (
	"crypto/sha256"
	"hash"
)

// Digest is the recorder that keeps only a fingerprint: the SHA-256 of the binary encoding of all events as one chunk.
// The zero value has seen no events.
type Digest struct {
	hash    hash.Hash
	encoder Encoder
	buf     []byte
	events  int
}

// Record adds the event.
func (d *Digest) Record(e *Event) {
	if d.hash == nil {
		d.hash = sha256.New()
	}
	d.buf = d.encoder.Append(d.buf[:0], e)
	d.hash.Write(d.buf)
	d.events++
}

// Events returns how many events were added.
func (d *Digest) Events() int { return d.events }

// Sum returns the digest of the events so far; more may follow.
func (d *Digest) Sum() (sum [sha256.Size]byte) {
	if d.hash == nil {
		return sha256.Sum256(nil)
	}
	d.hash.Sum(sum[:0])
	return sum
}

// maxMarks is how many marks a log of any length gets: a share link carries them.
const maxMarks = 16

// grid is how many events lie between two places at which a log may have a mark.
const grid = 64

// progress is how far a log's digest has come, so that keeping a growing log costs what was added only.
type progress struct {
	Digest
	marks []Mark // at every grid-th event
}

// advance goes on to the log's first n events.
func (p *progress) advance(l *Log, n int) {
	for _, e := range l.Events(p.events, n) {
		p.Record(&e)
		if p.events%grid == 0 {
			p.marks = append(p.marks, markOf(&p.Digest))
		}
	}
}

// Digests returns the digest of the log's first n events, and marks on the way there for [InputLog.Marks]. It costs what
// was recorded since the last call, unless n is less than then.
func (l *Log) Digests(n int) (sum [sha256.Size]byte, marks []Mark) {
	n = min(n, l.len)
	p := &l.digest
	if n < p.events {
		p = new(progress)
	}
	p.advance(l, n)
	every := max(1, (n/grid+maxMarks-1)/maxMarks)
	for i := every; i <= len(p.marks); i += every {
		marks = append(marks, p.marks[i-1])
	}
	return p.Sum(), marks
}

func markOf(d *Digest) Mark {
	sum := d.Sum()
	m := Mark{Events: d.events}
	copy(m.Sum[:], sum[:])
	return m
}

// Difference compares the log with the marks of another trace: the two are alike up to and without place from, and the
// first event in which they differ comes before place end. ok is false where they agree at every mark; then from is the
// last of these places, and what comes after it is not compared.
func (l *Log) Difference(marks []Mark) (from, end int, ok bool) {
	var d Digest
	next := 0
	for _, e := range l.All() {
		if next == len(marks) {
			return from, 0, false
		}
		d.Record(&e)
		if d.events < marks[next].Events {
			continue
		}
		if markOf(&d) != marks[next] {
			return from, d.events, true
		}
		from = d.events
		next++
	}
	if next < len(marks) {
		return from, marks[next].Events, true
	}
	return from, 0, false
}
