package browser

import (
	"strings"
	"testing"
)

// TestCoreDies kills what runs the world, as a browser without memory does: the page says so and offers a report, and the world
// is there again and goes on.
func TestCoreDies(t *testing.T) {
	p := newTab(t, nil)
	p.do(addScript(`{
		const Real = Worker;
		window.Worker = class extends Real {
			constructor(url, options) {
				super(url, options);
				if (options.name.startsWith("lang=")) window.core = this;
			}
		};
	}`))
	p.world("two-domains")
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, "EHLO laptop.example.org", "MAIL FROM:<alice@example.org>")
	p.saved()
	before := p.trace()
	eval[any](p, `void (window.fallen = core, core.dispatchEvent(new ErrorEvent("error", { message: "out of memory", cancelable: true })))`)
	p.until("the page says that the world is restored", `core !== fallen && document.querySelector('#bands [data-action="report"]')`)
	p.until("the stage shows it", `document.getElementById("stage-svg")?.textContent.includes("mx.example.net")`)
	p.screenshot("core-died")
	if after := p.trace(); after != before {
		t.Errorf("the trace is\n%s\nand was\n%s", after, before)
	}
	p.say(conn, "RCPT TO:<bob@example.net>")
	p.hears(conn, "250 2.1.5")
	report := p.offered(`document.querySelector('#bands [data-action="report"]')`)
	for _, want := range []string{`"ehlo": "fault"`, "out of memory", `"seed"`, "MAIL FROM:<alice@example.org>"} {
		if !strings.Contains(strings.ReplaceAll(report, `\"`, `"`), want) {
			t.Errorf("the report lacks %s: %.2000s", want, report)
		}
	}
}

// TestNothingIsKept opens the page in a browser that keeps nothing: the page works, says so, and offers a file.
func TestNothingIsKept(t *testing.T) {
	p := newTab(t, nil)
	p.do(addScript(`IDBFactory.prototype.open = () => { throw new DOMException("refused", "SecurityError"); }`))
	p.open("?world=two-domains")
	p.until("the page says so", `document.querySelector("#bands")?.textContent.includes("does not keep anything")`)
	p.screenshot("nothing-is-kept")
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, "EHLO laptop.example.org")
	p.hears(conn, "250")
	if file := p.offered(`[...document.querySelectorAll("#bands button")].find((b) => b.textContent.trim())`); !strings.Contains(file, "EHLO laptop.example.org") {
		t.Errorf("the file lacks what was typed: %.2000s", file)
	}
}

// TestGreetingIsGone opens the page where the file with what there is cannot be had: the core is asked instead.
func TestGreetingIsGone(t *testing.T) {
	p := newTab(t, nil)
	p.do(addScript(`{ const real = fetch; window.fetch = (what, ...more) => String(what).includes("/start/") ? Promise.reject(new TypeError("gone")) : real(what, ...more); }`))
	p.open("")
	if titles := eval[string](p, `ehlo.lessons().slice(0, 2).map((l) => l.title).join()`); titles != "The first message,Fetch it by POP3" {
		t.Errorf("the first lessons are %s", titles)
	}
	p.say(p.dial("laptop.example.org", "mx.example.net", 25), "EHLO laptop.example.org")
}

// TestDamagedWork opens work that the browser has kept and that cannot be played: the world begins, and the work is offered as a file.
func TestDamagedWork(t *testing.T) {
	p := newTab(t, nil)
	p.world("one-host")
	eval[any](p, `new Promise((resolve, reject) => {
		const open = indexedDB.open("ehlo");
		open.onsuccess = () => {
			const put = open.result.transaction("kept", "readwrite").objectStore("kept").put({ log: "{}\nwhat is left of my work", lesson: null }, "work:world:two-domains");
			put.onsuccess = () => { open.result.close(); resolve(null); };
			put.onerror = () => reject(put.error);
		};
	})`)
	eval[any](p, `ehlo.load({ world: "two-domains" }).then(() => null)`)
	p.until("the page says so", `document.querySelector("#bands")?.textContent.includes("could not be replayed")`)
	p.screenshot("damaged-work")
	if world := eval[string](p, "ehlo.state().then((s) => s.world.name)"); world != "two-domains" {
		t.Errorf("the world that is open is %s", world)
	}
	if file := p.offered(`[...document.querySelectorAll("#bands button")].find((b) => b.textContent.trim())`); !strings.Contains(file, "what is left of my work") {
		t.Errorf("the file is %q", file)
	}
}

// offered presses a button, given as JavaScript, and returns the file that the page then offers.
func (p *tab) offered(button string) string {
	p.t.Helper()
	return eval[string](p, `new Promise((resolve) => {
		URL.createObjectURL = (blob) => (blob.text().then(resolve), "blob:none");
		HTMLAnchorElement.prototype.click = () => {};
		`+button+`.click();
	})`)
}
