package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestRealLook saves what people see of a real server, in light and on a phone in the dark, with -every in each theme, and lets
// axe-core look at it.
func TestRealLook(t *testing.T) {
	lab := startLab(t)
	s := bridgeTo(t, target("imap", lab["imap"], "insecure = true"))
	for _, look := range []struct {
		name, theme   string
		width, height int64
	}{{"light", "light", 1440, 900}, {"dark", "dark", 1440, 900}, {"projector", "projector", 1440, 900}, {"laptop", "light", 1024, 768}, {"laptop-dark", "dark", 1024, 768}, {"phone", "light", 360, 740}, {"phone-dark", "dark", 360, 740}} {
		if look.name != "light" && look.name != "phone-dark" && !*every {
			continue
		}
		t.Run(look.name, func(t *testing.T) {
			p := newTab(t, nil)
			p.do(chromedp.EmulateViewport(look.width, look.height))
			s := s
			s.Invite = strings.Replace(s.Invite, "/#", "/?lesson=first-message&theme="+look.theme+"#", 1)
			p.invited(s)
			eval[any](p, axeScript+";null")
			look := func(view string) {
				t.Helper()
				p.settle()
				p.obeys(view)
				p.save("real-" + look.name + "-" + view)
				if wide := eval[int](p, "document.documentElement.scrollWidth"); wide > int(look.width) {
					t.Errorf("%s: the page is %d px wide in a window of %d", view, wide, look.width)
				}
			}
			p.dialReal(lab["imap"], false)
			p.until("it is connected", `document.querySelector('.tab--real[aria-selected="true"]') && document.querySelector("#lines .ln--s")`)
			p.says("a1 STARTTLS", "a1 OK")
			p.until("it is secure", `document.getElementById("real-sign").textContent.includes("TLS 1.3")`)
			p.says("a2 LOGIN bob plover", "a2 OK")
			look("console")
			eval[any](p, `void document.getElementById("console-more").click()`)
			look("menu")
			eval[any](p, `document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })); void document.querySelector(".menu button")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }))`)
			eval[any](p, `void document.getElementById("open").click()`)
			p.until("the menu is open", `document.querySelector(".menu [role=menuitem]")`)
			eval[any](p, `void [...document.querySelectorAll(".menu [role=menuitem]")].at(-1).click()`)
			p.until("the dialog is open", `document.querySelector(".real__form")`)
			look("dialog")
		})
	}
}
