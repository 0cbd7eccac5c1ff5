package browser

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestShell types commands at the learner's host: what they do happens in the world, and goes when it is undone.
func TestShell(t *testing.T) {
	p := newTab(t, nil)
	p.world("greylisting")
	p.tabTo("#line")
	p.types("dig mx example.net")
	p.reads("10 mx.example.net.")
	p.types("telnte mx.example.net 25")
	p.reads("command not found")
	p.reads("Did you mean telnet?")
	if eval[bool](p, `[...document.querySelectorAll("#lines .ln")].some((line, i, lines) => line.matches(".ln--note") && lines[i - 1]?.matches(".ln--term") && lines[i - 1].querySelector("samp").textContent === "")`) {
		t.Error("an empty line stands before the reason")
	}
	p.types("man dig")
	p.reads("dig - ask the DNS")
	p.types("help")
	p.reads("whoami")
	p.screenshot("shell", "console")
	p.keys("host mx.ex")
	p.until("the core knows how the line goes on", `document.getElementById("ghost").textContent.startsWith("host mx.example.net")`)
	p.keys(kb.Tab)
	if got := eval[string](p, `document.getElementById("line").value`); got != "host mx.example.net " {
		t.Errorf("Tab completes the line to %q", got)
	}
	p.types("")
	p.reads("mx.example.net has address 198.51.100.25")
	p.types("/undo")
	p.until("what the undone command wrote is gone", `!document.getElementById("lines").textContent.includes("has address")`)
	eval[any](p, `ehlo.shell("echo row\n".repeat(300)).then(() => ehlo.run())`)
	p.until("of a long terminal the last rows are shown, below one for those before", `document.querySelectorAll("#lines [role=listitem]").length < 520 && document.querySelector("#lines .ln--fold samp")?.textContent.includes("earlier")`)
	eval[any](p, `void document.querySelector("#lines .ln--fold").click()`)
	p.until("and all of them when that is clicked", `document.querySelectorAll("#lines [role=listitem]").length > 600`)
	p.types("nc -C mx.example.net 25") // a connection at the terminal, which has a tab too
	p.reads("220 mx.example.net")
	p.types("QUIT")
	p.reads("221")
}
