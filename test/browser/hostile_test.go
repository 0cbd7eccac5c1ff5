package browser

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// hostile is text that somebody wrote to harm: markup, escapes of terminals, marks that turn the direction of writing, a NUL. What of
// it runs leaves a mark at the window.
const hostile = `<img src=x onerror="window.executed=1"><script>window.executed=1</script><svg onload=window.executed=1><a href="javascript:window.executed=1">x</a>` +
	"\x1b[31m\x1b]0;title\a\u202etxt.exe\u2066 &amp; {{constructor}} ${window.executed=1}"

// attacked opens a page in which hostile is known to scripts, with half of a character behind it. It fails where what was text has
// become markup or has run; a policy that is violated fails every test.
func attacked(t *testing.T) (p *tab, unharmed func(what string)) {
	p = newTab(t, nil)
	p.world("two-domains")
	mark := func() {
		eval[any](p, `globalThis.hostile = `+asJS(hostile)+` + "\ud800"; null`)
	}
	mark()
	return p, func(what string) {
		t.Helper()
		if eval[bool](p, `globalThis.executed !== undefined || document.querySelector("img[src=x], svg[onload], a[href^=javascript]") !== null || document.scripts.length > 3`) {
			t.Errorf("%s: what was text has become markup", what)
		}
		eval[any](p, `void document.querySelector("dialog")?.close()`)
		p.until("the dialog is gone", `!document.querySelector("dialog")`)
	}
}

// asJS writes a text as JavaScript.
func asJS(text string) string {
	js, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always has its JSON
	}
	return string(js)
}

// TestHostileMessage sends what harms by mail and at terminals, in a message and in a line of 2 MB (with -every 10), and looks
// at it in every inspector, in the mail program and in the exports. The page can be used afterwards.
func TestHostileMessage(t *testing.T) {
	p, unharmed := attacked(t)
	eval[any](p, `(async () => {
		const conn = await ehlo.open("laptop.example.org", "mx.example.net", 25);
		await ehlo.run();
		const line = hostile.replaceAll(/[\r\n]/g, "");
		for (const text of ["EHLO " + line, "EHLO laptop.example.org", "NOOP " + line, "MAIL FROM:<alice@example.org>", "RCPT TO:<" + line + "@example.net>", "RCPT TO:<bob@example.net>", "DATA", "Subject: " + line, "From: \"" + line + "\" <eve@example.com>",
			"Content-Type: text/html; name=\"" + line + "\"", "Content-Disposition: attachment; filename=\"../../" + line + ".html\"", "", line, "."]) {
			await ehlo.line(conn, text);
			await ehlo.run();
		}
	})()`)
	p.until("the message has arrived", `ehlo.mailboxes().then((list) => list.some((b) => b.messages?.some((m) => m.subject.includes("onerror"))))`)
	eval[any](p, `void document.getElementById("tab-1").click()`)
	p.until("what turns the direction of writing is a picture", `/\u2426txt/.test(document.getElementById("lines").textContent) && !/[\u202e\u2066\x1b]/.test(document.getElementById("lines").textContent)`)
	eval[any](p, `(async () => {
		for (const { seq, text } of await ehlo.transcript(1)) if (text.includes("onerror")) await ehlo.explain(seq);
		for (const form of ["html", "svg", "mermaid", "text"]) {
			const page = new TextDecoder().decode(await ehlo.exported(form, 1)).replace(/<style>[^]*?<\/style>/g, ""); // this page's policy forbids those
			if (form === "html" || form === "svg") {
				const made = new DOMParser().parseFromString(page, form === "html" ? "text/html" : "image/svg+xml");
				if (made.querySelector("img, script, a[href^=javascript], parsererror") || [...made.querySelectorAll("*")].some((n) => [...n.attributes].some((a) => a.name.startsWith("on")))) throw new Error(form + " holds markup");
			}
		}
	})()`)
	inspect := func(tabs ...string) {
		for _, tab := range tabs {
			eval[any](p, `void document.getElementById("insp-`+tab+`").click()`)
			p.settle()
			unharmed(tab)
		}
	}
	inspect("trace", "ladder", "mailbox", "queue", "dns", "knows")
	long := 2 << 20
	if *every {
		long = 10 << 20
	}
	eval[any](p, fmt.Sprintf(`ehlo.line(1, "NOOP " + "<b>".repeat(%d / 3)).then(() => ehlo.run())`, long))
	if size := eval[int](p, `document.getElementById("lines").textContent.length`); size > 1_000_000 {
		t.Errorf("the transcript holds %d characters", size)
	}
	inspect("wire", "explain")
	eval[any](p, `ehlo.shell("mail\nprint\n\u001b[2J" + hostile + "\n", { host: "desk.example.net" }).then(() => ehlo.run())`)
	call[any](p, "pause")
	p.mailOf("bob")
	p.mailClick(`[data-mail=check]`)
	p.until("the message is in the mail program", `document.getElementById("mail").textContent.includes("onerror")`)
	p.screenshot("hostile-mail", "console")
	unharmed("the mail program")
	again := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(again, "NOOP")
	p.hears(again, "250 2.0.0")
}

// TestHostileFiles opens files that lie: logs, worlds, lessons, archives and work that was taken along. Each is refused with words, the
// world that was open stays, and what is kept can still be opened.
func TestHostileFiles(t *testing.T) {
	p, unharmed := attacked(t)
	bomb := deflated(bytes.Repeat([]byte("a"), 8<<20))
	lesson := strings.Replace(ownLesson["lesson.md"], "Hello {{me}}: read this.", hostile, 1)
	for _, lie := range []struct {
		name string
		data []byte
	}{
		{"log.jsonl", []byte(`{"ehlo":"log","version":99,"world":` + asJS(hostile) + `}` + "\n")},
		{"short.jsonl", []byte("\x00\x01{}[]\n")},
		{"deep.jsonl", []byte(strings.Repeat("[", 1<<20))},
		{"world.toml", []byte("grammar = 1\ntitle = '<b>" + strings.ReplaceAll(hostile, "'", "") + "'\n[[host]]\nname = '<b>'\n")},
		{"long.toml", []byte("grammar = 1\ntitle = '" + strings.Repeat("<b>", 3<<20) + "'\n")},
		{"lesson.md", []byte(lesson)},
		{"empty.zip", []byte("PK\x05\x06")},
		{"bomb.zip", archive("mine/lesson.md", bomb, 100)},
		{"far.zip", slices.Concat([]byte("PK\x05\x06\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xf0\xff\xff\xff\x00\x00"))},
		{"take.json", []byte(`{"ehlo": "take", "version": 1, "slot": "world:two-domains", "works": {"world:two-domains": {"log": 5}, "world:one-host": {"log": 7}}, "saved": {"saved:1": {"log": 5, "name": {}}}}`)},
		{"none.json", []byte(`{"ehlo": "take", "works": null}`)},
	} {
		eval[any](p, `(() => {
			const dataTransfer = new DataTransfer();
			dataTransfer.items.add(new File([Uint8Array.from(atob(`+asJS(base64.StdEncoding.EncodeToString(lie.data))+`), (c) => c.charCodeAt(0))], `+asJS(lie.name)+`));
			dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
		})()`)
		p.until(lie.name+" is refused with words", `document.querySelector("dialog .dialog__body")?.textContent.trim()`)
		unharmed(lie.name)
		if s := p.state(); s.World.Name != "two-domains" {
			t.Errorf("%s has put %s in the place of the open world", lie.name, s.World.Name)
		}
	}
	eval[any](p, `ehlo.load({ world: "one-host" })`)
	if s := p.state(); s.World.Name != "one-host" {
		t.Errorf("work that was taken along and lies keeps %s open", s.World.Name)
	}
	conn := p.dial("unix.example.org", "unix.example.org", 25)
	p.say(conn, "NOOP")
	p.hears(conn, "250 2.0.0")
}

// deflated packs octets.
func deflated(data []byte) []byte {
	var out bytes.Buffer
	w, _ := flate.NewWriter(&out, flate.BestCompression) // an error is of its level
	_, _ = w.Write(data)
	_ = w.Close()
	return out.Bytes()
}

// archive is a zip with a file that says another size than it has.
func archive(name string, packed []byte, size uint64) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	f, err := w.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(nil), CompressedSize64: uint64(len(packed)), UncompressedSize64: size})
	if err == nil {
		_, err = f.Write(packed)
	}
	if err != nil {
		panic(err) // in memory
	}
	_ = w.Close()
	return out.Bytes()
}

// TestHostileIncidents explains recordings that were made to harm: a session, a log, a bounce, a line of 10 MB, captures that lie
// about their lengths.
func TestHostileIncidents(t *testing.T) {
	p, unharmed := attacked(t)
	packet := func(length uint32, data string) []byte { // a pcap file whose only packet says that it has so many octets
		head := []byte("\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\x01\x00\x00\x00")
		for _, n := range []uint32{0, 0, length, length} {
			head = binary.LittleEndian.AppendUint32(head, n)
		}
		return append(head, data...)
	}
	one := strings.NewReplacer("\n", " ", "\r", " ").Replace(hostile)
	for _, lie := range []struct{ what, data string }{
		{"a session", "220 mx.example.net " + one + "\nEHLO " + one + "\n250 mx.example.net\nMAIL FROM: <" + one + ">\n501 5.5.4 \xed\xa0\x80" + one + "\n"},
		{"a log", "Nov 26 10:00:00 mx postfix/smtpd[1]: connect from " + one + "[192.0.2.1]\nNov 26 10:00:01 mx postfix/smtp[1]: 4F1: to=<" + one + ">, relay=none, status=deferred (" + one + ")\n"},
		{"a bounce", "From: MAILER-DAEMON@example.net\nSubject: " + one + "\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\n" + one + "\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; " + one + "\n\nFinal-Recipient: rfc822; <" + one + ">\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 " + one + "\n\n--b--\n"},
		{"a header", "Received: from " + one + " by mx.example.net with ESMTP id 1; " + one + "\nSubject: " + one + "\n\n"},
		{"a capture that is too short", string(packet(1<<31, "abc"))},
		{"a capture of nothing", string(packet(0, ""))},
		{"a capture that is cut", "\x0a\x0d\x0d\x0a\xff\xff\xff\x7f\x4d\x3c\x2b\x1a"},
		{"a line of 10 MB", "220 x\nEHLO a\n250 x\nNOOP " + strings.Repeat("<b>"+strings.Repeat("x", 97), 100_000) + "\n250 ok\n"},
	} {
		eval[any](p, `globalThis.lie = Uint8Array.from(atob(`+asJS(base64.StdEncoding.EncodeToString([]byte(lie.data)))+`), (c) => c.charCodeAt(0)); null`)
		if !eval[bool](p, `document.querySelector(".incident__text") !== null`) {
			eval[any](p, `void (document.getElementById("more").click(), [...document.querySelectorAll(".menu button")].find((b) => b.textContent === "Explain an incident").click())`)
			p.until("an incident can be opened", `document.querySelector(".incident__text")`)
		}
		eval[any](p, `(() => {
			document.querySelector(".incident__said").textContent = "";
			const dataTransfer = new DataTransfer();
			dataTransfer.items.add(new File([lie], hostile.replaceAll("/", "")));
			document.querySelector("dialog").dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true, bubbles: true }));
		})()`)
		p.until(lie.what+" is read, or refused with words", `/\S/.test(document.querySelector(".incident__said").textContent) && document.querySelector(".incident__said").textContent !== "Reading …"`)
		eval[any](p, `void document.querySelectorAll(".incident__parts").forEach((d) => (d.open = true))`)
		p.settle()
		if size := eval[int](p, `document.querySelector("dialog").textContent.length`); size > 2<<20 {
			t.Errorf("%s: the page shows %d characters of it", lie.what, size)
		}
		unharmed(lie.what)
	}
	p.say(p.dial("laptop.example.org", "mx.example.net", 25), "NOOP")
}

// TestHostileLinks follows links that lie: damaged, swollen, with names that are markup. Each opens a page that works and says what is wrong.
func TestHostileLinks(t *testing.T) {
	p, unharmed := attacked(t)
	log := func(data []byte) string { return "#log=" + base64.RawURLEncoding.EncodeToString(deflated(data)) }
	for _, link := range []struct{ what, url string }{
		{"a log that is none", "?world=two-domains#log=%3Cimg%20src%3Dx%3E"},
		{"a log of a world that is markup", log([]byte(`{"ehlo":"log","version":1,"world":` + asJS(hostile) + `,"seed":1}` + "\n"))},
		{"a log that swells", log(bytes.Repeat([]byte(" "), 80<<20))},
		{"names that are markup", "?world=%3Cimg%20src%3Dx%20onerror%3Dexecuted%3D1%3E&theme=%22%3E%3Cimg%20src%3Dx%3E"},
		{"a lesson that runs", "?lesson=javascript:window.executed=1/x"},
		{"an invitation to nothing", "?world=two-domains#bridge=%3Cimg%20src%3Dx%3E"},
	} {
		p.do(chromedp.Navigate("about:blank"))
		p.do(chromedp.Navigate(site + link.url))
		p.ready()
		if link.what != "an invitation to nothing" {
			p.until(link.what+": the page says what is wrong", `document.getElementById("bands").textContent.trim() || document.querySelector("dialog")`)
		}
		unharmed(link.what)
	}
}
