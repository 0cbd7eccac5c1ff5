package sasl

import (
	"strings"
	"testing"

	"ehlo/sim/machine"
)

// told is an explanation as text: the parts with their terms, then the notes and the reasons.
func told(text string, e machine.Explanation) string {
	var b strings.Builder
	for _, s := range e.Spans {
		b.WriteString("[" + text[s.Start:s.End] + " " + strings.TrimPrefix(s.Term, "sasl.") + "]")
	}
	for _, n := range append(e.Notes, e.Why...) {
		b.WriteString(" " + strings.TrimPrefix(n.ID, "sasl."))
		for _, name := range []string{"user", "as", "password", "text", "iterations", "error", "pos", "want"} {
			if v, ok := n.Args[name]; ok {
				b.WriteString(" " + name + "=" + v)
			}
		}
	}
	if e.Repair != "" {
		b.WriteString(" repair " + e.Repair)
	}
	return b.String()
}

func TestExplain(t *testing.T) {
	for _, x := range []struct {
		step         Step
		octets, want string
	}{
		{StepGo, "", " does.go"},
		{StepGo, "x", " why.syntax pos=1 want=sasl.nothing"},
		{StepPlain, "\x00tim\x00pass", "[\x00 separator][tim authcid][\x00 separator][pass password] does.plain user=tim password=pass"},
		{StepPlain, "bob\x00tim\x00pass", "[bob authzid][\x00 separator][tim authcid][\x00 separator][pass password] does.plain.as user=tim as=bob password=pass"},
		{StepPlain, "\x00tim", "[\x00 separator][tim authcid] why.syntax pos=5 want=sasl.separator"},
		{StepPlain, "tim\x00pass", "[tim authzid][\x00 separator][pass authcid] why.syntax pos=9 want=sasl.separator"},
		{StepPlain, "\x00tim\x00pa\x00ss", "[\x00 separator][tim authcid][\x00 separator][pa password] why.syntax pos=8 want=sasl.nothing"},
		{StepPlain, "\x00tim\x00pa\x01", "[\x00 separator][tim authcid][\x00 separator][pa\x01 password] does.plain user=tim password=pa\uFFFD why.prohibited"},
		{StepUserPrompt, "User Name\x00", "[User Name\x00 prompt] does.user-prompt text=User Name"},
		{StepUser, "tim", "[tim authcid] does.user user=tim"},
		{StepUser, "", " why.syntax pos=1 want=sasl.authcid"},
		{StepPasswordPrompt, "Password:", "[Password: prompt] does.password-prompt text=Password:"},
		{StepPassword, "pass\r\n", "[pass password] why.syntax pos=5 want=sasl.nothing"},
		{StepTimestamp, "<1.2@mx>", "[<1.2@mx> timestamp] does.timestamp text=<1.2@mx>"},
		{StepTimestamp, "1.2@mx", " why.syntax pos=1 want=sasl.timestamp"},
		{StepTimestamp, "<@mx>", " why.syntax pos=2 want=sasl.timestamp"},
		{StepTimestamp, "<1@>", " why.syntax pos=3 want=sasl.timestamp"},
		{StepTimestamp, "<1 2@mx>", " why.syntax pos=3 want=sasl.timestamp"},
		{StepDigest, "a b 00112233445566778899aabbccddeeff", "[a b authcid][  space][00112233445566778899aabbccddeeff digest] does.digest user=a b"},
		{StepDigest, "tim 00112233445566778899AABBCCDDEEFF", "[tim authcid][  space] why.syntax pos=25 want=sasl.digest"},
		{StepDigest, "tim 0011", "[tim authcid][  space] why.syntax pos=9 want=sasl.digest"},
		{StepDigest, "tim", "[tim authcid] why.syntax pos=4 want=sasl.space"},
		{StepClientFirst, exampleClientFirst, "[n gs2-flag][, comma][, comma][n= attribute][user authcid][, comma][r= attribute][rOprNGfwEbeRWgbNEkqO nonce] does.client-first user=user"},
		{StepClientFirst, "p=tls-unique,a=bob,n=tim,r=x", "[p=tls-unique gs2-flag][, comma][a= attribute][bob authzid][, comma][n= attribute][tim authcid][, comma][r= attribute][x nonce] does.client-first.as user=tim as=bob why.binding"},
		{StepServerFirst, "r=xy,s=AAAA,i=4096", "[r= attribute][xy nonce][, comma][s= attribute][AAAA salt][, comma][i= attribute][4096 iterations] does.server-first iterations=4096"},
		{StepServerFirst, "r=xy,s=AAAA,i=1", "[r= attribute][xy nonce][, comma][s= attribute][AAAA salt][, comma][i= attribute][1 iterations] does.server-first iterations=1 why.iterations"},
		{StepServerFirst, "r=xy,s=AAA,i=1", "[r= attribute][xy nonce][, comma][s= attribute] why.syntax pos=11 want=sasl.salt"},
		{StepClientFinal, "c=biws,r=xy,x=y,p=AAAA", "[c= attribute][biws channel-binding][, comma][r= attribute][xy nonce][, comma][x=y extension][, comma][p= attribute][AAAA proof] does.client-final"},
		{StepServerFinal, "v=AAAA", "[v= attribute][AAAA signature] does.server-final"},
		{StepServerFinal, "e=invalid-proof,x=y", "[e= attribute][invalid-proof server-error][, comma][x=y extension] does.server-error error=invalid-proof"},
		{StepEnd, "", " does.end"},
	} {
		if got := told(x.octets, Explain(x.step, []byte(x.octets))); got != x.want {
			t.Errorf("step %d %q:\n got %q\nwant %q", x.step, x.octets, got, x.want)
		}
	}
}

func TestExplainText(t *testing.T) {
	for _, x := range []struct {
		step    Step
		initial bool
		text    string
		want    string
	}{
		{StepUser, false, "dGlt", "[dGlt authcid] does.user user=tim"},
		{StepUser, false, "dGltdA==", "[dGltdA authcid][== padding] does.user user=timt"},
		{StepPlain, true, "AHRpbQBwYXNz", "[AH separator][RpbQ authcid][B separator][wYXNz password] does.plain user=tim password=pass"},
		{StepUser, false, "*", "[* cancel] does.cancel"},
		{StepUser, true, "*", " why.base64-octet pos=1 repair Kg=="},
		{StepUserPrompt, false, "*", " why.base64-octet pos=1"},
		{StepPlain, true, "=", "[= no-octets] why.syntax pos=1 want=sasl.separator"},
		{StepUser, false, "alice@example.org", "[alice base64] why.base64-octet pos=6 repair YWxpY2VAZXhhbXBsZS5vcmc="},
		{StepUser, false, "alice", "[alice base64] why.base64-length pos=6 repair YWxpY2U="},
		{StepUser, false, "dGltdA", "[dGltdA base64] why.base64-length pos=7 repair dGltdA=="},
		{StepPlain, false, "AHRpbQBwYXNzdw", "[AHRpbQBwYXNzdw base64] why.base64-length pos=15 repair AHRpbQBwYXNzdw=="},
		{StepDigest, false, "tim 00112233445566778899aabbccddeeff", "[tim base64] why.base64-octet pos=4 repair dGltIDAwMTEyMjMzNDQ1NTY2Nzc4ODk5YWFiYmNjZGRlZWZm"},
		{StepDigest, false, "tim!", "[tim base64] why.base64-octet pos=4"},
		{StepGo, false, "", " does.go"},
	} {
		const before = "334 "
		e := ExplainText(x.step, []byte(x.text), x.initial, len(before))
		if got := told(before+x.text, e); got != x.want {
			t.Errorf("step %d %q:\n got %q\nwant %q", x.step, x.text, got, x.want)
		}
	}
}

// An observer of an exchange, who sees what both sides send, knows at each message which one it is, and what the
// machines of both sides send has nothing wrong in it.
func TestObservedExchange(t *testing.T) {
	for _, m := range All.Mechanisms() {
		for _, initial := range []bool{true, false} {
			l := run(NewClient(m, credentials("alice", "wonder")), NewServer(m, config()), initial, alice)
			x := Begin(m, initial && m.ClientFirst())
			for _, line := range l.lines {
				step := x.Step()
				e := Explain(step, []byte(line[3:]))
				if step == StepNone || step.FromServer() != (line[0] == 'S') || len(e.Why) > 0 || len(e.Notes) != 1 {
					t.Errorf("%s: step %d, %s: %+v", m, step, line, e)
				}
				covered := 0
				for _, s := range e.Spans {
					if s.Start != covered || s.Ref == "" {
						t.Errorf("%s: a part of %q is left out, or has no reference: %+v", m, line, e.Spans)
					}
					covered = s.End
				}
				if covered != len(line)-3 {
					t.Errorf("%s: the end of %q is left out", m, line)
				}
				x.Advance()
			}
			if x.Step() != StepNone {
				t.Errorf("%s: step %d has not passed", m, x.Step())
			}
			x.Advance()
		}
	}
}

func TestMessageIDsAreDifferent(t *testing.T) {
	seen := map[string]bool{}
	for _, id := range MessageIDs() {
		if seen[id] || !strings.HasPrefix(id, "sasl.") || strings.HasSuffix(id, ".") {
			t.Errorf("%q is there twice or is none", id)
		}
		seen[id] = true
	}
}
