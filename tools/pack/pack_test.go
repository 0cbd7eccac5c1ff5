package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

func TestRebase(t *testing.T) {
	index := []byte(`<!doctype html><html lang="en"><head><link href="a.css"><script src="js/main.js"></script><a href="./">up</a><use href="#icon"/><p class="invite" id="invite"></p></html>`)
	base := fileSet{"a.css": nil, "js/main.js": nil}
	out, err := rebase(index, base, "a/0123/", start{"w/4567/tutor.wasm", "w/89ab/full.wasm", 5000000, "first", "Pay $1 <code>now</code>"})
	if err != nil {
		t.Fatal(err)
	}
	got := string(out)
	want := `<!doctype html><html data-program="w/4567/tutor.wasm" data-full="w/89ab/full.wasm" data-octets="5000000" data-lesson="first" lang="en"><head><link href="a/0123/a.css"><script src="a/0123/js/main.js"></script><a href="./">up</a><use href="#icon"/><p class="invite" id="invite">Pay $1 <code>now</code></p></html>`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestRebaseFindsWhatIsMissing(t *testing.T) {
	_, err := rebase([]byte(`<html><script src="mian.js"></script><p class="invite" id="invite"></p></html>`), fileSet{"main.js": nil}, "a/0123/", start{})
	if err == nil || !strings.Contains(err.Error(), "mian.js") {
		t.Errorf("got %v", err)
	}
}

func TestHashSeparatesPathsAndContents(t *testing.T) {
	if (fileSet{"ab": []byte("c")}).hash() == (fileSet{"a": []byte("bc")}).hash() {
		t.Error("two sets have one hash")
	}
	if (fileSet{"a": nil, "b": nil}).hash() != (fileSet{"b": nil, "a": nil}).hash() {
		t.Error("one set has two hashes")
	}
}

func TestAddLeavesSourcesBehind(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"main.js", "main.test.js", "web.go", "README.md", ".hidden", "stage/index.html", "testdata/x.js"} {
		put(t, filepath.Join(dir, name), name)
	}
	set := fileSet{}
	if err := set.add("page", dir); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(set.paths(), " "); got != "page/main.js page/stage/index.html" {
		t.Errorf("got %s", got)
	}
}

func TestCompressedFormsUnpackToTheFile(t *testing.T) {
	cache := t.TempDir()
	text := []byte(strings.Repeat("220 mx.example.net ESMTP\r\n", 100))
	files := fileSet{"long.js": text, "short.js": []byte("1"), "picture.png": text}
	first, err := compressAll(files, cache)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(first.paths(), " "); got != "long.js.br long.js.gz picture.png short.js" {
		t.Fatalf("got %s", got)
	}
	unzip, err := gzip.NewReader(bytes.NewReader(first["long.js.gz"]))
	if err != nil {
		t.Fatal(err)
	}
	for form, r := range map[string]io.Reader{"gzip": unzip, "brotli": brotli.NewReader(bytes.NewReader(first["long.js.br"]))} {
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s: %v, %d octets", form, err, len(got))
		}
	}
	again, err := compressAll(files, cache)
	if err != nil {
		t.Fatal(err)
	}
	for p := range first {
		if !bytes.Equal(first[p], again[p]) {
			t.Errorf("%s comes out of the cache otherwise", p)
		}
	}
}

func TestWriteLeavesExactlyTheFiles(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "README"), "kept")
	put(t, filepath.Join(dir, "a/old/main.js"), "gone")
	if err := write(dir, fileSet{"index.html": []byte("1"), "a/new/main.js": []byte("2")}); err != nil {
		t.Fatal(err)
	}
	set := fileSet{}
	if err := set.add("", dir); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(set.paths(), " "); got != "README a/new/main.js index.html" {
		t.Errorf("got %s", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "a/old")); err == nil {
		t.Error("an empty directory is left")
	}
}

// TestIndexes reads the project's own worlds and lessons.
func TestIndexes(t *testing.T) {
	base, err := collect("../..")
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(base.paths(), func(p string) bool { return path.Base(p) == "tests.txt" }) {
		t.Error("a lesson's tests are packed: learners could read them")
	}
	for name, part := range map[string]string{
		"worlds/index.txt":      "two-domains\t",
		"lessons/index.txt":     "en\t001-first-message\tfirst-message\t",
		"locales/index.txt":     "en\n",
		"locales/en/texts.txt":  "tutor.no-line\t",
		"locales/en/reader.txt": "smtp.why.unknown\t",
		"locales/en/page.txt":   "page.brand\t",
	} {
		if !strings.Contains(string(base[name]), part) {
			t.Errorf("%s is %.200q", name, base[name])
		}
	}
	lesson, err := base.addStarts()
	head, files, _ := strings.Cut(string(base["start/en.txt"]), "\n\n")
	if err != nil || lesson != "first-message" || !strings.Contains(head, "lessons/en/001-first-message/lesson.bin\t") {
		t.Errorf("the course starts with %s (%v), and with the files\n%s", lesson, err, head)
	}
	for line := range strings.Lines(head) {
		name, length, _ := strings.Cut(strings.TrimSpace(line), "\t")
		n, err := strconv.Atoi(length)
		if err != nil || n > len(files) || files[:n] != string(base[name]) {
			t.Fatalf("%s is not what it is by itself", name)
		}
		files = files[n:]
	}
	var greeting struct {
		Hello struct{ Lessons, Worlds []any }
		Texts string
	}
	if err := json.Unmarshal(base["start/en.json"], &greeting); err != nil || len(greeting.Hello.Lessons) < 20 || len(greeting.Hello.Worlds) < 12 ||
		greeting.Texts != string(base["locales/en/page.txt"]) || greeting.Texts == "" {
		t.Errorf("the greeting (%v) is %.200s", err, base["start/en.json"])
	}
	base["worlds/broken.toml"] = []byte("grammar = 1\n")
	if err := base.addIndexes(); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("a broken world is packed: %v", err)
	}
}

func put(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestBundle(t *testing.T) {
	s := fileSet{
		"index.html": []byte("<head>\n  <link rel=\"stylesheet\" href=\"a.css\">\n  <link rel=\"stylesheet\" href=\"b.css\">\n  <script type=\"module\" src=\"main.js\"></script>\n"),
		"a.css":      []byte("p { color: red }"), "b.css": []byte("p { color: blue }"),
		"main.js":   []byte("import { word } from \"./part.js\";\nconsole.log(word);"),
		"part.js":   []byte("// a comment\nexport const word = \"whole\";"),
		"worker.js": []byte("import \"./wasm_exec.js\";\npostMessage(1);"),
		"reader.js": []byte("postMessage(2);"), "sw.js": []byte("{ const own = KEPT.files; globalThis.x = own; }"),
		"boot.js": []byte("{ const own = 1; globalThis.x = own; }"), "wasm_exec.js": []byte("globalThis.Go = class {};"),
		"stage/stage.js": []byte("// stays"),
	}
	if err := s.bundle(); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(s.paths(), " "), "boot.js index.html main.js page.css reader.js stage/stage.js sw.js wasm_exec.js worker.js"; got != want {
		t.Errorf("there are %s, want %s", got, want)
	}
	if main := string(s["main.js"]); !strings.HasPrefix(main, eager+"\n") || !strings.Contains(main, "whole") || strings.Contains(main, "import") || strings.Contains(main, "comment") {
		t.Errorf("main.js is %s", main)
	}
	if css := string(s["page.css"]); strings.Index(css, "red") > strings.Index(css, "blue") || !strings.Contains(css, "red") {
		t.Errorf("the style sheets are %s", css)
	}
	if index := string(s["index.html"]); strings.Count(index, "stylesheet") != 1 || !strings.Contains(index, `href="page.css"`) {
		t.Errorf("index.html is %s", index)
	}
	if worker, err := keeper(s["sw.js"], "0123", fileSet{"a/0123/main.js": nil, "w/4567/tutor.wasm": nil}); err != nil ||
		!strings.HasPrefix(string(worker), `const KEPT={"files":["a/0123/main.js","w/4567/tutor.wasm"],"version":"0123"};`) || !strings.Contains(string(worker), "KEPT.files") {
		t.Errorf("the service worker is %s (%v)", worker, err)
	}
	s["main.js"] = []byte("import \"./gone.js\";")
	s["worker.js"], s["boot.js"] = nil, []byte(";")
	if err := s.bundle(); err == nil || !strings.Contains(err.Error(), "gone.js") {
		t.Errorf("an import of nothing is joined: %v", err)
	}
}
