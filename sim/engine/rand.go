package engine

import "math/bits"

// Rand is a stream of chance that the world's seed decides (SplitMix64). It is a plain value: copying it forks it.
type Rand struct{ state uint64 }

// NewRand returns the stream of a seed.
func NewRand(seed uint64) Rand { return Rand{seed} }

// Uint64 returns the next 64 bits.
func (r *Rand) Uint64() uint64 {
	r.state += 0x9e3779b97f4a7c15
	z := r.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// N returns a number from 0 up to and without n, which must not be 0. The bias is below n/2^64.
func (r *Rand) N(n uint64) uint64 {
	hi, _ := bits.Mul64(r.Uint64(), n)
	return hi
}

// Stream returns a stream of its own for a named use, so that a new use of chance does not disturb the others.
func (r Rand) Stream(name string) Rand {
	h := uint64(14695981039346656037)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	s := Rand{r.state ^ h}
	s.Uint64()
	return s
}
