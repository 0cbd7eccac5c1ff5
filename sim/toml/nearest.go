package toml

import (
	"strings"

	"ehlo/sim/machine"
)

// Nearest returns the candidate that is most similar to what was written, and false where none is similar enough: at
// most a third of its letters may differ, and always one. Of equals the first wins.
func Nearest(written string, candidates []string) (string, bool) {
	const longest = 64 // more is no slip of the finger, and the cost grows with the square
	if written == "" || len(written) > longest {
		return "", false
	}
	best, bestCost := "", len(written)+1
	for _, c := range candidates {
		if len(c) > longest {
			continue
		}
		if cost := machine.Distance(strings.ToLower(written), strings.ToLower(c)); cost < bestCost {
			best, bestCost = c, cost
		}
	}
	if bestCost > max(1, len(written)/3) {
		return "", false
	}
	return best, true
}
