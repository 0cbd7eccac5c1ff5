package browser

import (
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestPostfixAndDovecot works with the servers that most of the world's mail passes through, by the page and the bridge.
func TestPostfixAndDovecot(t *testing.T) {
	d := startDebian(t)
	signed := fmt.Sprintf("ca = %q", d.ca)
	s := bridgeTo(t, target("smtp", d.smtp, signed)+target("pop3", d.pop3s, signed)+target("imap", d.imaps, signed)+target("imap", d.imap, signed))
	p := newTab(t, nil)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(d.logs())
		}
	})
	p.invited(s)

	// Sending by STARTTLS and AUTH.
	p.dialed(d.smtp, false)
	p.says("EHLO page.example.org", "250 CHUNKING")
	p.says("STARTTLS", "220 2.0.0")
	p.until("the certificate is shown", `document.getElementById("lines").textContent.includes("TLS 1.3") && document.getElementById("lines").textContent.includes("CN=authority")`)
	p.says("EHLO page.example.org", "250 CHUNKING")
	p.says("AUTH PLAIN "+base64.StdEncoding.EncodeToString([]byte("\x00bob\x00plover")), "235 2.7.0")
	p.says("MAIL FROM:<bob@example.test>", "250 2.1.0")
	p.says("RCPT TO:<bob@example.test>", "250 2.1.5")
	eval[any](p, `document.getElementById("line").focus()`)
	p.keys("DATA\r")
	p.until("DATA is asked about", `document.querySelector("dialog [data-action=send]")`)
	eval[any](p, `document.querySelector("dialog [data-action=send]").click()`)
	p.until("the message may come", `document.getElementById("lines").textContent.includes("354 ")`)
	eval[any](p, `document.getElementById("line").focus()`)
	for _, line := range []string{"Subject: From a browser", "", "By Postfix, really."} {
		p.keys(line + "\r")
	}
	p.says(".", "250 2.0.0 Ok: queued")
	p.screenshot("real-postfix", "console")
	p.says("QUIT", "221 2.0.0 Bye")
	p.until("the end is told", `document.getElementById("lines").textContent.includes("the server closed the connection")`)

	// Reading by POP3S.
	p.dialed(d.pop3s, true)
	p.says("USER bob", "+OK")
	p.says("PASS plover", "+OK Logged in.")
	for deadline := time.Now().Add(patience); !p.asks("STAT", "+OK 1 "); time.Sleep(200 * time.Millisecond) { // until Postfix has delivered it
		if time.Now().After(deadline) {
			t.Fatalf("the message does not come:\n%s", d.logs())
		}
		p.says("QUIT", "+OK")
		p.dialed(d.pop3s, true)
		p.says("USER bob", "+OK")
		p.says("PASS plover", "+OK Logged in.")
	}
	p.says("RETR 1", "octets")
	p.until("the message is there", `ehlo.state().then((s) => ehlo.transcript(s.conns.at(-1).id)).then((lines) => lines.some((l) => l.text === "By Postfix, really."))`)
	p.screenshot("real-dovecot-pop3s", "console")
	p.says("QUIT", "+OK")

	// Reading by IMAPS, and a message that comes during IDLE.
	p.dialed(d.imaps, true)
	p.says("a1 LOGIN bob plover", "a1 OK")
	p.says("a2 SELECT INBOX", "a2 OK")
	p.says("a3 FETCH 1 BODY.PEEK[HEADER.FIELDS (SUBJECT)]", "From a browser")
	p.says("a4 IDLE", "+ idling")
	if err := sendMail(d.smtp); err != nil {
		t.Fatal(err)
	}
	p.until("the server speaks by itself", `document.getElementById("lines").textContent.includes("* 2 EXISTS")`)
	p.says("DONE", "a4 OK")
	p.screenshot("real-dovecot-idle", "console")
	p.says("a5 LOGOUT", "a5 OK")
	if text := eval[string](p, `document.getElementById("lines").textContent + JSON.stringify(performance.getEntriesByType("resource").map((r) => r.name))`); strings.Contains(text, "plover") {
		t.Errorf("the password is shown: %s", text)
	}

	// STARTTLS of IMAP, too.
	p.dialed(d.imap, false)
	p.says("b1 STARTTLS", "b1 OK")
	p.until("it is secure", `document.getElementById("real-sign").textContent.includes("TLS 1.3")`)
	p.says("b2 CAPABILITY", "b2 OK")
	p.says("b3 LOGOUT", "b3 OK")
}

// asks types a line and says whether the next line of the server begins with a text.
func (p *tab) asks(line, answer string) bool {
	p.t.Helper()
	p.says(line, "+OK ")
	return eval[bool](p, fmt.Sprintf(`[...document.querySelectorAll("#lines .ln--s samp")].at(-1).textContent.startsWith(%q)`, answer))
}

// listen serves each connection by a function, until the test ends.
func listen(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				serve(c)
			}()
		}
	}()
	return ln.Addr().String()
}

// TestServersThatMisbehave meets a server that drops the connection, one that floods, one whose line has no end, one with
// a certificate that nobody signed, and one that is not there. The page stays usable.
func TestServersThatMisbehave(t *testing.T) {
	drops := listen(t, func(c net.Conn) {
		fmt.Fprint(c, "* OK I am moody\r\n")
		_, _ = c.Read(make([]byte, 100))
		fmt.Fprint(c, "* BYE I am so")
		_ = c.(*net.TCPConn).SetLinger(0)
		time.Sleep(100 * time.Millisecond)
	})
	floods := listen(t, func(c net.Conn) {
		fmt.Fprint(c, "* OK\r\n")
		line := []byte(strings.Repeat("* 1 EXISTS\r\n", 100))
		for {
			if _, err := c.Write(line); err != nil {
				return
			}
		}
	})
	endless := listen(t, func(c net.Conn) {
		fmt.Fprint(c, "+OK\r\n")
		for {
			if _, err := c.Write(make([]byte, 4096)); err != nil {
				return
			}
		}
	})
	counts := listen(t, func(c net.Conn) {
		fmt.Fprint(c, "* OK I count\r\n")
		n, err := io.Copy(io.Discard, c)
		fmt.Fprintf(c, "* BYE %d octets, then %v\r\n", n, err)
	})
	lab := startLab(t)
	gone := freeAddress(t)
	config := target("imap", counts, "") + target("imap", drops, "") + target("imap", floods, "") + target("pop3", endless, "") + target("imap", lab["imaps"], "") + target("imap", lab["imap"], "") + target("smtp", gone, "")
	s := bridgeTo(t, config)
	p := newTab(t, nil)
	p.invited(s)

	p.dialed(drops, false)
	p.says("a1 NOOP", "the connection to the server broke")
	p.until("what came of its last line is there", `document.getElementById("lines").textContent.includes("* BYE I am so")`)

	p.dialed(floods, false)
	p.until("the flood ends", `document.getElementById("lines").textContent.includes("more than can be shown")`)
	p.screenshot("real-flood", "console")
	eval[any](p, `document.querySelector("#console-tabs .tab:not(.tab--real)").click()`)
	p.until("the sandbox answers all the same", `ehlo.state().then((s) => !s.real)`)

	p.dialed(endless, false)
	p.until("lines without end are no lines", `document.getElementById("lines").textContent.includes("has no line ends")`)

	p.dialReal(lab["imaps"], true)
	p.until("a certificate that nobody signed is refused", `document.querySelector(".real__said .real__bad")?.textContent.includes("cannot be trusted") && document.querySelector(".real__said pre").textContent.includes("CN=")`)
	p.screenshot("real-certificate", "console")
	p.dialed(lab["imap"], false)
	p.says("a1 STARTTLS", "cannot be trusted")
	p.until("the chain is in the transcript", `document.getElementById("lines").textContent.includes("No TLS with 127.0.0.1") && document.querySelector('.tab--over[aria-selected="true"]')`)

	// Half a connection: the learner is done, the server is not.
	p.dialed(counts, false)
	eval[any](p, `document.getElementById("line").focus()`)
	p.keys("a1 NOOP\r")
	p.until("the line is sent", `document.getElementById("lines").textContent.includes("a1 NOOP")`)
	p.choose("#console-more", "Close your direction")
	p.until("the server has heard the end and answers", `["you closed your direction", "* BYE 9 octets, then <nil>", "the server closed the connection"].every((text) => document.getElementById("lines").textContent.includes(text))`)

	p.dialReal(gone, false)
	p.until("nobody is there", `document.querySelector(".real__said .real__bad")?.textContent.includes("does not answer")`)
	eval[any](p, `document.querySelector(".real__form").elements.port.value = 22; document.querySelector(".real__form").requestSubmit()`)
	p.until("a port that is not named is refused", `document.querySelector(".real__said .real__bad")?.textContent.includes("does not lead to port 22")`)
}

// TestAudit looks at what the bridge writes down.
func TestAudit(t *testing.T) {
	lab := startLab(t)
	s := bridgeTo(t, target("imap", lab["imap"], "insecure = true"))
	p := newTab(t, nil)
	p.invited(s)
	p.dialed(lab["imap"], false)
	p.says("a1 LOGIN bob plover", "a1 OK")
	p.says("a2 LOGOUT", "a2 OK")
	log := filepath.Join(s.Dir, "audit")
	var text []byte
	for deadline := time.Now().Add(patience); len(text) == 0 && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		text, _ = os.ReadFile(log)
	}
	if !strings.Contains(string(text), `"room":"class"`) || !strings.Contains(string(text), `"end":"closed-by-server"`) || strings.Contains(string(text), "plover") || strings.Contains(string(text), "LOGIN") {
		t.Errorf("written down is %s", text)
	}
}
