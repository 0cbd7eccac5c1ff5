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
func bridgeTo(t *testing.T, config string, args ...string) harness.Server {
	t.Helper()
	file := filepath.Join(t.TempDir(), "bridge.toml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	args = append([]string{"-addr", "127.0.0.1:0", "-bridge", file, "-bridge-log", filepath.Join(filepath.Dir(file), "audit")}, args...)
	s, err := harness.Serve(root, args...)
	if err != nil {
		t.Fatal(err)
	}
	s.Dir = filepath.Dir(file)
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

// invited opens the link with a server's invitation to its bridge.
func (p *tab) invited(s harness.Server) {
	p.t.Helper()
	p.do(chromedp.Navigate(s.Invite))
	p.ready()
	p.until("the invitation is taken", `document.querySelector('.band [data-action="dial"]') && location.hash === ""`)
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
		document.getElementById("real-sign")?.textContent.includes("port %s") && document.querySelector("#lines .ln--s")`, before, port))
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
	s := bridgeTo(t, target("imap", at["imap"], "insecure = true")+target("smtp", at["smtp"], "insecure = true")+
		"[[target]]\nprotocol = \"imap\"\nhosts = [\"*.far.example.org\"]\n")
	p := newPaintingTab(t, nil)
	p.invited(s)
	p.screenshot("real-invited", "console")
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
	p.screenshot("real-imap", "console")

	// What changes something is asked about first.
	eval[any](p, `document.getElementById("line").focus()`)
	p.keys("a3 STORE 1 +FLAGS (\\Deleted)\r")
	p.until("STORE is asked about", `document.querySelector("dialog [data-action=send]")`)
	p.screenshot("real-safe", "console")
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

	// telnet leads to a real server where the sandbox has none of that name and the bridge does.
	eval[any](p, `void document.querySelector("#console-tabs .tab:not(.tab--real)").click()`)
	eval[any](p, `document.getElementById("line").focus()`)
	p.keys("telnet imap.far.example.org 993\r")
	p.until("the dialog is filled in", `document.querySelector(".real__form")?.elements.host.value === "imap.far.example.org" && document.getElementById("real-port").value === "993" && document.getElementById("real-tls").checked`)
	eval[any](p, `document.querySelector("dialog").close()`)

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
	p.stageLives()
	p.until("the stage shows who was there", `new Promise((done) => {
		const frame = document.querySelector("#stage iframe").contentWindow;
		addEventListener("message", function hear({ data }) {
			if (data.type !== "answer" || data.id !== "who") return;
			removeEventListener("message", hear);
			done(["browser", "bridge", "127.0.0.1"].every((name) => data.what.some((x) => x.kind === "host" && x.name === name)));
		});
		frame.postMessage({ type: "things", id: "who" }, location.origin);
	})`)
	p.settle()
	p.screenshot("real-resumed", "console")

	// Another tab of the browser may only look at the sandbox, and has real sessions of its own.
	q := newPaintingTab(t, p)
	q.do(chromedp.Navigate(s.URL))
	q.ready()
	q.until("what was kept is there too", `document.querySelectorAll(".tab--real").length === 2`)
	q.until("the sandbox is another tab's", `document.getElementById("line").readOnly`)
	q.dialed(at["imap"], false)
	q.says("b1 NOOP", "b1 OK")
}

// TestLabBridge goes from a lab's live page to a console that talks to the lab, inside TLS, and makes a persona of what it
// says.
func TestLabBridge(t *testing.T) {
	at := startLab(t)
	p := newPaintingTab(t, nil)
	p.do(chromedp.Navigate("http://" + at["http"] + "/"))
	p.ready()
	p.until("the live page leads to a console", `document.querySelector("[data-action=talk]")`)
	eval[any](p, `document.querySelector("[data-action=talk]").click()`)
	p.until("the page is another", `location.search === "?world=two-domains" && window.ehlo`)
	p.ready()
	p.until("the invitation is taken", `document.querySelector('.band [data-action="dial"]')`)
	eval[any](p, `document.querySelector('.band [data-action="dial"]').click()`)
	p.until("the dialog lists the doors", `document.querySelectorAll(".real__doors button").length >= 7`)
	_, port, _ := net.SplitHostPort(at["pop3s"])
	p.until("a door is chosen", fmt.Sprintf(`[...document.querySelectorAll(".real__doors button")].some((b) => b.textContent === "POP3 localhost %s" && (b.click(), true))`, port))
	if tls := eval[bool](p, `document.getElementById("real-tls").checked`); !tls {
		t.Error("TLS from the first octet is not proposed where it is spoken")
	}
	p.screenshot("real-dialog")
	eval[any](p, `document.querySelector(".real__form").requestSubmit()`)
	p.until("the server greets", `document.getElementById("lines").textContent.includes("+OK mail.example.test")`)
	p.until("the certificate is shown", `document.getElementById("lines").textContent.includes("TLS 1.3") && document.getElementById("lines").textContent.includes("localhost")`)
	p.says("CAPA", ".")
	p.says("USER bob", "+OK")
	p.says("PASS plover", "+OK")
	p.says("STAT", "+OK 0 0")
	p.screenshot("real-pop3s", "console")

	p.choose("#console-more", "Save this session")
	p.until("what would be saved is shown", `document.querySelector("dialog pre")?.textContent.includes("USER bob")`)
	if text := eval[string](p, `document.querySelector("dialog pre").textContent`); strings.Contains(text, "plover") {
		t.Errorf("the password would be saved: %s", text)
	}
	p.screenshot("real-save", "console")
	eval[any](p, `document.querySelector("dialog").close()`)

	p.choose("#console-more", "Make a persona of it")
	p.until("a draft is there", `document.querySelector(".real__text")?.value.includes('protocol = "pop3"')`)
	if draft := eval[string](p, `document.querySelector(".real__text").value`); !strings.Contains(draft, "greeting") || !strings.Contains(draft, "capabilities = [") || strings.Contains(draft, "plover") {
		t.Errorf("the draft is %s", draft)
	}
	eval[any](p, `(() => { const area = document.querySelector(".real__text"); area.value = area.value.replace(/^user = .*$/m, 'user = "+OK Say the word, {user}"'); })()`)
	p.screenshot("real-draft", "console")
	eval[any](p, `document.querySelector("[data-action=try]").click()`)
	p.until("a world with it is open", `!document.querySelector("dialog[open]") && ehlo.state().then((s) => !s.real && s.world.name === "draft")`)
	p.says("telnet mail.example.org "+port, "+OK")
	p.says("USER alice", "+OK Say the word, alice")

	// The same lines at the real server, and the differences.
	p.choose("#console-more", "Compare with a real server")
	p.until("the lines can be edited", `document.querySelector(".real__text")?.value.trim() === "USER alice"`)
	eval[any](p, `(() => { document.querySelector(".real__text").value = "USER bob\nSTAT\nQUIT"; document.querySelector("[data-action=go-on]").click(); })()`)
	p.until("the dialog asks where to", `document.querySelector(".real__form")`)
	p.until("the same door is chosen", fmt.Sprintf(`[...document.querySelectorAll(".real__doors button")].some((b) => b.textContent === "POP3 localhost %s" && (b.click(), true))`, port))
	eval[any](p, `document.querySelector(".real__form").requestSubmit()`)
	p.until("both stand side by side", `document.querySelectorAll(".real__pairs tbody tr").length > 4`)
	table := eval[string](p, `document.querySelector(".real__pairs").textContent`)
	for _, want := range []string{"+OK Say the word, alice", "+OK mail.example.test closes the connection", "-ERR", "other words", "another verdict", "C: STAT"} {
		if !strings.Contains(table, want) {
			t.Errorf("the comparison lacks %q: %s", want, table)
		}
	}
	p.screenshot("real-compare", "console")
}

// choose opens a menu and takes the entry with a text.
func (p *tab) choose(button, text string) {
	p.t.Helper()
	p.until("the menu has "+text, fmt.Sprintf(`(() => {
		if (!document.querySelector(".menu")) document.querySelector(%q).click();
		const item = [...document.querySelectorAll(".menu [role^=menuitem]")].find((x) => x.textContent.startsWith(%q));
		item?.click();
		return item;
	})()`, button, text))
}
