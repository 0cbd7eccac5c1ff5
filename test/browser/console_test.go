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
	p.screenshot("packet", "console")
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

// pastes puts a text into the console's line as the clipboard does.
func (p *tab) pastes(text string) {
	p.t.Helper()
	eval[any](p, sprintf(`(() => {
		const clipboardData = new DataTransfer();
		clipboardData.setData("text/plain", %s);
		document.getElementById("line").dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
	})()`, quote(text)))
}

// TestRawAndPaste types octets that no line has, and pastes several lines: each goes to the wire as it is.
func TestRawAndPaste(t *testing.T) {
	p := newTab(t, nil)
	conn := p.console(25)
	p.submits("/raw")
	p.until("the console is raw", `/\\r\\n/.test(document.getElementById("line").placeholder)`)
	p.submits(`NO\0OP\rx\ny\xff\r\n`)
	p.until("the octets are on the wire", sprintf(`ehlo.trace().then((all) => all.some((e) => e.kind === "segment" && e.conn === %d && (e.b64 ? atob(e.b64) : e.data) === "NO\0OP\rx\ny\xff\r\n"))`, conn))
	p.pastes("NOOP\r\nRSET")
	p.until("pasted lines are written out", `document.getElementById("line").value === "NOOP\\r\\nRSET"`)
	p.submits(`\r\n`)
	p.do(chromedp.Focus(chromedp.CSS("#line")))
	p.keys(kb.Escape)
	p.keys("u", chromedp.KeyModifiers(chromedp.ModifierCtrl))
	p.pastes("EHLO laptop.example.org\r\nNOOP\r\nMAIL FROM:<alice@example.org")
	p.until("whole lines are sent and the last is left", sprintf(`document.getElementById("line").value === "MAIL FROM:<alice@example.org" && ehlo.transcript(%d).then((lines) => lines.filter((l) => l.dir === "C").map((l) => l.text.trim()).slice(-2).join() === "EHLO laptop.example.org,NOOP")`, conn))
	eval[any](p, `void (Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => { window.copied = text; } } }))`)
	eval[any](p, `void document.getElementById("copy").click()`)
	p.until("the transcript is copied with who said each line", `/C: NOOP/.test(window.copied) && /S: 250-mx.example.net/.test(window.copied)`)
}

// TestTypedAhead types on while a connection is being opened, pastes behind a line, and lets a lesson type: nothing of what is in the
// field by then is lost.
func TestTypedAhead(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	eval[any](p, `void (() => { // at once: no answer comes between
		const line = document.getElementById("line");
		for (const whole of ["telnet mx.example.net 110", "CAPA", "USER bob"]) {
			line.value = whole;
			line.form.requestSubmit();
		}
		line.value = "PASS plo";
	})()`)
	p.reads("+OK Send the password with PASS")
	p.until("nothing moves", "ehlo.state().then((s) => s.quiet)")
	if left := eval[string](p, `document.getElementById("line").value`); left != "PASS plo" {
		t.Fatalf("of PASS plo, typed while the lines before it waited, %q is left", left)
	}
	p.do(chromedp.Focus(chromedp.CSS("#line")))
	p.keys("ver" + kb.Enter)
	p.reads("+OK Maildrop locked")

	p.keys("STAT")
	p.pastes("\nRETR 1")
	p.reads("+OK 2 ")
	frames := `new Promise((go) => requestAnimationFrame(() => setTimeout(go, 200))).then(() => document.getElementById("line").value)`
	if left := eval[string](p, frames); left != "RETR 1" {
		t.Errorf("of RETR 1, pasted behind a line, %q is left", left)
	}

	p.open("?lesson=broken-fetchmail@3")
	p.until("the lesson has lines to run", `document.querySelector("[data-run]")`)
	p.do(chromedp.Focus(chromedp.CSS("#line")))
	p.keys("fetchmail --ch")
	eval[any](p, `void document.querySelector("[data-run]").click()`)
	p.until("all three have run", `["echo", "chmod", "fetchmail -v"].every((line) => document.getElementById("lines").textContent.includes("$ " + line))`)
	if left := eval[string](p, frames); left != "fetchmail --ch" {
		t.Errorf("of fetchmail --ch, typed before a lesson typed, %q is left", left)
	}
}

// TestRepairByKey goes from a refusal to the repaired line by one key, encodes a login, and looks at lines without opening them.
func TestRepairByKey(t *testing.T) {
	p := newTab(t, nil)
	conn := p.console(25)
	p.say(conn, "EHLO laptop.example.org", "MAIL FROM: <alice@example.org>")
	p.tabTo("#line")
	p.types("/why")
	p.until("the repair is offered", `document.querySelector("#insp [data-repair]")`)
	p.keys("r", chromedp.KeyModifiers(chromedp.ModifierAlt))
	p.until("it is in the line", `document.getElementById("line").value === "MAIL FROM:<alice@example.org>"`)
	p.keys("u", chromedp.KeyModifiers(chromedp.ModifierCtrl))

	p.keys(`/base64 \0alice\0wönder`)
	p.keys(kb.Enter)
	p.until("a text is encoded into the line", `document.getElementById("line").value === "AGFsaWNlAHfDtm5kZXI="`)
	p.keys("u", chromedp.KeyModifiers(chromedp.ModifierCtrl))
	eval[any](p, `void [...document.querySelectorAll("#lines .ln--c")].find((l) => l.textContent.includes("EHLO")).dispatchEvent(new PointerEvent("pointerover", { pointerType: "mouse", bubbles: true }))`)
	p.until("the line that is pointed at is explained", `document.querySelector("#insp .why")?.textContent.includes("laptop.example.org")`)
	if eval[bool](p, `document.querySelector('.ln--c[aria-expanded="true"]') !== null`) {
		t.Error("pointing at a line opens it")
	}
	eval[any](p, `void document.getElementById("lines").dispatchEvent(new PointerEvent("pointerleave", { pointerType: "mouse" }))`)
	p.until("and then the newest is again", `document.querySelector("#insp .why .code--5")`)
	p.tabTo("#lines .ln", chromedp.KeyModifiers(chromedp.ModifierShift))
	p.keys(kb.ArrowUp)
	p.until("a line that an arrow key reaches is explained", `document.querySelector("#insp .why")?.textContent.includes("MAIL FROM: <alice@example.org>") || document.querySelector("#insp .why")?.textContent.includes("MAIL")`)

	imap := p.dial("laptop.example.org", "mx.example.net", 143)
	p.say(imap, "a AUTHENTICATE PLAIN")
	eval[any](p, sprintf(`void document.querySelector("#tab-%d").click()`, imap))
	p.tabTo("#line")
	p.keys(`/base64 \0bob\0plover`)
	p.keys(kb.Enter)
	p.until("also where the server waits for it", `document.getElementById("line").value === "AGJvYgBwbG92ZXI="`)
	p.types("")
	p.hears(imap, "a OK")
	p.say(imap, "b SELECT INBOX", "c FETCH 1 (FLAGS INTERNALDATE ENVELOPE)")
	eval[any](p, `void [...document.querySelectorAll("#lines .ln--s")].find((l) => l.textContent.includes("ENVELOPE (")).click()`)
	p.until("lists are indented", `(() => {
		const left = (name) => [...document.querySelectorAll(".gloss__parts--list > div")].find((d) => d.querySelector("b").textContent === name).querySelector("dt");
		const at = (name) => parseFloat(getComputedStyle(left(name)).paddingInlineStart);
		return at("FLAGS") > 0 && at("subject") > at("FLAGS") && at("from") > at("subject");
	})()`)
	p.settle()
	eval[any](p, `void document.querySelector(".gloss").scrollIntoView()`)
	p.screenshot("imap-lists", "console")
	p.do(chromedp.EmulateViewport(360, 740))
	p.settle()
	eval[any](p, `void document.querySelector(".gloss").scrollIntoView()`)
	p.screenshot("imap-lists-phone")
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
	p.screenshot("find", "console")
	p.do(chromedp.Focus(chromedp.CSS("#find-text")))
	p.keys(kb.Escape)
	p.until("all lines are back", `document.getElementById("findbar").hidden && document.querySelectorAll("#lines [role=listitem]").length > 4`)
}

// inOrder says in JavaScript whether the lines of the transcript stand as they were said, and no run is left without any.
const inOrder = `([...document.querySelectorAll("#lines .ln[data-seq]")].every((line, i, lines) => !i || Number(lines[i - 1].dataset.seq) < Number(line.dataset.seq)) &&
	[...document.getElementById("lines").children].every((run) => run.childElementCount))`

// TestLongConversation sees a conversation's first rows leave, and come back when they are asked for; Tab reaches one line of it.
func TestLongConversation(t *testing.T) {
	p := newTab(t, nil)
	conn := p.console(25)
	p.say(conn, "EHLO laptop.example.org")
	eval[bool](p, sprintf(`(async () => { for (let i = 0; i < 70; i++) await ehlo.line(%d, "NOOP"); return true; })()`, conn))
	p.until("the first rows have left", `document.querySelectorAll("#lines [role=listitem]").length < 100 && document.querySelector("#lines .ln--fold samp")?.textContent.includes("earlier") && `+inOrder)
	eval[any](p, `void document.querySelector('#lines .ln[tabindex="0"]').focus()`)
	p.keys(kb.ArrowUp)
	p.say(conn, "NOOP")
	p.until("Tab reaches the newest line alone", `(([one, ...more]) => !more.length && one?.parentNode === document.querySelector("#lines").lastElementChild.lastElementChild)(document.querySelectorAll('#lines .ln[tabindex="0"]'))`)
	eval[any](p, `void document.querySelector("#lines .ln--fold").click()`)
	p.until("all rows are there, in their order", `document.querySelectorAll("#lines [role=listitem]").length > 140 && `+inOrder)
}

// TestExplainedLate chooses a line while the reader is still busy with the refusal that the page follows by itself: the answer for
// that comes last, and leaves what was chosen where it is.
func TestExplainedLate(t *testing.T) {
	p := newTab(t, nil)
	p.do(addScript(slowReader))
	conn := p.console(25)
	p.say(conn, "EHLO laptop.example.org", "MAIL FROM: <alice@example.org>")
	p.until("what the page follows is the refusal", `slow.refused > 0 && performance.now() - slow.refused > 150`)
	eval[any](p, `void [...document.querySelectorAll("#lines .ln--c")].find((l) => l.textContent.includes("MAIL")).click()`)
	p.until("the reader has answered all", `slow.asked.filter((text) => text.startsWith("MAIL")).length === 2 && slow.answered === slow.asked.length`)
	p.until("the line is explained", `document.querySelector('.ln--c[aria-expanded="true"] + .gloss')`)
}

// slowReader lets the worker that takes lines apart answer only after a while. It keeps which lines that are, and when it was asked
// for a refusal.
const slowReader = `
	globalThis.slow = { asked: [], answered: 0, refused: 0 };
	globalThis.Worker = class extends Worker {
		postMessage(what, ...rest) {
			if (!what.line) return super.postMessage(what, ...rest);
			const { id, line } = what;
			const text = atob(line.data);
			slow.asked.push(text);
			if (/^5/.test(text)) slow.refused ||= performance.now();
			this.addEventListener("message", ({ data }) => { if (data.id === id) setTimeout(() => slow.answered++, 100); });
			setTimeout(() => super.postMessage(what, ...rest), 700);
		}
	}`

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
