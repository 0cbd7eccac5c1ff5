package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"ehlo/test/browser/harness"
)

// tab is a page in a profile of its own. Whatever it complains of fails the test.
type tab struct {
	t      *testing.T
	ctx    context.Context
	mu     sync.Mutex
	errors []string
}

// tabs counts the tabs of tests that failed, for the names of their pictures.
var tabs atomic.Int32

// newTab opens an empty page that paints its stage as SVG: a canvas by software costs two cores, and few tests look at it. parent is
// nil for a new profile, or a tab whose profile it shares. The page does not keep itself for use without a network: in each new
// profile it would fetch all of its files.
func newTab(t *testing.T, parent *tab) *tab {
	t.Helper()
	p := openTab(t, parent, flat)
	p.do(addScript(`(() => {
		delete globalThis.OffscreenCanvas; // what a worker finds is asked nothing then
		const real = HTMLCanvasElement.prototype.getContext;
		HTMLCanvasElement.prototype.getContext = function (kind, ...options) { return kind === "webgl2" ? null : real.call(this, kind, ...options); };
	})()`))
	p.do(addScript(neverKeep))
	return p
}

// newPaintingTab opens an empty page with a canvas, which does not keep itself either.
func newPaintingTab(t *testing.T, parent *tab) *tab {
	t.Helper()
	p := openTab(t, parent, painting)
	p.do(addScript(neverKeep))
	return p
}

// newKeepingTab opens an empty page with a canvas that may install its service worker.
func newKeepingTab(t *testing.T, parent *tab) *tab {
	t.Helper()
	return openTab(t, parent, painting)
}

const neverKeep = `if (navigator.serviceWorker) navigator.serviceWorker.register = () => new Promise(() => {})`

func openTab(t *testing.T, parent *tab, browser func() (context.Context, error)) *tab {
	t.Helper()
	var from context.Context
	var options []chromedp.ContextOption
	if parent != nil {
		from = parent.ctx
	} else {
		var err error
		if from, err = browser(); err != nil {
			t.Fatal(err)
		}
		options = append(options, chromedp.WithNewBrowserContext())
	}
	ctx, stop := chromedp.NewContext(from, options...)
	ctx, stopTime := context.WithTimeout(ctx, 10*time.Minute)
	p := &tab{t: t, ctx: ctx}
	if err := chromedp.Listen(ctx, p.hear); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			p.save(fmt.Sprintf("failed-%s-%d", strings.ReplaceAll(t.Name(), "/", "-"), tabs.Add(1)))
		}
		stopTime()
		stop()
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, e := range p.errors {
			t.Errorf("the page complains: %s", e)
		}
	})
	p.do(chromedp.EmulateViewport(1440, 900))
	// Before any script of the page: a policy violation is a complaint.
	p.do(addScript(`addEventListener("securitypolicyviolation", (e) => console.error("policy violation:", e.violatedDirective, e.blockedURI, e.sourceFile))`))
	return p
}

// hear collects complaints.
func (p *tab) hear(ev any) {
	var text string
	switch ev := ev.(type) {
	case *runtime.EventConsoleAPICalled:
		if ev.Type != "error" {
			return
		}
		for _, a := range ev.Args {
			text += " " + string(a.Value) + a.Description
		}
	case *runtime.EventExceptionThrown:
		text = ev.ExceptionDetails.Text
		if e := ev.ExceptionDetails.Exception; e != nil {
			text += " " + e.Description
		}
	case *log.EventEntryAdded:
		if ev.Entry.Level != "error" {
			return
		}
		text = ev.Entry.Text + " " + ev.Entry.URL
	default:
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.errors = append(p.errors, strings.TrimSpace(text))
}

func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// eval runs JavaScript in the page, awaits it, and returns its JSON value.
func eval[T any](p *tab, js string) T {
	p.t.Helper()
	v, err := harness.Eval[T](p.ctx, js)
	if err != nil {
		p.t.Fatal(err)
	}
	return v
}

// call calls a function of window.ehlo.
func call[T any](p *tab, function string, args ...any) T {
	p.t.Helper()
	var list []string
	for _, a := range args {
		text, err := json.Marshal(a)
		if err != nil {
			p.t.Fatal(err)
		}
		list = append(list, string(text))
	}
	return eval[T](p, "ehlo."+function+"("+strings.Join(list, ", ")+").then((v) => v ?? null)")
}

// patience is how long a test waits for what must come. No test measures time: a busy machine is slow.
const patience = 40 * time.Second

// until waits for a JavaScript condition. what says in words what is waited for.
func (p *tab) until(what, js string) {
	p.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		ok, err := harness.Eval[bool](p.ctx, "Promise.resolve("+js+").then(Boolean)")
		if err == nil && ok {
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("waited %v in vain until %s (%s, %v)", patience, what, js, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// open goes to the page and waits until its world answers.
func (p *tab) open(suffix string) {
	p.t.Helper()
	p.do(chromedp.Navigate(site + suffix))
	p.ready()
}

// ready waits until the page's world answers.
func (p *tab) ready() {
	p.t.Helper()
	p.until("the page's world answers", `window.ehlo && !document.querySelector(".app--loading") && ehlo.ready.then(() => ehlo.state()).then((s) => s.world)`)
}

// keys types as a person does, with modifiers held down for all of it.
func (p *tab) keys(keys string, options ...chromedp.KeyOption) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(keys, options...))
}

// save saves what the window shows now.
func (p *tab) save(name string) {
	p.t.Helper()
	png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Logf("no screenshot %s: %v", name, err)
		return
	}
	dir := filepath.Join(root, "build/screenshots")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// addScript runs JavaScript in every document before any script of its own.
func addScript(js string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: js})
		return err
	})
}
