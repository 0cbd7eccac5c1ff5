package browser

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// place is where the shown world stands, and how its clock goes.
const place = `ehlo.state().then((s) => [s.now, s.steps, s.past, s.pace, s.playing].join())`

// TestWholeCoreTakesOver: what needs no shell is done by the core that starts; the first command of a shell brings the whole
// one, which goes on with the same world.
func TestWholeCoreTakesOver(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	eval[any](p, `(globalThis.grown = 0, ehlo.on("grown", () => globalThis.grown++), null)`)
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, "EHLO laptop.example.org", "MAIL FROM:<alice@example.org>")
	call[any](p, "pace", "10")
	if n := eval[int](p, `globalThis.grown`); n != 0 {
		t.Error("a session without a shell has started the whole core")
	}
	before, log := p.trace(), call[string](p, "exportLog")
	// The world is shown at an earlier moment before the whole core is there, which then refuses the command.
	at := eval[[]string](p, `(async () => {
		const typed = ehlo.shell("date\n").then(() => "", (e) => e.id);
		await ehlo.back();
		return [await `+place+`, await typed, await `+place+`];
	})()`)
	if at[1] != "sim.past" {
		t.Errorf("a command in the past is answered %q", at[1])
	}
	if n := eval[int](p, `globalThis.grown`); n != 1 {
		t.Errorf("the whole core has started %d times", n)
	}
	if at[2] != at[0] {
		t.Errorf("the whole core stands at %s instead of %s", at[2], at[0])
	}
	if after := p.trace(); after != before {
		t.Errorf("the whole core has another trace:\n%s\nwant\n%s", after, before)
	}
	if now := call[string](p, "exportLog"); now != log {
		t.Errorf("the whole core has another log:\n%s\nwant\n%s", now, log)
	}
	call[any](p, "fork")
	call[any](p, "pace", "show")
	call[any](p, "play")
	eval[any](p, `(document.getElementById("tab-laptop.example.org").click(), null)`)
	p.tabTo("#line")
	p.types("echo still here")
	p.reads("still here")
	p.saved()
	p.do(chromedp.Reload()) // now the kept log asks for the whole core
	p.ready()
	eval[any](p, `(document.getElementById("tab-laptop.example.org").click(), null)`)
	p.reads("still here")
}

// TestWholeCoreMissing: where the whole core cannot be fetched, the page says so, keeps the command, and goes on. The next
// try succeeds.
func TestWholeCoreMissing(t *testing.T) {
	to, err := url.Parse(site)
	if err != nil {
		t.Fatal(err)
	}
	var missing atomic.Bool
	missing.Store(true)
	pass := httputil.NewSingleHostReverseProxy(to)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if missing.Load() && strings.HasSuffix(r.URL.Path, "/full.wasm") {
			http.NotFound(w, r)
			return
		}
		pass.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)

	p := newTab(t, nil)
	p.do(chromedp.Navigate(server.URL + "/?world=two-domains"))
	p.ready()
	p.tabTo("#line")
	p.keys("whoami" + kb.Enter)
	p.until("the page says what is missing", `document.getElementById("bands").textContent.includes("full.wasm: 404")`)
	p.until("the command is kept", `document.getElementById("line").value === "whoami"`)
	p.screenshot("whole-missing", "console")
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, "NOOP")
	p.hears(conn, "250 2.0.0")
	missing.Store(false)
	eval[any](p, `(document.getElementById("tab-laptop.example.org").click(), null)`)
	p.tabTo("#line")
	p.keys(kb.Enter)
	p.until("the command has run", `[...document.querySelectorAll("#lines .ln--term samp")].some((line) => line.textContent === "alice")`)
	p.mu.Lock()
	p.errors = slices.DeleteFunc(p.errors, func(e string) bool { return strings.Contains(e, "full.wasm") })
	p.mu.Unlock()
}
