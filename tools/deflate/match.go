package deflate

// The limits of a match (RFC 1951 §3.2.5).
const (
	shortest = 3
	longest  = 258
	window   = 1 << 15
)

// deepest bounds how many earlier places are looked at for one match.
const deepest = 1 << 10

// match is a text that stood before: its length and how far back it is.
type match struct{ length, distance uint16 }

// matches are those that begin at each place of a part, each longer than the one before it and the nearest of its length.
type matches struct {
	all  []match
	ends []int // where in all the matches of a place end
}

// at are the matches of a place, counted from the beginning of the part.
func (m matches) at(i int) []match {
	if i == 0 {
		return m.all[:m.ends[0]]
	}
	return m.all[m.ends[i-1]:m.ends[i]]
}

// finder knows the places of the window: for each three octets a tree of the places where they stand, the newest at its
// root, ordered by what stands there.
type finder struct {
	data []byte
	root []int32
	sons [2 * ring]int32 // of each place, those that are less and those that are more
}

// ring is how many places the trees remember.
const ring = 2 * window

const hashBits = 16

func newFinder(data []byte) *finder {
	f := &finder{data: data, root: make([]int32, 1<<hashBits)}
	for i := range f.root {
		f.root[i] = -1
	}
	return f
}

// matches finds those of a part, which begins where the one before ended.
func (f *finder) matches(from, to int) matches {
	m := matches{ends: make([]int, to-from)}
	for i := from; i < to; i++ {
		m.all = f.find(i, to, m.all)
		m.ends[i-from] = len(m.all)
	}
	return m
}

// find puts a place into its tree and adds the matches that it meets on the way down. A match ends with the part.
func (f *finder) find(at, to int, found []match) []match {
	limit := min(longest, len(f.data)-at)
	if limit < shortest {
		return found
	}
	d := f.data
	h := (uint32(d[at]) | uint32(d[at+1])<<8 | uint32(d[at+2])<<16) * 0x9e3779b1 >> (32 - hashBits)
	node := int(f.root[h])
	f.root[h] = int32(at)
	less, more := &f.sons[at%ring*2], &f.sons[at%ring*2+1]
	lessLength, moreLength, best := 0, 0, shortest-1
	for depth := deepest; ; depth-- {
		if depth == 0 || node < 0 || at-node > window {
			*less, *more = -1, -1
			return found
		}
		sons := f.sons[node%ring*2:][:2]
		n := min(lessLength, moreLength)
		for n < limit && d[node+n] == d[at+n] {
			n++
		}
		if n > best {
			best = n
			if use := min(n, to-at); use >= shortest {
				found = append(found, match{uint16(use), uint16(at - node)})
			}
		}
		if n == limit {
			*less, *more = sons[0], sons[1]
			return found
		}
		if d[node+n] < d[at+n] {
			*less = int32(node)
			less, node, lessLength = &sons[1], int(sons[1]), n
		} else {
			*more = int32(node)
			more, node, moreLength = &sons[0], int(sons[0]), n
		}
	}
}
