package main

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/chromedp/chromedp"

	"ehlo/test/browser/harness"
)

//go:embed stage.html
var stagePage string

//go:embed game.html
var gamePage string

const (
	stageRuns = 3    // of each page, in turn
	stageSpan = 4000 // ms that each is watched
)

// stageBench serves the stage and an empty Ebitengine page to be watched, at one address with the page's own files.
func stageBench(page http.Handler) (http.Handler, error) {
	game, err := program("./bench/game")
	if err != nil {
		return nil, err
	}
	loader, err := goLoader()
	if err != nil {
		return nil, err
	}
	found, err := filepath.Glob("web/dist/a/*/stage/index.html.br")
	if err != nil || len(found) != 1 {
		return nil, fmt.Errorf("web/dist has %d stages (make build packs it): %w", len(found), err)
	}
	url := "/" + strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(found[0]), "web/dist/"), ".br")
	script := fmt.Sprintf("<script>const STAGE = %q, FROM = %d, UNTIL = %d;</script>\n<script>", url, crowdFrom, crowdUntil)
	mux := http.NewServeMux()
	mux.Handle("/", page)
	serve := func(path, kind string, data []byte) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			_, _ = w.Write(data) // a browser that is gone misses nothing
		})
	}
	serve("/bench/stage.html", "text/html", []byte(strings.Replace(stagePage, "<script>", script, 1)))
	serve("/bench/game.html", "text/html", []byte(gamePage))
	serve("/bench/game.wasm", "application/wasm", game)
	serve("/bench/wasm_exec.js", "text/javascript", loader)
	mux.HandleFunc("/bench/crowd/{letters}", func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(r.PathValue("letters"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		_, _ = w.Write(crowd(n))
	})
	return mux, nil
}

// watched is what was seen of a page: frames a second, and milliseconds of the stage's own work in a frame.
type watched struct{ FPS, Work float64 }

// stage compares the frames of a stage with many messages on their way with those of an empty Ebitengine page.
func stage(browser context.Context, page http.Handler) ([]result, error) {
	handler, err := stageBench(page)
	if err != nil {
		return nil, err
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	kinds := []string{"game", "stage:500", "stage:2000"}
	seen := map[string][]watched{}
	for range stageRuns {
		for _, kind := range kinds {
			w, err := watchStage(browser, server.URL+"/bench/stage.html#"+kind)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", kind, err)
			}
			seen[kind] = append(seen[kind], w)
		}
	}
	middle := func(kind string, of func(w watched) float64) float64 {
		all := make([]float64, 0, stageRuns)
		for _, w := range seen[kind] {
			all = append(all, of(w))
		}
		return median(all)
	}
	fps := func(kind string) float64 { return middle(kind, func(w watched) float64 { return w.FPS }) }
	work := func(kind string) float64 { return middle(kind, func(w watched) float64 { return w.Work }) }
	empty := fps("game")
	return []result{
		{"frames a second of an empty Ebitengine page", empty, 0, "", "1096 × 348 pixels, WebGL in software; median of 3, in turn with the next two"},
		{"frames a second of the stage with 500 messages on their way", fps("stage:500"), 0, "", ""},
		{"frames a second of the stage with 2,000 messages on their way", fps("stage:2000"), 0, "", ""},
		{"an empty page's frames beside the stage's, 500 messages", empty / fps("stage:500"), 1 / 0.9, "×", "0.9 of the frames, or more"},
		{"an empty page's frames beside the stage's, 2,000 messages", empty / fps("stage:2000"), 1 / 0.6, "×", "0.6 of the frames, or more"},
		{"scene and painter, work in a frame, 500 messages", work("stage:500"), 4, "ms", "by the clock, the median of frames; what the graphics library does after it is not in it"},
		{"scene and painter, work in a frame, 2,000 messages", work("stage:2000"), 10, "ms", ""},
	}, nil
}

func watchStage(browser context.Context, url string) (watched, error) {
	tab, stop := harness.Tab(browser)
	defer stop()
	if err := chromedp.Do(tab, chromedp.Navigate(url)); err != nil {
		return watched{}, err
	}
	return harness.Eval[watched](tab, fmt.Sprintf("measure(%d).then(({ fps, work }) => ({ FPS: fps, Work: work }))", stageSpan))
}
