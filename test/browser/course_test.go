package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// predicts commits the first choice of a prediction by keyboard.
func (p *tab) predicts() {
	p.t.Helper()
	p.tabTo(".gate input")
	p.keys(" ")
	p.tabTo(".gate button")
	p.keys(kb.Enter)
	p.until("the prediction is kept", `document.querySelector(".predicted")`)
}

// learns opens a lesson and types into it, with keys alone, until all its tasks are done.
func (p *tab) learns(lesson string, lines ...string) {
	p.t.Helper()
	p.open("?lesson=" + lesson)
	p.ready()
	p.until("the lesson is rendered", `document.querySelector("#lesson .task--now")`)
	call[any](p, "pause") // what is typed then runs to its end at once, however slow the machine
	p.tabTo("#line")
	for _, line := range lines {
		switch line {
		case "predict":
			p.until("it asks", `document.querySelector(".gate .opt")`)
			p.predicts()
			p.tabTo("#line")
		case "host":
			p.backToHost()
		case "retry":
			p.choose("#pick-pace", "Run until the next retry")
			p.until("somebody has come", `document.querySelector("#console-tabs [aria-selected=true]").textContent.includes("port 25, from mail")`)
			p.tabTo("#line")
		default:
			p.types(line)
		}
	}
	p.until("the lesson is done", `document.querySelector("#lesson .done")`)
}

// TestEachKindByKeyboard works through a lesson of each kind with nothing but keys; TestPrediction has the guided one.
func TestEachKindByKeyboard(t *testing.T) {
	for _, c := range []struct {
		kind, lesson string
		lines        []string
	}{
		{"server", "play-the-server", []string{"retry", "220 mx.example.net ESMTP", "250 mx.example.net", "250 2.1.0 Ok", "250 2.1.5 Ok", "predict", "550 5.1.1 no such user",
			"354 Go ahead", "250 2.0.0 It is mine", "221 2.0.0 Bye"}},
		{"challenge", "fewest-commands", []string{"predict", "telnet mx.example.net 143", "a1 LOGIN bob plover", "a2 CREATE Party", "a3 SELECT INBOX", "a4 MOVE 1:2,4 Party"}},
		{"exploration", "a-day-in-1999", []string{"telnet mail.cs.example.edu 25", "VRFY postmaster", "predict", "HELO ws3.cs.example.edu", "MAIL FROM:<alice@cs.example.edu>",
			"RCPT TO:<netlist@cs.example.edu>", "DATA", ".", "MAIL FROM:<alice@cs.example.edu>", "RCPT TO:<xyzzy@ix.example.com>", "DATA", ".", "QUIT",
			"host", "dig mx cs.example.edu"}},
		{"practice", "practice-smtp@17", []string{"telnet hub.willow.example 25", "EHLO laptop.anchor.example", "MAIL FROM:<stefan@anchor.example>", "predict",
			"RCPT TO:<olga@willow.example>", "RCPT TO:<chloe@willow.example>", "DATA", "Subject: The paper boat", "", "string", ".", "QUIT"}},
		{"debugging", "the-missing-offer", []string{"telnet mail.example.org 587", "EHLO laptop.example.org", "STARTTLS", "EHLO laptop.example.org",
			"AUTH PLAIN AGFsaWNlAHdvbmRlcg==", "host", "telnet mail.example.org 110", "STLS", "USER alice", "PASS wonder", "RETR 1"}},
	} {
		t.Run(c.kind, func(t *testing.T) {
			p := newTab(t, nil)
			p.learns(c.lesson, c.lines...)
			if c.lesson == "fewest-commands" {
				p.until("the commands are counted", `document.querySelector(".lesson__meta").textContent.includes("4 commands")`)
			}
			p.screenshot(c.kind, "lesson", "console")
			if c.kind == "practice" { // another one has other names, and the link to it says which
				p.tabTo(".done [data-another]")
				p.keys(kb.Enter)
				p.until("another one is open", `/Exercise (?!17$)[0-9]+$/.test(document.querySelector(".lesson__seed span")?.textContent) && document.querySelector(".tasks > .task--now:first-child")`)
			}
		})
	}
}

// TestServerKeepsQuiet: while a client waits for the learner's reply nothing says what it would cause, and nothing is completed.
func TestServerKeepsQuiet(t *testing.T) {
	p := newTab(t, nil)
	p.open("?lesson=play-the-server")
	p.ready()
	p.choose("#pick-pace", "Run until the next retry")
	p.until("the client waits", `document.querySelector("#insp .covered") && document.querySelector(".prompt--server .who").textContent === "S:"`)
	p.screenshot("server-waits", "lesson", "console", "inspect")
	p.tabTo("#line")
	p.types("220 mx.example.net ESMTP")
	p.reads("EHLO mail.example.org")
	p.until("it waits again", `document.querySelector("#insp .covered") && document.getElementById("ghost").textContent === ""`)
	p.until("what the client says is there when it has arrived", `ehlo.transcript(2).then((lines) => lines.some((l) => l.dir === "C" && l.text === "EHLO mail.example.org"))`)
}

// TestCourse opens the map, forgets a lesson, looks a term up, shows the teacher's notes, and prints.
func TestCourse(t *testing.T) {
	p := newTab(t, nil)
	p.open("?lesson=reply-codes")
	p.ready()
	p.until("the lesson is rendered", `document.querySelector("#lesson .task--now code")`)
	p.tabTo("#line")
	for _, line := range []string{"telnet mx.example.net 25", "RCPT TO:<bob@example.net>"} {
		p.types(line)
	}
	p.choose("#more", "Map of the course")
	p.until("the map is there", `document.querySelectorAll(".map__lesson").length > 90`)
	p.until("the lesson is begun", `document.querySelector('.map__lesson--begun [data-lesson="reply-codes"]')`)
	p.screenshot("map")
	p.tabTo("dialog input[name=route]")
	p.keys(kb.ArrowDown)
	p.until("the short route has three lessons", `document.querySelectorAll(".map__lesson").length === 3`)
	p.keys(kb.ArrowUp)
	p.until("all are back", `document.querySelectorAll(".map__lesson").length > 90`)
	p.tabTo(`dialog [data-forget="reply-codes"]`)
	p.keys(kb.Enter)
	p.until("it is forgotten", `!document.querySelector('[data-forget="reply-codes"]') && document.activeElement.dataset.lesson === "reply-codes"`)
	p.tabTo(`dialog [data-course="glossary"]`, chromedp.KeyModifiers(chromedp.ModifierShift)) // over the top: it stands at the end
	p.keys(kb.Enter)
	p.until("the glossary is there", `document.querySelectorAll(".term").length > 40`)
	p.keys("reverse-path")
	p.until("some are found", `document.querySelectorAll(".term").length < 20 && [...document.querySelectorAll(".term b")].some((b) => b.textContent === "reverse-path")`)
	p.screenshot("glossary")
	p.keys(kb.Escape)
	p.choose("#more", "Teacher's side")
	p.tabTo("#teacher-on")
	p.keys(" ")
	p.until("the notes are there", `document.querySelector("#lesson aside.teacher")`)
	p.screenshot("teacher-side")
	eval[any](p, `void (window.print = () => { window.printed = document.getElementById("paper").textContent; })`)
	p.tabTo(`dialog [data-course="print-solution"]`)
	p.keys(kb.Enter)
	p.until("the solution is printed", `window.printed?.includes("MAIL FROM:") && window.printed.includes("Solution")`)
	eval[any](p, `void dispatchEvent(new Event("afterprint"))`)
	p.until("the paper is gone", `!document.getElementById("paper")`)
}

// TestSnippets: a click puts a command of a lesson's text into the console, and a term opens the glossary.
func TestSnippets(t *testing.T) {
	p := newTab(t, nil)
	p.open("?lesson=envelope-and-header")
	p.ready()
	p.until("a command is there", `document.querySelector("#lesson code.command")`)
	eval[any](p, `void document.querySelector("#lesson code.command").click()`)
	p.until("it is in the line", `document.getElementById("line").value === document.querySelector("#lesson code.command").textContent`)
	p.open("?lesson=first-message")
	p.ready()
	p.until("a term is there", `document.querySelector('#lesson a[href="?term=reverse-path"]')`)
	eval[any](p, `void document.querySelector('#lesson a[href="?term=reverse-path"]').click()`)
	p.until("the glossary shows it", `document.querySelector(".term[aria-current] b")?.textContent === "reverse-path"`)
}
