package browser

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/gif"
	"image/png"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// thing is what the stage says of something on it.
type thing struct {
	Kind, Name, Peer string
	Conn             int
	Box              [4]float64 // from the stage's upper left corner
}

// ask sends the stage a message and returns its answer.
func ask[T any](p *tab, kind string) T {
	p.t.Helper()
	return eval[T](p, fmt.Sprintf(`new Promise((done) => {
		const frame = document.querySelector("#stage iframe").contentWindow;
		const hear = ({ data }) => {
			if (data.type !== "answer" || data.id !== %[1]q) return;
			removeEventListener("message", hear);
			done(data.what);
		};
		addEventListener("message", hear);
		frame.postMessage({ type: %[1]q, id: %[1]q }, location.origin);
	})`, kind))
}

// things asks the stage for everything in the picture.
func (p *tab) things() []thing {
	p.t.Helper()
	return ask[[]thing](p, "things")
}

// caughtUp waits until the stage shows what the page shows.
func (p *tab) caughtUp() {
	p.t.Helper()
	for range 400 {
		want := call[struct {
			Now   float64
			Total int
		}](p, "state")
		got := ask[struct {
			Now   float64
			Total int
		}](p, "seen")
		if got.Total == want.Total && got.Now == want.Now {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	p.t.Fatal("the stage does not come to the moment that the page shows")
}

// find is the thing of a kind with a name. The stage hears of the world a moment after the page.
func (p *tab) find(kind, name string) thing {
	p.t.Helper()
	for range 100 {
		for _, x := range p.things() {
			if x.Kind == kind && x.Name == name {
				return x
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	p.t.Fatalf("there is no %s %q on the stage", kind, name)
	return thing{}
}

// still is the thing of a kind with a name once it stays where it is: a band that comes or goes takes of the stage's height,
// and a stage that begins anew grows to what the world is by now.
func (p *tab) still(kind, name string) thing {
	p.t.Helper()
	was := p.find(kind, name)
	for range 40 {
		p.caughtUp()
		p.settle()
		is := p.find(kind, name)
		if is.Box == was.Box {
			return is
		}
		was = is
	}
	p.t.Fatalf("the %s %q does not come to rest", kind, name)
	return thing{}
}

// middle is where a thing's middle is in the window.
func (p *tab) middle(x thing) (float64, float64) {
	p.t.Helper()
	corner := eval[[2]float64](p, `(({ left, top }) => [left, top])(document.getElementById("stage").getBoundingClientRect())`)
	return corner[0] + x.Box[0] + x.Box[2]/2, corner[1] + x.Box[1] + x.Box[3]/2
}

func (p *tab) drag(x0, y0, x1, y1 float64) {
	p.t.Helper()
	at := func(x, y float64) chromedp.Action[chromedp.Void] {
		return chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y, chromedp.ButtonLeft)
	}
	p.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, x0, y0, chromedp.ButtonLeft, chromedp.ClickCount(1)))
	eval[any](p, "new Promise((done) => setTimeout(done, 200, null))") // the stage says what was pressed
	p.do(at((x0+x1)/2, (y0+y1)/2), at(x1, y1), chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, x1, y1, chromedp.ButtonLeft, chromedp.ClickCount(1)))
}

// TestStageByPointer touches what is on the stage: hosts move and stay where they are put, a message shows its octets and
// its way, a connection its console.
func TestStageByPointer(t *testing.T) {
	p := newPaintingTab(t, nil)
	p.world("two-domains")
	p.stageLives()
	conn := p.converse()
	p.say(conn, "MAIL FROM:<alice@example.org>", "RCPT TO:<bob@example.net>", "DATA", "Subject: Lunch on Friday?", "", "At noon.")
	p.settle()

	x, y := p.middle(p.still("host", "laptop.example.org"))
	p.drag(x, y-20, x+150, y+60)
	p.settle()
	nx, ny := p.middle(p.still("host", "laptop.example.org"))
	if math.Abs(nx-x-150) > 12 || math.Abs(ny-y-80) > 12 {
		t.Errorf("the host was dragged by 150, 80 and moved by %.0f, %.0f", nx-x, ny-y)
	}

	// The message that was typed is on its way again when the moment is.
	from := eval[float64](p, `ehlo.line(`+fmt.Sprint(conn)+`, ".").then(() => ehlo.run()).then(() => ehlo.trace()).then((all) => {
		const e = all.find((e) => e.class === "content");
		return e.from + (e.until - e.from) / 2;
	})`)
	call[any](p, "seek", int64(from))
	p.settle()
	x, y = p.middle(p.find("letter", "Lunch on Friday?"))
	p.do(chromedp.MouseClickXY(x, y))
	p.until("a dialog shows the message", `document.querySelector("dialog[open] .octets")?.textContent.includes("Subject: Lunch on Friday?")`)
	eval[any](p, `(() => {
		const slider = document.getElementById("letter-time");
		slider.value = slider.min;
		slider.dispatchEvent(new Event("input", { bubbles: true }));
	})()`)
	p.until("the world's time follows the message's own", `ehlo.state().then((s) => Math.abs(s.now - Number(document.getElementById("letter-time").min)) < 2)`)
	p.caughtUp()
	p.until("the way goes on to the mailbox", `document.querySelector(".way li:last-child").textContent.includes("into the mailbox of bob@example.net")`)
	p.screenshot("stage-letter")
	eval[any](p, `void [...document.querySelectorAll(".way button")].at(-1).click()`)
	p.until("a step leads to its moment", `ehlo.state().then((s) => document.querySelector(".way li:last-child time").textContent === document.getElementById("clock").firstChild.data)`)
	p.keys(kb.Escape)

	call[any](p, "seek", int64(1e15))
	p.settle()
	c := p.find("conn", "laptop.example.org")
	path := eval[[2]float64](p, `(({ left, top }) => [left, top])(document.getElementById("stage").getBoundingClientRect())`)
	p.do(chromedp.MouseClickXY(path[0]+c.Box[0]+c.Box[2]/2, path[1]+c.Box[1]+c.Box[3]/2))
	p.until("the connection's console is in view", fmt.Sprintf(`document.querySelector("#tab-%d[aria-selected=true]")`, conn))

	// A host's card opens its shell, also where nobody sits.
	card := p.find("host", "mx.example.net")
	p.do(chromedp.MouseClickXY(path[0]+card.Box[0]+12, path[1]+card.Box[1]+12))
	p.shellOf("mx.example.net", "root@mx")

	// Larger, and all of it again.
	before := p.still("host", "mx.example.net").Box
	eval[any](p, `void document.querySelector('[data-view="in"]').click()`)
	p.settle()
	if after := p.still("host", "mx.example.net").Box; math.Abs(after[2]/before[2]-1.25) > 0.02 {
		t.Errorf("a host is %.2f times as wide after one step of zoom", after[2]/before[2])
	}
	eval[any](p, `void document.querySelector('[data-view="fit"]').click()`)

	p.open("?world=two-domains")
	p.stageLives()
	p.settle()
	if kx, ky := p.middle(p.still("host", "laptop.example.org")); math.Abs(kx-nx) > 3 || math.Abs(ky-ny) > 20 { // bands may take some of the height
		t.Errorf("after a reload the host is at %.0f, %.0f, and was put to %.0f, %.0f", kx, ky, nx, ny)
	}
}

// shellOf types at the host whose shell was opened, and looks at whose it is.
func (p *tab) shellOf(host, tab string) {
	p.t.Helper()
	p.until("the shell of "+host+" is in view", fmt.Sprintf(`document.querySelector('#console-tabs [aria-selected="true"]').textContent === %q && document.activeElement.id === "line"`, tab))
	p.types("whoami; hostname -f")
	p.until("root is at "+host, fmt.Sprintf(`[...document.querySelectorAll("#lines .ln--term samp")].slice(-2).map((samp) => samp.textContent).join() === "root,%s"`, host))
}

// TestStageByKeyboard goes through what is on the stage, opens a thing and moves a host, without a pointer.
func TestStageByKeyboard(t *testing.T) {
	p := newPaintingTab(t, nil)
	p.world("two-domains")
	p.stageLives()
	p.converse()
	p.find("conn", "laptop.example.org")
	enter := func() {
		eval[any](p, `void document.querySelector(".stage__lead").focus()`)
		p.keys(kb.Enter)
		p.until("the first thing has the focus", `document.activeElement.dataset.key`)
	}
	enter()
	var names []string
	for range 40 {
		name := eval[string](p, `document.activeElement.textContent`)
		if len(names) > 0 && names[len(names)-1] == name {
			break
		}
		names = append(names, name)
		p.keys(kb.ArrowDown)
	}
	all := strings.Join(names, "\n")
	for _, want := range []string{"Host laptop.example.org", "Host mx.example.net", "Connection from laptop.example.org to mx.example.net, port 25", "Mailbox bob@example.net", "Port 25 of mx.example.net"} {
		if !strings.Contains(all, want) {
			t.Errorf("the list does not lead to %q:\n%s", want, all)
		}
	}
	p.screenshot("stage-keyboard", "stage")
	if *every { // the stage began anew in other sizes
		enter()
	}
	eval[any](p, `void [...document.querySelectorAll("#stage-list button")].find((b) => b.textContent === "Host mx.example.net").focus()`)
	p.keys(kb.Enter)
	p.shellOf("mx.example.net", "root@mx")
	p.stageLives() // it begins anew where the whole core takes over
	p.settle()
	eval[any](p, `void document.querySelector(".stage__lead").focus()`)
	p.keys(kb.Enter)
	p.until("the first thing has the focus again", `document.activeElement.dataset.key`)
	p.keys(kb.Home)
	p.until("the list is at its beginning", fmt.Sprintf("document.activeElement.textContent === %q", names[0]))
	for range 40 {
		if strings.HasPrefix(eval[string](p, `document.activeElement.textContent`), "Host") {
			break
		}
		p.keys(kb.ArrowDown)
	}
	host := strings.TrimPrefix(eval[string](p, `document.activeElement.textContent`), "Host ")
	p.settle()
	before := p.find("host", host).Box
	p.keys(kb.ArrowDown, chromedp.KeyModifiers(chromedp.ModifierShift))
	p.settle()
	if after := p.find("host", host).Box; after[1] <= before[1] {
		t.Errorf("Shift and an arrow moved %s from %v to %v", host, before, after)
	}
}

// caught keeps what the page gives the browser to save.
const caught = `{
	window.saved = [];
	const make = URL.createObjectURL;
	URL.createObjectURL = (blob) => {
		saved.push(blob);
		return make(blob);
	};
	HTMLAnchorElement.prototype.click = function () {};
}`

// TestStagePicturesToTake saves the stage as PNG, SVG and animated GIF, and opens the files.
func TestStagePicturesToTake(t *testing.T) {
	p := newPaintingTab(t, nil)
	p.do(addScript(caught))
	p.world("two-domains")
	p.stageLives()
	p.converse()
	p.settle()
	take := func(what, kind string) []byte {
		t.Helper()
		eval[any](p, `void (saved.length = 0), void document.querySelector('[data-view="more"]').click()`)
		eval[any](p, fmt.Sprintf(`void [...document.querySelectorAll(".menu button")].find((b) => b.textContent.includes(%q)).click()`, what))
		p.until("a file is made", fmt.Sprintf(`saved.some((blob) => blob.type === %q) && (%q !== "image/svg+xml" || saved.length > 0)`, kind, kind))
		data, err := base64.StdEncoding.DecodeString(eval[string](p, fmt.Sprintf(`new Promise((done) => {
			const reader = new FileReader();
			reader.onload = () => done(reader.result.split(",")[1]);
			reader.readAsDataURL(saved.findLast((blob) => blob.type === %q));
		})`, kind)))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	width := eval[int](p, `document.getElementById("stage").clientWidth`)
	picture, err := png.Decode(bytes.NewReader(take("PNG", "image/png")))
	if err != nil {
		t.Fatal(err)
	}
	if got := picture.Bounds().Dx(); got != 2*width || colours(picture) < 8 {
		t.Errorf("the PNG is %d wide with %d colours, want %d", got, colours(picture), 2*width)
	}
	if svg := string(take("SVG", "image/svg+xml")); !strings.Contains(svg, "<title>Host mx.example.net</title>") {
		t.Error("the SVG has no title for a host")
	}
	movie, err := gif.DecodeAll(bytes.NewReader(take("GIF", "image/gif")))
	if err != nil {
		t.Fatal(err)
	}
	if len(movie.Image) < 10 || movie.Delay[0] < 8 {
		t.Errorf("the GIF has %d pictures, the first for %d hundredths of a second", len(movie.Image), movie.Delay[0])
	}
}

// On a phone and on a projector there is no room for buttons over the picture: they are in the page's menu.
func TestStageToolsInTheMenu(t *testing.T) {
	for _, look := range []struct {
		query         string
		width, height int64
	}{{"", 360, 740}, {"&theme=projector", 1280, 720}} {
		p := newPaintingTab(t, nil)
		p.do(chromedp.EmulateViewport(look.width, look.height))
		p.open("?world=two-domains" + look.query)
		if look.width < 900 {
			eval[any](p, `void document.querySelector('.ptab[data-pane="stage"]').click()`)
		}
		p.stageLives()
		choose := func(name string) {
			eval[any](p, fmt.Sprintf(`void document.getElementById("more").click(), [...document.querySelectorAll("#menus button")].find((b) => b.textContent.trim() === %q).click()`, name))
		}
		shownAt := func(right func(zoom float64) bool) {
			t.Helper()
			var zoom float64
			for range 40 {
				if zoom = ask[struct{ Zoom float64 }](p, "seen").Zoom; right(zoom) {
					return
				}
				time.Sleep(50 * time.Millisecond)
			}
			t.Errorf("%d px: the picture is shown at %g", look.width, zoom)
		}
		choose("Larger")
		shownAt(func(zoom float64) bool { return zoom > 1 })
		choose("Show all of it")
		shownAt(func(zoom float64) bool { return zoom == 1 })
	}
}
