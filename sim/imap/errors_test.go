package imap

import (
	"strings"
	"testing"
)

// Commands in a row that cannot be executed end the session where a server has little patience; one that can makes it forget
// the others.
func TestTooManyErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		cfg  Config
		n    int
	}{{"before the login", Config{MaxErrors: 9, LoginErrors: 3}, 3}, {"anywhere", Config{MaxErrors: 4}, 4}} {
		c.cfg.Hostname = "mx.example.net"
		s := NewServer(c.cfg, 0)
		s.Receive(0, []byte(strings.Repeat("a FOO\r\n", c.n-1)+"b NOOP\r\n"+strings.Repeat("c SELECT INBOX\r\n", c.n-1)))
		if s.Done() {
			t.Fatalf("%s: the session is over after %q", c.name, s.Output())
		}
		s.Output()
		s.Receive(0, []byte("d LOGIN \"bob\r\ne NOOP\r\n"))
		if out := string(s.Output()); !s.Done() || out != "* BYE Too many errors; mx.example.net closes the connection\r\n" {
			t.Errorf("%s: it says %q", c.name, out)
		}
	}
	s := NewServer(Config{}, 0)
	s.Receive(0, []byte(strings.Repeat("a FOO\r\n", 1000)))
	if s.Done() {
		t.Error("a server without a limit has no patience")
	}
}
