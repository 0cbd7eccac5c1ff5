package locale_test

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ehlo/lessons"
	"ehlo/lessons/incident"
	"ehlo/lessons/letter"
	"ehlo/lessons/locale"
	"ehlo/lessons/markdown"
	"ehlo/lessons/tutor"
	"ehlo/lessons/written"
	"ehlo/sim"
	"ehlo/sim/imap"
	"ehlo/sim/kpop"
	"ehlo/sim/mua"
	"ehlo/sim/paste"
	"ehlo/sim/persona"
	"ehlo/sim/pop2"
	"ehlo/sim/pop3"
	"ehlo/sim/sasl"
	"ehlo/sim/scene"
	"ehlo/sim/script"
	"ehlo/sim/shell"
	"ehlo/sim/smtp"
	"ehlo/sim/trace"
	"ehlo/sim/trace/export"
	"ehlo/sim/world"
)

const web = "../../web/"

// emitters are the packages that emit identifiers.
var emitters = map[string]func() []string{
	"lessons":          lessons.MessageIDs,
	"lessons/incident": incident.MessageIDs,
	"lessons/letter":   letter.MessageIDs,
	"lessons/markdown": markdown.MessageIDs,
	"lessons/tutor":    tutor.MessageIDs,
	"lessons/written":  written.MessageIDs,
	"sim":              sim.MessageIDs,
	"sim/imap":         imap.MessageIDs,
	"sim/paste":        paste.MessageIDs,
	"sim/persona":      persona.MessageIDs,
	"sim/kpop":         kpop.MessageIDs,
	"sim/pop2":         pop2.MessageIDs,
	"sim/pop3":         pop3.MessageIDs,
	"sim/sasl":         sasl.MessageIDs,
	"sim/scene":        scene.MessageIDs,
	"sim/script":       script.MessageIDs,
	"sim/mua":          mua.MessageIDs,
	"sim/shell":        shell.MessageIDs,
	"sim/smtp":         smtp.MessageIDs,
	"sim/trace":        trace.MessageIDs,
	"sim/trace/export": export.MessageIDs,
	"sim/world":        world.MessageIDs,
}

// languages reads every language's catalogue, without a fallback.
func languages(t *testing.T) map[string]*locale.Catalogue {
	t.Helper()
	dirs, err := os.ReadDir(web + "locales")
	if err != nil {
		t.Fatal(err)
	}
	catalogues := make(map[string]*locale.Catalogue)
	for _, dir := range dirs {
		if !dir.IsDir() {
			continue
		}
		paths, err := filepath.Glob(web + "locales/" + dir.Name() + "/*.toml")
		if err != nil {
			t.Fatal(err)
		}
		var files []locale.File
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, locale.File{Name: path, Text: text})
		}
		if catalogues[dir.Name()], err = locale.Load(dir.Name(), files...); err != nil {
			t.Fatal(err)
		}
	}
	return catalogues
}

// pageID finds the identifiers in the page's sources: a string that begins with "page.", "bridge.", "course.", "mailer." or "bench." and is one, or begins
// one that is put together from parts.
var pageID = regexp.MustCompile("[\"'`]((?:page|bridge|course|mailer|bench)\\.[a-z0-9.-]*)([\"'`]|\\$\\{)")

// pageIDs lists the identifiers that the page uses, with the files that do, and the beginnings of those it puts together.
func pageIDs(t *testing.T) (ids map[string]string, begins []string) {
	t.Helper()
	ids = make(map[string]string)
	for _, pattern := range []string{"*.js", "*.html", "*/*.js", "*/*.html"} {
		paths, err := filepath.Glob(web + "page/" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range pageID.FindAllStringSubmatch(string(text), -1) {
				if m[2] == "${" || strings.HasSuffix(m[1], ".") {
					begins = append(begins, m[1])
				} else {
					ids[m[1]] = path
				}
			}
		}
	}
	if len(ids) == 0 {
		t.Fatal("no identifier is found in the page: look at how its sources write them")
	}
	return ids, begins
}

// A package that declares MessageIDs is among the emitters.
func TestEveryEmitterIsAsked(t *testing.T) {
	for _, root := range []string{"sim", "lessons", "cmd"} {
		err := filepath.WalkDir("../../"+root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			name := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "../../")
			if bytes.Contains(text, []byte("\nfunc MessageIDs() []string {")) && emitters[name] == nil {
				t.Errorf("%s declares MessageIDs; add it to the emitters here", name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Every identifier that anything emits has an English text.
func TestNoTextIsMissing(t *testing.T) {
	english := languages(t)["en"]
	for name, list := range emitters {
		for _, id := range list() {
			if !english.Has(id) {
				t.Errorf("%s emits %s, which has no text in locales/en", name, id)
			}
		}
	}
	ids, begins := pageIDs(t)
	for id, path := range ids {
		if !english.Has(id) {
			t.Errorf("%s uses %s, which has no text in locales/en", path, id)
		}
	}
	for _, begin := range begins {
		if !slices.ContainsFunc(english.IDs(), func(id string) bool { return strings.HasPrefix(id, begin) }) {
			t.Errorf("the page puts identifiers together that begin with %s, and no text in locales/en does", begin)
		}
	}
}

// Every text is of an identifier that something emits.
func TestNoTextIsUnused(t *testing.T) {
	used := make(map[string]bool)
	for _, list := range emitters {
		for _, id := range list() {
			used[id] = true
		}
	}
	ids, begins := pageIDs(t)
	for lang, c := range languages(t) {
		for _, id := range c.IDs() {
			if !used[id] && ids[id] == "" && !slices.ContainsFunc(begins, func(b string) bool { return strings.HasPrefix(id, b) }) {
				t.Errorf("locales/%s has a text for %s, which nothing emits", lang, id)
			}
		}
	}
}

var argument = regexp.MustCompile(`\{@?([a-z0-9-]+)`)

// A translation takes the arguments that the English text takes, and no other.
func TestTranslationsTakeTheSameArguments(t *testing.T) {
	all := languages(t)
	for lang, c := range all {
		for id, text := range c.Texts("") {
			english := all["en"].Texts(id)[id]
			if got, want := arguments(text), arguments(english); !slices.Equal(got, want) {
				t.Errorf("%s in locales/%s takes %v, in English %v", id, lang, got, want)
			}
		}
	}
}

func arguments(text string) []string {
	var names []string
	for _, m := range argument.FindAllStringSubmatch(strings.ReplaceAll(text, "{{", ""), -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// The texts of the interface speak as the design asks: no exclamation marks, no praise, no "oops".
func TestVoice(t *testing.T) {
	for id, text := range languages(t)["en"].Texts("") {
		for _, word := range []string{"!", "oops", "Oops", "please", "Please"} {
			if strings.Contains(text, word) {
				t.Errorf("%s says %q: %s", id, word, text)
			}
		}
	}
}

// The page renders its own texts, with words for arguments and no identifiers in them.
func TestPageTextsAreWhatThePageRenders(t *testing.T) {
	english := languages(t)["en"]
	all := english.Texts(locale.PagePrefix)
	maps.Copy(all, english.Texts(locale.BridgePrefix))
	maps.Copy(all, english.Texts(locale.CoursePrefix))
	maps.Copy(all, english.Texts(locale.BenchPrefix))
	for id, text := range all {
		for _, name := range arguments(text) {
			if strings.Contains(name, "-") || strings.Contains(text, "{@") {
				t.Errorf("%s takes an argument that web/page/i18n.js does not render: %s", id, text)
			}
		}
	}
}

// The glossary has each term to which lessons lead, and no other: names in four languages, and what it means.
func TestGlossary(t *testing.T) {
	english := languages(t)["en"]
	for _, term := range markdown.Terms {
		if names := strings.Split(english.Texts("course.names." + term)["course.names."+term], " | "); len(names) != 4 {
			t.Errorf("%s has the names %q: write one each for en, es, ru, it", term, names)
		}
		if !english.Has("course.term." + term) {
			t.Errorf("%s has no text", term)
		}
	}
	if n := len(english.Texts("course.term.")); n != len(markdown.Terms) {
		t.Errorf("the glossary has %d terms, and lessons lead to %d", n, len(markdown.Terms))
	}
}
