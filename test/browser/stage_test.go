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
	p.until("the stage lives", `(() => {
		const frame = document.querySelector("#stage iframe");
		return frame && frame.contentDocument?.querySelector("canvas") && document.getElementById("stage-ladder").hidden;
	})()`)
}

// stillWorks types into a connection and sees the answer in the console and in the ladder.
func (p *tab) stillWorks() {
	p.t.Helper()
	p.until("the ladder stands in the stage's place", `document.querySelector("#stage-ladder:not([hidden]) svg, #stage-ladder:not([hidden]) .empty") && document.getElementById("stage-dead")`)
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, "EHLO laptop.example.org")
	p.hears(conn, "250")
	p.until("the ladder shows the conversation", `document.querySelector("#stage-ladder svg")?.textContent.includes("EHLO")`)
}

func TestStageKilled(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	p.stageLives()
	p.screenshot("stage-alive")
	eval[any](p, `void document.querySelector("#stage iframe").contentDocument.querySelector("canvas").getContext("webgl2").getExtension("WEBGL_lose_context").loseContext()`)
	p.stillWorks()
	p.screenshot("stage-dead")
	p.until("the stage can be tried again", `document.querySelector("#stage-dead button")`)
	eval[any](p, `void document.querySelector("#stage-dead button").click()`)
	p.stageLives()
}

func TestNoWebGL(t *testing.T) {
	p := newTab(t, nil)
	p.do(addScript(`HTMLCanvasElement.prototype.getContext = () => null`))
	p.world("two-domains")
	p.stillWorks()
}

// TestStageDraws looks at the pixels: hosts and links are there, and a packet on its way changes them. At rest nothing
// is painted.
func TestStageDraws(t *testing.T) {
	p := newTab(t, nil)
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
	p.screenshot("stage-packet")
}

// frames is how many frames the stage has painted.
func (p *tab) frames() int {
	p.t.Helper()
	return eval[int](p, `new Promise((done) => {
		ehlo.on("frame", done);
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
