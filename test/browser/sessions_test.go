package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestTwoInspectors opens a second inspector beside the first: it shows what each session sees of a mailbox, a message in its parts, and
// it is there after a reload.
func TestTwoInspectors(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	for conn := 1; conn <= 2; conn++ {
		p.dial("laptop.example.org", "mx.example.net", 143)
		p.say(conn, "a LOGIN bob plover", "b SELECT INBOX")
	}
	p.say(1, `c STORE 1 +FLAGS.SILENT (\Deleted)`, "d EXPUNGE")
	eval[any](p, `void document.getElementById("insp-split").click()`)
	p.until("there are two inspectors", `document.querySelector("#insp2 .trace")`)
	eval[any](p, `void document.getElementById("insp2-mailbox").click()`)
	p.until("each session has its numbers", `document.querySelectorAll("#insp2 .sessions tbody tr").length > 1`)
	if got := eval[string](p, `[...document.querySelectorAll("#insp2 .sessions tr")].map((tr) => [...tr.children].map((c) => c.textContent.trim()).join("|")).join("; ")`); !strings.Contains(got, `1|–|1 \Seengone, not told yet; 2|1`) {
		t.Errorf("the sessions see %s", got)
	}
	eval[any](p, `void document.querySelector("#insp2 .msg").click()`)
	p.until("the message is shown", `document.querySelector('[data-look="parts"]')`)
	eval[any](p, `void document.querySelector('[data-look="parts"]').click()`)
	p.until("its parts are shown", `document.querySelector(".part summary")?.textContent.includes("text/plain")`)
	p.until("its header and its way are explained", `document.querySelector("#insp2 .letter .incident__lines")?.textContent.includes("Received:")`)
	p.shows("two-inspectors", "inspect")

	eval[any](p, `void document.getElementById("insp-mailbox").click()`)
	p.until("what one shows the other does not", `document.getElementById("insp2-explain").getAttribute("aria-selected") === "true"`)
	eval[any](p, `void document.getElementById("insp-ladder").click()`)
	p.until("the diagram is of the connection in view or of all", `document.querySelector("#insp .ladder svg")`)
	eval[any](p, `void (() => { const s = document.querySelector('select[name="ladder"]'); s.value = [...s.options].find((o) => o.text === "desk.example.net").value; s.dispatchEvent(new Event("change")); })()`)
	p.until("nothing is shown of a host that does nothing", `!document.querySelector("#insp .ladder").textContent.includes("LOGIN")`)

	p.saved()
	p.do(chromedp.Reload())
	p.ready()
	if got := eval[string](p, `document.querySelector("#insp2-tabs [aria-selected=true]")?.id ?? ""`); got != "insp2-explain" {
		t.Errorf("after the reload the second inspector shows %q", got)
	}
}
