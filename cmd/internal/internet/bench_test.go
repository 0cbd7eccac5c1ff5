package internet

import "testing"

// BenchmarkLetter is what one letter costs in an internet of a thousand domains, everything in it.
func BenchmarkLetter(b *testing.B) {
	if _, err := Run(Options{Domains: 1000, Messages: b.N, Seed: 1}); err != nil {
		b.Fatal(err)
	}
}
