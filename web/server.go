package web

import (
	"errors"
	"io/fs"
	"net"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// ErrNoPage is returned by [Handler] for files that hold no page.
var ErrNoPage = errors.New("no page is packed here")

// policy is the Content-Security-Policy of everything but the stage: nothing from elsewhere, no inline script or style,
// no eval except compiling WebAssembly.
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; " +
	"connect-src 'self'; manifest-src 'self'; worker-src 'self'; frame-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; " +
	"frame-ancestors 'self'"

// outside is the document in whose frame a lesson is fetched from another server: it runs its own script, may fetch, and has
// nothing else of the page.
const outside = "/course/outside.html"

const outsidePolicy = "default-src 'none'; script-src 'self'; connect-src 'self' https: http:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// policyOf is the policy of what lies at a path.
func policyOf(path string) string {
	if strings.HasSuffix(path, outside) {
		return outsidePolicy
	}
	return policy
}

// missing answers for a path that is not there.
const missing = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Not found - ehlo</title>
<h1>This page does not exist</h1>
<p>The address has no page behind it. It may come from an older version of ehlo.</p>
<p><a href="/">Go to the start page</a></p>
</html>
`

// Handler serves a packed page. It returns [ErrNoPage] where files hold no index.html.
func Handler(files fs.FS) (http.Handler, error) {
	assets, err := load(files)
	if err != nil {
		return nil, err
	}
	if assets["index.html"] == nil {
		return nil, ErrNoPage
	}
	return server{assets, &asset{mime: mimeTypes[".html"], raw: []byte(missing)}}, nil
}

type server struct {
	assets   map[string]*asset
	notFound *asset
}

func (s server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policyOf(r.URL.Path))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if loopback(r.Host) { // elsewhere plain http is no secure context and a browser would complain of the header
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are answered here", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if name == "" {
		name = "index.html"
	}
	if a := s.assets[name]; a != nil {
		a.send(w, r, http.StatusOK)
	} else {
		s.notFound.send(w, r, http.StatusNotFound)
	}
}

// send answers with an asset, or says that the client's copy is still right.
func (a *asset) send(w http.ResponseWriter, r *http.Request, status int) {
	encoding, size, content := a.form(r.Header.Get("Accept-Encoding"))
	h := w.Header()
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if a.hashed {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if status == http.StatusOK {
		tag := `"` + a.tag + encoding + `"`
		h.Set("ETag", tag)
		if matches(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	h.Set("Content-Type", a.mime)
	h.Set("Content-Length", strconv.Itoa(size))
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	w.WriteHeader(status)
	if r.Method == http.MethodGet {
		_ = content(w) // the client is gone: nobody is left to tell
	}
}

// accepts says whether an Accept-Encoding header names an encoding without refusing it by q=0 (RFC 9110 §12.5.3).
func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, param, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		q, found := strings.CutPrefix(strings.ReplaceAll(strings.ToLower(param), " ", ""), "q=")
		return !found || strings.Trim(q, "0.") != ""
	}
	return false
}

// matches says whether an If-None-Match header names a tag; the comparison is weak (RFC 9110 §13.1.2).
func matches(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
		if part == tag || part == "*" {
			return true
		}
	}
	return false
}

// loopback says whether a Host header names this machine itself.
func loopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
