package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// inspects opens a tab of the inspector and returns its text when a condition holds.
func (p *tab) inspects(name, what, js string) string {
	p.t.Helper()
	eval[any](p, `void document.getElementById("insp-`+name+`").click()`)
	p.until(what, js)
	return eval[string](p, `document.getElementById("insp").textContent`)
}

// chooses sets a list of choices of the inspector.
func (p *tab) chooses(name, value string) {
	p.t.Helper()
	eval[any](p, sprintf(`void (() => { const s = document.querySelector('#insp select[name=%q]'); s.value = %q; s.dispatchEvent(new Event("change")); })()`, name, value))
}

// TestWire looks at a connection as somebody on the way does: octets, lines, and what TLS leaves to see.
func TestWire(t *testing.T) {
	p := newTab(t, nil)
	p.world("today")
	conn := call[int](p, "open", "phone.example.org", "mail.example.org", 993, map[string]bool{"tls": true})
	p.quiet()
	p.say(conn, "a1 LOGIN alice wonder")
	eval[any](p, sprintf(`void document.querySelector("#tab-%d").click()`, conn))
	text := p.inspects("wire", "packets are shown", `document.querySelector(".packet .octets")`)
	if !strings.Contains(text, "16 03 0") {
		t.Errorf("no TLS record begins in %.600q", text)
	}
	p.chooses("form", "lines")
	p.until("what is sealed is a length", `document.querySelector(".packet__sealed")`)
	if text := eval[string](p, `document.getElementById("insp").textContent`); strings.Contains(text, "wonder") || strings.Contains(text, "LOGIN") {
		t.Errorf("the wire tells what is inside TLS: %s", text)
	}
	p.chooses("form", "records")
	p.until("records are listed", `document.querySelectorAll("#insp .records tbody tr").length > 4`)
	p.screenshot("wire-records", "inspect")

	conn = p.dial("phone.example.org", "mail.example.org", 25)
	p.say(conn, "EHLO phone.example.org")
	eval[any](p, sprintf(`void document.querySelector("#tab-%d").click()`, conn))
	p.chooses("form", "lines")
	p.until("lines are shown", `document.getElementById("insp").textContent.includes("EHLO phone.example.org␍␊")`)
	p.chooses("form", "octets")
	p.until("the same as octets", `document.getElementById("insp").textContent.includes("45 48 4c 4f 20 70")`)
	p.screenshot("wire-octets", "inspect")
	p.do(chromedp.EmulateViewport(360, 740))
	eval[any](p, `void document.querySelector('.ptab[data-pane="inspect"]').click()`)
	p.settle()
	p.screenshot("wire-phone")
}

// TestTabsInHaste opens each tab of the inspector and at once another: what the first one draws late does not take its place.
func TestTabsInHaste(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	conn := p.dial("laptop.example.org", "mail.example.org", 25)
	p.say(conn, letter...)
	const trace = `document.querySelector("#insp .trace")`
	for _, slow := range eval[[]string](p, `[...document.querySelectorAll("#insp-tabs .tab")].map((tab) => tab.id.slice("insp-".length))`) {
		if slow == "trace" {
			continue
		}
		p.inspects(slow, slow+" is drawn", `document.getElementById("insp").firstChild`)
		p.inspects("trace", "events are listed", trace)
		eval[any](p, sprintf(`void (document.getElementById("insp-%s").click(), document.getElementById("insp-trace").click())`, slow))
		p.rests()
		if !eval[bool](p, trace+" !== null") {
			t.Errorf("%s stands where the trace was opened after it: %.200s", slow, eval[string](p, `document.getElementById("insp").textContent`))
		}
	}
}

// TestQueue holds a message back: it waits in view with its next attempt and the reason.
func TestQueue(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	call[any](p, "fault", "mx.example.net", "crash")
	conn := p.dial("laptop.example.org", "mail.example.org", 25)
	p.say(conn, letter...)
	text := p.inspects("queue", "the message waits", `document.querySelector("#insp .box .facts")`)
	for _, want := range []string{"mail.example.org", "Lunch on Friday?", "bob@example.net", "Attempts1"} {
		if !strings.Contains(text, want) {
			t.Errorf("the queue shows %s", text)
		}
	}
	p.screenshot("queue", "inspect")
}

// TestDNSAndFilter looks for what a delivery asked of name servers, and for its events.
func TestDNSAndFilter(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	conn := p.dial("laptop.example.org", "mail.example.org", 25)
	p.say(conn, letter...)
	text := p.inspects("dns", "answers are shown", `document.querySelectorAll(".dns li").length > 1`)
	if !strings.Contains(text, "example.net MX") || !strings.Contains(text, "mx.example.net") {
		t.Errorf("the answers are %s", text)
	}
	p.screenshot("dns", "inspect")
	// What two other hosts say can be looked at, too, on the link between them.
	eval[any](p, `void document.getElementById("insp-wire").click()`)
	p.until("each connection can be chosen", `document.querySelectorAll('#insp select[name="conn"] option').length === 3`)
	p.chooses("conn", "2")
	p.chooses("form", "lines")
	p.until("the relay's lines are shown on its link", `document.getElementById("insp").textContent.includes("EHLO mail.example.org␍␊") && document.querySelector('#insp select[name="link"]').textContent === "mail.example.org – mx.example.net"`)
	p.screenshot("wire-relay", "inspect")
	p.inspects("trace", "events are listed", `document.querySelectorAll(".trace .ev").length > 10`)
	eval[any](p, `void (() => { const f = document.querySelector("#insp .find"); f.value = "line FROM:<alice"; f.dispatchEvent(new Event("input")); })()`)
	p.until("only those that fit are left", `[...document.querySelectorAll(".trace .ev")].length > 0 && [...document.querySelectorAll(".trace .ev .what")].every((e) => /FROM:<alice/.test(e.textContent))`)
	p.screenshot("trace-filter", "inspect")
}
