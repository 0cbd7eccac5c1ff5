package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestLessonPictures: a lesson's pictures are made of its world, also on paper; on a phone they are no wider than the text.
func TestLessonPictures(t *testing.T) {
	p := newTab(t, nil)
	p.open("?lesson=three-states")
	p.ready()
	p.until("the states are drawn", `[...document.querySelectorAll("figure[data-picture=states] svg text")].some((x) => x.textContent === "Authorization")`)
	p.screenshot("picture-states", "lesson")
	p.tabTo(`[data-picture="large"]`)
	p.keys(kb.Enter)
	p.until("it is larger", `document.querySelector(".dialog--large svg.fsm")`)
	p.keys(kb.Escape)
	p.open("?lesson=idle")
	p.ready()
	p.until("the ladder is there", `document.querySelector("figure[data-picture=ladder]")`)
	eval[any](p, `void document.querySelector("figure[data-picture=ladder]").scrollIntoView()`)
	p.until("it tells what is said", `document.querySelector("figure[data-picture=ladder] svg")?.textContent.includes("IDLE")`)
	p.screenshot("picture-ladder", "lesson")
	if n := eval[int](p, `ehlo.state().then((s) => s.inputs)`); n != 0 {
		t.Errorf("the picture has put %d inputs into the learner's world", n)
	}
	p.open("?lesson=the-queue")
	p.ready()
	eval[any](p, `void document.querySelector("figure[data-picture=stage]")?.scrollIntoView()`)
	p.until("the stage is there", `(document.querySelector("figure[data-picture=stage]")?.scrollIntoView(), document.querySelector("figure[data-picture=stage] svg")?.textContent.includes("mail.example.org"))`)
	p.screenshot("picture-stage", "lesson")
	p.do(chromedp.EmulateViewport(360, 740))
	eval[any](p, `void [...document.querySelectorAll("nav button, [role=tablist] button")].find((b) => b.textContent.trim() === "Lesson")?.click()`)
	eval[any](p, `void document.querySelector("figure[data-picture=stage]").scrollIntoView()`)
	p.until("it fits", `document.documentElement.scrollWidth <= 360`)
	p.screenshot("picture-stage-small")
	p.do(chromedp.EmulateViewport(1440, 900))
	eval[any](p, `void (window.print = () => { window.printed = document.querySelectorAll("#paper figure svg").length; })`)
	p.choose("#more", "Teacher's side")
	p.until("paper is offered", `document.querySelector('dialog [data-course="print"]')`)
	eval[any](p, `void document.querySelector('dialog [data-course="print"]').click()`)
	p.until("it is on paper", `window.printed === 1`)
}
