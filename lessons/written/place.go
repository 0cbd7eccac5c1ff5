package written

import (
	"slices"
	"strings"

	"ehlo/sim/toml"
)

// head is where a table begins that has a header of its own.
type head struct {
	start int
	top   bool // of the file itself
}

// heads lists the headers of the file, in their order.
func (f *file) heads() []head {
	var list []head
	var under func(t *toml.Table, top bool)
	add := func(t *toml.Table, top bool) {
		if start := f.lineStart(t.At.Start); strings.HasPrefix(strings.TrimLeft(f.text[start:], " \t"), "[") {
			list = append(list, head{start, top})
		}
		under(t, false)
	}
	under = func(t *toml.Table, top bool) {
		for _, e := range t.Entries {
			switch e.Value.Kind {
			case toml.Map:
				add(e.Value.Table, top)
			case toml.List:
				for _, item := range e.Value.List {
					if item.Kind == toml.Map {
						add(item.Table, top)
					}
				}
			}
		}
	}
	under(f.root, true)
	slices.SortFunc(list, func(a, b head) int { return a.start - b.start })
	return list
}

func (f *file) lineStart(at int) int { return strings.LastIndexByte(f.text[:at], '\n') + 1 }

// end is where a table ends: for one of the file itself with the tables that belong to it. Empty lines and comments before the next
// header belong to that.
func (f *file) end(t *toml.Table) int {
	start, end := f.lineStart(t.At.Start), len(f.text)
	all := f.heads()
	i := slices.IndexFunc(all, func(h head) bool { return h.start == start })
	for _, h := range all[i+1:] {
		if h.top || !all[i].top {
			end = h.start
			break
		}
	}
	for end > start {
		before := f.lineStart(end - 1)
		if line := strings.TrimSpace(f.text[before:end]); before <= start || line != "" && line[0] != '#' {
			return end
		}
		end = before
	}
	return end
}

// add puts a table behind the last one of its kind, or at the end of the file.
func (f *file) add(kind, block string) string {
	if list := tables(f.root, kind); len(list) > 0 {
		return f.insert(f.end(list[len(list)-1]), block)
	}
	return f.insert(len(f.text), block)
}

// insert puts lines at a place, with an empty line around them.
func (f *file) insert(at int, block string) string {
	before, after := strings.TrimRight(f.text[:at], " \t\n")+"\n\n", strings.TrimLeft(f.text[at:], "\n")
	if after != "" {
		after = "\n" + after
	}
	return before + block + after
}

// indent moves lines to the right, as tables below a host stand.
func indent(block string) string {
	return "  " + strings.ReplaceAll(strings.TrimRight(block, "\n"), "\n", "\n  ") + "\n"
}

// long writes lines as a string of several lines.
func long(lines []string) string {
	all := printable(strings.Join(lines, "\n"))
	return "\"\"\"\n" + strings.ReplaceAll(strings.ReplaceAll(all, `\`, `\\`), `"""`, `""\"`) + "\n\"\"\""
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}
