package imap

import (
	"slices"
	"sort"
	"strconv"
)

// Star is "*" in a [SequenceSet]: the largest number in use.
const Star uint32 = 0

// Range is a part of a [SequenceSet]: From and To are message numbers or UIDs, or [Star]. Their order means nothing.
// Saved stands for "$", the messages that the last search kept (RFC 5182 §2.1); it is alone in its set.
type Range struct {
	From, To uint32
	Saved    bool
}

// SequenceSet names messages by number or by UID, as in 2,4:7,12:* (RFC 3501 §9, sequence-set).
type SequenceSet []Range

// One returns the set of a single message.
func One(n uint32) SequenceSet { return SequenceSet{{From: n, To: n}} }

// saved says that the set is "$".
func (set SequenceSet) saved() bool { return len(set) == 1 && set[0].Saved }

// Append adds the set as it is written on the wire.
func (set SequenceSet) Append(dst []byte) []byte {
	for i, r := range set {
		if i > 0 {
			dst = append(dst, ',')
		}
		if r.Saved {
			return append(dst, '$')
		}
		dst = appendSeqNumber(dst, r.From)
		if r.To != r.From {
			dst = appendSeqNumber(append(dst, ':'), r.To)
		}
	}
	return dst
}

// String returns the set as it is written on the wire.
func (set SequenceSet) String() string { return string(set.Append(nil)) }

func appendSeqNumber(dst []byte, n uint32) []byte {
	if n == Star {
		return append(dst, '*')
	}
	return strconv.AppendUint(dst, uint64(n), 10)
}

// span is a range without stars, From not above To.
type span struct{ from, to uint32 }

// resolve replaces the stars by the largest number in use and returns ascending ranges that neither overlap nor touch.
func (set SequenceSet) resolve(largest uint32) []span {
	out := make([]span, 0, len(set))
	for _, r := range set {
		from, to := r.From, r.To
		if from == Star {
			from = largest
		}
		if to == Star {
			to = largest
		}
		out = append(out, span{min(from, to), max(from, to)})
	}
	return joined(out)
}

// joined sorts ranges, in place, and joins those that overlap or touch.
func joined(out []span) []span {
	if len(out) > 1 {
		sort.Slice(out, func(i, j int) bool { return out[i].from < out[j].from })
	}
	n := 0
	for _, r := range out {
		if n > 0 && (r.from <= out[n-1].to || r.from-1 == out[n-1].to) {
			out[n-1].to = max(out[n-1].to, r.to)
			continue
		}
		out[n] = r
		n++
	}
	return out[:n]
}

// contains says whether one of the ascending ranges holds n.
func contains(spans []span, n uint32) bool {
	i, _ := slices.BinarySearchFunc(spans, n, func(r span, n uint32) int {
		if r.to < n {
			return -1
		}
		return 1
	})
	return i < len(spans) && spans[i].from <= n
}

// spansOf is ascending numbers as ranges.
func spansOf[T ~uint32](numbers []T) []span {
	var out []span
	for _, n := range numbers {
		out = include(out, uint32(n))
	}
	return out
}

// include adds a number that is above all of the ranges.
func include(spans []span, n uint32) []span {
	if last := len(spans) - 1; last >= 0 && spans[last].to+1 == n {
		spans[last].to = n
		return spans
	}
	return append(spans, span{n, n})
}

// without is the ranges without the numbers of others; both ascend.
func without(spans, gone []span) []span {
	var out []span
	i := 0
	for _, r := range spans {
		for i < len(gone) && gone[i].to < r.from {
			i++
		}
		from, rest := r.from, true
		for ; i < len(gone) && gone[i].from <= r.to; i++ {
			if gone[i].from > from {
				out = append(out, span{from, gone[i].from - 1})
			}
			if gone[i].to >= r.to { // it may reach into the next range
				rest = false
				break
			}
			from = gone[i].to + 1
		}
		if rest {
			out = append(out, span{from, r.to})
		}
	}
	return out
}
