package witness_test

import (
	"fmt"
	"strings"
	"testing"

	"ehlo/sim/script"
	"ehlo/sim/simtest"
	"ehlo/sim/witness"
)

// knows plays a script in the world with the eavesdropper and says what a host knows.
func knows(t *testing.T, text, host string) string {
	t.Helper()
	tl := simtest.World(t, "eavesdropper")
	s, err := script.Parse("test", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Play(tl); err != nil {
		t.Fatal(err)
	}
	for _, w := range witness.Read(tl.Trace().All()) {
		if w.Host == host {
			var parts []string
			for _, f := range w.Facts {
				parts = append(parts, fmt.Sprintf("%s %s", f.Kind, f.Text))
			}
			return strings.Join(parts, "; ")
		}
	}
	t.Fatalf("nothing is said of %s", host)
	return ""
}

func TestWhoKnowsWhat(t *testing.T) {
	const session = "> USER alice\n> PASS wonder\n> RETR 1\n> QUIT\n"
	if got := knows(t, "telnet mail.example.org 110\n"+session, "cafe.example.com"); !strings.HasPrefix(got, "password wonder; login alice; subject Only for you; content ") {
		t.Errorf("in clear the eavesdropper knows %s", got)
	}
	for _, text := range []string{"tls mail.example.org 995\n" + session, "telnet mail.example.org 110\n> STLS\n" + session} {
		if got := knows(t, text, "cafe.example.com"); !strings.HasPrefix(got, "sealed ") || strings.Contains(got, "wonder") || strings.Contains(got, ";") {
			t.Errorf("of TLS the eavesdropper knows %s", got)
		}
		if got := knows(t, text, "mail.example.org"); !strings.HasPrefix(got, "password wonder; login alice; subject Only for you; content ") {
			t.Errorf("the server knows %s", got)
		}
		if got := knows(t, text, "mx.example.net"); got != "" {
			t.Errorf("a host that has nothing to do with it knows %s", got)
		}
	}
	if got := knows(t, "telnet mail.example.org 25\n> EHLO laptop.example.org\n> MAIL FROM:<alice@example.org>\n> RCPT TO:<alice@example.org>\n> DATA\n"+
		"> Subject: Plain\n>\n> text\n> .\n> QUIT\n", "cafe.example.com"); got != "sender alice@example.org; recipient alice@example.org; subject Plain; content 3" {
		t.Errorf("of a letter the eavesdropper knows %s", got)
	}
}
