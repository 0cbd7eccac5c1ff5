package browser

import (
	"fmt"
	"math"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// editing begins to change the world on its stage.
func (p *tab) editing() {
	p.t.Helper()
	p.stageBy("svg")
	p.until("the stage has its tools", `document.querySelector('[data-view="edit"]')`)
	eval[any](p, `void document.querySelector('[data-view="edit"]').click()`)
	p.until("the world can be changed on the stage", `document.activeElement?.dataset.stage === "host"`)
}

// worldHas waits until the open world's file has a text, and the stage shows that world.
func (p *tab) worldHas(what, js string) {
	p.t.Helper()
	p.until(what, `ehlo.call("export").then(({ log }) => JSON.parse(log.split("\n", 1)[0]).worldText ?? "").then((text) => `+js+`)`)
	p.until("the panel is closed", `!document.querySelector(".stage__panel").firstChild`)
}

// TestWorldOnTheStage changes a world with the pointer: a host where the ground is clicked, a link by dragging and by clicks, a user, a daemon and
// a zone record where a host is clicked, removal, and undo.
func TestWorldOnTheStage(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	p.editing()
	click := func(x thing) {
		t.Helper()
		cx, cy := p.middle(x)
		p.do(chromedp.MouseClickXY(cx, cy-x.Box[3]/2+8)) // the head of its card
	}
	offer := func(host, kind string) {
		t.Helper()
		click(p.still("host", host))
		p.until(kind+" is offered at "+host, `document.querySelector('.stage__panel [data-offer="`+kind+`"]')`)
		eval[any](p, `void document.querySelector('.stage__panel [data-offer="`+kind+`"]').click()`)
	}
	submit := func(fields string) {
		t.Helper()
		p.until("there is a form", `document.querySelector(".stage__panel form")`)
		eval[any](p, `void (() => { const f = document.querySelector(".stage__panel form"); `+fields+`; f.requestSubmit(); })()`)
	}

	p.still("host", "mail.example.org")
	corner := eval[[4]float64](p, `(({ left, top, width, height }) => [left, top, width, height])(document.getElementById("stage").getBoundingClientRect())`)
	px, py := corner[0]+corner[2]*0.3, corner[1]+corner[3]*0.85
	p.do(chromedp.MouseClickXY(px, py))
	p.until("a host is asked for", `document.getElementById("stage-host-name")`)
	click(p.still("host", "mail.example.org"))
	p.until("the host that was clicked is in the form", `document.getElementById("stage-host-a").value === "mail.example.org"`)
	p.screenshot("stage-edit-form", "stage")
	submit(`f.name.value = "tablet.example.org"`)
	p.worldHas("the host is there", `text.includes("tablet.example.org")`)
	if x, y := p.middle(p.still("host", "tablet.example.org")); math.Abs(x-px) > 40 || math.Abs(y-py) > 70 {
		t.Errorf("the host was put to %.0f, %.0f and stands at %.0f, %.0f", px, py, x, y)
	}

	from, to := p.still("host", "tablet.example.org"), p.still("host", "mx.example.net")
	x0, y0 := p.middle(from)
	x1, y1 := p.middle(to)
	p.drag(x0, y0-from.Box[3]/2+8, x1, y1)
	p.worldHas("the link is there", `text.includes('["tablet.example.org", "mx.example.net"]')`)

	offer("mx.example.net", "user")
	p.until("the address is begun", `document.activeElement.value === "@example.net" && document.activeElement.selectionEnd === 0`)
	p.keys("dora")
	submit(`f.password.value = "secret"`)
	p.worldHas("the user is there", `text.includes('"dora@example.net"')`)
	offer("tablet.example.org", "service")
	submit(`f.protocol.value = "pop3"; f.port.value = "1110"`)
	p.worldHas("the daemon is there", `/tablet[^]*protocol = "pop3"\n *port = 1110/.test(text)`)
	offer("tablet.example.org", "record")
	submit(`f.record.value = "www IN A 192.0.2.77"`)
	p.worldHas("the record is there", `text.includes("www IN A 192.0.2.77")`)
	p.settle()
	p.screenshot("stage-edit", "stage")
	eval[any](p, `void document.querySelector('[data-stage="record"]').click()`)
	p.do(chromedp.EmulateViewport(360, 740))
	eval[any](p, `void (document.querySelector('.ptab[data-pane="stage"]').click(), document.documentElement.dataset.theme = "dark")`)
	p.settle()
	if wide := eval[int](p, `document.querySelector(".stage__edit").scrollWidth`); wide > 360 {
		t.Errorf("on a phone the bar is %d px wide", wide)
	}
	p.screenshot("stage-edit-phone")
	p.do(chromedp.EmulateViewport(1440, 900))
	eval[any](p, `void document.querySelector('[data-stage="cancel"]').click()`)
	p.still("host", "tablet.example.org")

	undo := func(what, js string) {
		t.Helper()
		p.keys("z", chromedp.KeyModifiers(chromedp.ModifierCtrl))
		p.worldHas(what, js)
	}
	undo("the record is gone", `!text.includes("www IN A 192.0.2.77")`)
	offer("tablet.example.org", "remove")
	p.worldHas("the host is removed with its links", `!text.includes("tablet.example.org") && text.includes("dora")`)
	undo("the host is back", `text.includes('["tablet.example.org", "mx.example.net"]')`)
	p.keys(kb.Escape)
	p.until("the stage is as it was", `!document.querySelector(".stage__edit") && document.activeElement.dataset.view === "edit"`)
}

// TestWorldOnTheStageByKeyboard does the same without a pointer, and needs to drag nothing.
func TestWorldOnTheStageByKeyboard(t *testing.T) {
	p := newTab(t, nil)
	p.world("one-host")
	p.editing()
	host := eval[string](p, `ehlo.state().then((s) => s.world.hosts.at(-1).name)`)
	p.keys(kb.Enter)
	p.until("the form has the focus", `document.activeElement.id === "stage-host-name"`)
	p.keys("desk.example.org")
	p.keys(kb.Enter)
	p.worldHas("the host is there", `text.includes("desk.example.org")`)
	p.until("the bar has the focus", `document.activeElement.dataset.stage === "host"`)

	p.still("host", "desk.example.org")
	eval[any](p, `void document.querySelector(".stage__lead").focus()`)
	p.keys(kb.Enter)
	p.until("the first thing has the focus", `document.activeElement.dataset.key`)
	eval[any](p, fmt.Sprintf(`void [...document.querySelectorAll("#stage-list button")].find((b) => b.textContent === "Host %s").focus()`, host))
	p.keys(kb.Enter)
	p.until("the host offers what can be done", `document.activeElement.dataset.offer === "link"`)
	p.keys(kb.Tab)
	p.keys(kb.Enter)
	p.until("a user is asked for", `document.activeElement.id === "stage-user-name"`)
	p.keys(kb.Escape)
	p.until("nothing is asked", `!document.querySelector(".stage__panel").firstChild`)
	p.tabTo(`[data-stage="undo"]`)
	p.keys(kb.Enter)
	p.worldHas("the host is gone", `!text.includes("desk.example.org")`)
	p.tabTo(`[data-stage="done"]`)
	p.keys(kb.Enter)
	p.until("the stage is as it was", `!document.querySelector(".stage__edit")`)
}
