package sasl

import (
	"strings"
	"testing"
)

// allowed is every identifier that an explanation may have.
var allowed = func() map[string]bool {
	ids := map[string]bool{}
	for _, id := range MessageIDs() {
		ids[id] = true
	}
	return ids
}()

// FuzzServer has a server answer anything: it comes to an end, and without the right password to a refusal.
func FuzzServer(f *testing.F) {
	for _, s := range []string{"\x00alice\x00guess", "alice\nguess", "alice 00112233445566778899aabbccddeeff",
		exampleClientFirst + "\n" + exampleClientFinal, "n,,n=alice,r=x\nc=biws,r=xserver+part,p=AAAA\n"} {
		for m := range uint8(numMechanisms) {
			f.Add(m, true, s)
		}
	}
	f.Fuzz(func(t *testing.T, mechanism uint8, initial bool, text string) {
		s := NewServer(Mechanism(mechanism)%numMechanisms, config())
		messages := strings.Split(text, "\n")
		next := func() []byte {
			if len(messages) == 0 {
				return nil
			}
			m := messages[0]
			messages = messages[1:]
			return []byte(m)
		}
		var r Result
		if initial {
			r = s.Start(next(), true)
		} else {
			r = s.Start(nil, false)
		}
		for steps := 0; ; steps++ {
			copied := s
			switch {
			case steps > 8:
				t.Fatal("there is no end")
			case r.Outcome == NeedSecret:
				if r.Question.User == "" {
					t.Fatal("a question about nobody")
				}
				r = s.Answer(Secret{Known: true, Password: "a password that no corpus holds"})
			case r.Outcome == Challenge:
				step, response := s.Step(), next()
				e := Explain(step, response)
				r = s.Respond(response)
				if same := copied.Respond(response); same.Outcome != r.Outcome || same.Reason != r.Reason {
					t.Fatal("a copy says something else")
				}
				// What the explanation finds wrong, the server refuses, and for that reason.
				if len(e.Why) > 0 != (r.Reason == ReasonSyntax || r.Reason == ReasonProhibited || r.Reason == ReasonUnsupported ||
					r.Reason == ReasonExtension || r.Reason == ReasonBinding && step == StepClientFirst) {
					t.Fatalf("%q: explained as %v, answered as %s", response, e.Why, r.Reason.ID())
				}
			case r.Outcome == Refused:
				if !allowed[r.Reason.ID()] {
					t.Fatalf("refused for %q", r.Reason.ID())
				}
				return
			default:
				t.Fatalf("outcome %d", r.Outcome)
			}
		}
	})
}

// FuzzClient has a client answer anything: it comes to an end, and by SCRAM it trusts nobody.
func FuzzClient(f *testing.F) {
	for _, s := range []string{"", "Username:\nPassword:", "<1.2@mx>", "\nr=client/partx,s=AAAA,i=4096\nv=AAAA",
		"\nr=client/partx,s=AAAA,i=4096\ne=other-error"} {
		for m := range uint8(numMechanisms) {
			f.Add(m, s)
		}
	}
	f.Fuzz(func(t *testing.T, mechanism uint8, text string) {
		m := Mechanism(mechanism) % numMechanisms
		c := NewClient(m, credentials("alice", "wonder"))
		for i, challenge := range strings.Split(text, "\n") {
			r := c.Respond([]byte(challenge))
			if r.Abort != (r.Reason != ReasonNone) || r.Abort && !allowed[r.Reason.ID()] {
				t.Fatalf("challenge %d: %+v", i, r)
			}
			if r.Abort {
				break
			}
		}
		if m == SCRAMSHA256 && c.Succeeded() == ReasonNone {
			t.Fatal("a server that does not know the password is trusted")
		}
	})
}

// FuzzExplain explains anything: the parts are in the text, in order, and each has a text in the locales.
func FuzzExplain(f *testing.F) {
	for step := range uint8(numSteps) {
		f.Add(step, false, "AHRpbQBwYXNz")
		f.Add(step, true, "=")
	}
	f.Add(uint8(StepClientFirst), true, string(Append(nil, []byte(exampleClientFirst))))
	f.Add(uint8(StepServerFirst), false, string(Append(nil, []byte(exampleServerFirst))))
	f.Add(uint8(StepClientFinal), false, string(Append(nil, []byte(exampleClientFinal))))
	f.Fuzz(func(t *testing.T, step uint8, initial bool, text string) {
		s := Step(step) % numSteps
		e := ExplainText(s, []byte(text), initial, 3)
		at := 3
		for _, span := range e.Spans {
			if span.Start < at || span.End <= span.Start || span.End > 3+len(text) || !allowed[span.Term] || !allowed[span.Term+".meaning"] {
				t.Fatalf("%q: %+v", text, e.Spans)
			}
			at = span.End
		}
		for _, n := range append(e.Notes, e.Why...) {
			if want := n.Args["want"]; !allowed[n.ID] || want != "" && !allowed[want] {
				t.Fatalf("%q: %+v", text, n)
			}
		}
		if e.Repair != "" {
			if again := ExplainText(s, []byte(e.Repair), initial, 0); len(again.Why) > 0 || len(e.Why) == 0 {
				t.Fatalf("%q is repaired to %q: %+v", text, e.Repair, again.Why)
			}
		}
	})
}
