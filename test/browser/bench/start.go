package main

import (
	"bytes"
	"compress/gzip"
	"context"
	_ "embed"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/andybalholm/brotli"
	"github.com/chromedp/chromedp"

	"ehlo/test/browser/harness"
	"ehlo/web"
)

// runs is how often a page is opened anew; the median counts.
const runs = 25

//go:embed empty/main.js
var emptyScript []byte

// emptyPage builds the smallest page with a Go program in it, packed and served like the real one: what to compare with.
func emptyPage() (http.Handler, error) {
	wasm, err := program("./bench/empty")
	if err != nil {
		return nil, err
	}
	loader, err := goLoader()
	if err != nil {
		return nil, err
	}
	files := fstest.MapFS{"index.html": {Data: []byte(`<!doctype html><html lang="en"><title>empty</title><script type="module" src="a/0/main.js"></script></html>`)}}
	for name, data := range map[string][]byte{"a/0/main.js": emptyScript, "a/0/wasm_exec.js": loader, "a/0/empty.wasm": wasm} {
		var br, gz bytes.Buffer
		for _, w := range []io.WriteCloser{brotli.NewWriterLevel(&br, 9), gzip.NewWriter(&gz)} {
			if _, err := w.Write(data); err != nil {
				return nil, err
			}
			if err := w.Close(); err != nil {
				return nil, err
			}
		}
		files[name+".br"], files[name+".gz"] = &fstest.MapFile{Data: br.Bytes()}, &fstest.MapFile{Data: gz.Bytes()}
	}
	return web.Handler(files)
}

// program builds a package of this module for a browser.
func program(pkg string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "program.wasm")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", file, pkg)
	build.Dir, build.Env, build.Stderr = "test/browser", append(os.Environ(), "GOOS=js", "GOARCH=wasm"), os.Stderr
	if err := build.Run(); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
}

// goLoader is the Go distribution's script that starts a program in a browser.
func goLoader() ([]byte, error) {
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(strings.TrimSpace(string(goroot)), "lib/wasm/wasm_exec.js"))
}

// start measures the time from navigation to a console that answers, and of the empty page to a Go function that does,
// in turn, each time with a profile that has seen neither.
func start(browser context.Context, url, emptyURL string) ([]result, error) {
	var page, empty []float64
	for range runs {
		for _, m := range []struct {
			url, js string
			into    *[]float64
		}{
			{url, answers, &page},
			{emptyURL, `new Promise((resolve) => {
				const look = () => window.ready ? ready.then(() => resolve(answer() && performance.now())) : setTimeout(look, 1);
				look();
			})`, &empty},
		} {
			ms, err := open(browser, m.url, m.js)
			if err != nil {
				return nil, err
			}
			*m.into = append(*m.into, ms)
		}
	}
	ratio := make([]float64, runs)
	for i := range ratio {
		ratio[i] = page[i] / empty[i]
	}
	return []result{
		{"navigation to a console that answers", median(page), 0, "ms", fmt.Sprintf("median of %d, nothing cached, server on the same machine", runs)},
		{"navigation to an empty Go page that answers", median(empty), 0, "ms", "the same run, in turn with the page"},
		{"the page beside the empty one", median(ratio), 2.5, "×", "median of the pairs: the speed of a shared machine changes within seconds"},
	}, nil
}

// median is the one in the middle of some values, which stay in their order.
func median(of []float64) float64 { return slices.Sorted(slices.Values(of))[len(of)/2] }

func open(browser context.Context, url, js string) (float64, error) {
	tab, stop := harness.Tab(browser)
	defer stop()
	if err := chromedp.Do(tab, chromedp.Navigate(url)); err != nil {
		return 0, err
	}
	return harness.Eval[float64](tab, js)
}
