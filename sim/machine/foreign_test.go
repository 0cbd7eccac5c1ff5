package machine_test

import (
	"testing"

	"ehlo/sim/machine"
)

func TestForeign(t *testing.T) {
	for _, c := range []struct{ own, line, protocol, word string }{
		{"SMTP", "USER bob", "POP3", "USER"},
		{"SMTP", "a1 login bob plover", "IMAP", "login"},
		{"SMTP", "GET / HTTP/1.1", "HTTP", "GET"},
		{"SMTP", "GET 1", "", ""},
		{"POP3", "EHLO laptop.example.org", "SMTP", "EHLO"},
		{"POP3", "FETCH 1", "IMAP", "FETCH"},
		{"IMAP", "EHLO laptop.example.org", "SMTP", "EHLO"},
		{"IMAP", "USER bob", "POP3", "USER"},
		{"SMTP", "MIAL FROM:<a@b>", "", ""},
		{"SMTP", "hello USER", "", ""},
		{"SMTP", "", "", ""},
	} {
		if protocol, word := machine.Foreign(c.own, c.line); protocol != c.protocol || word != c.word {
			t.Errorf("%s %q: %q %q", c.own, c.line, protocol, word)
		}
	}
}

func TestLatin(t *testing.T) {
	if got, ok := machine.Latin("УРДЩ laptop.example.org"); !ok || got != "EHLO laptop.example.org" {
		t.Errorf("%q %t", got, ok)
	}
	if got, ok := machine.Latin("иный"); !ok || got != "bysq" {
		t.Errorf("%q %t", got, ok)
	}
	if got, ok := machine.Latin("EHLO é"); ok || got != "EHLO é" {
		t.Errorf("%q %t", got, ok)
	}
}

func TestEdited(t *testing.T) {
	for line, want := range map[string]string{"MAIK\bL": "MAIL", "\b\x7fQUIT": "QUIT"} {
		if got, ok := machine.Edited([]byte(line)); !ok || string(got) != want {
			t.Errorf("%q: %q %t", line, got, ok)
		}
	}
	if _, ok := machine.Edited([]byte("QUIT")); ok {
		t.Error("QUIT has no backspace")
	}
}
