package browser

import (
	"bytes"
	"fmt"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"

	"ehlo/sim"
	"ehlo/sim/trace"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
	"ehlo/test/browser/harness"
)

// TestSameTraceNatively types in the browser and replays the input log here: the digest in the log is over every octet
// of the browser's trace.
func TestSameTraceNatively(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	p.say(p.dial("laptop.example.org", "mail.example.org", 25), letter...)
	imap := p.dial("desk.example.net", "mx.example.net", 143)
	p.say(imap, "a1 LOGIN bob plover", "a2 SELECT INBOX", "a3 FETCH 1:* (FLAGS ENVELOPE)", "a4 STORE 1 +FLAGS (\\Deleted)", "a5 EXPUNGE")
	text := call[string](p, "exportLog")

	log, err := trace.ParseInputLog([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(log.TraceDigest) == 0 {
		t.Fatal("the log carries no digest")
	}
	file, _ := worlds.Text("two-domains")
	def, err := world.Parse("two-domains", file)
	if err != nil {
		t.Fatal(err)
	}
	tl, err := sim.Replay(def, *log)
	if err != nil {
		t.Fatalf("the native replay differs: %v", err)
	}
	if sum, _ := tl.Trace().Digests(tl.Trace().Len()); !bytes.Equal(sum[:], log.TraceDigest) {
		t.Errorf("natively the trace has the digest %x, in the browser %x", sum, log.TraceDigest)
	}
	var native []byte
	for i := range tl.Trace().Len() {
		e := tl.Trace().At(i)
		native = append(trace.AppendJSON(native, &e), '\n')
	}
	if got := eval[int](p, "ehlo.trace().then((events) => events.length)"); got != tl.Trace().Len() || len(native) == 0 {
		t.Errorf("the browser has %d events, the replay %d", got, tl.Trace().Len())
	}
}

// TestPlainHTTP opens the page as another machine of a local network would: by a name that is no secure context.
func TestPlainHTTP(t *testing.T) {
	server, err := harness.Serve(root, "-addr", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	p := newTab(t, nil)
	p.do(chromedp.Navigate(fmt.Sprintf("http://%s:%s/?world=two-domains", harness.PlainName, harness.Port(server))))
	p.ready()
	if eval[bool](p, "isSecureContext") {
		t.Error("the test is void: this is a secure context")
	}
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, "EHLO laptop.example.org")
	p.hears(conn, "250")
	p.saved()
	eval[any](p, `void document.getElementById("help").click()`)
	p.until("help says what plain http costs", `document.querySelector('[data-offline="http"]')`)
	p.screenshot("plain-http")
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func quote(s string) string                  { return strconv.Quote(s) }
func sprintf(format string, a ...any) string { return fmt.Sprintf(format, a...) }
