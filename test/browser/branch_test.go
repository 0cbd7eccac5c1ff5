package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestBranches goes on from a line of the past: what came after it stays in a branch, which can be named, compared, opened again and
// deleted, also after a reload.
func TestBranches(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, "EHLO laptop.example.org", "MAIL FROM:<alice@example.org>", "RCPT TO:<bob@example.net>", "DATA", "Subject: hello\r\n\r\nHi\r\n.")
	p.hears(conn, "250 2.0.0")
	first := call[string](p, "exportLog")
	eval[any](p, `void document.getElementById("tab-1").click()`)
	p.until("its transcript is shown", `document.querySelector("#lines .ln--c")`)
	eval[any](p, `void [...document.querySelectorAll("#lines .ln--c")].find((line) => line.textContent.includes("MAIL FROM")).click()`)
	p.until("the line is explained", `document.querySelector('[data-action="fork-line"]')`)
	eval[any](p, `void document.querySelector('[data-action="fork-line"]').click()`)
	p.until("a branch has begun before the line", `document.querySelector('.band [data-action="bring-back"]') && ehlo.state().then((s) => !s.past && s.inputs === 2)`)
	p.say(conn, "MAIL FROM:<>", "RCPT TO:<nobody@example.net>")
	p.hears(conn, "550 5.1.1")
	call[any](p, "renameBranch", 2, "Nobody")

	eval[any](p, `void document.querySelector('.band [data-action="branches"]').click()`)
	p.until("the branches are listed", `document.querySelectorAll(".saves__list li").length === 2`)
	p.shows("branches")
	eval[any](p, `void document.querySelector('.saves__list [data-action="compare"]').click()`)
	p.until("what differs is said", `document.querySelector("#diff-sum")`)
	const lines = "only in A:C: MAIL FROM:<>|only in B:C: MAIL FROM:<alice@example.org>|only in A:C: RCPT TO:<nobody@example.net>|only in A:S: 550 5.1.1"
	if got := eval[string](p, `[...document.querySelectorAll(".diff__a, .diff__b")].map((li) => li.textContent.slice(1)).join("|")`); !strings.HasPrefix(got, lines) || !strings.Contains(got, "|only in B:hello") {
		t.Errorf("the branches differ in %s", got)
	}
	p.shows("branches-differ")

	p.saved()
	p.do(chromedp.Reload())
	p.ready()
	if got := eval[string](p, `ehlo.branches().then((list) => list.map((b) => b.name + (b.open ? "*" : "")).join())`); got != "First way,Nobody*" {
		t.Errorf("after the reload there are the branches %s", got)
	}
	call[any](p, "openBranch", "First way")
	if got := call[string](p, "exportLog"); got != first {
		t.Errorf("the first branch is\n%s\nand was\n%s", got, first)
	}
	call[any](p, "deleteBranch", "Nobody")
	if n := eval[int](p, `ehlo.branches().then((list) => list.length)`); n != 1 {
		t.Errorf("%d branches are left", n)
	}
}
