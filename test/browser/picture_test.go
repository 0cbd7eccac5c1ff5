package browser

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

var picture = flag.Bool("picture", false, "write README's picture, docs/screenshot.png")

// TestPicture makes the picture at the head of the README: a message on its way. It is written into the tree only on
// request, so that a test run leaves the tree as it is.
func TestPicture(t *testing.T) {
	p := newPaintingTab(t, nil)
	p.open("?lesson=first-message&theme=light")
	p.stageLives()
	call[any](p, "pause")
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, "EHLO laptop.example.org", "MAIL FROM:alice@example.org", "MAIL FROM:<alice@example.org>", "RCPT TO:<bob@example.net>", "DATA",
		"From: Alice <alice@example.org>", "To: Bob <bob@example.net>", "Subject: Lunch on Friday?", "", "At noon, by the gate.")
	eval[any](p, fmt.Sprintf(`void document.querySelector("#tab-%d").click()`, conn))
	// A hop of 18 ms takes 1.8 s now: time to stop in the middle of it.
	call[any](p, "pace", "0.01")
	call[any](p, "play")
	call[any](p, "line", conn, ".")
	from := p.state().Now
	p.until("the message is half way", fmt.Sprintf("ehlo.state().then((s) => s.now > %f)", from+8e6))
	call[any](p, "pause")
	call[any](p, "pace", "show")
	p.settle()
	p.save("picture")
	if *picture {
		png, err := os.ReadFile(filepath.Join(root, "build/screenshots/picture.png"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, "docs/screenshot.png"), png, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
