package browser

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
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

// views are what the page shows after some JavaScript, from a world and a lesson with a conversation in them: there is then what a selector
// finds. What differs by colours and width is looked at everywhere, what stands
// behind onlyEvery with -every only.
var views = []struct {
	name, js, there string
	everywhere      bool
}{
	{"workbench", `null`, "#stage", true},
	{"an explained refusal", `[...document.querySelectorAll("#lines .ln--s")].find((line) => line.textContent.includes("501")).click()`, "#insp .why .repair", true},
	{"trace", `document.getElementById("insp-trace").click()`, "#insp .ev", false},
	{"wire", `document.getElementById("insp-wire").click()`, "#insp .wire", false},
	{"dns", `document.getElementById("insp-dns").click()`, `#insp[aria-labelledby="insp-dns"] > *`, false},
	{"ladder", `document.getElementById("insp-ladder").click()`, "#insp .ladder svg", false},
	{"mailbox", `document.getElementById("insp-mailbox").click()`, "#insp .box", false},
	{"queue", `document.getElementById("insp-queue").click()`, `#insp[aria-labelledby="insp-queue"] > *`, false},
	{"knows", `document.getElementById("insp-knows").click()`, `#insp[aria-labelledby="insp-knows"] > *`, false},
	{"faults", `document.getElementById("insp-faults").click()`, "#insp .form", false},
	{"world by hand", `document.getElementById("insp-world").click()`, `#insp [data-world="text"]`, false},
	{"world as text", `(document.getElementById("insp-world").click(), press('[data-world="text"]'))`, "#insp textarea", false},
	{"world on the stage", `document.querySelector('[data-view="edit"]').click()`, `[data-stage="record"]`, false},
	{"a record on the stage", `(document.querySelector('[data-view="edit"]').click(), press('[data-stage="record"]'))`, ".stage__panel form", false},
	{"world on the stage is done", `document.querySelector('[data-stage="done"]').click()`, ".bench:not(:has(.stage__edit))", false},
	{"sequence diagram in the stage's place", `document.getElementById("stage-ladder-on").click()`, "#stage-ladder svg", false},
	{"menu of lessons", `document.getElementById("pick-lesson").click()`, ".menu", false},
	{"menu", `document.getElementById("more").click()`, ".menu", true},
	{"sharing", `document.getElementById("share").click()`, "dialog[open] .btn", false},
	{"an incident", `choose("more", "Explain an incident")`, "dialog[open] textarea", false},
	{"teacher's side", `choose("more", "Teacher's side")`, "dialog[open] #teacher-on", true},
	{"before you leave", `choose("more", "Leave")`, `dialog[open] [data-action="remove"]`, true},
	{"pictures of the stage", `document.querySelector('[data-view="more"]').click()`, ".menu", false},
	{"the stage as an animation", `choose(document.querySelector('[data-view="more"]').id ||= "stage-more", "Save the run up to here")`, "dialog[open] progress", false},
	{"branches", `choose("more", "Branches")`, "dialog[open]", false},
	{"saved worlds", `(document.getElementById("share").click(), press('[data-action="saves"]'))`, `dialog[open]:not(:has([data-action="saves"]))`, false},
	{"help", `document.getElementById("help").click()`, "dialog[open] kbd", true},
	{"map of the course", `ehlo.course("map")`, "dialog[open] a, dialog[open] button", true},
	{"glossary", `ehlo.course("glossary", "envelope")`, "dialog[open] dt, dialog[open] h3", false},
	{onlyEvery, "null", "html", false},
	{"certificate", `(ehlo.course("map"), press('[data-course="certificate"]'))`, "#certificate-name", false},
	{"progress is reset", `(ehlo.course("map"), press('[data-course="reset"]'))`, "dialog[open]:not(:has(.map__lesson)) .btn", false},
	{"own worlds", `(document.getElementById("insp-world").click(), press('[data-world="own"]'))`, "dialog[open]", false},
	{"solution", `(document.getElementById("line").value = "/solution", document.getElementById("prompt").requestSubmit())`, "dialog[open] pre", false},
	{"notes for the teacher", `(choose("more", "Teacher's side"), press("#teacher-on"), press("dialog[open] .ibtn"))`, "#lesson aside.teacher", false},
	{"a moment of the past", `ehlo.back()`, ".band--past", false},
	{"the last moment", `ehlo.seek(1e15)`, ".app:not(:has(.band--past))", false},
	{"from right to left", `(document.documentElement.dir = "rtl", document.getElementById("insp-trace").click())`, "[dir=rtl] #stage", false},
	{"from left to right", `(document.documentElement.dir = "ltr", document.getElementById("insp-explain").click())`, "[dir=ltr] #stage", false},
}

// onlyEvery stands in the list before the views that are looked at with -every only.
const onlyEvery = "with -every"

// hands is JavaScript: choose opens the menu of a button and takes what a text names, press clicks what a selector finds as soon as it is there.
const hands = `globalThis.press = async (selector) => {
	while (!document.querySelector(selector)) await new Promise(requestAnimationFrame);
	document.querySelector(selector).click();
};
globalThis.choose = (id, text) => (document.getElementById(id).click(), [...document.querySelectorAll(".menu button")].find((b) => b.textContent.startsWith(text)).click())`

// looks are the colours and the sizes in which the views are looked at.
var looks = []struct {
	name, theme   string
	width, height int64
}{{"light", "As the system", 1440, 900}, {"dark", "Dark", 1440, 900}, {"projector", "Projector", 1280, 720}, {"phone", "Light", 360, 740}}

// TestAxe lets axe-core look at every view, in the light, the dark and the projector's colours, and on a phone: one page, that changes
// its colours and its size as a person changes them.
func TestAxe(t *testing.T) {
	p := newTab(t, nil)
	p.open("?lesson=first-message")
	call[any](p, "pause")
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, "EHLO laptop.example.org", "MAIL FROM: <alice@example.org>", "MAIL FROM:<alice@example.org>", "RCPT TO:<bob@example.com>")
	eval[any](p, axeScript+";null")
	eval[any](p, hands+";null")
	for _, look := range looks {
		eval[any](p, `void choose("theme", "`+look.theme+`")`)
		p.do(chromedp.EmulateViewport(look.width, look.height))
		eval[any](p, fmt.Sprintf(`void (document.getElementById("tab-%d").click(), document.getElementById("insp-explain").click())`, conn))
		for _, pane := range panesOf(look.width) {
			if pane != "" {
				eval[any](p, `void document.querySelector('.ptab[data-pane="`+pane+`"]').click()`)
			}
			for _, view := range views {
				if view.name == onlyEvery {
					if !*every {
						break
					}
					continue
				}
				if pane != "" && pane != "inspect" && view.name != "workbench" {
					continue
				}
				if look.name != "light" && !view.everywhere {
					continue
				}
				eval[any](p, "void ("+view.js+")")
				p.until(view.name+" is there", `document.querySelector(`+strconv.Quote(view.there)+`)`)
				if !strings.Contains(view.there, "progress") { // that goes on
					p.rests()
				}
				p.obeys(look.name + ": " + view.name + " " + pane)
				if look.name == "light" && *every {
					p.everyScreenshot("view-"+strings.ReplaceAll(view.name, " ", "-"), view.js, view.there, p.panesWith(view.there)...)
				}
				eval[any](p, `void (document.querySelector("dialog[open]")?.close(), document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })), document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })))`)
			}
		}
		if look.name == "light" {
			eval[any](p, `void document.getElementById("stage-ladder-on").click()`) // it was the last
		}
	}
}

// TestAxeElsewhere looks at pages that begin in another way: the first visit, and a page in a frame of another. Both fit their window,
// from left to right and from right to left.
func TestAxeElsewhere(t *testing.T) {
	for _, at := range []string{"", "?embed&lesson=first-message"} {
		p := newTab(t, nil)
		p.open(at)
		eval[any](p, axeScript+";null")
		if *every {
			for _, dir := range []string{"rtl", "ltr"} {
				eval[any](p, `void (document.documentElement.dir = "`+dir+`")`)
				p.screenshot(map[string]string{"": "page-first-", "?embed&lesson=first-message": "page-embed-"}[at] + dir)
			}
		}
		for _, width := range []int64{1440, 320} {
			p.do(chromedp.EmulateViewport(width, 480))
			p.rests()
			p.obeys(fmt.Sprint("page ", at, " ", width))
			for _, dir := range []string{"rtl", "ltr"} {
				eval[any](p, `void (document.documentElement.dir = "`+dir+`")`)
				p.rests()
				p.fits(fmt.Sprint("page ", at, " ", width, " ", dir))
			}
		}
	}
}

// panesWith are the tabs of a phone that show what a selector finds: none for a dialog or a menu, which any of them does.
func (p *tab) panesWith(selector string) []string {
	p.t.Helper()
	return eval[[]string](p, `((e) => Object.entries({ lesson: ".lesson", stage: ".stage", console: ".pane--console", inspect: ".pane--inspector" }).filter(([, part]) => e.closest(part)).map(([name]) => name))(document.querySelector(`+strconv.Quote(selector)+`))`)
}

// fits reports what a person cannot reach: a page wider than its window, and buttons, links and fields that are cut off by the window or
// covered by something else, where nothing scrolls them into view; a text wider than the part of the page that it stands in; and a chosen
// tab that its strip does not show.
func (p *tab) fits(view string) {
	p.t.Helper()
	for _, wrong := range eval[[]string](p, `(() => {
		const wrong = document.documentElement.scrollWidth > innerWidth ? ["the page is wider than its window"] : [];
		const scrolls = (e) => e && (/auto|scroll/.test(getComputedStyle(e).overflow) || scrolls(e.parentElement));
		const top = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document; // what is below a dialog need not be reached
		for (const e of top.querySelectorAll("button, a, input, select, summary")) {
			const { left, top, right, bottom, width } = e.getBoundingClientRect();
			if (!e.checkVisibility({ visibilityProperty: true }) || width < 2 || e.closest(".vh, .stage__list") || scrolls(e.parentElement)) continue;
			const on = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
			if (left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1) wrong.push("cut off: " + e.outerHTML.slice(0, 200));
			else if (on && !e.contains(on) && !on.contains(e) && !on.closest(".menu")) wrong.push("covered: " + e.outerHTML.slice(0, 200) + " by " + on.outerHTML.slice(0, 100));
		}
		for (const e of document.querySelectorAll(".lesson__read, .lesson__work, .insp, .dialog")) if (e.scrollWidth > e.clientWidth + 1) wrong.push(e.className + " is wider than its place");
		for (const e of document.querySelectorAll(".tabs [aria-selected=true]")) {
			const [tab, strip] = [e, e.parentElement].map((x) => x.getBoundingClientRect());
			if (strip.width > tab.width && (tab.left < strip.left - 1 || tab.right > strip.right + 1)) wrong.push("the chosen tab is out of view: " + e.id);
		}
		return wrong;
	})()`) {
		p.t.Errorf("%s: %s", view, wrong)
	}
}

// rests waits until the page has not changed for a moment, nothing is animated, and all is painted.
func (p *tab) rests() {
	p.t.Helper()
	p.until("the page rests", `new Promise((done) => {
		let timer = 0;
		const seen = new MutationObserver(() => (clearTimeout(timer), timer = setTimeout(still, 60)));
		const still = () => (seen.disconnect(), requestAnimationFrame(() => requestAnimationFrame(() => done(document.getAnimations().every((a) => a.playState === "finished")))));
		seen.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
		timer = setTimeout(still, 60);
	})`)
}

// shows looks at a view that a test has opened: axe-core finds nothing wrong in it, and there is a picture of it, of a phone with each
// of the named tabs.
func (p *tab) shows(name string, panes ...string) {
	p.t.Helper()
	if !eval[bool](p, `"axe" in globalThis`) {
		eval[any](p, axeScript+";null")
	}
	p.settle()
	p.obeys(name)
	p.screenshot(name, panes...)
}

// obeys reports what axe finds wrong in what the page shows now.
func (p *tab) obeys(view string) {
	p.t.Helper()
	for _, f := range eval[[]finding](p, `axe.run(document, { iframes: false, resultTypes: ["violations"] }).then((r) => r.violations.map((v) => ({ id: v.id, help: v.help, nodes: v.nodes.map((n) => n.html.slice(0, 200) + " " + n.failureSummary) })))`) {
		p.t.Errorf("%s: %s: %s\n%q", view, f.ID, f.Help, f.Nodes)
	}
}
