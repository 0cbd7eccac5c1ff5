package browser

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
)

// static is an exported page behind a web server that knows nothing of it, at a path of its own.
type static struct {
	*httptest.Server
	down  atomic.Bool // nobody answers
	newer atomic.Bool // the site has become another version
}

// exported exports the page and serves it below /courses/mail/.
func exported(t *testing.T) *static {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command(filepath.Join(root, "bin/ehlo"), "export", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	versions, err := os.ReadDir(filepath.Join(dir, "a"))
	if err != nil || len(versions) != 1 {
		t.Fatalf("the export has %d versions: %v", len(versions), err)
	}
	version := versions[0].Name()
	other := strings.Repeat("f", len(version))
	s := &static{}
	files := http.StripPrefix("/courses/mail/", http.FileServer(http.Dir(dir)))
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.down.Load() {
			panic(http.ErrAbortHandler)
		}
		if !s.newer.Load() {
			files.ServeHTTP(w, r)
			return
		}
		// The same files under another name: what a later version is to a browser.
		r.URL.Path = strings.Replace(r.URL.Path, other, version, 1)
		answer := httptest.NewRecorder()
		r.Header.Del("If-Modified-Since")
		r.Header.Del("Range")
		files.ServeHTTP(answer, r)
		body := bytes.ReplaceAll(answer.Body.Bytes(), []byte(version), []byte(other))
		if path.Base(r.URL.Path) == "sw.js" { // to keep all of it again would take the test long
			body = regexp.MustCompile(`"files":\[.*?\]`).ReplaceAll(body, []byte(`"files":["a/`+other+`/boot.js"]`))
		}
		w.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
		w.WriteHeader(answer.Code)
		_, _ = w.Write(body)
	}))
	t.Cleanup(s.Close)
	return s
}

// at opens a page of the exported site.
func (s *static) at(p *tab, suffix string) {
	p.t.Helper()
	p.do(chromedp.Navigate(s.URL + "/courses/mail/" + suffix))
	p.ready()
}

// TestExportedOffline opens an exported page once; then its server is gone, and everything is still there.
func TestExportedOffline(t *testing.T) {
	s := exported(t)
	p := newKeepingTab(t, nil)
	s.at(p, "?world=two-domains")
	p.stageLives()
	p.until("the page is kept", `navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)`)
	eval[any](p, `void document.getElementById("help").click()`)
	p.until("help says so", `document.querySelector('[data-offline="kept"]')`)
	p.screenshot("offline-kept")
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, "EHLO laptop.example.org")
	p.saved()

	s.down.Store(true)
	p.do(chromedp.Reload())
	p.ready()
	p.stageLives()
	p.say(conn, "MAIL FROM:<alice@example.org>")
	p.hears(conn, "250 2.1.0")
	s.at(p, "?lesson=reply-codes") // files that no visit has asked for yet
	if l := p.state().Lesson; l == nil {
		t.Error("a lesson that was not opened before does not open without a network")
	}
	p.until("its text is formatted", `document.querySelectorAll("#lesson p").length > 2`)
}

// TestNewerVersion lets the site become another version while a page is open: it goes on with its own files, offers the new
// one, and nothing is lost.
func TestNewerVersion(t *testing.T) {
	s := exported(t)
	p := newKeepingTab(t, nil)
	s.at(p, "?world=two-domains")
	call[any](p, "pause")
	p.until("the page is kept", `navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)`)
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, "EHLO laptop.example.org")
	s.newer.Store(true)
	eval[any](p, `navigator.serviceWorker.getRegistration().then((r) => r.update()).then(() => null)`)
	p.until("the newer version is offered", `document.querySelector('[data-action="newer"]')`)
	p.say(conn, "MAIL FROM:<alice@example.org>")
	p.screenshot("newer-version")
	eval[any](p, `void document.querySelector('[data-action="newer"]').click()`)
	p.until("the newer version runs", `document.querySelector('script[src*="a/ffff"]') && window.ehlo`)
	p.ready()
	p.say(conn, "RCPT TO:<bob@example.net>")
	p.hears(conn, "250 2.1.5")
	if band := eval[bool](p, `document.querySelector('[data-action="newer"]') !== null`); band {
		t.Error("the newest version offers a newer one")
	}
}
