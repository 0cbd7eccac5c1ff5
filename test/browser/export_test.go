package browser

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// exportedAs is what the page makes of the world in a form.
func (p *tab) exportedAs(form string, conn int) string {
	p.t.Helper()
	text := eval[string](p, sprintf(`ehlo.exported(%q, %d).then((octets) => btoa(Array.from(octets, (c) => String.fromCharCode(c)).join("")))`, form, conn))
	octets, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(octets)
}

// TestExports compares what the page makes in each form with what the program makes of the same play.
func TestExports(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, letter...)
	play := filepath.Join(t.TempDir(), "play.txt")
	script := "telnet mx.example.net 25\n"
	for _, line := range letter {
		script += "> " + line + "\n"
	}
	if err := os.WriteFile(play, []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{"text", "html", "asciicast", "mermaid", "svg", "pcapng", "jsonl"} {
		want, err := exec.Command(filepath.Join(root, "bin/ehlo"), "play", "-as", form, play).Output()
		if err != nil {
			t.Fatal(err)
		}
		got := p.exportedAs(form, 0)
		if got != string(want) {
			t.Errorf("%s: the page makes\n%.600q\nand the program\n%.600q", form, got, want)
		}
		if form == "svg" {
			wellFormed(t, got)
		}
	}
	eval[any](p, sprintf(`void document.querySelector("#tab-%d").click()`, conn))
	eval[any](p, `void document.getElementById("share").click()`)
	p.until("files are offered", `document.querySelectorAll("dialog [data-form]").length === 7`)
	p.shows("share")
	// What a click saves, without the file itself.
	eval[any](p, `void (window.saved = [], HTMLAnchorElement.prototype.click = function () { if (this.download) saved.push(this.download); })`)
	eval[any](p, `void document.querySelector('[data-form="pcapng"]').click()`)
	p.until("a capture is saved", `saved.includes("`+sprintf("%d", conn)+`-laptop-mx.pcapng")`)
}

func wellFormed(t *testing.T, svg string) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader([]byte(svg))); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("the diagram is no XML: %v", err)
			return
		}
	}
}

// TestSaveMail saves a message and a mailbox from the inspector, octet by octet.
func TestSaveMail(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	eval[any](p, `void (window.saved = {}, URL.createObjectURL = (blob) => { saved.blob = blob; return "blob:none"; }, HTMLAnchorElement.prototype.click = function () { saved.name = this.download; })`)
	eval[any](p, `void document.getElementById("insp-mailbox").click()`)
	p.until("a message is there", `document.querySelector(".msg")`)
	eval[any](p, `void document.querySelector(".msg").click()`)
	p.until("it can be saved", `document.querySelector('[data-action="save-mail"]')`)
	eval[any](p, `void document.querySelector('[data-action="save-mail"]').click()`)
	p.until("it is saved", `saved.name?.endsWith(".eml")`)
	if text := eval[string](p, `saved.blob.text()`); !strings.Contains(text, "\r\nSubject: ") || strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\n") {
		t.Errorf("the message is %q", text)
	}
	eval[any](p, `void (saved.name = "", document.querySelector("#insp .box:has(.msg) .box__head button").click())`)
	p.until("the mailbox's file is shown", `document.querySelector('#insp .box > div [data-action="save-mail"]')?.textContent.includes(".mbox")`)
	eval[any](p, `void document.querySelector('#insp .box > div [data-action="save-mail"]').click()`)
	p.until("it is saved as mbox", `saved.name.endsWith(".mbox")`)
	if text := eval[string](p, `saved.blob.text()`); !strings.HasPrefix(text, "From ") {
		t.Errorf("the mailbox is %.200q", text)
	}
}

// TestLongShare types so much that no link carries it: it is a file then.
func TestLongShare(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	eval[any](p, sprintf(`(() => {
		let n = 1;
		const line = () => "NOOP " + Array.from({ length: 60 }, () => (n = (n * 48271) %% 2147483647).toString(36)).join(""); // nothing that packs well
		return ehlo.type(%d, Array.from({ length: 30 }, () => line() + "\r\n").join("")).then(() => ehlo.run());
	})()`, conn))
	eval[any](p, `void document.getElementById("share").click()`)
	p.until("a file is offered, and no link", `document.querySelector("dialog [data-action=take]") && !document.querySelector("dialog input[readonly]") && document.querySelector("dialog").textContent.includes("too much history for a link")`)
}

// savedWorlds opens the dialog of saved worlds by way of sharing.
func (p *tab) savedWorlds() {
	p.t.Helper()
	eval[any](p, `void document.getElementById("share").click()`)
	p.until("the dialog is there", `document.querySelector('[data-action="saves"]')`)
	eval[any](p, `void document.querySelector('[data-action="saves"]').click()`)
	p.until("the saved worlds are shown", `document.querySelector("dialog[open] .saves__new")`)
}

// TestSavedWorlds saves the work twice under names, renames, opens, deletes and brings back, and takes all of it to another
// browser.
func TestSavedWorlds(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, "EHLO laptop.example.org")
	keep := func(name string) {
		eval[any](p, `void document.querySelector('.saves__new input[name="name"]').focus()`)
		p.do(chromedp.SendKeys(chromedp.CSS(`.saves__new input[name="name"]`), name))
		eval[any](p, `void document.querySelector('[data-action="keep-as"]').click()`)
		p.until(name+" is kept", `[...document.querySelectorAll(".saves__list b")].some((b) => b.textContent === "`+name+`")`)
	}
	names := `[...document.querySelectorAll(".saves__list b")].map((b) => b.textContent).join()`
	p.savedWorlds()
	keep("After EHLO")
	eval[any](p, `void document.querySelector("dialog").close()`)
	p.until("the dialog is gone", `!document.querySelector("dialog")`)
	p.say(conn, "MAIL FROM:<alice@example.org>")
	p.savedWorlds()
	keep("After MAIL")
	p.shows("saved-worlds")

	eval[any](p, `void document.querySelector('.saves__list li:last-child [data-action="rename"]').click()`)
	eval[any](p, `void (document.querySelector(".saves__list input").value = "Greeted", document.querySelector(".saves__list form").requestSubmit())`)
	p.until("one has another name", names+` === "After MAIL,Greeted"`)
	eval[any](p, `void document.querySelector('.saves__list li:first-child [data-action="delete"]').click()`)
	p.until("one is gone", names+` === "Greeted"`)
	eval[any](p, `void document.querySelector('[data-action="undelete"]').click()`)
	p.until("it is back", names+` === "After MAIL,Greeted"`)

	eval[any](p, `void document.querySelector('.saves__list li:last-child [data-action="open"]').click()`)
	p.until("the earlier one is open", `ehlo.state().then((s) => s.inputs === 2)`)
	p.until("the later work can be brought back", `document.querySelector('[data-action="bring-back"]')`)

	eval[any](p, `void (URL.createObjectURL = (blob) => { window.taken = blob; return "blob:none"; }, HTMLAnchorElement.prototype.click = () => {})`)
	eval[any](p, `void document.getElementById("share").click()`)
	p.until("the dialog is there", `document.querySelector('[data-action="take"]')`)
	eval[any](p, `void document.querySelector('[data-action="take"]').click()`)
	p.until("all is in one file", `window.taken`)
	file := eval[string](p, `taken.text()`)
	other := newTab(t, nil)
	other.world("one-host")
	eval[any](other, sprintf(`void (() => { const files = new DataTransfer(); files.items.add(new File([%s], "ehlo.json")); dispatchEvent(new DragEvent("drop", { dataTransfer: files })); })()`, quote(file)))
	other.until("the world is open", `ehlo.state().then((s) => s.world.name === "two-domains" && s.inputs === 2)`)
	other.savedWorlds()
	other.until("its saved worlds are there", names+` === "After MAIL,Greeted"`)
}
