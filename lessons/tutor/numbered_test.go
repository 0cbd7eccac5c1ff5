package tutor_test

import (
	"fmt"
	"strings"
	"testing"
)

// Two IMAP sessions and a POP3 session look at one mailbox, and each has numbers of its own.
func TestEachSessionHasItsNumbers(t *testing.T) {
	c := &client{t: t}
	must[any](c, "hello", map[string]string{"lang": "en"})
	must[state](c, "load", map[string]string{"world": "two-domains"})
	must[state](c, "pause", nil)
	for _, port := range []int{143, 143, 110} {
		must[any](c, "open", map[string]any{"target": "mx.example.net", "port": port})
	}
	seen := func() string {
		type view struct {
			Conn, Untold     int
			Address, Mailbox string
			Messages         []struct {
				Seq, UID int
				Flags    []string
				Gone     bool
			}
		}
		var b strings.Builder
		for _, v := range must[[]view](c, "views", nil) {
			fmt.Fprintf(&b, "%d %s %s +%d:", v.Conn, v.Address, v.Mailbox, v.Untold)
			for _, m := range v.Messages {
				fmt.Fprintf(&b, " %d=%d%v%v", m.Seq, m.UID, m.Flags, m.Gone)
			}
			b.WriteByte('\n')
		}
		return b.String()
	}
	if got := seen(); got != "" {
		t.Errorf("before anybody logs in: %s", got)
	}
	for conn := 1; conn <= 2; conn++ {
		c.typeLine(conn, "a LOGIN bob plover")
		c.typeLine(conn, "b SELECT INBOX")
	}
	c.typeLine(3, "USER bob")
	c.typeLine(3, "PASS plover")
	c.typeLine(3, "DELE 2")
	c.typeLine(1, `c STORE 1 +FLAGS.SILENT (\Deleted)`)
	c.typeLine(1, "d EXPUNGE")
	c.typeLine(1, "e APPEND INBOX {4+}\r\nHi\r\n")
	const want = `1 bob@example.net INBOX +0: 1=2[]false 2=3[]false
2 bob@example.net INBOX +1: 1=1[\Seen]true 2=2[]false
3 bob@example.net INBOX +0: 1=1[\Seen]false 2=2[]true
`
	if got := seen(); got != want {
		t.Errorf("the sessions see\n%s, not\n%s", got, want)
	}
}
