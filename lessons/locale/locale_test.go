package locale_test

import (
	"errors"
	"strings"
	"testing"

	"ehlo/lessons/locale"
	"ehlo/sim/machine"
)

func load(t *testing.T, lang, text string) *locale.Catalogue {
	t.Helper()
	c, err := locale.Load(lang, locale.File{Name: lang + ".toml", Text: []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRender(t *testing.T) {
	c := load(t, "en", `
"plain" = "No session is open."
"why" = "{host} has refused {verb}: {host} wants {@want} first."
"smtp.reverse-path" = "reverse-path"
"count" = "{n|one:# message waits|other:# messages wait}."
"braces" = "A literal is announced by {{n}}."
`)
	for _, x := range []struct {
		id   string
		args machine.Args
		want string
	}{
		{"plain", nil, "No session is open."},
		{"why", machine.Args{"host": "mx", "verb": "RCPT", "want": "smtp.reverse-path"}, "mx has refused RCPT: mx wants reverse-path first."},
		{"why", machine.Args{"host": "mx"}, "mx has refused {verb}: mx wants {want} first."},
		{"count", machine.Args{"n": "1"}, "1 message waits."},
		{"count", machine.Args{"n": "0"}, "0 messages wait."},
		{"count", machine.Args{"n": "many"}, "many messages wait."},
		{"braces", nil, "A literal is announced by {n}."},
		{"nowhere", machine.Args{"n": "1"}, "nowhere"},
	} {
		if got := c.Render(x.id, x.args); got != x.want {
			t.Errorf("%s %v gives %q, want %q", x.id, x.args, got, x.want)
		}
	}
}

func TestRussianPlurals(t *testing.T) {
	c := load(t, "ru", `"n" = "{n|one:# письмо|few:# письма|many:# писем}"`)
	for n, want := range map[string]string{"1": "1 письмо", "2": "2 письма", "5": "5 писем", "11": "11 писем", "14": "14 писем", "21": "21 письмо", "104": "104 письма"} {
		if got := c.Render("n", machine.Args{"n": n}); got != want {
			t.Errorf("%s gives %q, want %q", n, got, want)
		}
	}
}

func TestFallback(t *testing.T) {
	en := load(t, "en", "\"a\" = \"one\"\n\"b\" = \"{n|one:# octet|other:# octets}\"\n")
	ru := load(t, "ru", `"a" = "один"`).Or(en)
	if got := ru.Render("a", nil) + ", " + ru.Render("b", machine.Args{"n": "1"}); got != "один, 1 octet" {
		t.Errorf("got %q", got)
	}
	if !ru.Has("b") || ru.Has("c") || len(ru.Texts("")) != 2 || ru.Texts("")["a"] != "один" {
		t.Error("the fallback is not asked, or is asked first")
	}
}

func TestLoadNamesFileLineAndRepair(t *testing.T) {
	for _, x := range []struct {
		text, says string
		line       int
	}{
		{"\"a\" = \"1\"\na.b = \"2\"\n", "stands here a second time", 2},
		{"a.b = \"2\"\n", "in quotes", 1},
		{"\n\"a\" = 3\n", "in quotes", 2},
		{"\"a\" = \"{\"\n", "{{", 1},
		{"\"a\" = \"}\"\n", "}}", 1},
		{"\"a\" = \"{Host}\"\n", "lower-case", 1},
		{"\"a\" = \"{n|some}\"\n", "one:# message", 1},
		{"\"a\" = \"{n|one:#|few:#}\"\n", "one, other", 1},
		{"\"a\" = \"\"\n", "empty", 1},
		{"\"a\" = \"x\n", "", 1},
	} {
		_, err := locale.Load("en", locale.File{Name: "x.toml", Text: []byte(x.text)})
		var e *locale.Error
		if !errors.As(err, &e) || e.Line != x.line || e.File != "x.toml" || !strings.Contains(e.Error(), x.says) {
			t.Errorf("%q gives %v, want line %d and %q", x.text, err, x.line, x.says)
		}
	}
	_, err := locale.Load("en", locale.File{Name: "a", Text: []byte(`"x" = "1"`)}, locale.File{Name: "b", Text: []byte(`"x" = "2"`)})
	if err == nil || !strings.Contains(err.Error(), "b:1") {
		t.Errorf("an identifier of two files gives %v", err)
	}
}
