package browser

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestPrediction commits a prediction by keyboard, does the task, and reads what came of it; it is kept over a reload.
func TestPrediction(t *testing.T) {
	p := newTab(t, nil)
	p.open("?lesson=the-map")
	p.ready()
	p.until("the lesson is rendered", `document.querySelector("#lesson .task--now code")`)
	p.tabTo("#line")
	for _, line := range []string{"telnet mx.example.net 25", "QUIT"} {
		p.types(line)
	}
	p.backToHost()
	for _, line := range []string{"telnet mx.example.net 110", "QUIT"} {
		p.types(line)
	}
	p.until("it asks", `document.querySelectorAll(".gate .opt").length === 3`)
	p.screenshot("lesson-predict", "lesson")
	p.tabTo(".gate input")
	p.keys(" ")
	p.keys(kb.ArrowDown)
	p.tabTo(".gate button")
	p.keys(kb.Enter)
	p.until("it is kept", `!document.querySelector(".gate") && document.querySelector(".task--now .predicted")?.textContent.includes("a1 BAD")`)
	p.backToHost()
	for _, line := range []string{"telnet mx.example.net 143", "a1 QUIT", "a2 LOGOUT"} {
		p.types(line)
	}
	p.until("it was right", `document.querySelector(".predicted--right")?.textContent.includes("RFC 3501")`)
	p.screenshot("predicted", "lesson")
	p.saved()
	p.open("?lesson=the-map")
	p.until("it is there after a reload", `document.querySelector(".predicted--right")`)
}

// TestQuiz answers a question in a lesson's text, first with a wrong choice, by keyboard.
func TestQuiz(t *testing.T) {
	p := newTab(t, nil)
	p.open("?lesson=reply-codes")
	p.ready()
	p.until("the quiz is there", `document.querySelectorAll(".quiz .opt").length === 3 && document.querySelector(".quiz__why").hidden`)
	p.tabTo(".quiz input")
	p.keys(" ")
	p.until("it was another", `document.querySelector(".quiz").dataset.answer === "other" && document.querySelector(".quiz__word").textContent !== ""`)
	p.keys(kb.ArrowDown)
	p.until("it was right", `document.querySelector(".quiz").dataset.answer === "right" && !document.querySelector(".quiz__why").hidden`)
	p.screenshot("quiz", "lesson")
	p.tabTo("#line")
	for _, line := range []string{"telnet mx.example.net 25", "LIST"} {
		p.types(line)
	}
	p.until("it still stands there when a task is done", `document.querySelector(".task--done") && document.querySelector(".quiz").dataset.answer === "right"`)
}
