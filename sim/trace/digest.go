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

// Digests returns the digest of the log's first n events, and marks on the way there for [InputLog.Marks].
func (l *Log) Digests(n int) (sum [sha256.Size]byte, marks []Mark) {
	var d Digest
	n = min(n, l.len)
	every := max(64, (n+maxMarks-1)/maxMarks)
	for i, e := range l.Events(0, n) {
		d.Record(&e)
		if (i+1)%every == 0 {
			marks = append(marks, markOf(&d))
		}
	}
	return d.Sum(), marks
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
