package browser

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestFirstVisit does what the page invites to: one key writes the line, another sends it.
func TestFirstVisit(t *testing.T) {
	p := newTab(t, nil)
	p.open("")
	p.until("the greeting is there", `document.getElementById("lines").textContent.includes("220 ")`)
	p.screenshot("first-visit")
	written := eval[string](p, `fetch("./").then((r) => r.text()).then((text) => new DOMParser().parseFromString(text, "text/html").getElementById("invite").innerHTML)`)
	if got := eval[string](p, `document.getElementById("invite").innerHTML`); got != written || got == "" {
		t.Errorf("the invitation is %q, and %q is written in the page", got, written)
	}
	if !eval[bool](p, `document.activeElement?.id === "line"`) {
		t.Error("the line has not the focus")
	}
	p.keys(kb.Tab)
	if got := eval[string](p, `document.getElementById("line").value`); !strings.HasPrefix(got, "EHLO ") {
		t.Fatalf("Tab writes %q", got)
	}
	p.keys(kb.Enter)
	p.reads("250")
	p.until("the rest of the page appears", `!document.querySelector(".app--first")`)
	p.until("the first tasks are done", `ehlo.state().then((s) => s.lesson.tasks.filter((x) => x.done).length >= 2)`)
	p.open("")
	if eval[bool](p, `"first" in document.documentElement.dataset`) {
		t.Error("who comes again is shown a first visit's page")
	}
}

// TestLessons does the lessons of the short route as their solutions say, by the automation interface. All lessons are
// played by the tests of lessons/content, natively and in WebAssembly.
func TestLessons(t *testing.T) {
	p := newTab(t, nil)
	p.open("?lesson=first-message")
	listed := eval[[]struct{ ID string }](p, "ehlo.lessons()")
	for _, id := range []string{"first-message", "fetch-by-pop3", "read-by-imap"} {
		if !slices.ContainsFunc(listed, func(l struct{ ID string }) bool { return l.ID == id }) {
			t.Errorf("the course has no %s", id)
			continue
		}
		t.Run(id, func(t *testing.T) { playLesson(t, id) })
	}
}

func playLesson(t *testing.T, id string) {
	p := newTab(t, nil)
	p.open("?lesson=" + id)
	call[any](p, "pause")
	lesson := call[struct {
		Tasks []struct{ ID, Solution string }
	}](p, "lesson")
	host, conn := "", 0
	for i, task := range lesson.Tasks {
		for script := range strings.Lines(task.Solution) {
			script = strings.TrimRight(script, "\n")
			switch word, rest, _ := strings.Cut(script, " "); word {
			case "at":
				host = rest
			case "telnet":
				if host == "" {
					host = eval[string](p, "ehlo.state().then((s) => s.world.hosts.find((h) => h.you).name)")
				}
				target, port, _ := strings.Cut(rest, " ")
				conn = p.dial(host, target, number(t, port))
			case ">":
				p.say(conn, rest)
			case "mail":
				call[any](p, "call", "script", map[string]string{"text": script})
			case "":
			default:
				t.Fatalf("the solution says %q", script)
			}
		}
		for n, state := range p.state().Lesson.Tasks {
			if state.Done != (n <= i) {
				t.Errorf("after the solution of task %q, task %q: done is %v", task.ID, state.ID, state.Done)
			}
		}
	}
	if !p.state().Lesson.Done {
		t.Error("the lesson is not done")
	}
}
