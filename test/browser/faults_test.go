package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestFaultsByHand breaks a link and a host in the inspector, sees that they are broken, and repairs them.
func TestFaultsByHand(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	eval[any](p, `document.getElementById("insp-faults").click()`)
	p.until("nothing is broken", `document.querySelector(".broken .empty")`)
	choose := func(id, value string) {
		eval[any](p, `(() => { const e = document.getElementById("`+id+`"); e.value = "`+value+`"; e.dispatchEvent(new Event("change")); })()`)
	}
	choose("fault-where", "mail.example.org mx.example.net")
	choose("fault-what", "link-loss")
	if v := eval[string](p, `document.getElementById("fault-value").value`); v != "10%" {
		t.Errorf("the example is %q", v)
	}
	eval[any](p, `document.querySelector(".form .btn").click()`)
	p.until("the loss is listed", `document.querySelector(".faults")?.textContent.includes("mail.example.org – mx.example.net: loses segments 10%")`)
	if n := eval[int](p, `ehlo.faults().then((f) => f.broken.length)`); n != 1 {
		t.Errorf("%d faults", n)
	}
	// A value that makes no sense is refused in words, and what was typed stays.
	eval[any](p, `document.getElementById("fault-value").value = "much"`)
	eval[any](p, `document.querySelector(".form .btn").click()`)
	p.until("a refusal is said", `document.querySelector("#bands")?.textContent.includes("much")`)
	if v := eval[string](p, `document.getElementById("fault-value").value`); v != "much" {
		t.Errorf("what was typed became %q", v)
	}
	choose("fault-where", "mx.example.net")
	choose("fault-what", "crash")
	if eval[bool](p, `document.getElementById("fault-value").offsetParent !== null`) {
		t.Error("a crash asks for a value")
	}
	eval[any](p, `document.querySelector(".form .btn").click()`)
	p.until("both are listed", `document.querySelectorAll(".faults li").length === 2`)
	p.screenshot("faults", "inspect")
	eval[any](p, `document.querySelectorAll(".faults .btn")[1].click()`)
	p.until("the crash is repaired", `document.querySelectorAll(".faults li").length === 1`)
	// They are inputs: they go with the log, and can be undone.
	if kinds := eval[string](p, `ehlo.trace().then((e) => e.filter((x) => x.kind === "trouble").map((x) => x.label + (x.num ?? 0)).join(" "))`); kinds != "link-loss1 crash1 crash0" {
		t.Errorf("the trace has %s", kinds)
	}
	eval[any](p, `ehlo.undo()`)
	p.until("undone", `document.querySelectorAll(".faults li").length === 2`)
}

// TestWhoKnows reads a password off the wire, and then only that octets passed.
func TestWhoKnows(t *testing.T) {
	p := newTab(t, nil)
	p.world("eavesdropper")
	p.say(p.dial("laptop.example.org", "mail.example.org", 110), "USER alice", "PASS wonder", "QUIT")
	eval[any](p, `document.getElementById("insp-knows").click()`)
	p.until("the eavesdropper knows the password", `document.querySelector('.box[aria-label="cafe.example.com"]')?.textContent.includes("wonder")`)
	eval[any](p, `ehlo.open("laptop.example.org", "mail.example.org", 995, { tls: true })`)
	eval[any](p, `ehlo.run()`)
	p.until("the opening is there", `document.querySelector(".opening summary")?.textContent.includes("mail.example.org")`)
	eval[any](p, `document.querySelector(".opening summary").click()`)
	p.until("it can be read", `document.querySelector(".records")?.textContent.includes("ClientHello") && document.querySelector(".opening .octets").textContent.includes("issuer: ")`)
	p.until("what is sealed says so", `document.querySelector('.box[aria-label="cafe.example.com"]').textContent.includes("that it cannot read")`)
	p.screenshot("knows", "inspect")
	p.do(chromedp.EmulateViewport(360, 740))
	eval[any](p, `document.querySelector('[data-pane="inspect"]').click()`)
	p.screenshot("knows-phone")
}
