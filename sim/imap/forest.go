package imap

import (
	"cmp"
	"slices"
	"sort"
)

// forest is messages as trees of what answers what.
type forest struct {
	letters []letter
	nodes   []threadNode
	roots   []int
}

// threadNode is a message, or a dummy that stands for one that is not there.
type threadNode struct {
	letter int // its index, -1 of a dummy
	parent int // -1 is none
	kids   []int
}

func (f *forest) add(letter int) int {
	f.nodes = append(f.nodes, threadNode{letter: letter, parent: -1})
	return len(f.nodes) - 1
}

// link makes a node the parent of another, but not of one that it comes from itself.
func (f *forest) link(parent, kid int) {
	for n := parent; n >= 0; n = f.nodes[n].parent {
		if n == kid {
			return
		}
	}
	f.nodes[kid].parent = parent
	f.nodes[parent].kids = append(f.nodes[parent].kids, kid)
}

// unlink makes a node one without a parent.
func (f *forest) unlink(kid int) {
	parent := f.nodes[kid].parent
	if parent < 0 {
		return
	}
	kids := f.nodes[parent].kids
	i := slices.Index(kids, kid)
	f.nodes[parent].kids = slices.Delete(kids, i, i+1)
	f.nodes[kid].parent = -1
}

// bySubject puts messages of the same base subject together: all others are answers to the first one (RFC 5256 §3,
// ORDEREDSUBJECT).
func (f *forest) bySubject() {
	order := make([]int, len(f.letters))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return f.before(&f.letters[order[i]], &f.letters[order[j]]) < 0 })
	first := map[string]int{}
	for _, i := range order {
		n := f.add(i)
		if head, ok := first[f.letters[i].subject]; ok {
			f.link(head, n)
			continue
		}
		first[f.letters[i].subject] = n
		f.roots = append(f.roots, n)
	}
}

// before orders two messages by the moment they were sent, and then by their place in the mailbox.
func (f *forest) before(a, b *letter) int {
	return cmp.Or(cmp.Compare(a.date, b.date), cmp.Compare(a.number, b.number))
}

// byReferences puts messages below those that they refer to, and threads of the same subject together (RFC 5256 §3,
// REFERENCES, of whose steps the functions here bear the numbers).
func (f *forest) byReferences() {
	f.step1()
	for n := range f.nodes { // step 2
		if f.nodes[n].parent < 0 {
			f.roots = append(f.roots, n)
		}
	}
	f.roots = f.step3(f.roots, true)
	f.sort(f.roots) // step 4
	f.step5()
	f.sort(f.roots) // step 6
}

// step1 links each message with those that it refers to.
func (f *forest) step1() {
	byID := map[string]int{}
	own := make([]int, len(f.letters))
	for i := range f.letters {
		own[i] = f.add(i)
		id := f.letters[i].id
		if _, taken := byID[id]; id != "" && !taken { // of two with one identifier it is the first one's
			byID[id] = own[i]
		}
	}
	for i := range f.letters {
		last := -1
		for _, id := range f.letters[i].references {
			n, ok := byID[id]
			if !ok {
				n = f.add(-1)
				byID[id] = n
			}
			if last >= 0 && f.nodes[n].parent < 0 {
				f.link(last, n)
			}
			last = n
		}
		f.unlink(own[i])
		if last >= 0 {
			f.link(last, own[i])
		}
	}
}

// step3 takes dummies away, and puts what is below them in their place; at the top only where that is one.
func (f *forest) step3(level []int, top bool) []int {
	var kept []int
	for _, n := range level {
		kids := f.step3(f.nodes[n].kids, false)
		switch {
		case f.nodes[n].letter >= 0, top && len(kids) > 1:
			f.nodes[n].kids = kids
			for _, kid := range kids {
				f.nodes[kid].parent = n
			}
			kept = append(kept, n)
		default:
			for _, kid := range kids {
				f.nodes[kid].parent = f.nodes[n].parent
			}
			kept = append(kept, kids...)
		}
	}
	return kept
}

// sort orders siblings by the moment they were sent, the youngest generation first; a dummy counts as its first child.
func (f *forest) sort(level []int) {
	for _, n := range level {
		f.sort(f.nodes[n].kids)
	}
	sort.SliceStable(level, func(i, j int) bool { return f.before(f.first(level[i]), f.first(level[j])) < 0 })
}

// first is a node's message, or that of its first child.
func (f *forest) first(n int) *letter {
	for f.nodes[n].letter < 0 {
		n = f.nodes[n].kids[0]
	}
	return &f.letters[f.nodes[n].letter]
}

// step5 puts threads of the same subject together.
func (f *forest) step5() {
	heads := map[string]int{}
	for _, n := range f.roots {
		subject := f.first(n).subject
		head, ok := heads[subject]
		switch {
		case subject == "":
		case !ok, !f.dummy(head) && (f.dummy(n) || f.first(head).reply && !f.first(n).reply):
			heads[subject] = n
		}
	}
	var kept []int
	for _, n := range f.roots {
		subject := f.first(n).subject
		head, ok := heads[subject]
		switch {
		case f.nodes[n].parent >= 0: // put below another already
		case subject == "" || !ok || head == n:
			kept = append(kept, n)
		case f.dummy(head) && f.dummy(n):
			for _, kid := range slices.Clone(f.nodes[n].kids) {
				f.unlink(kid)
				f.link(head, kid)
			}
		case f.dummy(head), f.first(n).reply && !f.first(head).reply:
			f.link(head, n)
		default: // both become children of a dummy
			both := f.add(-1)
			if i := slices.Index(kept, head); i >= 0 {
				kept[i] = both
			} else {
				kept = append(kept, both)
			}
			f.link(both, head)
			f.link(both, n)
			heads[subject] = both
		}
	}
	f.roots = kept
}

func (f *forest) dummy(n int) bool { return f.nodes[n].letter < 0 }
