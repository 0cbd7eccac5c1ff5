package browser

import (
	_ "embed"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// axeScript is axe-core 4.14.1 of Deque Systems, under the Mozilla Public License 2.0 (testdata/axe/LICENSE): other
// people's rules for what everybody can use. Only this test runs it.
//
//go:embed testdata/axe/axe.min.js
var axeScript string

// finding is what axe says is wrong.
type finding struct {
	ID, Help string
	Nodes    []string
}

// views are what the page shows after some JavaScript, from a world and a lesson with a conversation in them. What differs by
// colours and width is looked at everywhere.
var views = []struct {
	name, js   string
	everywhere bool
}{
	{"workbench", `null`, true},
	{"an explained refusal", `document.querySelector('#lines .ln--c:last-of-type, #lines li:last-child')?.click()`, true},
	{"trace", `document.getElementById("insp-trace").click()`, false},
	{"wire", `document.getElementById("insp-wire").click()`, false},
	{"dns", `document.getElementById("insp-dns").click()`, false},
	{"ladder", `document.getElementById("insp-ladder").click()`, false},
	{"mailbox", `document.getElementById("insp-mailbox").click()`, false},
	{"queue", `document.getElementById("insp-queue").click()`, false},
	{"knows", `document.getElementById("insp-knows").click()`, false},
	{"faults", `document.getElementById("insp-faults").click()`, false},
	{"world by hand", `document.getElementById("insp-world").click()`, false},
	{"world as text", `(document.getElementById("insp-world").click(), setTimeout(() => document.querySelector('[data-world="text"]').click(), 100))`, false},
	{"world on the stage", `document.querySelector('[data-view="edit"]').click(), setTimeout(() => document.querySelector('[data-stage="record"]').click(), 300)`, false},
	{"world on the stage is done", `document.querySelector('[data-stage="done"]').click()`, false},
	{"sequence diagram in the stage's place", `document.getElementById("stage-ladder-on").click()`, false},
	{"menu of lessons", `document.getElementById("pick-lesson").click()`, false},
	{"menu", `document.getElementById("more").click()`, true},
	{"sharing", `document.getElementById("share").click()`, false},
	{"an incident", `(document.getElementById("more").click(), [...document.querySelectorAll(".menu button")].find((b) => b.textContent === "Explain an incident").click())`, false},
	{"branches", `(document.getElementById("more").click(), [...document.querySelectorAll(".menu button")].find((b) => b.textContent === "Branches").click())`, false},
	{"saved worlds", `(document.getElementById("share").click(), setTimeout(() => document.querySelector('[data-action="saves"]').click(), 100))`, false},
	{"help", `document.getElementById("help").click()`, true},
	{"map of the course", `ehlo.course("map")`, true},
	{"glossary", `ehlo.course("glossary", "envelope")`, false},
}

// TestAxe lets axe-core look at every view, in the light, the dark and the projector's colours, and on a phone.
func TestAxe(t *testing.T) {
	for _, look := range []struct {
		name, theme   string
		width, height int64
	}{{"light", "light", 1440, 900}, {"dark", "dark", 1440, 900}, {"projector", "projector", 1280, 720}, {"phone", "light", 360, 740}} {
		t.Run(look.name, func(t *testing.T) {
			p := newTab(t, nil)
			p.do(chromedp.EmulateViewport(look.width, look.height))
			p.open("?lesson=first-message&theme=" + look.theme)
			call[any](p, "pause")
			conn := p.dial("laptop.example.org", "mx.example.net", 25)
			p.say(conn, "EHLO laptop.example.org", "MAIL FROM: <alice@example.org>", "MAIL FROM:<alice@example.org>", "RCPT TO:<bob@example.com>")
			eval[any](p, fmt.Sprintf(`void document.querySelector("#tab-%d").click()`, conn))
			eval[any](p, axeScript+";null")
			for _, pane := range panesOf(look.width) {
				if pane != "" {
					eval[any](p, `void document.querySelector('.ptab[data-pane="`+pane+`"]').click()`)
				}
				for _, view := range views {
					if pane != "" && pane != "inspect" && view.name != "workbench" {
						continue
					}
					if look.name != "light" && !view.everywhere {
						continue
					}
					eval[any](p, "void ("+view.js+")")
					p.settle()
					p.obeys(view.name + " " + pane)
					eval[any](p, `void (document.querySelector("dialog[open]")?.close(), document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })), document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })))`)
				}
			}
		})
	}
	t.Run("first visit", func(t *testing.T) {
		p := newTab(t, nil)
		p.open("")
		eval[any](p, axeScript+";null")
		p.settle()
		p.obeys("first visit")
	})
}

// shows looks at a view that a test has opened: axe-core finds nothing wrong in it, and there is a picture of it.
func (p *tab) shows(name string) {
	p.t.Helper()
	if !eval[bool](p, `"axe" in globalThis`) {
		eval[any](p, axeScript+";null")
	}
	p.settle()
	p.obeys(name)
	p.screenshot(name)
}

// obeys reports what axe finds wrong in what the page shows now.
func (p *tab) obeys(view string) {
	p.t.Helper()
	for _, f := range eval[[]finding](p, `axe.run(document, { iframes: false }).then((r) => r.violations.map((v) => ({ id: v.id, help: v.help, nodes: v.nodes.map((n) => n.html.slice(0, 200) + " " + n.failureSummary) })))`) {
		p.t.Errorf("%s: %s: %s\n%q", view, f.ID, f.Help, f.Nodes)
	}
}
