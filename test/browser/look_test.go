package browser

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestLook saves what people see with a lesson half done, and checks that nothing sticks out of the window: in light, small,
// and twice as large, with -every in each theme and width.
func TestLook(t *testing.T) {
	for _, look := range []struct {
		name, theme   string
		width, height int64
	}{
		{"workbench-light", "light", 1440, 900},
		{"workbench-dark", "dark", 1440, 900},
		{"workbench-projector", "projector", 1440, 900},
		{"small-laptop-light", "light", 1024, 640},
		{"phone-light", "light", 360, 740},
		{"phone-dark", "dark", 360, 740},
		{"zoom-200-light", "light", 720, 450},
	} {
		if sparing := look.name == "workbench-light" || look.name == "phone-dark" || look.name == "zoom-200-light"; !sparing && !*every {
			continue
		}
		t.Run(look.name, func(t *testing.T) {
			p := newPaintingTab(t, nil)
			p.do(chromedp.EmulateViewport(look.width, look.height))
			p.open("?lesson=first-message&theme=" + look.theme)
			call[any](p, "pause")
			conn := p.dial("laptop.example.org", "mx.example.net", 25)
			p.say(conn, "EHLO laptop.example.org", "MAIL FROM:<alice@example.org>", "RCPT TO:<bob@example.com>", "RCPT TO:<bob@example.net>")
			p.until("the connection is in view", fmt.Sprintf(`document.querySelector("#tab-%d")`, conn))
			eval[any](p, fmt.Sprintf(`void document.querySelector("#tab-%d").click()`, conn))
			if look.width > 900 {
				p.stageLives()
			}
			p.settle()
			for _, pane := range panesOf(look.width) {
				name := look.name
				if pane != "" {
					eval[any](p, `void document.querySelector('.ptab[data-pane="`+pane+`"]').click()`)
					name += "-" + pane
					p.settle()
				}
				if wide := eval[int](p, "document.documentElement.scrollWidth"); wide > int(look.width) {
					t.Errorf("%s: the page is %d px wide in a window of %d", name, wide, look.width)
				}
				if cut := eval[[]string](p, cutNames); len(cut) > 0 {
					t.Errorf("%s: the diagram of states cuts off %q", name, cut)
				}
				p.save(name)
			}
		})
	}
}

// cutNames are the names in a diagram of states that reach out of it.
const cutNames = `[...document.querySelectorAll(".fsm text")].filter((text) => {
	const a = text.getBoundingClientRect(), b = text.closest("svg").getBoundingClientRect();
	return a.width && (a.top < b.top - 1 || a.bottom > b.bottom + 1 || a.left < b.left - 1 || a.right > b.right + 1);
}).map((text) => text.textContent)`

// panesOf are the tabs that a small screen shows one at a time.
func panesOf(width int64) []string {
	if width > 900 {
		return []string{""}
	}
	return []string{"lesson", "stage", "console", "inspect"}
}

// inEveryLook are the colours and the widths in which every view is saved with -every: a width of each layout of the page, which
// changes at 900 and 1180 px.
var inEveryLook = []struct {
	name, scheme  string
	width, height int64
}{
	{"light-1440", "light", 1440, 900}, {"dark-1440", "dark", 1440, 900},
	{"light-1024", "light", 1024, 768}, {"dark-1024", "dark", 1024, 768},
	{"light-360", "light", 360, 740}, {"dark-360", "dark", 360, 740},
}

// screenshot saves what the window shows. With -every it saves a page of the usual size in every look, on a phone with each of the named
// tabs in view, and nothing may stick out of the window; the page must follow the system's colours.
func (p *tab) screenshot(name string, panes ...string) {
	p.t.Helper()
	p.everyScreenshot(name, "null", "html", panes...)
}

// everyScreenshot is screenshot for a view that a new size of the window may close: where a selector finds nothing, JavaScript opens it again.
func (p *tab) everyScreenshot(name, reopen, there string, panes ...string) {
	p.t.Helper()
	if !*every || eval[int](p, "innerWidth") != 1440 {
		p.save(name)
		return
	}
	p.until("the stage is painted", `(({ by }) => by && (by !== "svg" || document.querySelector("#stage-svg svg")))(document.getElementById("stage").dataset)`)
	was := eval[string](p, `globalThis.focused = document.activeElement, document.getElementById("app").dataset.pane`)
	for _, look := range inEveryLook {
		p.scheme(look.scheme)
		p.do(chromedp.EmulateViewport(look.width, look.height))
		on := []string{was}
		if look.width <= 900 && len(panes) > 0 {
			on = panes
		}
		for _, pane := range on {
			p.pane(pane)
			p.settle()
			if !eval[bool](p, "document.querySelector("+strconv.Quote(there)+") !== null") {
				eval[any](p, "void ("+reopen+")")
				p.until(name+" is there again", "document.querySelector("+strconv.Quote(there)+")")
				p.settle()
			}
			file := name + "-" + look.name
			if len(on) > 1 {
				file += "-" + pane
			}
			p.fits(file)
			p.save(file)
		}
	}
	p.scheme("light")
	p.do(chromedp.EmulateViewport(1440, 900))
	p.pane(was)
	eval[any](p, `void focused.focus()`)
	p.settle()
}

// pane shows one of the parts that a small screen shows one at a time.
func (p *tab) pane(name string) {
	p.t.Helper()
	eval[any](p, `void document.querySelector('.ptab[data-pane="`+name+`"]')?.click()`)
}

// settle waits until two pictures of the page would be the same.
func (p *tab) settle() {
	p.t.Helper()
	p.until("animations are over", "document.getAnimations().every((a) => a.playState === 'finished')")
	eval[any](p, "new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => done(null))), 300))")
}
