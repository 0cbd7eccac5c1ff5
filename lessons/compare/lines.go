package compare

const (
	around = 2       // lines that both have and that are shown beside a difference
	most   = 4 << 20 // pairs of lines that are compared at most: beyond that, all lines of the one stand before all of the other
)

// merge joins two transcripts into one, in which each line says where it is; of what both have as much as possible is joined. It
// says whether they differ.
func merge(a, b []Line) (lines []Line, differ bool) {
	begin := 0
	for begin < len(a) && begin < len(b) && a[begin] == b[begin] {
		begin++
	}
	end := 0
	for end < len(a)-begin && end < len(b)-begin && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	lines = append(lines, marked(InBoth, a[:begin])...)
	lines = append(lines, middle(a[begin:len(a)-end], b[begin:len(b)-end])...)
	lines = append(lines, marked(InBoth, a[len(a)-end:])...)
	return lines, begin < len(a) || begin < len(b)
}

func marked(in string, lines []Line) []Line {
	all := make([]Line, len(lines))
	for i, l := range lines {
		l.In = in
		all[i] = l
	}
	return all
}

// middle joins what begins and ends differently, along a longest common subsequence.
func middle(a, b []Line) []Line {
	if len(a)*len(b) > most || len(a) == 0 || len(b) == 0 {
		return append(marked(InFirst, a), marked(InOther, b)...)
	}
	wide := len(b) + 1
	longest := make([]int32, (len(a)+1)*wide) // of what begins at a[i] and b[j]
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				longest[i*wide+j] = longest[(i+1)*wide+j+1] + 1
			} else {
				longest[i*wide+j] = max(longest[(i+1)*wide+j], longest[i*wide+j+1])
			}
		}
	}
	var lines []Line
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			lines = append(lines, marked(InBoth, a[i:i+1])...)
			i, j = i+1, j+1
		case longest[(i+1)*wide+j] >= longest[i*wide+j+1]:
			lines = append(lines, marked(InFirst, a[i:i+1])...)
			i++
		default:
			lines = append(lines, marked(InOther, b[j:j+1])...)
			j++
		}
	}
	lines = append(lines, marked(InFirst, a[i:])...)
	return append(lines, marked(InOther, b[j:])...)
}

// shorten leaves out lines that both have and that are far from any difference.
func shorten(lines []Line) []Line {
	near := make([]bool, len(lines))
	for i, l := range lines {
		if l.In == InBoth {
			continue
		}
		for k := max(0, i-around); k <= min(len(lines)-1, i+around); k++ {
			near[k] = true
		}
	}
	out := []Line{}
	for i := 0; i < len(lines); {
		if near[i] {
			out = append(out, lines[i])
			i++
			continue
		}
		left := 0
		for i+left < len(lines) && !near[i+left] {
			left++
		}
		out = append(out, Line{In: InBoth, Left: left})
		i += left
	}
	return out
}
