package browser

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestMadeLesson makes a lesson of a session in the page, by keyboard: it opens and can be done at once, and `ehlo lesson test` accepts
// the folder that is saved.
func TestMadeLesson(t *testing.T) {
	p := newTab(t, nil)
	p.open("?lesson=several-recipients")
	p.ready()
	call[any](p, "pause")
	p.tabTo("#line")
	session := []string{"telnet mx.example.net 25", "HELO laptop.example.org", "NOOP", "MAIL FROM:<alice@example.org>", "RCPT TO:<bob@example.net>", "DATA",
		"Subject: Made here", "", "One line.", "And another.", "."}
	for _, line := range session {
		p.types(line)
	}
	p.choose("#more", "Take it with you")
	p.until("the dialog is there", `document.querySelector('dialog[open] [data-action="made"]')`)
	p.tabTo(`dialog [data-action="made"]`)
	p.keys(kb.Enter)
	p.until("it asks for a title", `document.activeElement.id === "made-title"`)
	p.keys("Two lines for Bob")
	p.keys(kb.Enter)
	p.until("it is made", `document.activeElement.dataset.course === "made-open"`)
	p.settle()
	p.screenshot("made-lesson")
	eval[any](p, `void (window.saved = {}, URL.createObjectURL = (blob) => { saved.blob = blob; return "blob:none"; }, HTMLAnchorElement.prototype.click = function () { saved.name = this.download; })`)
	eval[any](p, `void document.querySelector('[data-course="made-save"]').click()`)
	octets, err := base64.StdEncoding.DecodeString(eval[string](p, `saved.blob.arrayBuffer().then((b) => btoa(String.fromCharCode(...new Uint8Array(b))))`))
	if err != nil {
		t.Fatal(err)
	}
	dir := unzip(t, octets)
	if out, err := exec.Command(filepath.Join(root, "bin/ehlo"), "lesson", "test", dir).CombinedOutput(); err != nil {
		t.Errorf("ehlo lesson test: %s", out)
	}
	if solution, _ := os.ReadFile(filepath.Join(dir, "two-lines-for-bob/solution.txt")); strings.Contains(string(solution), "NOOP") || !strings.Contains(string(solution), "> And another.") {
		t.Errorf("the solution is %s", solution)
	}
	p.keys(kb.Enter)
	p.until("it is open", `document.title.startsWith("Two lines for Bob") && document.querySelector("#lesson .task--now")`)
	call[any](p, "pause")
	p.tabTo("#line")
	for _, line := range session {
		p.types(line)
	}
	p.until("it is done", `document.querySelector("#lesson .done")`)
}

// unzip writes an archive's files below a directory of their own.
func unzip(t *testing.T, octets []byte) (dir string) {
	t.Helper()
	dir = t.TempDir()
	archive, err := zip.NewReader(bytes.NewReader(octets), int64(len(octets)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
