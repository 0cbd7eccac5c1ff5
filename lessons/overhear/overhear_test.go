package overhear_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"ehlo/lessons/overhear"
	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// session plays lines, each as "C: …" or "S: …", and returns what is recorded of them.
func session(t *testing.T, protocol string, plain bool, lines ...string) (said []string, all []trace.Event, last overhear.Heard) {
	t.Helper()
	var ear overhear.Ear
	all = ear.Begin()
	all = append(all, ear.Open(0, overhear.Peer{Conn: 1, You: "browser", Bridge: "bridge", Host: "mail.example.org", Address: "192.0.2.1", Port: 110, Protocol: protocol})...)
	for i, line := range lines {
		dir := trace.ToServer
		if strings.HasPrefix(line, "S: ") {
			dir = trace.ToClient
		}
		last = ear.Hear(engine.Time(i)*engine.Time(time.Second), 1, dir, []byte(line[3:]+"\r\n"), plain)
		all = append(all, last.Events...)
	}
	for i := range all {
		if all[i].Kind == trace.KindLine {
			said = append(said, all[i].Dir.String()+": "+strings.TrimRight(string(all[i].Data), "\r\n"))
		}
	}
	return said, all, last
}

func TestSecrets(t *testing.T) {
	for _, test := range []struct {
		protocol string
		said     []string // "|" parts what is said from what is recorded, where that differs
	}{
		{"pop3", []string{"S: +OK ready <1.2@example.org>", "C: USER alice", "S: +OK", "C: PASS plover and more|PASS xxxxxx xxx xxxx", "S: -ERR no",
			"C: APOP alice c4c9334bac560ecc979e58001b3e22fb|APOP alice eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4", "S: +OK", "C: STAT", "S: +OK 1 10"}},
		{"pop3", []string{"S: +OK ready", "C: AUTH PLAIN AGFsaWNlAHBsb3Zlcg==|AUTH PLAIN AGFsaWNlAHh4eHh4eA==", "S: +OK in", "C: LIST"}},
		{"pop3", []string{"S: +OK ready", "C: AUTH PLAIN", "S: + ", "C: AGFsaWNlAHBsb3Zlcg==|AGFsaWNlAHh4eHh4eA==", "S: +OK in", "C: RETR 1"}},
		{"smtp", []string{"S: 220 hi", "C: EHLO me.example.org", "S: 250-hi", "S: 250 AUTH LOGIN", "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6",
			"C: YWxpY2U=|eHh4eHg=", "S: 334 UGFzc3dvcmQ6", "C: cGxvdmVy|eHh4eHh4", "S: 235 in", "C: MAIL FROM:<PASS@example.org>"}},
		{"imap", []string{"S: * OK hi", `C: a1 LOGIN alice "plover \" more"|a1 LOGIN alice "xxxxxx x" xxxx"`, "S: a1 NO wrong", "C: a2 LOGIN alice plover!|a2 LOGIN alice xxxxxxx",
			"S: a2 OK in", "C: a3 SELECT INBOX"}},
		{"imap", []string{"S: * OK hi", "C: a1 LOGIN {5}", "S: + more", "C: alice {6}|xxxxx {6}", "S: + more", "C: plover|xxxxxx", "S: a1 OK in", "C: a2 NOOP"}},
		{"imap", []string{"S: * OK hi", "C: a1 AUTHENTICATE PLAIN AGFsaWNlAHBsb3Zlcg==|a1 AUTHENTICATE PLAIN AGFsaWNlAHh4eHh4eA==", "S: a1 OK in", "C: a2 NOOP"}},
	} {
		var in, want []string
		for _, s := range test.said {
			heard, recorded, differs := strings.Cut(s, "|")
			in = append(in, heard)
			if want = append(want, heard); differs {
				want[len(want)-1] = s[:3] + recorded
			}
		}
		said, all, _ := session(t, test.protocol, false, in...)
		// A literal and what follows it are two lines of the trace.
		if got, want := strings.Join(said, "\n"), strings.Join(want, "\n"); strings.ReplaceAll(strings.ReplaceAll(got, "\nC:  {6}", " {6}"), "\nC: \n", "\n") != want {
			t.Errorf("%s: recorded is\n%s\nand not\n%s", test.protocol, got, want)
		}
		for i := range all {
			if strings.Contains(string(all[i].Data), "plover") || strings.Contains(string(all[i].Data), "cGxvdmVy") {
				t.Errorf("%s: the password is in %v: %q", test.protocol, all[i].Kind, all[i].Data)
			}
		}
		if plain, _, _ := session(t, test.protocol, true, in...); !strings.Contains(strings.Join(plain, "\n"), in[len(in)-1]) || strings.Contains(strings.Join(plain, "\n"), "xxxx") {
			t.Errorf("%s: with secrets recorded is %q", test.protocol, plain)
		}
	}
}

func TestTheTrace(t *testing.T) {
	_, all, last := session(t, "imap", false, "S: * OK hi", "C: a1 STARTTLS", "S: a1 OK go ahead")
	if !last.TLS || last.Ends != 1 {
		t.Errorf("the reply to STARTTLS is %+v", last)
	}
	kinds := map[trace.Kind]int{}
	at := engine.Time(0)
	for i := range all {
		kinds[all[i].Kind]++
		if all[i].At < at {
			t.Errorf("event %d is at %v, before the one before it", i, all[i].At)
		}
		at = all[i].At
	}
	if kinds[trace.KindHost] != 3 || kinds[trace.KindLine] != 3 || kinds[trace.KindSegment] != 6 || kinds[trace.KindEstablished] != 1 {
		t.Errorf("there are %v", kinds)
	}
	if _, _, last = session(t, "smtp", false, "S: 220 hi", "C: STARTTLS", "S: 454 later"); last.TLS {
		t.Error("a refused STARTTLS begins TLS")
	}
}

// A server that never ends a line is left alone, and what it said last is there when it goes.
func TestLinesWithoutEnd(t *testing.T) {
	var ear overhear.Ear
	ear.Begin()
	ear.Open(0, overhear.Peer{Conn: 1, You: "browser", Bridge: "bridge", Host: "h", Port: 143, Protocol: "imap"})
	if h := ear.Hear(1, 1, trace.ToClient, []byte("* BYE I am so"), false); h.Blind || len(h.Events) > 0 {
		t.Errorf("half a line: %+v", h)
	}
	events := ear.End(2, 1, true, "bridge.refused.cut-by-server", "")
	if len(events) != 4 || string(events[0].Data) != "* BYE I am so" || events[3].Kind != trace.KindCut {
		t.Errorf("the end: %+v", events)
	}
	ear.Open(3, overhear.Peer{Conn: 2, You: "browser", Bridge: "bridge", Host: "h", Port: 143, Protocol: "imap"})
	blind := 0
	for range 20 {
		if h := ear.Hear(4, 2, trace.ToClient, make([]byte, 1<<14), false); h.Blind {
			blind++
		}
	}
	if blind != 12 {
		t.Errorf("it is blind %d times", blind)
	}
}

func TestCall(t *testing.T) {
	var ear overhear.Ear
	ask := func(asked string) (a struct {
		Events string
		TLS    bool
		Last   int64
	}) {
		t.Helper()
		text, err := ear.Call([]byte(asked))
		if err == nil {
			err = json.Unmarshal(text, &a)
		}
		if err != nil {
			t.Fatalf("%s: %v", asked, err)
		}
		return a
	}
	kept := ask(`{"what":"begin"}`).Events
	kept += ask(`{"what":"open","at":5,"peer":{"conn":7,"you":"browser","bridge":"bridge","host":"h","port":25,"protocol":"smtp"}}`).Events
	kept += ask(`{"what":"hear","at":9,"conn":7,"dir":"S","b64":"MjIwIGhpDQo="}`).Events
	if !strings.Contains(kept, `"data":"220 hi\r\n"`) || !strings.Contains(kept, `"class":"greeting"`) {
		t.Errorf("recorded is %s", kept)
	}
	text, _ := json.Marshal(map[string]string{"what": "resume", "events": kept})
	if a := ask(string(text)); a.Last == 0 {
		t.Error("what was recorded has no end")
	}
	if a := ask(`{"what":"open","at":0,"peer":{"conn":8,"you":"browser","bridge":"bridge","host":"h","port":25,"protocol":"smtp"}}`); strings.Contains(a.Events, `"host"`) {
		t.Errorf("after that the hosts are announced again: %s", a.Events)
	}
	for _, wrong := range []string{"{", `{"what":"hear","b64":"?"}`, `{"what":"resume","events":"x"}`} {
		if _, err := ear.Call([]byte(wrong)); err == nil {
			t.Errorf("%s is taken", wrong)
		}
	}
}
