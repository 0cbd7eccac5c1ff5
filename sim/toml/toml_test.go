package toml_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ehlo/sim/toml"
)

const file = `# comment
title = "A lesson"
minutes = 8
open = true
'a.b' = 'literal'
words = [
  "one",   # first
  "two",
]

[[task]]
id = "greet"

  [[task.check]]
  kind = "dialogue"
  steps = [
    { verb = "EHLO" },
    { verb = ["MAIL", "SEND"], x.y = 1 },
  ]

[[task]]
id = "bye"
`

func TestParse(t *testing.T) {
	const before = "+++\n"
	s := toml.NewSource([]byte(before + file + "[not read"))
	root, faults := s.ParsePart(len(before), len(before)+len(file))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if v := root.Get("title"); v.Text != "A lesson" || s.Line(v.At) != 3 || s.Column(v.At) != 9 {
		t.Errorf("title is %+v", v)
	}
	if n, ok := root.Get("minutes").Int(); !ok || n != 8 || root.Get("minutes").Kind != toml.Integer {
		t.Errorf("minutes is %+v", root.Get("minutes"))
	}
	if v := root.Get("open"); v.Kind != toml.Bool || !v.True() {
		t.Errorf("open is %+v", v)
	}
	if v := root.Get("a.b"); v == nil || v.Text != "literal" {
		t.Errorf("the quoted key is %+v", v)
	}
	if v := root.Get("words"); len(v.List) != 2 || v.List[1].Text != "two" || s.Line(v.List[1].At) != 9 {
		t.Errorf("words is %+v, its second at line %d", v, s.Line(v.List[1].At))
	}
	tasks := root.Get("task").List
	if len(tasks) != 2 || tasks[1].Table.Get("id").Text != "bye" || s.Line(tasks[1].At) != 22 {
		t.Fatalf("tasks are %+v", tasks)
	}
	steps := tasks[0].Table.Get("check").List[0].Table.Get("steps").List
	if len(steps) != 2 || steps[1].Table.Get("verb").List[1].Text != "SEND" || s.Line(steps[1].At) != 19 {
		t.Errorf("steps are %+v, the second at line %d", steps, s.Line(steps[1].At))
	}
	if n, _ := steps[1].Table.Get("x").Table.Get("y").Int(); n != 1 {
		t.Error("a dotted key inside an inline table is lost")
	}
}

func TestInt(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0 true", "+17": "17 true", "-3": "-3 true", "1_000": "1000 true", "0x1F": "31 true", "0o17": "15 true", "0b11": "3 true",
		"9223372036854775807": "9223372036854775807 true", "99999999999999999999": "9223372036854775807 false",
	} {
		root, faults := toml.NewSource([]byte("a = " + text)).Parse()
		if len(faults) > 0 {
			t.Errorf("%s: %v", text, faults)
			continue
		}
		n, ok := root.Get("a").Int()
		if got := fmt.Sprint(n, ok); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

// Each fault is named with its line and problem, and with the key that stands there twice.
func TestFaults(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a = 1\nb = \n", "2 syntax.quotes"},
		{"a = 1\nb = \"open\n", "2 syntax.string-end"},
		{"a = [\n1,\n", "2 syntax.array"},
		{"a = [\n1,\n\n \t\n", "2 syntax.array"},
		{"a b\n[t]\nc d\ne = 1\n[u]\ne f\n", "1 syntax.equals, 3 syntax.equals, 6 syntax.equals"},
		{"a = 1\n\na = 2\n", "3 duplicate-key a 1"},
		{"a.b = 1\na.b = 2\n", "2 duplicate-key a.b 1"},
		{"[t]\na = 1\n[t]\n", "3 duplicate-key t 1"},
		{"[t.u]\n[t]\n[t]\n", "3 duplicate-key t 1"},
		{"[[t]]\n[t]\n", "2 duplicate-key t 1"},
		{"[t]\n[[t]]\n", "2 duplicate-key t 1"},
		{"[t]\na.b = 1\n[t.a]\n", "3 duplicate-key t.a 2"},
		{"t = []\n[[t]]\n", "2 duplicate-key t 1"},
		{"t = { a = 1 }\n[t]\n", "2 duplicate-key t 1"},
		{"t = { a = 1 }\n[t.b]\n", "2 duplicate-key t 1"},
		{"t = { a = 1 }\nt.b = 2\n", "2 duplicate-key t 1"},
		{"t = [{ a = 1 }]\n[t.b]\n", "2 duplicate-key t 1"},
		{"t = 1\n[t.u]\n", "2 duplicate-key t 1"},
		{"[a]\n[[a.t]]\n[b]\n[a.t.u]\n[[a.t]]\n[a.t.u]\n", ""},
		{"[a.b.c]\n[a]\nx = 1\n[a.b]\nx = 1\n", ""},
		{"a.b = 1\na.c = 2\n", ""},
	} {
		s := toml.NewSource([]byte(c.text))
		_, faults := s.Parse()
		var got []string
		for _, f := range faults {
			line := fmt.Sprint(s.Line(f.At), " ", f.Problem)
			if f.Key != "" {
				line += fmt.Sprint(" ", f.Key, " ", s.Line(f.First))
			}
			got = append(got, line)
			if f.Text == "" {
				t.Errorf("%q: %s has no text", c.text, line)
			}
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%q gives %q, want %q", c.text, got, c.want)
		}
	}
}

// A grammar with every kind of value reports each mistake under its own prefix.
func TestSection(t *testing.T) {
	read := func(text string) (string, error) {
		r := toml.NewReader("x", "f.toml", []byte(text))
		s := r.Read()
		name, _ := s.Text("name", `name = "a"`, true)
		size, _ := s.Number("size", "size = 1", false)
		on, _ := s.Bool("on", "on = true", false)
		at, _ := s.Time("at", "at = 2026-03-02T08:00:00Z", false)
		words, _ := s.Texts("words", `words = ["a"]`, false)
		subs := 0
		for _, sub := range s.Sections("sub") {
			if _, at := sub.Number("n", "n = 1", true); at.Exists() {
				subs++
			}
			sub.Done()
		}
		s.Done()
		return fmt.Sprintln(name, size, on, at.Format(time.DateOnly), words, subs), r.Err()
	}
	if got, err := read("name = 'a'\nsize = 2\non = true\nat = 2026-03-02 09:00:00+01:00\nwords = ['b', 'c']\n[[sub]]\nn = 1\n"); err != nil || got != "a 2 true 2026-03-02 [b c] 1\n" {
		t.Error(got, err)
	}
	ids := map[string]bool{}
	for _, id := range toml.MessageIDs("x") {
		ids[id] = true
	}
	for text, want := range map[string]string{
		"":                                      `f.toml:1: name: x.missing-key example="name = \"a\"" key="name"; x.missing-key.repair example="name = \"a\"" key="name"`,
		"nmae = 'a'\nname = 1":                  `f.toml:1: nmae: x.unknown-key key="nmae"; x.did-you-mean name="name"` + "\n" + `f.toml:2: name: x.want-text example="name = \"a\"" key="name" text="name = 1"; x.want-text.repair`,
		"name = 'a'\nsize = 1.5":                `f.toml:2: size: x.want-number`,
		"name = 'a'\non = 'on'":                 `f.toml:2: on: x.want-bool`,
		"name = 'a'\nat = 2026-03-02":           `f.toml:2: at: x.want-time`,
		"name = 'a'\nat = 1066-10-14T09:00:00Z": `f.toml:2: at: x.bad-time example="at = 2026-03-02T08:00:00Z" text="1066-10-14T09:00:00Z"`,
		"name = 'a'\nwords = ['b', 1]":          `f.toml:2: words: x.want-list`,
		"name = 'a'\nsub = [1]":                 `f.toml:2: sub: x.want-tables example="[[sub]]" key="sub"`,
		"name = 'a'\n[[sub]]\nm = 1":            `f.toml:2: sub.n: x.missing-key`,
		"name = 'a'\nname = 'b'":                `f.toml:2: name: x.duplicate-key first="1" key="name"`,
		"name":                                  `f.toml:1: x.syntax.equals text="name"`,
		"name = 'a'\nfar = 1":                   `f.toml:2: far: x.unknown-key key="far" known="at, name, on, size, sub, words"`,
	} {
		_, err := read(text)
		errs, ok := err.(toml.Errors)
		if !ok {
			t.Errorf("%q gives %v", text, err)
			continue
		}
		for i, line := range strings.Split(want, "\n") {
			if i >= len(errs) || !strings.HasPrefix(errs[i].Error(), line) {
				t.Errorf("%q gives\n%v\nwant\n%s", text, err, want)
			}
		}
		for _, e := range errs {
			if !ids[e.Note.ID] || !ids[e.Repair.ID] {
				t.Errorf("%s or %s is not listed", e.Note.ID, e.Repair.ID)
			}
		}
	}
}

// A repair is written with the quotes that stand there, where they can hold it.
func TestReplaceKeepsQuotes(t *testing.T) {
	for text, want := range map[string]string{
		`a = 'Sean'`: `'\Seen'`, `a = "Sean"`: `'\Seen'`, `a = """Sean"""`: `'\Seen'`, `Sean = 1`: `\Seen`,
	} {
		r := toml.NewReader("x", "f.toml", []byte(text))
		e := r.Read().Table.Entries[0]
		at := e.Value.At
		if e.Key == "Sean" {
			at = e.At
		}
		r.ReportNear(at, "", "x.unknown-key", map[string]string{}, `\Sean`, toml.Known([]string{`\Seen`}))
		if got := r.Errors[0]; got.Replace != want || got.Line != 1 || got.Start != at.Start || got.End != at.End {
			t.Errorf("%s is repaired by %q, want %q: %+v", text, got.Replace, want, got)
		}
	}
}

func TestNearest(t *testing.T) {
	for _, x := range []struct{ written, want string }{
		{"latencie", "latency"}, {"latnecy", "latency"}, {"Latency", "latency"}, {"bw", ""}, {"brandwith", "bandwidth"}, {"", ""}, {"b", "a"},
	} {
		if got, _ := toml.Nearest(x.written, []string{"a", "latency", "bandwidth"}); got != x.want {
			t.Errorf("%q is near %q, want %q", x.written, got, x.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(file), uint16(0))
	f.Add([]byte("a.b = {c = [1, {d = 2}]}\n[a.e]\n[[a.f]]\n"), uint16(3))
	f.Add([]byte("a = [\n[b]\nc = \"\n[c"), uint16(0))
	f.Fuzz(func(t *testing.T, text []byte, from uint16) {
		s := toml.NewSource(text)
		start := min(int(from), len(text))
		root, faults := s.ParsePart(start, len(text))
		place := func(at toml.Span) {
			if at.Start < start || at.End < at.Start || at.End > len(text) || s.Line(at) < 1 || s.Column(at) < 1 {
				t.Fatalf("%+v is no place", at)
			}
		}
		for _, f := range faults {
			place(f.At)
			_ = s.Excerpt(f.At)
		}
		var walk func(in *toml.Table)
		walk = func(in *toml.Table) {
			place(in.At)
			for _, e := range in.Entries {
				place(e.At)
				if in.Get(e.Key) != e.Value {
					t.Fatalf("%q is not found", e.Key)
				}
				for _, v := range append([]*toml.Value{e.Value}, e.Value.List...) {
					place(v.At)
					if v.Table != nil {
						walk(v.Table)
					}
				}
			}
		}
		walk(root)
	})
}
