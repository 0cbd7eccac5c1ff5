package browser

import (
	"archive/zip"
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
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

// TestOwnLesson opens a lesson from another server, which has to allow that, and the same one dropped onto the page: it is drawn,
// checked and kept as those are that come with ehlo. What is wrong in it is said with its line.
func TestOwnLesson(t *testing.T) {
	archive := zipOf(t, ownLesson)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		_, _ = w.Write(archive)
	}))
	defer elsewhere.Close()
	p := newTab(t, nil)
	p.open("?lesson=" + elsewhere.URL + "/mine.zip@5")
	p.ready()
	p.until("it is drawn", `document.querySelector("#lesson .lesson__text")?.textContent.includes("Hello 5-rich")`)
	for _, line := range []string{"telnet mail.example.net 110", "USER 5-rich", "PASS plover"} {
		p.types(line)
	}
	p.until("it is done", `document.querySelector("#lesson .done")`)
	p.screenshot("own-lesson")

	wrong := map[string]string{}
	for name, text := range ownLesson {
		wrong[name] = text
	}
	wrong["lesson.md"] += "<script>alert(1)</script>\n"
	p.dropAll(wrong)
	p.until("what has no place in it is named", `document.querySelector("dialog")?.textContent.includes("lesson.md:18: ")`)
	p.dropAll(ownLesson)
	p.until("it opens", `document.querySelector("#lesson .lesson__text")?.textContent.includes("Hello 1-rich") && document.querySelector("#title").textContent.startsWith("A lesson of mine")`)
	p.open("?lesson=own:mine@7")
	p.ready()
	p.until("it is kept", `document.querySelector("#lesson .lesson__text")?.textContent.includes("Hello 7-rich")`)
}
