package web

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/fstest"
)

func TestStatic(t *testing.T) {
	page := `<!doctype html><meta charset="utf-8"><script src="a/0123/main.js"></script>`
	got, order := map[string]string{}, []string{}
	err := Static(fstest.MapFS{
		"index.html.br":     {Data: []byte("brotli form of a page without a policy")},
		"index.html.gz":     {Data: zipped(t, page)},
		"a/0123/main.js.br": {Data: []byte("brotli form")},
		"a/0123/main.js.gz": {Data: zipped(t, "plain form")},
		"a/0123/icon.png":   {Data: []byte("png")},
	}, func(name string, data []byte) error {
		got[name] = string(data)
		order = append(order, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "a/0123/icon.png a/0123/main.js.br a/0123/main.js.gz a/0123/main.js index.html.gz index.html"
	if names := strings.Join(order, " "); names != want {
		t.Errorf("written are %s\nwant %s", names, want)
	}
	if got["a/0123/main.js"] != "plain form" || got["a/0123/main.js.br"] != "brotli form" || got["a/0123/icon.png"] != "png" {
		t.Errorf("the files are %q", got)
	}
	html := got["index.html"]
	if !strings.Contains(html, `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; `) || strings.Contains(html, "frame-ancestors") {
		t.Errorf("the document's policy: %s", html)
	}
	r, err := gzip.NewReader(bytes.NewReader([]byte(got["index.html.gz"])))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := io.ReadAll(r); err != nil || string(plain) != html {
		t.Errorf("the compressed document is another: %s (%v)", plain, err)
	}
}

func TestStaticFails(t *testing.T) {
	if err := Static(fstest.MapFS{"sw.js": {Data: []byte("x")}}, nil); !errors.Is(err, ErrNoPage) {
		t.Errorf("no page: %v", err)
	}
	full := errors.New("the disk is full")
	err := Static(fstest.MapFS{"index.html": {Data: []byte("x")}}, func(string, []byte) error { return full })
	if !errors.Is(err, full) {
		t.Errorf("a full disk: %v", err)
	}
}
