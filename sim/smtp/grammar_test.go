package smtp

import (
	"ehlo/sim/sasl"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

func TestPath(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "",
		"alice@example.org":              "alice@example.org",
		"Postmaster":                     "Postmaster",
		`"alice"@example.org`:            "alice@example.org",
		`"al ice"@example.org`:           `"al ice"@example.org`,
		`"al.ice"@example.org`:           "al.ice@example.org",
		`"al..ice"@example.org`:          `"al..ice"@example.org`,
		`"al\"i\ce"@example.org`:         `"al\"ice"@example.org`,
		"a@b":                            "a@b",
		"a@1-2.3":                        "a@1-2.3",
		"a@[192.0.2.255]":                "a@[192.0.2.255]",
		"a@[192.0.2.256]":                "-",
		"a@[192.0.2.0001]":               "-",
		"a@[192.0.2]":                    "-",
		"a@[192.0.2.1.1]":                "-",
		"a@[192.0.2.]":                   "-",
		"a@[]":                           "-",
		"a@[192.0.2.1":                   "-",
		"a@[IPv6:::]":                    "a@[IPv6:::]",
		"a@[IPv6:::1]":                   "a@[IPv6:::1]",
		"a@[ipv6:1::]":                   "a@[ipv6:1::]",
		"a@[IPv6:1:2:3:4:5:6:7:8]":       "a@[IPv6:1:2:3:4:5:6:7:8]",
		"a@[IPv6:1:2:3:4:5:6:7]":         "-",
		"a@[IPv6:1:2:3:4:5:6:7:8:9]":     "-",
		"a@[IPv6:1:2:3::4:5:6]":          "a@[IPv6:1:2:3::4:5:6]",
		"a@[IPv6:1:2:3::4:5:6:7]":        "-", // "::" stands for at least two groups
		"a@[IPv6:1::2::3]":               "-",
		"a@[IPv6:12345::]":               "-",
		"a@[IPv6:g::]":                   "-",
		"a@[IPv6:1:2:3:4:5:6:192.0.2.1]": "a@[IPv6:1:2:3:4:5:6:192.0.2.1]",
		"a@[IPv6:1:2:3:4:5:192.0.2.1]":   "-",
		"a@[IPv6:::192.0.2.1]":           "a@[IPv6:::192.0.2.1]",
		"a@[IPv6:1::2:192.0.2.1]":        "a@[IPv6:1::2:192.0.2.1]",
		"a@[IPv6:1:2:3:4::5:192.0.2.1]":  "-",
		"a@[IPv6:192.0.2.1]":             "-",
		"a@[IPv6:]":                      "-",
		"a@[x:y]":                        "a@[x:y]",
		"a@[x-:y]":                       "-",
		"a@[x:]":                         "-",
		"a@[:y]":                         "-",
		`a@[x:\]`:                        "-",
		"a":                              "-",
		"a@":                             "-",
		"@b":                             "-",
		"a@b@c":                          "-",
		"a@b-":                           "-",
		"a@-b":                           "-",
		"a@b..c":                         "-",
		"a@b_c":                          "-",
		".a@b":                           "-",
		"a.@b":                           "-",
		"a..b@c":                         "-",
		"a b@c":                          "-",
		`a"b"@c`:                         "-",
		`"a"b@c`:                         "-",
		`"a@b`:                           "-",
		`"a\`:                            "-",
		"\"a\tb\"@c":                     "-",
		strings.Repeat("a", 64) + "@b":   strings.Repeat("a", 64) + "@b",
		strings.Repeat("a", 65) + "@b":   "-",
		"a@" + strings.Repeat("b", 255):  "a@" + strings.Repeat("b", 255),
		"a@" + strings.Repeat("b", 256):  "-",
	} {
		path, ok := ParsePath(text)
		got := "-"
		if ok {
			got = path.String()
		}
		if got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func FuzzPath(f *testing.F) {
	f.Add("alice@example.org")
	f.Add(`"a \" b"@[IPv6:1::192.0.2.1]`)
	f.Fuzz(func(t *testing.T, text string) {
		path, ok := ParsePath(text)
		if !ok {
			return
		}
		again, ok := ParsePath(path.String())
		if !ok || again != path {
			t.Errorf("%q reads as %+v, which is written %q and reads as %+v, %v", text, path, path, again, ok)
		}
	})
}

// TestCommandsRoundTrip sees that what a client sends is what a server reads.
func TestCommandsRoundTrip(t *testing.T) {
	offered := readExtensions("mx.example.net\nSIZE 1000\n8bitmime\nSMTPUTF8\nDSN\nDELIVERBY\nAUTH PLAIN\nREQUIRETLS", extensions{})
	for _, want := range []Command{
		Hello{Name: "laptop.example.org"}, Hello{Name: "laptop", Basic: true}, Mail{Envelope: Envelope{From: Path{Null: true}}},
		Mail{Envelope: Envelope{From: Path{Local: "a b", Domain: "example.org"}, Size: 5, Body: "8BITMIME"}},
		Rcpt{Recipient: Recipient{Path: Path{Local: "postmaster"}}},
		Rcpt{Recipient: Recipient{Path: Path{Local: "", Domain: "[192.0.2.1]"}}}, Rset{}, Noop{}, Quit{},
		Mail{Envelope: Envelope{From: Path{Local: "jörg", Domain: "bücher.example"}, UTF8: true, Return: ReturnHeaders, EnvelopeID: "QQ 1+1=2",
			By: DeliverBy{Within: -2 * time.Minute, Trace: true, Given: true}, Auth: "e=mc2@example.com", RequireTLS: true}},
		Mail{Envelope: Envelope{From: Path{Null: true}, Return: ReturnFull, By: DeliverBy{Within: time.Hour, Return: true, Given: true}, Auth: "<>"}},
		Rcpt{Recipient: Recipient{Path: Path{Local: "bob", Domain: "example.net"}, Notify: NotifySuccess | NotifyDelay, Original: "rfc822;Bob +@example.net"}},
		Rcpt{Recipient: Recipient{Path: Path{Local: "bob", Domain: "example.net"}, Notify: NotifyNever}},
		Bdat{Size: 10}, Bdat{Size: 0, Last: true}, Vrfy{Name: "bob"}, Vrfy{Name: "jörg", UTF8: true}, Expn{Name: "the list"},
		Etrn{Domain: "example.org"}, Etrn{Domain: "example.org", Subdomains: true}, Help{}, Help{About: "MAIL"}, StartTLS{},
		Auth{Mechanism: sasl.CRAMMD5},
	} {
		line := string(want.appendTo(nil, &offered))
		got, _, err := ParseCommand([]byte(line + "\r\n"))
		switch c := got.(type) { // what only a server needs to know
		case Mail:
			c.extended = false
			got = c
		case Rcpt:
			c.extended = false
			got = c
		case Auth:
			c.name = ""
			got = c
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v, want %+v", line, got, err, want)
		}
	}
}

func TestSyntaxError(t *testing.T) {
	_, _, err := ParseCommand([]byte("MAIL FROM:<alice@>\r\n"))
	var se *SyntaxError
	if !errors.As(err, &se) || se.Pos != 17 || se.Want != "smtp.domain" || se.Verb != MAIL || se.Reply != ReplySenderSyntax {
		t.Errorf("%+v", err)
	}
}

// TestOrder asks every command in every state: what the table does not allow gets a 503 or 554 and leaves the state.
func TestOrder(t *testing.T) {
	lines := map[machine.Verb]string{EHLO: "EHLO a", HELO: "HELO a", MAIL: "MAIL FROM:<>", RCPT: "RCPT TO:<b@c>", DATA: "DATA",
		RSET: "RSET", NOOP: "NOOP", QUIT: "QUIT"}
	before := []string{"", "EHLO a\r\n", "EHLO a\r\nMAIL FROM:<>\r\n", "EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<b@c>\r\n"}
	for state := Connected; state <= Recipients; state++ {
		for verb, line := range lines {
			s := newServer(nil)
			run(s, []byte(before[state]))
			if s.State() != state {
				t.Fatalf("the server is in %s and not in %s", stateNames[s.State()], stateNames[state])
			}
			reply := string(run(s, []byte(line+"\r\n")))
			code, _, _, _ := parseReplyLine([]byte(reply))
			next := Table().Next(state, verb, Reply{Code: code}.Class())
			if allowed := Table().Allows(state, verb); allowed == (code == 503) || s.State() != next {
				t.Errorf("%s in %s (allowed: %v): %s and then %s, not %s", line, stateNames[state], allowed, reply,
					stateNames[s.State()], stateNames[next])
			}
		}
	}
}

func TestReplies(t *testing.T) {
	for id := range numReplies {
		r := replies[id]
		if back, ok := ReplyNamed(r.name); !ok || back != id || id.String() != r.name {
			t.Errorf("reply %d is called %q", id, r.name)
		}
		// RFC 2034 §4: an enhanced code has the class of its reply.
		if said := id.Usual(); said.Enhanced != "" && int(said.Enhanced[0]-'0') != said.Code/100 || said.Class() == trace.ClassNone {
			t.Errorf("%s: %v", r.name, said)
		}
	}
	s := NewServer(Config{Hostname: "mx.example.net", Replies: map[Wording]Reply{
		{ReplyGreeting, machine.NoVerb}:  {Code: 220, Text: "{host} at your service"},
		{ReplyNoopOK, machine.NoVerb}:    {Code: 250, Enhanced: "2.0.0", Text: "one\ntwo"},
		{ReplyUnknown, machine.NoVerb}:   {Code: 500, Enhanced: "5.5.1", Text: "{line}: {verb}?"},
		{ReplyParameter, MAIL}:           {Code: 555, Enhanced: "5.5.4", Text: "{keyword} of {word}"},
		{ReplyUnknownUser, RCPT}:         {Code: 550, Enhanced: "5.1.1", Text: "<{recipient}>... {about} unknown to {sender}"},
		{ReplyMessageOK, machine.NoVerb}: {Code: 250, Text: "{id}"},
	}}, 0)
	s.Receive(0, []byte("NOOP\r\nFOO {host}\r\nEHLO c\r\nMAIL FROM:<a@b> X=1\r\nMAIL FROM:<a@b>\r\n"))
	e, _ := s.Next()
	s.Answer(0, e.ID, Answer{})
	s.Receive(0, []byte("RCPT TO:<c@d>\r\n"))
	e, _ = s.Next()
	unknown := ReplyUnknownUser.Usual()
	unknown.About = "c"
	s.Answer(0, e.ID, Answer{Reply: &unknown})
	got, want := strings.Split(string(s.Output()), "\r\n"), []string{"220 mx.example.net at your service", "250-2.0.0 one", "250 2.0.0 two",
		"500 5.5.1 FOO {host}: FOO?", "555 5.5.4 X of X=1", "250 2.1.0 Sender accepted", "550 5.1.1 <c@d>... c unknown to a@b", ""}
	if got = slices.DeleteFunc(got, func(l string) bool {
		return strings.HasPrefix(l, "250-") && !strings.Contains(l, "one") || strings.HasPrefix(l, "250 HELP")
	}); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func BenchmarkContent(b *testing.B) {
	message := []byte(strings.Repeat("A line of a message with nothing to see in it at all, but its length.\r\n", 10000))
	b.SetBytes(int64(len(message)))
	for b.Loop() {
		var c content
		c.take(message, 0)
	}
}

func TestAtext(t *testing.T) {
	for c := range 256 {
		if want := isLetDig(byte(c)) || c < 128 && strings.IndexByte("!#$%&'*+-/=?^_`{|}~", byte(c)) >= 0; isAtext(byte(c)) != want {
			t.Errorf("%q is an atext: %t", rune(c), !want)
		}
	}
}
