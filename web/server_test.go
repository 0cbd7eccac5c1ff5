package web

import (
	"bytes"
	"compress/gzip"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// zipped is content in its gzip form.
func zipped(t *testing.T, content string) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	if _, err := w.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func page(t *testing.T) http.Handler {
	t.Helper()
	h, err := Handler(fstest.MapFS{
		"README":                 {Data: []byte("not served")},
		"index.html":             {Data: []byte("<!doctype html>")},
		"a/0123/main.js.br":      {Data: []byte("brotli form")},
		"a/0123/main.js.gz":      {Data: zipped(t, "plain form")},
		"a/0123/icon.png":        {Data: []byte("png")},
		"a/0123/odd.unknown":     {Data: []byte("?")},
		"w/4567/tutor.wasm.gz":   {Data: zipped(t, "\x00asm")},
		"w/4567/tutor.wasm.br":   {Data: []byte("brotli wasm")},
		"a/0123/stage/style.css": {Data: []byte("canvas {}")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func ask(h http.Handler, method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestForms(t *testing.T) {
	h := page(t)
	for _, test := range []struct{ accept, encoding, body string }{
		{"gzip, deflate, br", "br", "brotli form"},
		{"gzip, deflate", "gzip", string(zipped(t, "plain form"))},
		{"br;q=0, gzip;q=0.5", "gzip", string(zipped(t, "plain form"))},
		{"br; q=0.000", "", "plain form"},
		{"BR;q=1.0", "br", "brotli form"},
		{"identity", "", "plain form"},
		{"", "", "plain form"},
	} {
		w := ask(h, "GET", "/a/0123/main.js", "Accept-Encoding", test.accept)
		if w.Code != 200 || w.Body.String() != test.body || w.Header().Get("Content-Encoding") != test.encoding {
			t.Errorf("Accept-Encoding %q: got %d, %q in %q; want %q in %q", test.accept, w.Code, w.Body, w.Header().Get("Content-Encoding"), test.body, test.encoding)
		}
		if got := w.Header().Get("Content-Length"); got != "" && got != strconv.Itoa(len(test.body)) {
			t.Errorf("Accept-Encoding %q: Content-Length %s for %d octets", test.accept, got, len(test.body))
		}
		if w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("Accept-Encoding %q: a cache in between is not told that the answer depends on it", test.accept)
		}
	}
}

func TestTypesAndCaching(t *testing.T) {
	h := page(t)
	const forever, check = "public, max-age=31536000, immutable", "no-cache"
	for _, test := range []struct {
		path, mime, cache string
		status            int
	}{
		{"/", "text/html; charset=utf-8", check, 200},
		{"/index.html", "text/html; charset=utf-8", check, 200},
		{"/?lesson=first-message", "text/html; charset=utf-8", check, 200},
		{"/a/0123/main.js", "text/javascript; charset=utf-8", forever, 200},
		{"/a/0123/icon.png", "image/png", forever, 200},
		{"/a/0123/odd.unknown", "application/octet-stream", forever, 200},
		{"/a/0123/stage/style.css", "text/css; charset=utf-8", forever, 200},
		{"/w/4567/tutor.wasm", "application/wasm", forever, 200},
		{"/a/9999/main.js", "text/html; charset=utf-8", check, 404},
		{"/a/0123/", "text/html; charset=utf-8", check, 404},
		{"/a/0123/main.js.br", "text/html; charset=utf-8", check, 404},
		{"/README", "text/html; charset=utf-8", check, 404},
		{"/../server.go", "text/html; charset=utf-8", check, 404},
	} {
		w := ask(h, "GET", test.path)
		if w.Code != test.status || w.Header().Get("Content-Type") != test.mime || w.Header().Get("Cache-Control") != test.cache {
			t.Errorf("%s: got %d, %s, %s", test.path, w.Code, w.Header().Get("Content-Type"), w.Header().Get("Cache-Control"))
		}
	}
}

func TestSecurityHeaders(t *testing.T) {
	h := page(t)
	for _, path := range []string{"/", "/a/0123/main.js", "/w/4567/tutor.wasm", "/nothing"} {
		w := ask(h, "GET", path)
		csp := w.Header().Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src 'none'; ") || strings.Contains(csp, "unsafe-inline") || strings.Contains(csp, "'unsafe-eval'") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", path, w.Header())
		}
	}
	frame := ask(h, "GET", "/a/0123/course/outside.html").Header().Get("Content-Security-Policy")
	if !strings.Contains(frame, "connect-src 'self' https:") || strings.Contains(frame, "style-src") || strings.Contains(frame, "wasm") {
		t.Errorf("the frame that fetches from elsewhere has the policy %q", frame)
	}
	for host, want := range map[string]string{"localhost:8025": "same-origin", "127.0.0.1:8025": "same-origin", "[::1]:8025": "same-origin", "192.0.2.7:8025": ""} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if got := w.Header().Get("Cross-Origin-Opener-Policy"); got != want {
			t.Errorf("%s: Cross-Origin-Opener-Policy %q, want %q", host, got, want)
		}
	}
}

func TestNotModified(t *testing.T) {
	h := page(t)
	tag := ask(h, "GET", "/", "Accept-Encoding", "br").Header().Get("ETag")
	if tag == "" {
		t.Fatal("no ETag")
	}
	for _, header := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
		if w := ask(h, "GET", "/", "If-None-Match", header); w.Code != 304 || w.Body.Len() > 0 {
			t.Errorf("If-None-Match: %s: got %d with %d octets", header, w.Code, w.Body.Len())
		}
	}
	if w := ask(h, "GET", "/", "If-None-Match", `"other"`); w.Code != 200 {
		t.Errorf("another tag: got %d", w.Code)
	}
	br, gz := ask(h, "GET", "/a/0123/main.js", "Accept-Encoding", "br"), ask(h, "GET", "/a/0123/main.js", "Accept-Encoding", "gzip")
	if br.Header().Get("ETag") == gz.Header().Get("ETag") {
		t.Error("two forms have one ETag")
	}
}

func TestMethods(t *testing.T) {
	h := page(t)
	get, head := ask(h, "GET", "/w/4567/tutor.wasm"), ask(h, "HEAD", "/w/4567/tutor.wasm")
	if head.Code != 200 || head.Body.Len() != 0 || head.Header().Get("Content-Length") != strconv.Itoa(get.Body.Len()) {
		t.Errorf("HEAD: got %d, %d octets, Content-Length %s", head.Code, head.Body.Len(), head.Header().Get("Content-Length"))
	}
	if w := ask(h, "POST", "/"); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: got %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}

func TestNoPage(t *testing.T) {
	if _, err := Handler(fstest.MapFS{"README": {Data: []byte("x")}}); !errors.Is(err, ErrNoPage) {
		t.Errorf("got %v", err)
	}
	if _, err := Handler(fstest.MapFS{"index.html": {}, "a/1/x.js.br": {}}); err == nil || !strings.Contains(err.Error(), "a/1/x.js") {
		t.Errorf("got %v", err)
	}
}
