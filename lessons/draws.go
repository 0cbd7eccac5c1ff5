package lessons

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/toml"
)

// seedName is what a placeholder calls the seed itself.
const seedName = "seed"

// mostSeeds is how many seeds are looked at to find one for each case.
const mostSeeds = 200

// draw is one [[draw]] table: what is drawn, and from what.
type draw struct {
	name  string
	pool  string              // the name of a pool: no two draws of a lesson get the same of it
	of    []string            // or a list
	least int64               // or whole numbers
	most  int64               //
	cases []map[string]string // or cases, each of which sets several texts
	line  int
}

// Draw returns the files with what their draws say for a seed in the place of {{NAME}}: the same for the same seed, always.
// Files without draws are returned as they are. The error is [Errors].
func (f Files) Draw(seed uint32) (Files, error) {
	if f.Draws == nil {
		return f, nil
	}
	r, draws, key := f.draws()
	if len(r.errors) > 0 {
		return f, r.errors
	}
	values := r.values(draws, seed)
	f.Seed = seed
	for file, to := range f.all() {
		if file != DrawsFile && *to != nil {
			in := &reader{file: f.Name + "/" + file}
			*to = []byte(in.fill(string(*to), values, 1))
			r.errors = append(r.errors, in.errors...)
		}
	}
	f.Key = strings.TrimSpace(r.fill(key, values, 1))
	if len(r.errors) > 0 {
		return f, r.errors
	}
	return f, nil
}

// Seeds returns seeds from 1 on with which each case of each draw comes up, and n of them at least.
func (f Files) Seeds(n int) []uint32 {
	if f.Draws == nil {
		return nil
	}
	r, draws, _ := f.draws()
	seen := map[string]bool{}
	want := 0
	for _, d := range draws {
		want += len(d.cases)
	}
	var seeds []uint32
	for seed := uint32(1); seed <= mostSeeds && (len(seeds) < n || len(seen) < want); seed++ {
		before := len(seen)
		for _, d := range draws {
			if len(d.cases) > 0 {
				seen[d.name+" "+strconv.Itoa(d.pick(seed, len(d.cases)))] = true
			}
		}
		if len(seen) > before || len(seeds) < n {
			seeds = append(seeds, seed)
		}
	}
	if r.errors != nil {
		return seeds[:min(1, len(seeds))]
	}
	return seeds
}

// pick draws one of n. Each draw has a stream of its own, so that a new one does not disturb the others.
func (d draw) pick(seed uint32, n int) int {
	chance := engine.NewRand(uint64(seed)).Stream(d.name)
	return int(chance.N(uint64(n)))
}

// draws reads draws.toml.
func (f Files) draws() (r *reader, draws []draw, key string) {
	r = &reader{Source: toml.NewSource(f.Draws), file: f.Name + "/" + DrawsFile}
	root, faults := r.Parse()
	if len(faults) > 0 {
		r.fault(r.Line(faults[0].At), faults[0].Key, "lessons.error.toml", machine.Args{"text": faults[0].Text})
		return r, nil, ""
	}
	top := r.fields(root, "")
	key = top.text("key", optional)
	for _, table := range top.tables("draw", required) {
		draws = append(draws, r.draw(table, draws))
	}
	top.end()
	return r, draws, key
}

func (r *reader) draw(table *toml.Table, before []draw) draw {
	f := r.fields(table, "draw")
	d := draw{name: f.id("name"), line: f.line("name")}
	if d.name == seedName || slices.ContainsFunc(before, func(o draw) bool { return o.name == d.name }) {
		f.fault("name", "lessons.error.draw-twice", machine.Args{"text": d.name})
	}
	d.pool = f.choice("pool", optional, slices.Sorted(maps.Keys(pools))...)
	d.of = f.texts("of", optional)
	if limits := f.numbers("range", 0, 1e9); len(limits) == 2 && limits[0] <= limits[1] {
		d.least, d.most = limits[0], limits[1]
	} else if limits != nil {
		f.fault("range", "lessons.error.draw-range", nil)
	}
	for _, c := range f.tables("case", optional) {
		d.cases = append(d.cases, r.drawCase(c, d.cases))
	}
	ways := 0
	for _, given := range []bool{d.pool != "", d.of != nil, d.most > 0, d.cases != nil} {
		if given {
			ways++
		}
	}
	if ways != 1 && len(r.errors) == 0 {
		r.fault(r.Line(table.At), "draw", "lessons.error.draw", machine.Args{"text": d.name})
	}
	f.end()
	return d
}

// drawCase reads one case: texts by name, the same names in each.
func (r *reader) drawCase(table *toml.Table, before []map[string]string) map[string]string {
	c := map[string]string{}
	for _, e := range table.Entries {
		if e.Value.Kind != toml.String {
			r.fault(r.Line(e.At), "draw.case."+e.Key, "lessons.error.value-kind", machine.Args{"key": e.Key, "want": "lessons.value.string"})
		}
		c[e.Key] = e.Value.Text
		if len(before) > 0 {
			if _, ok := before[0][e.Key]; !ok {
				r.fault(r.Line(e.At), "draw.case."+e.Key, "lessons.error.draw-case", machine.Args{"text": e.Key})
			}
		}
	}
	if len(before) > 0 && len(c) < len(before[0]) {
		r.fault(r.Line(table.At), "draw.case", "lessons.error.draw-case", machine.Args{"text": "…"})
	}
	return c
}

// values draws everything. What is drawn later may hold what was drawn before.
func (r *reader) values(draws []draw, seed uint32) map[string]string {
	values := map[string]string{seedName: strconv.FormatUint(uint64(seed), 10)}
	taken := map[string]bool{}
	for _, d := range draws {
		switch {
		case d.pool != "":
			words := strings.Split(pools[d.pool], " ")
			at := d.pick(seed, len(words))
			for taken[words[at]] {
				at = (at + 1) % len(words)
			}
			taken[words[at]] = true
			values[d.name] = strings.ReplaceAll(words[at], "_", " ")
		case d.of != nil:
			values[d.name] = r.fill(d.of[d.pick(seed, len(d.of))], values, d.line)
		case d.cases != nil:
			drawn := map[string]string{}
			for name, text := range d.cases[d.pick(seed, len(d.cases))] {
				drawn[d.name+"."+name] = r.fill(text, values, d.line)
			}
			maps.Copy(values, drawn)
		default:
			values[d.name] = strconv.FormatInt(d.least+int64(d.pick(seed, int(d.most-d.least+1))), 10)
		}
	}
	return values
}

// fill puts the values in the place of {{NAME}}; a name that begins with a capital stands for the value with one.
func (r *reader) fill(text string, values map[string]string, line int) string {
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "{{")
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		line += strings.Count(before, "\n")
		name, after, closed := strings.Cut(rest, "}}")
		value, known := values[strings.ToLower(name)]
		if !closed || !known {
			if !closed {
				name, after = rest, ""
			}
			r.faultNear(line, "", "lessons.error.placeholder", name, slices.Sorted(maps.Keys(values)))
			text = after
			continue
		}
		if name != strings.ToLower(name) && value != "" {
			value = strings.ToUpper(value[:1]) + value[1:]
		}
		out.WriteString(value)
		text = after
	}
}
