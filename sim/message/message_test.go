package message

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

const letter = "Received: from laptop.example.org\r\n\tby mail.example.org;\r\n\tSat, 22 Nov 2025 04:30:00 +0000\r\n" +
	"From: Alice <alice@example.org>\r\nSubject : =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n =?utf-8?b?ISE=?=\r\nno field\r\n\r\n" +
	"Hello\r\n\r\nBob\r\n"

func TestSplit(t *testing.T) {
	for _, c := range []struct{ msg, header, body string }{
		{"A: 1\r\n\r\nbody\r\n", "A: 1\r\n", "body\r\n"},
		{"A: 1\n\nbody\n", "A: 1\n", "body\n"},
		{"\r\nbody", "", "body"},
		{"A: 1\r\n\r\n", "A: 1\r\n", ""},
		{"A: 1\r\n", "A: 1\r\n", ""},
		{"A: 1", "A: 1", ""},
		{"", "", ""},
	} {
		header, body := Split([]byte(c.msg))
		if string(header) != c.header || string(body) != c.body {
			t.Errorf("Split(%q) = %q, %q; want %q, %q", c.msg, header, body, c.header, c.body)
		}
	}
}

func TestFields(t *testing.T) {
	header, _ := Split([]byte(letter))
	fields := Fields(header)
	if len(fields) != 3 {
		t.Fatalf("%d fields, want 3: %+v", len(fields), fields)
	}
	if got, want := fields[0].Value, "from laptop.example.org\tby mail.example.org;\tSat, 22 Nov 2025 04:30:00 +0000"; got != want {
		t.Errorf("unfolded: %q, want %q", got, want)
	}
	for _, f := range fields {
		if string(header[f.Start:f.End]) != string(f.Raw) || !strings.HasSuffix(string(f.Raw), "\r\n") {
			t.Errorf("%s: raw %q is not header[%d:%d]", f.Name, f.Raw, f.Start, f.End)
		}
	}
	if from, ok := Get(header, "FROM"); !ok || from != "Alice <alice@example.org>" {
		t.Errorf("Get(FROM) = %q, %v", from, ok)
	}
	if _, ok := Get(header, "Bcc"); ok {
		t.Error("Get found a Bcc that is not there")
	}
}

func TestSubject(t *testing.T) {
	if got := Subject([]byte(letter)); got != "Grüße!!" {
		t.Errorf("Subject = %q", got)
	}
	for in, want := range map[string]string{
		"plain":                                 "plain",
		"=?ISO-8859-1?Q?a?=":                    "a",
		"=?ISO-8859-1?Q?a?= b":                  "a b",
		"=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=": "ab",
		"=?ISO-8859-1?Q?a_b?=":                  "a b",
		"=?iso-8859-1*en?q?=E9t=e9?=":           "été",
		"=?KOI8-R?B?8NLJ18XU?=":                 "Привет",
		"x =?utf-8?q?=?= y":                     "x =?utf-8?q?=?= y",
		"=?utf-8?x?abc?=":                       "=?utf-8?x?abc?=",
		"=?big5?q?abc?=":                        "=?big5?q?abc?=",
		"=?utf-8?q?=FF?=":                       "=?utf-8?q?=FF?=",
		"=? =?utf-8?q?a?=":                      "=? a",
		"\xff":                                  "\uFFFD",
		"=?":                                    "=?",
	} {
		if got := DecodeWords(in); got != want {
			t.Errorf("DecodeWords(%q) = %q, want %q", in, got, want)
		}
	}
	if n := utf8.RuneCountInString(koi8r); n != 128 {
		t.Errorf("koi8r has %d characters, want 128", n)
	}
}

func TestAddresses(t *testing.T) {
	for in, want := range map[string][]Address{
		"":                      nil,
		"alice@example.org":     {{"", "alice", "example.org", ""}},
		"<alice@example.org>":   {{"", "alice", "example.org", ""}},
		"bob@example.net (Bob)": {{"Bob", "bob", "example.net", ""}},
		`"Bob, the (other)" <bob@example.net>, Carla Q. <carla@example.net>`: {
			{"Bob, the (other)", "bob", "example.net", ""}, {"Carla Q.", "carla", "example.net", ""}},
		"Friends: alice@example.org, Bob <bob@example.net>;, eve@example.com": {
			{"", "Friends", "", ""}, {"", "alice", "example.org", ""}, {"Bob", "bob", "example.net", ""}, {},
			{"", "eve", "example.com", ""}},
		"undisclosed-recipients:;":                 {{"", "undisclosed-recipients", "", ""}, {}},
		"<@a.example,@b.example:dora@example.com>": {{"", "dora", "example.com", "@a.example,@b.example"}},
		`"a b"@example.org`:                        {{"", "a b", "example.org", ""}},
		"root":                                     {{"", "root", "", ""}},
		"eve@[192.0.2.1]":                          {{"", "eve", "[192.0.2.1]", ""}},
		"=?utf-8?q?J=C3=BCrgen?= <j@example.org>":  {{"=?utf-8?q?J=C3=BCrgen?=", "j", "example.org", ""}},
		", ,alice (a (b) c) @ example . org,":      {{"a (b) c", "alice", "example.org", ""}},
		"<>":                                       nil,
		"a <b@c":                                   {{"a", "b", "c", ""}},
		"Friends: alice@example.org":               {{"", "Friends", "", ""}, {"", "alice", "example.org", ""}, {}},
	} {
		if got := ParseAddressList(in); !reflect.DeepEqual(got, want) {
			t.Errorf("ParseAddressList(%q) = %+v, want %+v", in, got, want)
		}
	}
}

func TestReceived(t *testing.T) {
	r := Received{From: "laptop.example.org", FromAddress: "192.0.2.10", By: "mail.example.org", With: "ESMTP", ID: "7",
		For: "bob@example.net", Time: 1763785800}
	want := "Received: from laptop.example.org ([192.0.2.10])\r\n\tby mail.example.org with ESMTP id 7\r\n" +
		"\tfor <bob@example.net>;\r\n\tSat, 22 Nov 2025 04:30:00 +0000\r\n"
	if got := string(AppendReceived(nil, r)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	bare := "Received: from a\r\n\tby b;\r\n\tThu, 1 Jan 1970 00:00:00 +0000\r\n"
	if got := string(AppendReceived(nil, Received{From: "a", By: "b"})); got != bare {
		t.Errorf("got %q, want %q", got, bare)
	}
	if got := string(AppendReceived(nil, Received{From: "a", FromAddress: "2001:db8::1", By: "b"})); !strings.Contains(got, "a ([IPv6:2001:db8::1])") {
		t.Errorf("got %q", got)
	}
}

func TestMbox(t *testing.T) {
	got := string(AppendMbox([]byte("x\n\n"), "alice@example.org", 1763785800,
		[]byte("Subject: 1\r\n\r\nFrom here\r\n>From there\r\nfrom\r\nlast")))
	want := "x\n\nFrom alice@example.org Sat Nov 22 04:30:00 2025\nSubject: 1\n\n>From here\n>>From there\nfrom\nlast\n\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := string(AppendMbox(nil, "", 0, nil)); got != "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n\n" {
		t.Errorf("null reverse-path: %q", got)
	}
}

func TestCanonical(t *testing.T) {
	for in, want := range map[string]string{"": "", "a\nb\r\nc": "a\r\nb\r\nc", "\n\n": "\r\n\r\n", "a\rb": "a\rb"} {
		if got := string(Canonical(in)); got != want {
			t.Errorf("Canonical(%q) = %q, want %q", in, got, want)
		}
	}
}

// FuzzMessage feeds every reader anything: none may panic, and what they return is in order.
func FuzzMessage(f *testing.F) {
	f.Add(letter)
	f.Add("To: Friends: \"a\\\" <b@c>, (d) e@f;\r\n\r\n")
	f.Fuzz(func(t *testing.T, msg string) {
		header, body := Split([]byte(msg))
		if !strings.HasPrefix(msg, string(header)) || !strings.HasSuffix(msg, string(body)) {
			t.Error("Split made something up")
		}
		end := 0
		for _, field := range Fields(header) {
			if field.Start < end || field.End <= field.Start {
				t.Errorf("field %q from %d to %d after %d", field.Name, field.Start, field.End, end)
			}
			end = field.End
			ParseAddressList(field.Value)
			if !utf8.ValidString(DecodeWords(field.Value)) {
				t.Errorf("DecodeWords(%q) is no UTF-8", field.Value)
			}
		}
		ParseAddressList(msg)
		AppendMbox(nil, "", 0, []byte(msg))
		if s := string(Canonical(msg)); strings.ReplaceAll(s, "\r\n", "\n") != strings.ReplaceAll(msg, "\r\n", "\n") {
			t.Errorf("Canonical(%q) = %q", msg, s)
		}
	})
}
