package browser

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// stageLives waits until the stage draws.
func (p *tab) stageLives() {
	p.t.Helper()
	p.stageBy("canvas")
	p.until("the stage lives", `(() => {
		const frame = document.querySelector("#stage iframe");
		return frame && frame.contentDocument?.querySelector("canvas") && frame.contentWindow.gate.frames > 0 && document.getElementById("stage-list");
	})()`)
}

// stageBy waits until the stage is painted on a canvas, as SVG, or is the ladder.
func (p *tab) stageBy(what string) {
	p.t.Helper()
	p.until("the stage is painted by "+what, `document.getElementById("stage").dataset.by === "`+what+`"`)
}

// converse types into a connection and hears the answer.
func (p *tab) converse() int {
	p.t.Helper()
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, "EHLO laptop.example.org")
	p.hears(conn, "250")
	return conn
}

const (
	loseContext  = `void document.querySelector("#stage iframe").contentDocument.querySelector("canvas").getContext("webgl2").getExtension("WEBGL_lose_context").loseContext()`
	connectionIn = `[...document.querySelectorAll("#stage-svg title")].some((title) => title.textContent.includes("Connection from laptop.example.org"))`
)

// TestStageLosesItsContext takes the stage its graphics context: the picture goes on as SVG, and comes back.
func TestStageLosesItsContext(t *testing.T) {
	p := newPaintingTab(t, nil)
	p.world("two-domains")
	p.stageLives()
	eval[any](p, loseContext)
	p.stageBy("svg")
	p.converse()
	p.until("the SVG shows the connection", connectionIn)
	p.screenshot("stage-svg", "stage")
	p.stageBy("canvas")
	p.stageLives()
	p.settle()
	if n := colours(p.pixels("#stage")); n < 8 {
		t.Errorf("the stage that came back has %d colours", n)
	}
}

// TestNoWebGL opens the page in a browser without WebGL: the stage is an SVG, with titles.
func TestNoWebGL(t *testing.T) {
	p := newPaintingTab(t, nil)
	p.do(addScript(`{
		const get = HTMLCanvasElement.prototype.getContext;
		HTMLCanvasElement.prototype.getContext = function (kind, ...more) { return kind.startsWith("webgl") ? null : get.call(this, kind, ...more); };
	}`))
	p.world("two-domains")
	p.stageBy("svg")
	p.converse()
	p.until("the SVG shows the connection", connectionIn)
	p.until("the SVG says what a host is called", `[...document.querySelectorAll("#stage-svg title")].some((title) => title.textContent === "Host mx.example.net")`)
}

// TestStageCrashes ends the stage's program: the ladder takes its place, and the stage can be tried again.
func TestStageCrashes(t *testing.T) {
	p := newPaintingTab(t, nil)
	p.world("two-domains")
	p.stageLives()
	eval[any](p, `void document.querySelector("#stage iframe").contentWindow.stage.dead("crash", "by a test")`)
	p.stageBy("ladder")
	p.converse()
	p.until("the ladder shows the conversation", `document.querySelector("#stage-ladder svg")?.textContent.includes("EHLO")`)
	p.until("the stage can be tried again", `document.querySelector("#stage-dead button")`)
	eval[any](p, `void document.querySelector("#stage-dead button").click()`)
	p.stageLives()
}

// TestStageDraws looks at the pixels: hosts and links are there, and a packet on its way changes them. At rest nothing
// is painted.
func TestStageDraws(t *testing.T) {
	p := newPaintingTab(t, nil)
	p.world("two-domains")
	p.stageLives()
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.settle()
	rest := p.pixels("#stage")
	if n := colours(rest); n < 8 {
		t.Errorf("the stage at rest has %d colours", n)
	}
	before := p.frames()
	time.Sleep(1500 * time.Millisecond)
	if n := p.frames() - before; n > 1 {
		t.Errorf("at rest %d frames were painted in 1.5 s", n)
	}
	call[any](p, "pace", "0.01")
	call[any](p, "play")
	call[any](p, "line", conn, "EHLO laptop.example.org")
	p.until("the packet is half way", "ehlo.trace().then((all) => all.findLast((e) => e.verb === 'EHLO')).then((e) => ehlo.state().then((s) => s.now > (e.from + e.until) / 2))")
	call[any](p, "pause")
	p.settle()
	if n := differing(rest, p.pixels("#stage")); n < 200 {
		t.Errorf("a packet on its way changes %d pixels", n)
	}
	p.screenshot("stage-packet", "stage")
}

// TestStageRestsForAReply looks at the stage from Enter to the reply: it paints nothing then, and goes on after it.
func TestStageRestsForAReply(t *testing.T) {
	p := newPaintingTab(t, nil)
	conn := p.console(25)
	p.stageLives()
	p.settle()
	eval[any](p, `{
		const { gate } = document.querySelector("#stage iframe").contentWindow;
		const rest = gate.rest;
		window.rests = [];
		gate.rest = (on) => {
			rests.push({ on, frames: gate.frames });
			rest(on);
		};
	}`)
	p.submits("EHLO laptop.example.org")
	p.hears(conn, "250")
	p.until("it has rested", "rests.length > 1")
	type rest struct {
		On     bool
		Frames int
	}
	rests := eval[[]rest](p, "rests")
	if len(rests) != 2 || !rests[0].On || rests[1].On {
		t.Fatalf("the stage rested so: %+v", rests)
	}
	if n := rests[1].Frames - rests[0].Frames; n != 0 {
		t.Errorf("%d frames were painted before the reply", n)
	}
	p.until("it goes on", `document.querySelector("#stage iframe").contentWindow.gate.frames > rests[1].frames`)
}

// frames is how many frames the stage has painted.
func (p *tab) frames() int {
	p.t.Helper()
	return eval[int](p, `new Promise((done) => {
		ehlo.on("frame", ({ n }) => done(n));
		document.querySelector("#stage iframe").contentWindow.postMessage({ type: "count" }, location.origin);
	})`)
}

// pixels is a picture of an element.
func (p *tab) pixels(selector string) image.Image {
	p.t.Helper()
	data, err := chromedp.Run(p.ctx, chromedp.Screenshot(chromedp.CSS(selector)))
	if err != nil {
		p.t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		p.t.Fatal(err)
	}
	return picture
}

// colours counts the colours of a picture.
func colours(m image.Image) int {
	seen := map[color.Color]bool{}
	for y := m.Bounds().Min.Y; y < m.Bounds().Max.Y; y++ {
		for x := m.Bounds().Min.X; x < m.Bounds().Max.X; x++ {
			seen[m.At(x, y)] = true
		}
	}
	return len(seen)
}

// differing counts the pixels in which two pictures of one size differ.
func differing(a, b image.Image) int {
	n := 0
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			if a.At(x, y) != b.At(x, y) {
				n++
			}
		}
	}
	return n
}
