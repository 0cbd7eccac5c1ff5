package pop3

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/machine/machinetest"
	"ehlo/sim/sasl"
	"ehlo/sim/trace"
)

// TestExplainConversations explains every line of every transcript: the spans are in order and within the line, the
// identifiers are listed, each refused line has a reason.
func TestExplainConversations(t *testing.T) {
	for _, path := range machinetest.Paths(t, "testdata/*/*.txt") {
		lines := machinetest.Observe(NewObserver(), machinetest.Conversation(t, path), 0)
		for _, l := range lines {
			e := Explain(l)
			checkExplanation(t, l, e)
			if l.Dir == trace.ToClient && l.Class == trace.ClassPermanent && len(e.Why) == 0 {
				t.Errorf("%s: no reason for %s", path, machinetest.Describe(l))
			}
			if len(e.Notes) == 0 && len(e.Why) == 0 {
				t.Errorf("%s: nothing to say about %s", path, machinetest.Describe(l))
			}
		}
	}
}

var listed = slices.Concat(MessageIDs(), sasl.MessageIDs())

func checkExplanation(t testing.TB, l machine.Line, e machine.Explanation) {
	t.Helper()
	end := 0
	for _, s := range e.Spans {
		if s.Start < end || s.End <= s.Start || s.End > len(l.Data) || !strings.HasPrefix(s.Ref, "RFC ") && !strings.HasPrefix(s.Ref, "draft-") {
			t.Errorf("span %+v after %d in %s", s, end, machinetest.Describe(l))
		}
		end = s.End
		if !slices.Contains(listed, s.Term) || !slices.Contains(listed, s.Term+".meaning") {
			t.Errorf("the term %s is not listed", s.Term)
		}
	}
	for _, n := range slices.Concat(e.Notes, e.Why) {
		if !slices.Contains(listed, n.ID) {
			t.Errorf("the note %s is not listed", n.ID)
		}
		if want, ok := n.Args["want"]; ok && !slices.Contains(listed, want) {
			t.Errorf("the term %s in %s is not listed", want, n.ID)
		}
	}
	if _, ok := response(l); e.Repair != "" && !ok {
		if _, _, err := ParseCommand([]byte(e.Repair + "\r\n")); err != nil {
			t.Errorf("the repair %q of %q is wrong itself: %v", e.Repair, l.Data, err)
		}
	}
}

func TestMessageIDsAreUnique(t *testing.T) {
	ids := MessageIDs()
	slices.Sort(ids)
	if n := len(slices.Compact(slices.Clone(ids))); n != len(ids) {
		t.Errorf("%d identifiers are listed twice", len(ids)-n)
	}
}

func TestRepair(t *testing.T) {
	for line, want := range map[string]string{
		"USER  bob\r\n":        "USER bob",
		" USER bob\r\n":        "USER bob",
		"USER bob \r\n":        "USER bob",
		"USER bob plover\r\n":  "USER bob",
		"USER bob\n":           "USER bob",
		"user bob\n":           "user bob",
		"USRE bob\r\n":         "USER bob",
		"login bob plover\r\n": "USER bob",
		"PAS plover\r\n":       "PASS plover",
		"PASSS two  words\r\n": "PASS two  words",
		"STATE\r\n":            "STAT",
		"STAT 1\r\n":           "STAT",
		"RETR #1\r\n":          "RETR 1",
		"RETR1\r\n":            "RETR 1",
		"RETR <2>\r\n":         "RETR 2",
		"retr 1 2\r\n":         "retr 1",
		"RETR\r\n":             "RETR 1",
		"RETR one\r\n":         "RETR 1",
		"DELETE 3\r\n":         "DELE 3",
		"LIST \r\n":            "LIST",
		"LIST 0\r\n":           "LIST 1",
		"LOGOUT\r\n":           "QUIT",
		"USERbob\r\n":          "USER bob",
		"PASSplover two\r\n":   "PASS plover two",
		"PASS \x01\r\n":        "",
		"TOP 1\r\n":            "TOP 1 0",
		"TOP1 5\r\n":           "TOP 1 5",
		"top 1  5 \r\n":        "top 1 5",
		"UIDL #1\r\n":          "UIDL 1",
		"uid\r\n":              "UIDL",
		"CAPABILITY\r\n":       "CAPA",
		"STARTTLS\r\n":         "STLS",
		"APOP bob C4C9334BAC560ECC979E58001B3E22FB\r\n": "APOP bob c4c9334bac560ecc979e58001b3e22fb",
		"AUTH  LOGIN\r\n":                "AUTH LOGIN",
		"AUTH PLAIN AGJvYgBwbG92ZXI\r\n": "AUTH PLAIN AGJvYgBwbG92ZXI=",
		"LANG en de\r\n":                 "LANG en",
		"EHLO mx.example.net\r\n":        "",
		"US\xc3\xa9R bob\r\n":            "",
		"\r\n":                           "",
		"STAT\r\n":                       "",
	} {
		e := Explain(machine.Line{Dir: trace.ToServer, Class: trace.ClassCommand, Data: []byte(line), State: "transaction", Next: "transaction"})
		if e.Repair != want {
			t.Errorf("the repair of %q is %q, want %q", line, e.Repair, want)
		}
	}
}

func TestExplainOrder(t *testing.T) {
	for _, c := range []struct{ state, line, why string }{
		{"authorization", "PASS plover", "pop3.why.user"},
		{"authorization", "STAT", "pop3.why.login"},
		{"authorization", "RETR", "pop3.why.login pop3.why.missing"},
		{"user given", "USER bob", ""},
		{"user given", "STAT", "pop3.why.password"},
		{"transaction", "USER bob", "pop3.why.logged-in"},
		{"update", "NOOP", "pop3.why.over"},
		{"transaction", "TOP 1", "pop3.why.missing.lines"},
		{"transaction", "XTND XLIST", "pop3.why.elsewhere"},
		{"transaction", "RPOP bob", "pop3.why.logged-in"},
		{"user given", "APOP bob 00000000000000000000000000000000", "pop3.why.password"},
		{"authorization", "APOP bob 0", "pop3.why.digest"},
		{"authorization", "AUTH PLAIN AGJvYgBwbG92ZXI=", ""},
		{"authorization", "AUTH PLAIN bob", "sasl.why.base64-length"},
		{"authorization", "AUTH CRAM-MD5 Ym9i", "sasl.why.initial"},
		{"transaction", "STLS", "pop3.why.logged-in"},
		{"transaction", "TIP 1 2", "pop3.why.unknown"},
		{"transaction", "STAT", ""},
	} {
		l := machine.Line{Dir: trace.ToServer, Class: trace.ClassCommand, Data: []byte(c.line + "\r\n"), State: c.state, Next: c.state}
		if got := ids(Explain(l).Why); got != c.why {
			t.Errorf("%s in %s: why %q, want %q", c.line, c.state, got, c.why)
		}
	}
	legal := Explain(machine.Line{Dir: trace.ToClient, Class: trace.ClassOK, Verb: "USER", Data: []byte("+OK\r\n"), State: "authorization", Next: "user given"}).Legal
	if !slices.Equal(legal, []string{"USER", "PASS", "RPOP", "AUTH", "STLS", "CAPA", "UTF8", "LANG", "QUIT"}) {
		t.Errorf("after USER these are legal: %v", legal)
	}
}

func ids(notes []machine.Note) string {
	var all []string
	for _, n := range notes {
		all = append(all, n.ID)
	}
	return strings.Join(all, " ")
}

// TestSpans shows the parts of some lines, with their octets.
func TestSpans(t *testing.T) {
	for _, c := range []struct {
		line machine.Line
		want string
	}{
		{machine.Line{Class: trace.ClassCommand, Data: []byte("user bob\r\n")}, `pop3.verb.USER "user", pop3.name "bob", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassCommand, Data: []byte("PASS a b\n")}, `pop3.verb.PASS "PASS", pop3.password "a b", pop3.crlf "\n"`},
		{machine.Line{Class: trace.ClassCommand, Data: []byte("TOP 1 2\r\n")}, `pop3.verb.TOP "TOP", pop3.msg "1", pop3.lines "2", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassOK, Verb: "STAT", Data: []byte("+OK 2 320\r\n")}, `pop3.status "+OK", pop3.count "2", pop3.octets "320", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassOK, Verb: "LIST", Data: []byte("+OK 2 200 x\r\n")}, `pop3.status "+OK", pop3.msg "2", pop3.octets "200", pop3.text "x", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassOK, Verb: "LIST", Data: []byte("+OK 2 messages\r\n")}, `pop3.status "+OK", pop3.text "2 messages", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassPermanent, Verb: "RETR", Data: []byte("-ERR no\r\n")}, `pop3.status "-ERR", pop3.text "no", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassOK, Verb: "NOOP", Data: []byte("+OK\r\n")}, `pop3.status "+OK", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassNone, Data: []byte("220 x\r\n")}, `pop3.text "220 x", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassUntagged, Verb: "LIST", Data: []byte("1 120\r\n")}, `pop3.msg "1", pop3.octets "120", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassUntagged, Verb: "UIDL", Data: []byte("1 abc\r\n")}, `pop3.msg "1", pop3.unique-id "abc", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassUntagged, Verb: "XTND", Data: []byte("1 abc\r\n")}, `pop3.listing "1 abc", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassUntagged, Verb: "CAPA", Data: []byte("SASL PLAIN X\r\n")}, `pop3.capability "SASL", sasl.mechanism.PLAIN "PLAIN", pop3.parameter "X", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassUntagged, Verb: "LANG", Data: []byte("en English\r\n")}, `pop3.tag "en", pop3.text "English", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassUntagged, Verb: "AUTH", Data: []byte("NTLM\r\n")}, `pop3.mechanism "NTLM", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassGreeting, Data: []byte("+OK hi <1.2@a> there\r\n")}, `pop3.status "+OK", pop3.text "hi ", pop3.timestamp "<1.2@a>", pop3.text " there", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassOK, Verb: "UIDL", Data: []byte("+OK 2 x\r\n")}, `pop3.status "+OK", pop3.msg "2", pop3.unique-id "x", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassOK, Verb: "LAST", Data: []byte("+OK 2\r\n")}, `pop3.status "+OK", pop3.msg "2", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassOK, Verb: "LANG", Data: []byte("+OK de Deutsch\r\n")}, `pop3.status "+OK", pop3.tag "de", pop3.text "Deutsch", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassPermanent, Verb: "PASS", Data: []byte("-ERR [IN-USE] busy\r\n")}, `pop3.status "-ERR", pop3.code "[IN-USE]", pop3.text " busy", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassMore, Verb: "AUTH", Label: "user-prompt", Data: []byte("+ VXNlcm5hbWU6\r\n")}, `pop3.go-on "+ ", sasl.prompt "VXNlcm5hbWU6", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassMore, Verb: "AUTH", Label: "response", Data: []byte("+ YII=\r\n")}, `pop3.go-on "+ ", pop3.text "YII=", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassCommand, Verb: "*", Label: "*", Data: []byte("*\r\n")}, `sasl.cancel "*", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassCommand, Label: "password", Data: []byte("cGxvdmVy\r\n")}, `sasl.password "cGxvdmVy", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassUntagged, Verb: "RETR", Data: []byte(".\r\n")}, `pop3.termination ".", pop3.crlf "\r\n"`},
		{machine.Line{Class: trace.ClassContent, Verb: "RETR", Data: []byte("a\r\n..b\r\n")}, `pop3.content "a\r\n", pop3.stuffed ".", pop3.content ".b\r\n"`},
	} {
		e := Explain(c.line)
		checkExplanation(t, c.line, e)
		var parts []string
		for _, s := range e.Spans {
			parts = append(parts, fmt.Sprintf("%s %q", s.Term, c.line.Data[s.Start:s.End]))
		}
		if got := strings.Join(parts, ", "); got != c.want {
			t.Errorf("%q consists of\n%s, want\n%s", c.line.Data, got, c.want)
		}
	}
}

func FuzzParseCommand(f *testing.F) {
	for _, s := range sessions(f) {
		for line := range strings.Lines(s) {
			f.Add([]byte(line))
		}
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		l := machine.Line{Dir: trace.ToServer, Class: trace.ClassCommand, Data: line, State: "transaction", Next: "transaction"}
		checkExplanation(t, l, Explain(l))
		c, spans, err := ParseCommand(line)
		if err != nil {
			if e := err.(*SyntaxError); e.Pos < 0 || e.Pos > len(line) {
				t.Errorf("the error in %q is at %d", line, e.Pos)
			}
			return
		}
		again, _, err := ParseCommand(append(c.append(nil), "\r\n"...))
		if err != nil || again != c || len(spans) == 0 {
			t.Errorf("%q is %#v with spans %v; written and read again %#v, %v", line, c, spans, again, err)
		}
	})
}

func FuzzObserver(f *testing.F) {
	for _, path := range machinetest.Paths(f, "testdata/server/*.txt") {
		var client, server []byte
		for _, s := range machinetest.Conversation(f, path) {
			if s.Dir == trace.ToServer {
				client = append(client, s.Data...)
			} else {
				server = append(server, s.Data...)
			}
		}
		f.Add(client, server)
	}
	f.Fuzz(func(t *testing.T, client, server []byte) {
		said := []machinetest.Said{}
		for i := 0; len(client)+len(server) > 0; i++ {
			dir, from := trace.ToServer, &client
			if i%2 == 1 {
				dir, from = trace.ToClient, &server
			}
			n := min(1+i*7%50, len(*from))
			said = append(said, machinetest.Said{At: engine.Time(i), Dir: dir, Data: (*from)[:n]})
			*from = (*from)[n:]
		}
		for _, l := range machinetest.ObserveBytewise(t, func() machine.Observer { return NewObserver() }, said) {
			checkExplanation(t, l, Explain(l))
		}
	})
}
