package world

import "strings"

// nearest returns the candidate that is most similar to what was written, and false where none is similar enough: at
// most a third of its letters may differ, and always one. Of equals the first wins.
func nearest(written string, candidates []string) (string, bool) {
	const longest = 64 // more is no slip of the finger, and the cost grows with the square
	if written == "" || len(written) > longest {
		return "", false
	}
	best, bestCost := "", len(written)+1
	for _, c := range candidates {
		if len(c) > longest {
			continue
		}
		if cost := distance(strings.ToLower(written), strings.ToLower(c)); cost < bestCost {
			best, bestCost = c, cost
		}
	}
	if bestCost > max(1, len(written)/3) {
		return "", false
	}
	return best, true
}

// distance is the number of letters to insert, delete, replace or swap with their neighbour to turn a into b (the
// optimal string alignment distance).
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
