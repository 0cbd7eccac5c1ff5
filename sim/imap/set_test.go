package imap

import (
	"math/rand/v2"
	"testing"
)

// Sets of ranges are what sets of their numbers are.
func TestSpans(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 4))
	random := func() (spans []span, in [64]bool) {
		var numbers []uint32
		for n := uint32(1); n < 60; n++ {
			if r.IntN(3) == 0 {
				numbers = append(numbers, n)
				in[n] = true
			}
		}
		return spansOf(numbers), in
	}
	for range 10_000 {
		a, inA := random()
		b, inB := random()
		for what, got := range map[string][]span{"without": without(a, b), "both": intersect(a, b), "joined": joined(append(append([]span{}, a...), b...))} {
			last := uint32(0)
			for _, s := range got {
				if s.from <= last || s.to < s.from {
					t.Fatalf("%s of %v and %v is %v (seed %d)", what, a, b, got, seed)
				}
				last = s.to
			}
			for n := range uint32(64) {
				want := inA[n] && !inB[n]
				switch what {
				case "both":
					want = inA[n] && inB[n]
				case "joined":
					want = inA[n] || inB[n]
				}
				if contains(got, n) != want {
					t.Fatalf("%s of %v and %v is %v: %d (seed %d)", what, a, b, got, n, seed)
				}
			}
		}
	}
}
