package browser

import "testing"

// nonsense makes the first lesson that is to be rendered too much for what renders it. With wait it is asked for together
// with the next one.
const nonsense = `{
	const Real = Worker;
	let first = true;
	let held = null;
	window.Worker = class extends Real {
		constructor(url, options) {
			super(url, options);
			this.reads = options.name === "reader";
		}
		postMessage(message, ...rest) {
			if (this.reads && message.texts && first) {
				first = false;
				held = { ...message, texts: [null] };
				if (%t) return;
				message = null;
			}
			if (held && (!message || this.reads && message.texts)) {
				super.postMessage(held);
				held = null;
			}
			if (message) super.postMessage(message, ...rest);
		}
	};
}`

// TestReaderDies stops what renders lessons: the text is there as its author wrote it, the world does not notice, and the
// next lesson is rendered again.
func TestReaderDies(t *testing.T) {
	p := newTab(t, nil)
	p.do(addScript(sprintf(nonsense, false)))
	p.open("?lesson=first-message")
	p.until("the text is there as it was written, and why", `document.querySelector("#lesson p + .source")?.textContent.includes("`+"`"+`") && document.querySelector(".task--now code")`)
	p.screenshot("reader-dead", "lesson")
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, "EHLO laptop.example.org")
	p.hears(conn, "250")
	eval[any](p, `ehlo.load({ lesson: "fetch-by-pop3" }).then(() => null)`)
	p.until("the next lesson is rendered", `document.querySelector("#lesson .lesson__text .command") && !document.querySelector("#lesson .source")`)
}

// TestReaderDiesOfAnother has two lessons wait when the first one stops what renders them: the second is rendered.
func TestReaderDiesOfAnother(t *testing.T) {
	p := newTab(t, nil)
	p.do(addScript(sprintf(nonsense, true)))
	p.open("?lesson=first-message")
	eval[any](p, `ehlo.load({ lesson: "fetch-by-pop3" }).then(() => null)`)
	p.until("the second lesson is rendered", `document.querySelector("#lesson .lesson__text .command") && !document.querySelector("#lesson .source")`)
}
