package browser

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"ehlo/test/browser/harness"
)

// bridgeTo serves the page with a bridge that its configuration opens, and returns the server.
func bridgeTo(t *testing.T, config string) harness.Server {
	t.Helper()
	file := filepath.Join(t.TempDir(), "bridge.toml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := harness.Serve(root, "-addr", "127.0.0.1:0", "-bridge", file, "-bridge-log", filepath.Join(filepath.Dir(file), "audit"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// target is a part of a configuration: a server of this machine at an address.
func target(protocol, address, more string) string {
	_, port, _ := net.SplitHostPort(address)
	if protocol == "smtp" && !strings.Contains(more, "recipients") {
		more += "\nrecipients = [\"example.test\"]"
	}
	return fmt.Sprintf("[[target]]\nprotocol = %q\nhosts = [\"127.0.0.1\"]\nnetworks = [\"127.0.0.1\"]\nports = [%s]\n%s\n", protocol, port, more)
}

// dialReal connects by the dialog, as the console's menu opens it.
func (p *tab) dialReal(address string, tls bool) {
	p.t.Helper()
	host, port, _ := net.SplitHostPort(address)
	eval[any](p, `(() => {
		document.querySelector("dialog")?.close();
		document.getElementById("open").click();
		[...document.querySelectorAll(".menu [role=menuitem]")].at(-1).click();
	})()`)
	p.until("the page says what leaves this machine", `document.querySelector(".real__dialog .real__leaves")?.children.length >= 4`)
	eval[any](p, fmt.Sprintf(`(() => {
		const form = document.querySelector(".real__form");
		form.elements.host.value = %q;
		form.elements.port.value = %q;
		form.elements.tls.checked = %v;
		form.requestSubmit();
	})()`, host, port, tls))
}

// dialed is dialReal for a connection that comes about.
func (p *tab) dialed(address string, tls bool) {
	p.t.Helper()
	before := eval[int](p, `document.querySelectorAll(".tab--real").length`)
	p.dialReal(address, tls)
	_, port, _ := net.SplitHostPort(address)
	p.until("the server greets in a tab of its own", fmt.Sprintf(`document.querySelectorAll(".tab--real").length > %d && document.querySelector('.tab--real[aria-selected="true"]') &&
		document.getElementById("real-sign") && document.querySelector("#lines .ln--s") && document.getElementById("lines").textContent.includes("port %s")`, before, port))
}

// says types a line and waits for a text in the transcript below it.
func (p *tab) says(line, answer string) {
	p.t.Helper()
	before := eval[int](p, `document.querySelectorAll("#lines .ln").length`)
	eval[any](p, `document.getElementById("line").focus()`)
	p.keys(line + "\r")
	p.until(fmt.Sprintf("%q is answered by %q", line, answer), fmt.Sprintf(`[...document.querySelectorAll("#lines .ln")].slice(%d).some((ln) => ln.textContent.includes(%q))`, before, answer))
}

// TestRealServer talks to a lab through the bridge, beside the sandbox.
func TestRealServer(t *testing.T) {
	at := startLab(t)
	s := bridgeTo(t, target("imap", at["imap"], "insecure = true")+target("smtp", at["smtp"], "insecure = true"))
	p := newTab(t, nil)
	p.do(chromedp.Navigate(s.Invite))
	p.ready()
	p.until("the invitation is taken", `document.querySelector('.band [data-action="dial"]') && location.hash === ""`)
	sandbox := eval[string](p, `document.querySelector("#console-tabs .tab").textContent`)
	p.dialed(at["imap"], false)
	p.says("a1 LOGIN bob plover", "a1 OK")
	if seen := eval[bool](p, `getComputedStyle(document.querySelector(".real__sign .real")).backgroundColor === getComputedStyle(document.querySelector(".tab--real .real")).backgroundColor && document.querySelector(".tab--real .real").textContent === "REAL"`); !seen {
		t.Error("the tab does not say that it is real")
	}
	p.says("a2 SELECT INBOX", "a2 OK")
	p.until("the state diagram follows", `ehlo.state().then((s) => s.real && s.conns.at(-1).state === "selected")`)
	if x := eval[int](p, `ehlo.trace(0, 1e6).then((all) => ehlo.explain(all.findLast((e) => e.verb === "SELECT" && e.dir === "C").seq)).then((x) => x.spans.length)`); x < 3 {
		t.Errorf("SELECT is explained by %d spans", x)
	}
	if svg := eval[string](p, `ehlo.ladder().then((l) => l.svg)`); !strings.Contains(svg, "SELECT") {
		t.Error("the sequence diagram does not show SELECT")
	}
	p.screenshot("real-imap")

	// What changes something is asked about first.
	eval[any](p, `document.getElementById("line").focus()`)
	p.keys("a3 STORE 1 +FLAGS (\\Deleted)\r")
	p.until("STORE is asked about", `document.querySelector("dialog [data-action=send]")`)
	p.screenshot("real-safe")
	eval[any](p, `document.querySelector("dialog .btn--main").click()`)
	p.until("the line is kept to be edited", `document.getElementById("line").value.startsWith("a3 STORE")`)
	if said := eval[string](p, `document.getElementById("lines").textContent`); strings.Contains(said, "STORE 1") {
		t.Errorf("a line that was not confirmed is sent: %s", said)
	}
	p.keys("\r")
	p.until("it is asked again", `document.querySelector("dialog [data-action=send]")`)
	eval[any](p, `document.querySelector("dialog [data-action=send]").click()`)
	p.until("it is sent when it is confirmed", `document.getElementById("lines").textContent.includes("a3 BAD") || document.getElementById("lines").textContent.includes("a3 OK") || document.getElementById("lines").textContent.includes("a3 NO")`)
	p.says("/safe", "Safe mode is off")
	p.says("a4 EXPUNGE", "a4 OK")

	// Raw octets, and a second server beside the first.
	p.keys("/raw\r")
	p.until("what is typed are octets", `document.getElementById("line").placeholder.includes("octets")`)
	p.keys("a5 NO\r")
	p.says(`OP\r\n`, "a5 OK")
	eval[any](p, `document.getElementById("line").dispatchEvent(new KeyboardEvent("keydown", {key: "Escape", bubbles: true, cancelable: true}))`)
	p.dialed(at["smtp"], false)
	p.says("EHLO me.example.org", "250 ")
	p.says("MAIL FROM:<eve@example.org>", "250 ")
	p.says("RCPT TO:<victim@example.com>", "cut: from here mail goes to example.test only")
	p.until("the tab is over", `document.querySelector('.tab--over.tab--real[aria-selected="true"]')`)

	// The sandbox is as it was, and shares nothing.
	p.until("the sandbox's tab is there", fmt.Sprintf(`[...document.querySelectorAll("#console-tabs .tab:not(.tab--real)")].some((tab) => tab.textContent === %q && (tab.click(), true))`, sandbox))
	p.until("the sandbox is in view", `ehlo.state().then((s) => !s.real) && !document.querySelector(".app--real") && !document.getElementById("real-sign")`)
	if text := eval[string](p, `ehlo.exportLog()`); strings.Contains(text, "SELECT") || strings.Contains(text, "example.com") {
		t.Errorf("a real session is in the sandbox's log: %s", text)
	}
	p.says("telnet mx.example.net 25", "220 mx.example.net")
	if link := eval[string](p, `ehlo.link()`); strings.Contains(link, "bridge=") {
		t.Errorf("the link carries the invitation: %s", link)
	}

	// The page comes back with all that was said, and without the password.
	p.until("it is kept", `new Promise((done) => setTimeout(done, 800)).then(() => true)`)
	p.do(chromedp.Reload())
	p.ready()
	p.until("the real tabs are there", `document.querySelectorAll(".tab--real").length === 2`)
	eval[any](p, `document.querySelector(".tab--real").click()`)
	p.until("the transcript is there", `document.getElementById("lines").textContent.includes("a5 OK") && document.getElementById("lines").textContent.includes("the page was left")`)
	kept := eval[string](p, `new Promise((done) => { indexedDB.open("ehlo", 1).onsuccess = ({target}) => { const all = target.result.transaction("kept").objectStore("kept").getAll(); all.onsuccess = () => done(JSON.stringify(all.result)); }; })`)
	if !strings.Contains(kept, "a1 LOGIN bob xxxxxx") || strings.Contains(kept, "plover") {
		t.Errorf("kept is %s", kept)
	}
	p.says("a6 NOOP", "This connection is over")
	p.screenshot("real-resumed")
}
