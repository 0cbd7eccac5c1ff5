package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tabTo presses Tab until an element has the focus.
func (p *tab) tabTo(selector string, options ...chromedp.KeyOption) {
	p.t.Helper()
	for range 80 {
		if eval[bool](p, "document.activeElement?.matches("+quote(selector)+") ?? false") {
			return
		}
		p.keys(kb.Tab, options...)
	}
	p.t.Fatalf("80 times Tab do not lead to %s", selector)
}

// types types a line and Enter, and waits until the world rests.
func (p *tab) types(line string) {
	p.t.Helper()
	p.keys(line)
	p.keys(kb.Enter)
	p.until("the line is taken", `document.getElementById("line").value === ""`)
	p.until("nothing moves", "ehlo.state().then((s) => s.quiet || !s.playing)")
}

// reads waits until the console shows a text.
func (p *tab) reads(text string) {
	p.t.Helper()
	p.until("the console shows "+text, `document.getElementById("lines").textContent.includes(`+quote(text)+`)`)
}

// TestKeyboardOnly sends a message and fetches it twice with nothing but keys.
func TestKeyboardOnly(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	p.tabTo("#line")
	p.types("telnet mx.example.net 25")
	p.reads("220 mx.example.net")
	for _, l := range letter {
		p.types(l)
	}
	p.reads("221")

	p.backToHost()
	p.types("telnet mx.example.net 110")
	for _, l := range []string{"USER bob", "PASS plover", "RETR 3", "QUIT"} {
		p.types(l)
	}
	p.reads("Return-Path: <alice@example.org>")

	p.backToHost()
	p.types("telnet mx.example.net 143")
	for _, l := range []string{"a1 LOGIN bob plover", "a2 SELECT INBOX", "a3 FETCH 3 BODY[TEXT]"} {
		p.types(l)
	}
	p.reads("At noon, by the gate.")
	p.screenshot("keyboard", "console")
	conns := p.state().Conns
	p.hears(conns[1].ID, "At noon, by the gate.") // the console folds a long reply
}

// backToHost goes from the console's line to the tab of the learner's host and into its line.
func (p *tab) backToHost() {
	p.t.Helper()
	p.tabTo("#console-tabs [role=tab]", chromedp.KeyModifiers(chromedp.ModifierShift))
	p.keys(kb.Home)
	p.until("the host's tab is in view", `document.querySelector("#console-tabs [role=tab]").getAttribute("aria-selected") === "true"`)
	p.tabTo("#line")
}

func TestConsoleKeys(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	p.tabTo("#line")
	p.types("telnet mx.example.net 25")
	p.types("EHLO laptop.example.org")
	p.types("NOOP")
	value := func() string { return eval[string](p, `document.getElementById("line").value`) }

	p.keys(kb.ArrowUp)
	p.keys(kb.ArrowUp)
	if got := value(); got != "EHLO laptop.example.org" {
		t.Errorf("two lines back in the history stands %q", got)
	}
	p.keys(kb.Backspace, chromedp.KeyModifiers(chromedp.ModifierAlt))
	if got := value(); got != "EHLO " {
		t.Errorf("Alt-Backspace leaves %q", got)
	}
	p.keys("u", chromedp.KeyModifiers(chromedp.ModifierCtrl))
	if got := value(); got != "" {
		t.Errorf("Ctrl-U leaves %q", got)
	}
	p.types("/undo")
	if lines := eval[int](p, `document.querySelectorAll("#lines .ln--c").length`); lines != 1 {
		t.Errorf("after /undo %d commands are in the transcript", lines)
	}
	p.keys("c", chromedp.KeyModifiers(chromedp.ModifierCtrl))
	p.until("Ctrl-C cuts the connection", "ehlo.state().then((s) => !s.conns.some((c) => c.open))")
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, "QUIT")
	p.until("it has a tab", sprintf(`document.getElementById("tab-%d")`, conn))
	eval[any](p, sprintf(`void document.getElementById("tab-%d").click()`, conn))
	eval[any](p, `(async () => { while ((await ehlo.state()).conns.at(-1).over) await ehlo.back(); })()`)
	p.until("a connection that ends is not said to begin", `document.getElementById("line").placeholder === "Saying goodbye …"`)
}

func TestSingleKeys(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	p.dial("laptop.example.org", "mx.example.net", 25)
	p.tabTo("#line")
	p.keys(" .,f")
	if got := eval[string](p, `document.getElementById("line").value`); got != " .,f" {
		t.Errorf("in the line the keys type %q", got)
	}
	p.keys("u", chromedp.KeyModifiers(chromedp.ModifierCtrl))
	p.keys(kb.Escape)
	playing := p.state().Playing
	p.keys(" ")
	p.until("Space plays and pauses", sprintf("ehlo.state().then((s) => s.playing === %v)", !playing))
	p.keys(",")
	p.until("a comma steps back", "ehlo.state().then((s) => s.past)")
	p.keys("f")
	p.until("F forks", "ehlo.state().then((s) => !s.past)")
	p.keys("?", chromedp.KeyModifiers(chromedp.ModifierShift))
	p.until("? opens the help", `document.querySelector("dialog[open]")`)
	p.screenshot("help")
	p.keys(kb.Escape)
	p.until("Escape closes the help", `!document.querySelector("dialog[open]")`)
}
