package browser

import (
	"archive/zip"
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// ownLesson is a lesson whose names are drawn, with a world of its own, and with what has no place in one.
var ownLesson = map[string]string{
	"lesson.md": `+++
id = "mine"
title = "A lesson of mine"
chapter = "Mine"
world = "./world.toml"
minutes = 5

[[task]]
id = "login"
text = "Log in as {{me}}."

  [[task.check]]
  kind = "login"
  user = "{{me}}"
+++

Hello {{me}}: read this.
`,
	"solution.txt": "# task: login\ntelnet mail.example.net 110\n> USER {{me}}\n> PASS plover\n",
	"draws.toml":   "[[draw]]\nname = \"me\"\nof = [\"{{seed}}-rich\"]\n",
	"world.toml":   strings.ReplaceAll(ownWorld, "rich@", "{{me}}@"),
}

func zipOf(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range files {
		f, err := w.Create("mine/" + name)
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// dropAll drops several files onto the page.
func (p *tab) dropAll(files map[string]string) {
	p.t.Helper()
	var list strings.Builder
	for name, text := range files {
		list.WriteString("new File([" + quote(text) + "], " + quote(name) + "),")
	}
	eval[any](p, sprintf(`(() => {
		const dataTransfer = new DataTransfer();
		for (const file of [%s]) dataTransfer.items.add(file);
		dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
	})()`, list.String()))
}

// dropsFiles drops files or folders of this machine onto the page, as a person does from a window beside it.
func (p *tab) dropsFiles(paths ...string) {
	p.t.Helper()
	for _, kind := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
		if _, err := chromedp.Call(p.ctx, input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: 400, Y: 300,
			Data: &input.DragData{Items: []*input.DragDataItem{}, Files: paths, DragOperationsMask: 1}}); err != nil {
			p.t.Fatal(err)
		}
	}
}

// TestOwnLessonDropped opens a folder and a zip that are dropped onto the page, and a lesson.md that is named by its address; where another server does
// not allow that, the page says so.
func TestOwnLessonDropped(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mine")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range ownLesson {
		write(name, text)
	}
	p := newTab(t, nil)
	p.open("?world=two-domains")
	p.ready()
	p.dropsFiles(dir)
	p.until("the folder is open", `document.querySelector("#lesson .lesson__text")?.textContent.includes("Hello 1-rich")`)
	write("other.zip", string(zipOf(t, map[string]string{"lesson.md": strings.NewReplacer(`id = "mine"`, `id = "other"`, "Hello", "Good day").Replace(ownLesson["lesson.md"]),
		"solution.txt": ownLesson["solution.txt"], "draws.toml": ownLesson["draws.toml"], "world.toml": ownLesson["world.toml"]})))
	p.dropsFiles(filepath.Join(dir, "other.zip"))
	p.until("the zip is open", `document.querySelector("#lesson .lesson__text")?.textContent.includes("Good day 1-rich")`)

	allowed := true
	elsewhere := beside(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if allowed {
			w.Header().Set("Access-Control-Allow-Origin", "*")
		}
		http.ServeFile(w, r, filepath.Join(dir, filepath.Base(r.URL.Path)))
	})
	p.open("?lesson=" + elsewhere.URL + "/mine/lesson.md@3")
	p.ready()
	p.until("the address is open", `document.querySelector("#lesson .lesson__text")?.textContent.includes("Hello 3-rich")`)
	allowed = false
	p.open("?lesson=" + elsewhere.URL + "/mine/lesson.md@4")
	p.ready()
	p.until("it says what the server lacks", `document.getElementById("bands").textContent.includes("Access-Control-Allow-Origin")`)
	p.screenshot("own-lesson-refused")
	p.mu.Lock() // the browser complains of what the test has not allowed
	p.errors = slices.DeleteFunc(p.errors, func(e string) bool { return strings.Contains(e, elsewhere.URL) })
	p.mu.Unlock()
}

// beside serves another site at the address at which the page is: a page at a plain address may not fetch from loopback.
func beside(t *testing.T, serve http.HandlerFunc) *httptest.Server {
	t.Helper()
	at, err := url.Parse(site)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(at.Hostname(), "0"))
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(serve)
	s.Listener.Close()
	s.Listener = listener
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// TestOwnLesson opens a lesson from another server, which has to allow that, and the same one dropped onto the page: it is drawn,
// checked and kept as those are that come with ehlo. What is wrong in it is said with its line.
func TestOwnLesson(t *testing.T) {
	archive := zipOf(t, ownLesson)
	elsewhere := beside(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		_, _ = w.Write(archive)
	})
	p := newTab(t, nil)
	p.open("?lesson=" + elsewhere.URL + "/mine.zip@5")
	p.ready()
	p.until("it is drawn", `document.querySelector("#lesson .lesson__text")?.textContent.includes("Hello 5-rich")`)
	for _, line := range []string{"telnet mail.example.net 110", "USER 5-rich", "PASS plover"} {
		p.types(line)
	}
	p.until("it is done", `document.querySelector("#lesson .done")`)
	p.shows("own-lesson")

	wrong := map[string]string{}
	for name, text := range ownLesson {
		wrong[name] = text
	}
	wrong["lesson.md"] += "<script>alert(1)</script>\n"
	p.dropAll(wrong)
	p.until("what has no place in it is named", `document.querySelector("dialog")?.textContent.includes("lesson.md:18: ")`)
	p.shows("own-lesson-wrong")
	p.dropAll(ownLesson)
	p.until("it opens", `document.querySelector("#lesson .lesson__text")?.textContent.includes("Hello 1-rich") && document.querySelector("#title").textContent.startsWith("A lesson of mine")`)
	p.open("?lesson=own:mine@7")
	p.ready()
	p.until("it is kept", `document.querySelector("#lesson .lesson__text")?.textContent.includes("Hello 7-rich")`)
}
