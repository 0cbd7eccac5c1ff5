package machine_test

import (
	"testing"

	"ehlo/sim/machine"
)

func TestDistance(t *testing.T) {
	for _, x := range []struct {
		a, b string
		want int
	}{
		{"kitten", "sitting", 3}, {"MIAL", "MAIL", 1}, {"MAL", "MAIL", 1}, {"MAAIL", "MAIL", 1}, {"NAIL", "MAIL", 1}, {"", "MAIL", 4}, {"MAIL", "MAIL", 0},
	} {
		if got, back := machine.Distance(x.a, x.b), machine.Distance(x.b, x.a); got != x.want || back != x.want {
			t.Errorf("%q and %q are %d and %d apart, want %d", x.a, x.b, got, back, x.want)
		}
	}
}
