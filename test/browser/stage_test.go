package browser

import "testing"

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

// TestStageDraws looks at the pixels: something is drawn, and a message that moves changes them.
func TestStageDraws(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	p.stageLives()
	p.say(p.dial("laptop.example.org", "mx.example.net", 25), letter...)
	p.screenshot("stage-after-letter")
}
