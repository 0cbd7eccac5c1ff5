package toml_test

import (
	"errors"
	"testing"

	"ehlo/lessons/internal/toml"
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
	root, err := toml.Parse([]byte(file), 2)
	if err != nil {
		t.Fatal(err)
	}
	if v := root.Get("title"); v.Text != "A lesson" || v.Line != 3 {
		t.Errorf("title is %+v", v)
	}
	if v := root.Get("minutes"); v.Kind != toml.Integer || v.Int != 8 {
		t.Errorf("minutes is %+v", v)
	}
	if v := root.Get("open"); v.Kind != toml.Bool || !v.Bool {
		t.Errorf("open is %+v", v)
	}
	if v := root.Get("a.b"); v == nil || v.Text != "literal" {
		t.Errorf("the quoted key is %+v", v)
	}
	if v := root.Get("words"); len(v.List) != 2 || v.List[1].Text != "two" || v.List[1].Line != 9 {
		t.Errorf("words is %+v, its second at line %d", v, v.List[1].Line)
	}
	tasks := root.Get("task").List
	if len(tasks) != 2 || tasks[1].Table.Get("id").Text != "bye" || tasks[1].Line != 22 {
		t.Fatalf("tasks are %+v", tasks)
	}
	steps := tasks[0].Table.Get("check").List[0].Table.Get("steps").List
	if len(steps) != 2 || steps[1].Table.Get("verb").List[1].Text != "SEND" || steps[1].Line != 19 {
		t.Errorf("steps are %+v, the second at line %d", steps, steps[1].Line)
	}
	if steps[1].Table.Get("x").Table.Get("y").Int != 1 {
		t.Error("a dotted key inside an inline table is lost")
	}
}

func TestParseNamesTheLine(t *testing.T) {
	for _, c := range []struct {
		text, key string
		line      int
	}{
		{"a = 1\nb = \n", "", 2},
		{"a = 1\nb = \"open\n", "", 2},
		{"a = 1\n\na = 2\n", "a", 3},
		{"[t]\na = 1\n[t]\n", "t", 3},
		{"t = []\n[[t]]\n", "t", 2},
		{"t = { a = 1 }\n[t]\n", "t", 2},
		{"t = 1\n[t.u]\n", "t", 2},
		{"a = 99999999999999999999\n", "", 1},
		{"a = [\n1,\n", "", 2},
	} {
		_, err := toml.Parse([]byte(c.text), 1)
		var se *toml.SyntaxError
		if !errors.As(err, &se) {
			t.Errorf("%q gives %v", c.text, err)
			continue
		}
		if se.Line != c.line || se.Key != c.key {
			t.Errorf("%q gives %+v, want line %d and key %q", c.text, *se, c.line, c.key)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(file))
	f.Add([]byte("a.b = {c = [1, {d = 2}]}\n[a.e]\n[[a.f]]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		root, err := toml.Parse(text, 1)
		if root == nil {
			t.Fatal("no table", err)
		}
	})
}
