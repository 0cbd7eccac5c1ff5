package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestWorldByHand changes a world by hand and as text: it becomes one's own, begins anew with each change, is kept over a reload, can be
// undone, renamed and deleted; what is wrong is said at its line.
func TestWorldByHand(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	eval[any](p, `void document.getElementById("insp-world").click()`)
	p.until("the world can be changed", `document.querySelector(".worldform")`)
	eval[any](p, `void (() => { const f = document.querySelector(".worldform"); f.name.value = "tablet.example.org"; f.a.value = "mail.example.org"; f.requestSubmit(); })()`)
	p.until("the host is there", `ehlo.state().then((s) => s.world.name === "my-two-domains" && s.world.hosts.some((h) => h.name === "tablet.example.org"))`)
	call[any](p, "editWorld", map[string]any{"do": "add", "kind": "user", "name": "dora@example.org", "password": "secret"})
	p.until("the user has a mailbox", `ehlo.mailboxes().then((all) => all.some((box) => box.address === "dora@example.org"))`)
	p.shows("world-by-hand", "inspect")
	p.do(chromedp.Reload())
	p.ready()
	p.until("the world is kept", `ehlo.state().then((s) => s.world.name === "my-two-domains" && s.world.hosts.length === 5)`)
	conn := p.dial("tablet.example.org", "mail.example.org", 25)
	p.hears(conn, "220 ")

	eval[any](p, `void document.getElementById("insp-world").click()`)
	p.until("it can be changed again", `document.querySelector('[data-world="text"]')`)
	eval[any](p, `void document.querySelector('[data-world="text"]').click()`)
	p.until("its text is there", `document.querySelector(".worldtext__area")?.value.includes("dora@example.org")`)
	eval[any](p, `void (() => { const a = document.querySelector(".worldtext__area"); a.value = a.value.replace('mx = "mail', 'mx = "mial'); a.dispatchEvent(new Event("input")); })()`)
	p.until("what is wrong is said at its line", `document.querySelector(".wrongs")?.textContent.includes("domain.mx") && document.querySelector(".worldtext__lines b")`)
	p.shows("world-as-text", "inspect")
	eval[any](p, `void (() => { const a = document.querySelector(".worldtext__area"); a.value = a.value.replace("mial", "mail").replace('title = "Two domains"', 'title = "Mine"'); document.querySelector('[data-world="apply"]').click(); })()`)
	p.until("the world has begun", `ehlo.state().then((s) => s.world.title === "Mine" && s.conns.length === 0)`)
	call[any](p, "undoWorld")
	p.until("the change is undone", `ehlo.state().then((s) => s.world.title === "Two domains")`)
	call[any](p, "renameWorld", "my-two-domains", "Mine")
	p.until("it has another name", `ehlo.state().then((s) => s.world.name === "mine" && s.world.hosts.length === 5)`)
	call[any](p, "load", map[string]string{"world": "one-host"})
	call[any](p, "deleteWorld", "mine")
	if n := eval[int](p, `ehlo.worlds().then((all) => all.length)`); n != 0 {
		t.Errorf("%d worlds are left", n)
	}
}
