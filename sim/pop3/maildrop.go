package pop3

import (
	"slices"

	"ehlo/sim/store"
)

// maildrop is what a session sees of the mailbox: its messages at login, and which of them are marked as deleted.
type maildrop struct {
	snapshot store.Snapshot
	marks    []uint64 // a bit for each message, from message 1; grown as far as is needed
	gone     int      // how many are marked
	octets   int64    // and the octets they have
	last     int      // the highest message that was accessed
	first    int      // where last begins
	sent     []uint64 // a bit for each message, for those that RETR sent
	recent   store.UID
	extra    int64 // octets that each message has more when it is sent
}

func (d *maildrop) count() int { return d.snapshot.Len() - d.gone }

func (d *maildrop) size() int64 { return d.snapshot.Size() - d.octets + d.extra*int64(d.count()) }

// access notes that a message was read or marked, for LAST.
func (d *maildrop) access(n int) { d.last = max(d.last, n) }

func (d *maildrop) isMarked(n int) bool {
	i := (n - 1) / 64
	return i < len(d.marks) && d.marks[i]>>((n-1)%64)&1 != 0
}

func (d *maildrop) mark(n int, octets int64) {
	d.marks = setBit(d.marks, n)
	d.gone++
	d.octets += octets
}

// setBit sets the bit of a message.
func setBit(set []uint64, n int) []uint64 {
	i := (n - 1) / 64
	if i >= len(set) {
		set = append(set, make([]uint64, i+1-len(set))...)
	}
	set[i] |= 1 << ((n - 1) % 64)
	return set
}

// seen lets LAST begin at the last message with \Seen.
func (d *maildrop) seen() {
	for n := d.snapshot.Len(); n > 0; n-- {
		if m, _ := d.snapshot.At(n); m.Flags.System&store.Seen != 0 {
			d.first, d.last = n, n
			return
		}
	}
}

// reset takes back what the session has done.
func (d *maildrop) reset() {
	d.marks, d.sent, d.gone, d.octets, d.last = nil, nil, 0, 0, d.first
}

// uids returns the UIDs of the messages of a set.
func (d *maildrop) uids(set []uint64) []store.UID {
	var uids []store.UID
	for i, bits := range set {
		for n := i*64 + 1; bits != 0; bits, n = bits>>1, n+1 {
			if bits&1 != 0 {
				m, _ := d.snapshot.At(n)
				uids = append(uids, m.UID)
			}
		}
	}
	return uids
}

func (d maildrop) clone() maildrop {
	d.marks, d.sent = slices.Clone(d.marks), slices.Clone(d.sent)
	return d
}
