package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// ownWorld is a world that its author brings along, with a server of a persona.
const ownWorld = `grammar = 1
title = "My world"

[[host]]
name = "desk.example.net"
address = "192.0.2.10"
role = "mua"
person = "rich"
you = true

[[host]]
name = "mail.example.net"
address = "192.0.2.25"
role = "mailbox"

  [[host.service]]
  protocol = "pop3"
  persona = "uw-ipop3d-7.59"

[[link]]
between = ["desk.example.net", "mail.example.net"]
latency = "10ms"

[[domain]]
name = "example.net"
mx = "mail.example.net"

[[user]]
address = "rich@example.net"
password = "plover"
`

// drop drops a file onto the page.
func (p *tab) drop(name, text string) {
	p.t.Helper()
	eval[any](p, sprintf(`(() => {
		const dataTransfer = new DataTransfer();
		dataTransfer.items.add(new File([%s], %s));
		dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
	})()`, quote(text), quote(name)))
}

// TestOwnWorld drops a world file onto the page: what is wrong with it is said line by line, and one that is right opens, is
// kept over a reload, and opens from its log elsewhere.
func TestOwnWorld(t *testing.T) {
	p := newTab(t, nil)
	p.open("")
	before := p.state().World.Name
	p.drop("mine.toml", strings.Replace(ownWorld, `mx = "mail`, `mx = "mial`, 1))
	p.until("what is wrong is said, and where", `document.querySelector("dialog")?.textContent.includes("mine.toml:26: domain.mx: ")`)
	p.shows("own-world-wrong", "inspect")
	if s := p.state(); s.World.Name != before {
		t.Errorf("a broken world has put %s in the place of %s", s.World.Name, before)
	}
	p.drop("mine.toml", ownWorld)
	p.until("the world is there", `ehlo.state().then((s) => s.world.name === "mine")`)
	call[any](p, "pause")
	conn := p.dial("desk.example.net", "mail.example.net", 110)
	p.say(conn, "USER rich")
	p.hears(conn, "+OK POP3 mail.example.net v7.59 server ready")
	p.saved()
	log := call[string](p, "exportLog")
	p.do(chromedp.Reload())
	p.ready()
	if s := p.state(); s.World.Name != "mine" || len(s.Conns) != 1 {
		t.Errorf("after the reload: %+v", s)
	}
	other := newTab(t, nil)
	other.world("one-host")
	call[any](other, "importLog", log)
	if s := other.state(); s.World.Name != "mine" || len(s.Conns) != 1 {
		t.Errorf("its log opens %+v", s)
	}
}
