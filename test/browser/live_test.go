package browser

import (
	"io"
	"net/smtp"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// startLab runs `bin/ehlo lab` on ports that are free, and returns where its services are.
func startLab(t *testing.T) map[string]string {
	t.Helper()
	ready := filepath.Join(t.TempDir(), "ready")
	args := []string{"lab", "-ready-file", ready}
	for _, service := range []string{"smtp", "submission", "smtps", "pop3", "pop3s", "imap", "imaps", "http"} {
		args = append(args, "-"+service, "127.0.0.1:0")
	}
	c := exec.Command(filepath.Join(root, "bin/ehlo"), args...)
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Wait()
	})
	at := map[string]string{}
	for deadline := time.Now().Add(patience); len(at) == 0; time.Sleep(20 * time.Millisecond) {
		text, _ := os.ReadFile(ready)
		for _, m := range regexp.MustCompile(`(?m)^listening (\S+) (\S+)$`).FindAllSubmatch(text, -1) {
			at[string(m[1])] = string(m[2])
		}
		if time.Now().After(deadline) {
			t.Fatal("the lab is not ready")
		}
	}
	return at
}

// sendMail sends a message as another server would.
func sendMail(address string) error {
	c, err := smtp.Dial(address)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.Mail("eve@example.org"); err != nil {
		return err
	}
	if err := c.Rcpt("bob@example.test"); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, "From: eve@example.org\r\nTo: bob@example.test\r\nSubject: Seen live\r\n\r\nHello.\r\n"); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.Quit()
}

// TestLive looks at a lab while a program sends a message, lets an error happen, and sees it happen.
func TestLive(t *testing.T) {
	at := startLab(t)
	send := func() error { return sendMail(at["smtp"]) }
	p := newTab(t, nil)
	p.do(chromedp.Navigate("http://" + at["http"] + "/"))
	p.ready()
	if path := eval[string](p, `location.search`); path != "?live" {
		t.Errorf("the lab's page is at %q", path)
	}
	if err := send(); err != nil {
		t.Fatal(err)
	}
	p.until("the session has a tab", `document.querySelector("#console-tabs .tab")?.textContent.includes("SMTP")`)
	p.until("what was said is there", `document.getElementById("lines").textContent.includes("MAIL FROM:<eve@example.org>")`)
	p.until("the message has arrived", `ehlo.mailboxes().then((boxes) => boxes.find((b) => b.address === "bob@example.test").messages.some((m) => m.subject === "Seen live"))`)
	p.until("the session is over", `ehlo.state().then((s) => s.conns.length === 1 && s.conns[0].over)`)
	p.until("a line is explained", `ehlo.trace(0, 1000).then((events) => ehlo.explain(events.find((e) => e.kind === "line" && e.verb === "MAIL" && e.dir === "C").seq)).then((x) => x.spans.length > 2)`)
	p.until("the stage or its ladder shows it", `document.querySelector("#stage iframe, #stage svg, #stage-ladder svg")`)
	p.screenshot("live", "lesson", "stage", "console", "inspect")
	if seen := eval[bool](p, `getComputedStyle(document.getElementById("prompt")).display === "none" && getComputedStyle(document.getElementById("timeline")).display === "none"`); !seen {
		t.Error("there is something to type or to seek, which a lab does not have")
	}

	eval[any](p, `(() => {
		const form = document.querySelector(".live__form");
		form.elements.command.value = "RCPT";
		form.elements.reply.value = "451 4.3.0 As the page wants";
		form.requestSubmit();
	})()`)
	p.until("the error is listed", `document.querySelector(".live__faults").textContent.includes("command=RCPT reply=451 4.3.0 As the page wants")`)
	if err := send(); err == nil || !strings.Contains(err.Error(), "As the page wants") {
		t.Errorf("the error did not happen: %v", err)
	}
	p.until("the refusal is shown", `document.getElementById("lines").textContent.includes("451 4.3.0 As the page wants")`)
	eval[any](p, `document.querySelector(".live__faults button").click()`)
	p.until("the error is gone", `document.querySelector(".live__faults").children.length === 0`)
	if err := send(); err != nil {
		t.Error(err)
	}
	eval[any](p, `(() => {
		const form = document.querySelector(".live__form");
		form.elements.command.value = "RCPT";
		form.elements.delay.value = "soon";
		form.requestSubmit();
	})()`)
	p.until("what is no error on demand is said to be none", `document.querySelector(".live__said").textContent.includes("is a duration")`)
	p.mu.Lock() // the browser complains of the answer 400 that the test asked for
	p.errors = nil
	p.mu.Unlock()
}
