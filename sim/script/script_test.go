package script_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"ehlo/sim"
	"ehlo/sim/script"
	"ehlo/sim/simtest"
	"ehlo/sim/trace"
)

func timeline(t *testing.T) *sim.Timeline { return simtest.World(t, "two-domains") }

// What a script types is what is on the wire, octet for octet.
func TestOctetsAreUntouched(t *testing.T) {
	tl := timeline(t)
	s, err := script.Parse("s", []byte("# a comment\n\ntelnet mx.example.net 25\n> EHLO  two spaces \n>\n>no space\nraw \"NOOP\\n\\x00\"\nfin\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Play(tl); err != nil {
		t.Fatal(err)
	}
	var typed []byte
	for _, e := range tl.Trace().All() {
		if e.Kind == trace.KindSegment && e.Dir == trace.ToServer {
			typed = append(typed, e.Data...)
		}
	}
	if want := "EHLO  two spaces \r\n\r\nno space\r\nNOOP\n\x00"; string(typed) != want {
		t.Errorf("typed %q, want %q", typed, want)
	}
}

func TestTwoConnectionsAtOnce(t *testing.T) {
	tl := timeline(t)
	s, err := script.Parse("s", []byte("telnet mx.example.net 25\ntelnet mx.example.net 110\nuse 1\n> QUIT\nuse 2\ncut\nat desk.example.net\ntelnet mx.example.net 143\nwait 3s"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Play(tl); err != nil {
		t.Fatal(err)
	}
	c := tl.World().Conns()
	if len(c) != 3 || !c[0].Over || !c[1].Over || !c[2].Open || c[2].From != "desk.example.net" {
		t.Errorf("connections are %+v", c)
	}
	if end, _ := tl.End(); end < 3e9 {
		t.Errorf("the clock stands at %v", end)
	}
}

func TestErrorsNameLineAndReason(t *testing.T) {
	for text, id := range map[string]string{
		"EHLO x":                           "script.verb",
		"at":                               "script.host",
		"at two hosts":                     "script.host",
		"telnet mx.example.net":            "script.telnet",
		"telnet mx.example.net 70000":      "script.telnet",
		"raw NOOP":                         "script.raw",
		"use 0":                            "script.use",
		"wait soon":                        "script.wait",
		"wait -1s":                         "script.wait",
		"cut now":                          "script.extra",
		"collect smtp mx.example.net 25":   "script.collect",
		"> NOOP":                           "script.no-conn",
		"use 1":                            "script.no-conn",
		"at nowhere.example.net":           "script.no-host",
		"telnet mx.example.net 25\ncut\n>": "script.refused",
	} {
		s, err := script.Parse("s.txt", []byte("# first line\n"+text))
		if err == nil {
			err = s.Play(timeline(t))
		}
		var e *script.Error
		if !errors.As(err, &e) || e.Text != id || e.File != "s.txt" || e.Line < 2 {
			t.Errorf("%q gives %v, want %s", text, err, id)
		}
		if !slices.Contains(script.MessageIDs(), id) {
			t.Errorf("%s is not listed", id)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("telnet mx.example.net 25\n> NOOP\nraw \"x\"\nwait 1s\ncollect pop3 a 1 b c\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := script.Parse("s", text)
		if err == nil && len(s.Steps) > 0 && s.Steps[len(s.Steps)-1].Line == 0 {
			t.Error("a step without a line")
		}
	})
}

// A POP3 server of 1991 believes a client machine that connects from a port which only its superuser can open (RFC 1225).
func TestReservedPort(t *testing.T) {
	for line, want := range map[string]string{"telnet vax.example.net 110 1023": "+OK", "telnet vax.example.net 110 1024": "-ERR", "telnet vax.example.net 110": "-ERR"} {
		tl := simtest.World(t, "old-servers")
		s, err := script.Parse("s", []byte(line+"\n> USER olga\n> RPOP olga"))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Play(tl); err != nil {
			t.Fatal(err)
		}
		last := ""
		for _, e := range tl.Trace().All() {
			if e.Kind == trace.KindLine && e.Verb == "RPOP" && e.Dir == trace.ToClient {
				last = e.Label
			}
		}
		if last != want {
			t.Errorf("%s: RPOP is answered %q, want %q", line, last, want)
		}
	}
	for _, line := range []string{"telnet vax.example.net 110 70000", "telnet vax.example.net 110 0", "tls vax.example.net 110 1023", "telnet vax.example.net 110 1 2"} {
		if _, err := script.Parse("s", []byte(line)); err == nil {
			t.Errorf("%s is taken", line)
		}
	}
}

// KPOP asks for a ticket in the place of a password, which crosses no link.
func TestKPOP(t *testing.T) {
	for line, want := range map[string]string{
		"collect kpop vax.example.net 1109 olga teapot": "retr",
		"collect kpop vax.example.net 1109 olga coffee": "-ERR Kerberos authentication failure: Can't decode authenticator (krb_rd_req)\r\n",
		"collect kpop vax.example.net 1109 bob teapot":  "-ERR Kerberos authentication failure: Can't decode authenticator (krb_rd_req)\r\n",
		"telnet vax.example.net 1109\n> USER olga":      "-ERR Kerberos authentication failure: Protocol version mismatch (krb_rd_req)\r\n",
	} {
		tl := simtest.World(t, "old-servers")
		s, err := script.Parse("s", []byte(line))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Play(tl); err != nil {
			t.Fatal(err)
		}
		first, retrieved := "", 0
		for _, e := range tl.Trace().All() {
			if e.Kind == trace.KindLine && e.Dir == trace.ToClient && first == "" {
				first = string(e.Data)
			}
			if e.Kind == trace.KindLine && e.Verb == "RETR" && e.Class == trace.ClassOK {
				retrieved++
			}
			if bytes.Contains(e.Data, []byte("teapot")) && e.Kind == trace.KindSegment {
				t.Errorf("%s: the password crosses the network", line)
			}
		}
		if want == "retr" && retrieved != 2 || want != "retr" && (first != want || retrieved > 0) {
			t.Errorf("%s: the server begins with %q, and %d messages are fetched", line, first, retrieved)
		}
		if c := tl.World().Conns(); !c[0].Over {
			t.Errorf("%s: the connection stays", line)
		}
	}
}
