package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/chromedp"

	"ehlo/test/browser/harness"
)

// requests is a server that remembers what it was asked for.
type requests struct {
	handler http.Handler
	mu      sync.Mutex
	paths   []string
}

func (r *requests) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	r.paths = append(r.paths, req.URL.Path)
	r.mu.Unlock()
	r.handler.ServeHTTP(w, req)
}

// take returns the paths since the last take.
func (r *requests) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	paths := r.paths
	r.paths = nil
	return paths
}

// size is how many megabytes (10^6 octets) of content the paths have in an encoding.
func (r *requests) size(paths []string, encoding string) float64 {
	total := 0
	for _, p := range paths {
		req := httptest.NewRequest(http.MethodGet, p, nil)
		req.Header.Set("Accept-Encoding", encoding)
		w := httptest.NewRecorder()
		r.handler.ServeHTTP(w, req)
		total += w.Body.Len()
	}
	return float64(total) / 1e6
}

// isLater says whether a path is none of those that the console waits for.
func isLater(path string) bool {
	return strings.Contains(path, "/stage/") || strings.HasSuffix(path, "/stage.wasm") || strings.Contains(path, "/reader.") || isFull(path)
}

// isFull says whether a path is the core with shells.
func isFull(path string) bool { return strings.HasSuffix(path, "/full.wasm") }

// answers is the script that resolves, with the milliseconds since navigation began, when the console answers. It looks again and
// again only until the page's script is there: timers beside the start would be work too, and would fire late.
const answers = `new Promise((resolve) => {
	const look = () => window.ehlo ? ehlo.ready.then(() => ehlo.state()).then(() => resolve(performance.now())) : setTimeout(look, 1);
	look();
})`

// transfer measures what has to cross the network before the console answers, and for the stage after it.
func transfer(browser context.Context, url string, log *requests) ([]result, error) {
	tab, stop := harness.Tab(browser)
	defer stop()
	log.take()
	if err := chromedp.Do(tab, chromedp.Navigate(url)); err != nil {
		return nil, err
	}
	if _, err := harness.Eval[float64](tab, answers); err != nil {
		return nil, err
	}
	first := log.take()
	// What comes after it may have been asked for while the answer was on its way.
	var before, after []string
	for _, p := range first {
		if isLater(p) {
			after = append(after, p)
		} else {
			before = append(before, p)
		}
	}
	for range 300 { // the whole core comes last, when nothing else is to be done
		time.Sleep(100 * time.Millisecond)
		after = append(after, log.take()...)
		if slices.ContainsFunc(after, func(p string) bool { return strings.HasSuffix(p, "/stage.wasm") }) && slices.ContainsFunc(after, isFull) {
			break
		}
	}
	time.Sleep(2 * time.Second)
	after = append(after, log.take()...)
	var stage, reader, full []string
	for _, p := range after {
		switch {
		case strings.Contains(p, "/reader."):
			reader = append(reader, p)
		case isFull(p):
			full = append(full, p)
		default:
			stage = append(stage, p)
		}
	}
	return []result{
		{"transfer until the console answers, brotli", log.size(before, "br"), 1.6, "MB", "HTML, CSS, JavaScript, tutor.wasm, texts and worlds; without HTTP headers"},
		{"transfer until the console answers, gzip", log.size(before, "gzip"), 2.1, "MB", "the same for a page on plain http in a local network, where browsers take no brotli"},
		{"files until the console answers", float64(len(before)), 0, "", ""},
		{"stage after it, brotli", log.size(stage, "br"), 2.4, "MB", "stage.wasm and its page, fonts included"},
		{"stage after it, gzip", log.size(stage, "gzip"), 0, "MB", ""},
		{"what renders lessons, after it, brotli", log.size(reader, "br"), 0, "MB", "reader.wasm and its worker"},
		{"the core with shells, brotli", log.size(full, "br"), 0, "MB", "full.wasm, fetched in an idle moment after the stage"},
	}, nil
}
