package message_test

import (
	"testing"
	"unicode/utf8"

	"ehlo/sim/message"
)

func TestDecodeTransfer(t *testing.T) {
	for _, c := range []struct{ encoding, body, want string }{
		{"", "as it is\r\n", "as it is\r\n"},
		{"8BIT", "\xff\x00", "\xff\x00"},
		{"Base64", "Q2Fm\r\nw6k=\r\n", "Café"},
		{"base64", "Q2Fmw6k", "Café"},
		{"base64", "Q2!!Fm\r\nw6k=\r\n-- \r\n", "Café"},
		{"base64", "Q2FmA", "Caf"},
		{"base64", "", ""},
		{"quoted-printable", "Caf=C3=A9 =\r\nau lait=20 \t\r\n", "Café au lait \r\n"},
		{"quoted-printable", "1=1, =, =X, =4", "1=1, =, =X, =4"},
		{"quoted-printable", "=e9\n=", "\xe9\n"},
	} {
		if got, ok := message.DecodeTransfer(c.encoding, []byte(c.body)); !ok || string(got) != c.want {
			t.Errorf("%s %q: %q %v, want %q", c.encoding, c.body, got, ok, c.want)
		}
	}
	if got, ok := message.DecodeTransfer("x-uuencode", []byte("x")); ok || string(got) != "x" {
		t.Errorf("an unknown encoding gives %q %v", got, ok)
	}
}

func TestToUTF8(t *testing.T) {
	for _, c := range []struct{ charset, octets, want string }{
		{"US-ASCII", "plain", "plain"},
		{"utf-8", "Caf\xc3\xa9", "Café"},
		{"ISO-8859-1", "Caf\xe9", "Café"},
		{"ISO-8859-15", "5 \xa4", "5 €"},
		{"KOI8-R", "\xf0\xcf\xde\xd4\xc1", "Почта"},
		{"Windows-1251", "\xcf\xee\xf7\xf2\xe0", "Почта"},
		{"windows-1252", "\x93so\x94", "“so”"},
	} {
		if got, ok := message.ToUTF8(c.charset, []byte(c.octets)); !ok || got != c.want {
			t.Errorf("%s %q: %q %v, want %q", c.charset, c.octets, got, ok, c.want)
		}
	}
	if _, ok := message.ToUTF8("UTF-8", []byte("\xff")); ok {
		t.Error("FF is taken for UTF-8")
	}
	if _, ok := message.ToUTF8("EBCDIC", []byte("x")); ok {
		t.Error("EBCDIC is taken for known")
	}
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for _, name := range message.Charsets()[2:] {
		if text, ok := message.ToUTF8(name, all); !ok || utf8.RuneCountInString(text) != 256 {
			t.Errorf("%s has not 256 characters", name)
		}
	}
}
