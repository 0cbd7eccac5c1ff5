package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"ehlo/lessons"
	"ehlo/lessons/proof"
)

// What an author writes is there with the next look; everything else is the page's.
func TestPreview(t *testing.T) {
	dir := t.TempDir()
	files := proof.Template("mine")
	files[lessons.DrawsFile] = "[[draw]]\nname = \"me\"\npool = \"people\"\n"
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h := preview(dir, http.NotFoundHandler())
	ask := func(path string) (lessons.Bundle, int) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		var b lessons.Bundle
		if w.Code == http.StatusOK {
			if err := json.Unmarshal(w.Body.Bytes(), &b); err != nil || w.Header().Get("Cache-Control") != "no-store" {
				t.Fatal(err, w.Header())
			}
		}
		return b, w.Code
	}
	if b, code := ask(previewPath); code != http.StatusOK || b.Lesson != files[lessons.LessonFile] || b.Solution != files[lessons.SolutionFile] || b.Draws == "" || b.World != "" {
		t.Errorf("%d %+v", code, b)
	}
	if err := os.WriteFile(filepath.Join(dir, lessons.LessonFile), []byte("changed"), 0o600); err != nil {
		t.Fatal(err)
	}
	if b, _ := ask(previewPath); b.Lesson != "changed" {
		t.Errorf("it still is %q", b.Lesson)
	}
	if _, code := ask("/"); code != http.StatusNotFound {
		t.Errorf("the page is not asked: %d", code)
	}
}
