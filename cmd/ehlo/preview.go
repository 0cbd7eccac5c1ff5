package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"ehlo/lessons"
)

// previewPath is where the page finds the lesson of a folder. A page that has one from below /preview/ looks every second
// whether it is still the same (web/page/course/own.js).
const previewPath = "/preview/lesson.json"

// lessonPreview serves the page with the lesson of a folder, which is read anew each time it is asked for.
func lessonPreview(c *call) error {
	addr := c.flags.String("addr", "127.0.0.1:8025", "`HOST:PORT` to listen on")
	page := c.flags.String("dir", "", "serve the packed page in `DIRECTORY` instead of the one in this binary")
	dirs, err := c.parse()
	if err != nil {
		return err
	}
	if len(dirs) != 1 {
		return usageError{"say which folder holds the lesson"}
	}
	if _, err := os.Stat(filepath.Join(dirs[0], lessons.LessonFile)); err != nil {
		return fmt.Errorf("there is no %s in %s", lessons.LessonFile, dirs[0])
	}
	handler, err := pageOf(*page)
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", *addr)
	if err != nil {
		return listenError(*addr, err)
	}
	for _, url := range urls(ln.Addr().(*net.TCPAddr)) {
		fmt.Fprintf(c.stdout, "the lesson is at %s?lesson=%s\n", url, previewPath)
	}
	fmt.Fprintln(c.stdout, "The page follows what you write. Ctrl-C stops it.")
	return serveUntilDone(c.ctx, ln, preview(dirs[0], handler))
}

// preview answers for the lesson of a folder, and leaves the rest to the page.
func preview(dir string, page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != previewPath {
			page.ServeHTTP(w, r)
			return
		}
		src, err := readLesson(dir)
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		text, err := json.Marshal(src.Bundle())
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(text) // whoever has gone away needs no answer
	})
}
