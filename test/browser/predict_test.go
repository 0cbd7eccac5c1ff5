package browser

import (
	"strings"
	"testing"
)

// TestLessonOfPredictions does a lesson that takes no line before its reply is predicted, and reads at its end how that went.
func TestLessonOfPredictions(t *testing.T) {
	p := newTab(t, nil)
	p.open("?lesson=order-of-commands")
	p.until("the lesson is rendered", `document.querySelector("#lesson .task--now code")`)
	p.tabTo("#line")
	p.types("telnet mx.example.net 25")
	p.reads("220 mx.example.net")
	say := func(line, code, sure string) {
		t.Helper()
		eval[any](p, `void (document.getElementById("line").value = `+quote(line)+`, document.getElementById("prompt").requestSubmit())`)
		p.until("a prediction is asked for", `document.querySelector(".predict")`)
		if eval[bool](p, `document.querySelector('[data-predict="skip"]') !== null`) {
			t.Error("the line may go without a prediction")
		}
		eval[any](p, `void (() => { const f = document.querySelector(".predict"); f.code.value = `+quote(code)+`; f.sure.value = `+quote(sure)+`; f.requestSubmit(); })()`)
		p.until("it is judged", `!document.querySelector(".predict") && document.getElementById("line").value === ""`)
		p.quiet()
	}
	p.keys("RC")
	if got := eval[string](p, `document.getElementById("ghost").textContent`); got != "" {
		t.Errorf("a lesson without completion completes to %q", got)
	}
	say("RCPT TO:<bob@example.net>", "550", "50")
	p.reads("You predicted 550, and it is 503: the first digit is right.")
	say("EHLO laptop.example.org", "250", "95")
	say("DATA", "503", "75")
	say("MAIL FROM:<alice@example.org>", "250", "95")
	say("MAIL FROM:<alice@example.org>", "503", "75")
	say("RCPT TO:<bob@example.net>", "250", "95")
	say("DATA", "354", "95")
	for _, line := range []string{"Subject: In order", "", "First the envelope."} {
		p.submits(line) // the text of a message has no replies
	}
	say(".", "250", "95")
	p.reads("In this lesson you predicted 8 replies, 7 as it came.")
	eval[any](p, `void [...document.querySelectorAll("#lines button")].find((b) => b.textContent === "Your predictions").click()`)
	p.until("the summary says how sure they were", `document.querySelector("dialog .records")?.textContent.includes("Certain55 (100 %)")`)
	p.shows("lesson-predictions")
}

// TestPredict asks for the reply to each line before it goes out: nothing tells it until then, and a summary says how it went. Long
// lines of the transcript go on below, or not.
func TestPredict(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.hears(conn, "220 ")
	call[any](p, "predict", true)
	eval[any](p, `void document.getElementById("tab-1").click()`)
	p.until("the session's legal commands are shown", `document.querySelector("#insp .fsm")`)
	enter := func(line string) {
		t.Helper()
		eval[any](p, `void (document.getElementById("line").value = `+quote(line)+`, document.getElementById("prompt").requestSubmit())`)
		p.until("a prediction is asked for", `document.querySelector(".predict") && document.querySelector("#insp .covered")`)
	}
	commit := func(code, sure string) {
		t.Helper()
		eval[any](p, `void (() => { const f = document.querySelector(".predict"); f.code.value = `+quote(code)+`; f.sure.value = `+quote(sure)+`; f.requestSubmit(); })()`)
	}
	enter("EHLO laptop.example.org")
	if n := len(call[[]any](p, "transcript", conn)); n != 3 { // connecting, connected, the greeting
		t.Errorf("the line went out before its reply was predicted: %d", n)
	}
	p.shows("predict", "console", "inspect")
	commit("250", "95")
	p.until("it was right", `document.getElementById("lines").textContent.includes("You predicted 250, and so it is.")`)
	enter("RCPT TO:<bob@example.net>")
	commit("250", "50")
	p.until("it was not", `document.getElementById("lines").textContent.includes("You predicted 250, and it is 503.")`)
	enter("NOOP")
	eval[any](p, `void document.querySelector('[data-predict="skip"]').click()`)
	p.until("it is sent without", `document.getElementById("lines").textContent.includes("NOOP")`)
	call[any](p, "predict", false)
	if got := eval[string](p, `ehlo.predictions().then((all) => all.map((p) => p.code + p.was + p.sure).join())`); got != "25025095,25050350" {
		t.Errorf("the predictions are %s", got)
	}
	item := func(text string) {
		t.Helper()
		eval[any](p, `void document.getElementById("console-more").click()`)
		eval[any](p, `void [...document.querySelectorAll(".menu button")].find((b) => b.textContent.includes(`+quote(text)+`)).click()`)
	}
	item("Your predictions so far")
	p.until("there is a summary", `document.querySelector("dialog .records")`)
	if got := eval[string](p, `document.querySelector("dialog").textContent`); !strings.Contains(got, "A guess10 (0 %)") || !strings.Contains(got, "Certain11 (100 %)") {
		t.Errorf("the summary is %s", got)
	}
	p.shows("predictions")
	eval[any](p, `void document.querySelector("dialog").close()`)
	item("Long lines go on below")
	p.until("long lines go on to the right", `getComputedStyle(document.querySelector("#lines samp")).whiteSpace === "pre"`)
}
