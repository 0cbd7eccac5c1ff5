package browser

import "testing"

// TestReaderDies stops what renders lessons: the text is there as its author wrote it, the world does not notice, and the
// next lesson is rendered again.
func TestReaderDies(t *testing.T) {
	p := newTab(t, nil)
	p.do(addScript(`{
		const Real = Worker;
		let once = true;
		window.Worker = class extends Real {
			constructor(url, options) {
				super(url, options);
				this.reads = options.name === "reader";
			}
			postMessage(message, ...rest) {
				const nonsense = this.reads && once;
				if (nonsense) once = false;
				super.postMessage(nonsense ? { ...message, texts: [null] } : message, ...rest);
			}
		};
	}`))
	p.open("?lesson=first-message")
	p.until("the text is there as it was written", `document.querySelector("#lesson .source")?.textContent.includes("`+"`"+`") && document.querySelector(".task--now code")`)
	p.screenshot("reader-dead")
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, "EHLO laptop.example.org")
	p.hears(conn, "250")
	eval[any](p, `ehlo.load({ lesson: "fetch-by-pop3" }).then(() => null)`)
	p.until("the next lesson is rendered", `document.querySelector("#lesson .lesson__text .command") && !document.querySelector("#lesson .source")`)
}
