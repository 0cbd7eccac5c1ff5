package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// submits puts a line into the console of a connection in view.
func (p *tab) submits(line string) {
	p.t.Helper()
	eval[any](p, sprintf(`void (() => { const i = document.getElementById("line"); i.value = %s; i.focus(); i.form.requestSubmit(); })()`, quote(line)))
}

// console opens a connection to a server of two-domains and shows it.
func (p *tab) console(port int) int {
	p.t.Helper()
	p.world("two-domains")
	conn := p.dial("laptop.example.org", "mx.example.net", port)
	p.until("the connection has a tab", sprintf(`document.querySelector("#tab-%d")`, conn))
	eval[any](p, sprintf(`void document.querySelector("#tab-%d").click()`, conn))
	return conn
}

// TestOnePacket gathers lines and sends them as one segment, which a pipelining server answers.
func TestOnePacket(t *testing.T) {
	p := newTab(t, nil)
	conn := p.console(25)
	p.say(conn, "EHLO laptop.example.org")
	p.submits("/packet")
	p.until("lines are gathered", `!document.getElementById("gathered").hidden`)
	p.submits("MAIL FROM:<alice@example.org>")
	p.submits("RCPT TO:<bob@example.net>")
	p.until("two lines wait", `document.querySelectorAll("#gathered li").length === 2`)
	p.screenshot("packet")
	if heard := strings.Join(p.heard(conn), "\n"); strings.Contains(heard, "2.1.0") {
		t.Errorf("a gathered line is sent already: %s", heard)
	}
	eval[any](p, `void (document.getElementById("line").value = "DATA")`)
	p.do(chromedp.Focus(chromedp.CSS("#line")))
	p.keys(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl))
	p.until("nothing is gathered any more", `document.getElementById("gathered").hidden`)
	p.until("all three are answered", sprintf(`ehlo.transcript(%d).then((lines) => lines.some((l) => l.text.startsWith("354")))`, conn))
	segments := eval[int](p, sprintf(`ehlo.trace().then((all) => all.filter((e) => e.kind === "segment" && e.conn === %d && e.dir === "C" && e.data).filter((e) => /MAIL|RCPT|DATA/.test(e.data)).length)`, conn))
	if segments != 1 {
		t.Errorf("the three lines left in %d packets", segments)
	}
}

// TestRawPauses types octets with pauses, in virtual time.
func TestRawPauses(t *testing.T) {
	p := newTab(t, nil)
	conn := p.console(25)
	p.submits("/raw")
	p.until("the console is raw", `/\\r\\n/.test(document.getElementById("line").placeholder)`)
	p.submits(`NO\d{2000}OP\r\n`)
	p.until("the line is answered", sprintf(`ehlo.transcript(%d).then((lines) => lines.filter((l) => l.text.startsWith("250")).length === 1)`, conn))
	gap := eval[float64](p, sprintf(`ehlo.trace().then((all) => { const own = all.filter((e) => e.kind === "segment" && e.conn === %d && e.dir === "C"); return own[1].from - own[0].from; })`, conn))
	if gap < 2e9 || gap > 3e9 {
		t.Errorf("the second part left %v ns after the first, want 2 s", gap)
	}
	p.submits(`\d{100*}QUIT\r\n`)
	p.until("each octet is a packet of its own", sprintf(`ehlo.trace().then((all) => all.filter((e) => e.kind === "segment" && e.conn === %d && e.dir === "C" && e.num === 1).length === 6)`, conn))
}

// TestFind leaves the lines that have what is looked for, folded ones too.
func TestFind(t *testing.T) {
	p := newTab(t, nil)
	conn := p.console(25)
	p.say(conn, "EHLO laptop.example.org", "NOOP")
	eval[any](p, `void document.getElementById("find").click()`)
	find := func(text, want string) {
		t.Helper()
		eval[any](p, sprintf(`void (() => { const f = document.getElementById("find-text"); f.value = %s; f.dispatchEvent(new Event("input")); })()`, quote(text)))
		p.until("the lines are "+want, `[...document.querySelectorAll("#lines samp")].map((s) => s.textContent).join() === "`+want+`"`)
	}
	find("C:", "EHLO laptop.example.org,NOOP")
	find("s: chunking", "250-CHUNKING")
	p.screenshot("find")
	p.do(chromedp.Focus(chromedp.CSS("#find-text")))
	p.keys(kb.Escape)
	p.until("all lines are back", `document.getElementById("findbar").hidden && document.querySelectorAll("#lines li").length > 4`)
}

// TestLinkToALine opens a link that names a line.
func TestLinkToALine(t *testing.T) {
	p := newTab(t, nil)
	conn := p.console(25)
	p.say(conn, "EHLO laptop.example.org", "MAIL FROM: <alice@example.org>", "NOOP")
	eval[any](p, `void [...document.querySelectorAll("#lines .ln--c")].find((l) => l.textContent.includes("MAIL")).click()`)
	p.until("the line offers a link", `document.querySelector('[data-action="link-line"]')`)
	seq := eval[int](p, `Number(document.querySelector('.ln[aria-expanded="true"]').dataset.seq)`)
	link := call[string](p, "link", seq)
	other := newTab(t, nil)
	other.do(chromedp.Navigate(link))
	other.ready()
	other.until("the line is explained", sprintf(`document.querySelector('.ln[data-seq="%d"][aria-expanded="true"]') && document.querySelector(".gloss")`, seq))
}
