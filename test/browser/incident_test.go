package browser

import (
	"encoding/base64"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// explains opens the dialog for incidents and gives it a text.
func (p *tab) explains(text string) {
	p.t.Helper()
	if !eval[bool](p, `document.querySelector(".incident__text") !== null`) {
		eval[any](p, `void document.getElementById("more").click()`)
		eval[any](p, `void [...document.querySelectorAll(".menu button")].find((b) => b.textContent === "Explain an incident").click()`)
		p.until("an incident can be pasted", `document.querySelector(".incident__text")`)
	}
	eval[any](p, sprintf(`(() => { const area = document.querySelector(".incident__text"); area.value = %q; area.dispatchEvent(new Event("input")); })()`, text))
	eval[any](p, `void document.querySelector('[data-action="explain-recording"]').click()`)
}

// TestExplainAnIncident pastes what telnet showed, and hides its password; makes a world of it; drops a capture and a log.
func TestExplainAnIncident(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	p.explains("220 mx.example.net ESMTP\nEHLO laptop.example.org\n250 mx.example.net\nMAIL FROM: <alice@example.org>\n501 5.5.4 Syntax <b>\nAUTH PLAIN AGFsaWNlAHdvbmRlcg==\n235 ok\nQUIT\n221 Bye\n")
	p.until("the mistake is explained", `document.querySelector(".incident__bad code.new")?.textContent === "MAIL FROM:<alice@example.org>"`)
	if markup := eval[bool](p, `document.querySelector(".incident__lines samp b") !== null`); markup {
		t.Error("what a server said is markup")
	}
	eval[any](p, `void document.getElementById("incident-mask").click()`)
	p.until("the password is hidden", `/AUTH PLAIN AGFsaWNlAHh4eHh4eA==/.test(document.querySelector(".incident__out").textContent) && !/wonder|d29uZGVy|AGFsaWNlAHdv/.test(document.querySelector(".incident__out").textContent)`)
	p.shows("incident")
	p.do(chromedp.EmulateViewport(360, 740))
	p.settle()
	if wide := eval[int](p, "document.querySelector('dialog').scrollWidth"); wide > 360 {
		t.Errorf("on a phone the dialog is %d px wide", wide)
	}
	p.screenshot("incident-phone")
	p.do(chromedp.EmulateViewport(1440, 900))
	p.explains("Dear Bob")
	p.until("what is none is called so", `/No line looks like/.test(document.querySelector(".incident__said").textContent)`)

	p.drops("postfix.pcapng")
	p.until("the capture is explained", `/A capture of packets/.test(document.querySelector(".incident__said").textContent) && document.querySelectorAll(".incident__lines li").length > 50`)
	eval[any](p, `void document.querySelector('[data-action="make-world"]').click()`)
	p.until("it has become a world", `document.querySelector(".incident__assumed li") && ehlo.state().then((s) => s.world.name === "incident")`)
	p.shows("incident-world")
	p.until("it has happened again", `ehlo.mailboxes().then((list) => list.some((b) => b.address === "bob@example.net" && b.counts.messages > 0))`)

	p.drops("postfix.log")
	p.until("the log is explained", `/A mail log/.test(document.querySelector(".incident__said")?.textContent ?? "") && document.querySelector(".incident__parts")`)
	eval[any](p, `void (document.querySelector(".incident__parts").open = true)`)
	p.until("the parts of a line are named", `document.querySelector(".incident__parts dd")`)
	p.shows("incident-log")
	eval[any](p, `void document.querySelector('[data-action="make-world"]').click()`)
	p.until("the second world has a name of its own, and the first is kept", `ehlo.state().then((s) => s.world.name === "incident-2").then((is) => is && ehlo.worlds().then((all) => all.map((w) => w.name).join() === "incident,incident-2"))`)
}

// drops drops a file of the incidents' tests onto the page.
func (p *tab) drops(name string) {
	p.t.Helper()
	data, err := os.ReadFile("../../lessons/incident/testdata/" + name)
	must(p.t, err)
	eval[any](p, sprintf(`(() => {
		const transfer = new DataTransfer();
		transfer.items.add(new File([Uint8Array.from(atob(%q), (c) => c.charCodeAt(0))], %q));
		(document.querySelector("dialog") ?? document.body).dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
	})()`, base64.StdEncoding.EncodeToString(data), strings.TrimSpace(name)))
}
