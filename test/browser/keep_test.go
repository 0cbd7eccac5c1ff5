package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// trace is the whole trace as text.
func (p *tab) trace() string {
	p.t.Helper()
	return eval[string](p, "ehlo.trace().then((events) => events.map((e) => JSON.stringify(e)).join('\\n'))")
}

// saved waits until the page has kept its work.
func (p *tab) saved() {
	p.t.Helper()
	p.until("the work is kept", `ehlo.exportLog().then((now) => new Promise((resolve, reject) => {
		const open = indexedDB.open("ehlo");
		open.onerror = () => reject(open.error);
		open.onsuccess = () => {
			const kept = open.result.transaction("kept").objectStore("kept").getAll();
			kept.onsuccess = () => { open.result.close(); resolve(kept.result.some((w) => w?.log === now)); };
			kept.onerror = () => { open.result.close(); reject(kept.error); };
		};
	}))`)
}

func TestReloadKeepsWork(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, "EHLO laptop.example.org", "MAIL FROM:<alice@example.org>")
	p.saved()
	before := p.trace()
	p.do(chromedp.Reload())
	p.ready()
	if after := p.trace(); after != before {
		t.Errorf("after the reload the trace is\n%s\nand was\n%s", after, before)
	}
	p.say(conn, "RCPT TO:<bob@example.net>")
	p.hears(conn, "250 2.1.5")
}

func TestGoOnOrStartFresh(t *testing.T) {
	first := newTab(t, nil)
	first.world("two-domains")
	conn := first.dial("laptop.example.org", "mx.example.net", 25)
	first.say(conn, "EHLO laptop.example.org")
	first.saved()
	first.do(chromedp.Navigate("about:blank"))
	first.open("?world=two-domains")
	first.until("the page asks whether to go on", `document.querySelector('[data-action="go-on"]')`)
	first.screenshot("go-on-or-fresh")
	first.do(chromedp.Click(chromedp.CSS(`[data-action="fresh"]`)))
	first.until("a fresh world", "ehlo.state().then((s) => s.conns.length === 0)")
	first.until("a way back", `document.querySelector('[data-action="bring-back"]')`)
	first.do(chromedp.Click(chromedp.CSS(`[data-action="bring-back"]`)))
	first.until("the work is back", "ehlo.state().then((s) => s.conns.length === 1)")
}

func TestUndoOneLine(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, "EHLO laptop.example.org")
	before := p.trace()
	p.say(conn, "MAIL FROM:<alice@example.com>")
	call[any](p, "undo")
	p.quiet()
	if after := p.trace(); after != before {
		t.Errorf("after undo the trace is\n%s\nand was\n%s", after, before)
	}
	p.say(conn, "MAIL FROM:<alice@example.org>")
	p.hears(conn, "250 2.1.0")
	call[any](p, "reset")
	if s := p.state(); len(s.Conns) != 0 || s.Now != 0 {
		t.Errorf("after reset: %+v", s)
	}
}

func TestLinkOpensTheMoment(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, letter...)
	p.say(p.dial("laptop.example.org", "mx.example.net", 110), "USER bob")
	link, before := call[string](p, "link"), p.state()
	if len(link) > 2000 {
		t.Errorf("the link has %d characters", len(link))
	}
	other := newTab(t, nil)
	other.do(chromedp.Navigate(link))
	other.ready()
	if got, want := other.trace(), p.trace(); got != want {
		t.Errorf("the link opens\n%s\ninstead of\n%s", got, want)
	}
	if after := other.state(); after.Now != before.Now || after.Steps != before.Steps {
		t.Errorf("the link opens %+v instead of %+v", after, before)
	}
	if hash := eval[string](other, "location.hash"); hash != "" {
		t.Errorf("the address keeps %s, so that a reload would lose what is done next", hash)
	}

	broken := newTab(t, nil)
	broken.do(chromedp.Navigate(link[:len(link)-40]))
	broken.ready()
	broken.until("the page says that the link is broken", `document.getElementById("bands").textContent.trim()`)
}

func TestSecondTabReads(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	p.dial("laptop.example.org", "mx.example.net", 25)
	p.saved()
	second := newTab(t, p)
	second.open("?world=two-domains")
	second.until("the second tab offers to take over", `document.querySelector('[data-action="take-over"]')`)
	second.screenshot("second-tab")
	if !eval[bool](second, `document.getElementById("line").readOnly`) {
		t.Error("two tabs can type into one world")
	}
}

func TestTakeItWithYou(t *testing.T) {
	p := newTab(t, nil)
	p.world("one-host")
	log := call[string](p, "exportLog")
	if !strings.Contains(log, `"one-host"`) {
		t.Errorf("the log does not name its world: %s", log)
	}
	other := newTab(t, nil)
	other.world("two-domains")
	call[any](other, "importLog", log)
	if s := other.state(); s.World.Name != "one-host" {
		t.Errorf("the log of one-host opens %s", s.World.Name)
	}
}
