package cite

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// indexHeader begins the file of the index.
const indexHeader = `# The sections and appendices of RFCs, with their titles: what cite check knows. Made by cite index; do not edit.
`

// index holds, for each RFC by its number, the sections in their order.
type index map[int][]heading

// parseIndex reads the form that [MakeIndex] writes.
func parseIndex(text string) (index, error) {
	ix := index{}
	number := 0
	for n, line := range strings.Split(text, "\n") {
		name, title, _ := strings.Cut(line, " ")
		switch {
		case line == "" || name == "#":
		case name == "RFC":
			var err error
			if number, err = strconv.Atoi(title); err != nil {
				return nil, fmt.Errorf("sections.list:%d: no number of an RFC", n+1)
			}
		default:
			id, ok := parseID(name)
			if !ok || number == 0 {
				return nil, fmt.Errorf("sections.list:%d: no section of an RFC", n+1)
			}
			ix[number] = append(ix[number], heading{id, title})
		}
	}
	return ix, nil
}

// has says whether an RFC that the index holds has a section.
func (ix index) has(number int, id sectionID) bool {
	return slices.ContainsFunc(ix[number], func(h heading) bool { return slices.Equal(h.id, id) })
}

// nearest is the section that was probably meant: of those that begin as the missing one does, the closest one at its
// own depth, or else the one around it.
func (ix index) nearest(number int, id sectionID) heading {
	return slices.MinFunc(ix[number], func(a, b heading) int { return slices.Compare(a.id.from(id), b.id.from(id)) })
}

// from measures how far two sections are from each other: first what they have not in common, then the difference in
// depth, then the difference of the first numbers that differ.
func (id sectionID) from(other sectionID) []int {
	shorter := min(len(id), len(other))
	common := 0
	for common < shorter && id[common] == other[common] {
		common++
	}
	distance := 0
	if common < shorter {
		distance = max(id[common]-other[common], other[common]-id[common])
	}
	return []int{-common, max(len(id)-len(other), len(other)-len(id)), distance}
}

// sectionID is a section's number, part by part; an appendix begins with its letter, which counts from letterA.
type sectionID []int

const letterA = 1 << 16

// parseID reads a number such as 4.1.1.2, C or D.1.
func parseID(text string) (sectionID, bool) {
	var id sectionID
	for i, part := range strings.Split(text, ".") {
		if i == 0 && len(part) == 1 && part[0] >= 'A' && part[0] <= 'Z' {
			id = append(id, letterA+int(part[0]-'A'))
			continue
		}
		n, err := strconv.ParseUint(part, 10, 16)
		if err != nil || part[0] == '0' && part != "0" {
			return nil, false
		}
		id = append(id, int(n))
	}
	return id, true
}

func (id sectionID) String() string {
	parts := make([]string, len(id))
	for i, n := range id {
		if parts[i] = strconv.Itoa(n); n >= letterA {
			parts[i] = string(rune('A' + n - letterA))
		}
	}
	return strings.Join(parts, ".")
}

func sortedKeys[V any](m map[int]V) []int {
	return slices.Sorted(maps.Keys(m))
}
