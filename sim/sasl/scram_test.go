package sasl

import (
	"strings"
	"testing"
)

// scramUntil brings a client and a server to the point where the server has sent its first message.
func scramUntil(t *testing.T) (Client, Server, []byte) {
	t.Helper()
	c, s := NewClient(SCRAMSHA256, credentials("alice", "wonder")), NewServer(SCRAMSHA256, config())
	first, _ := c.Initial()
	wantQuestion(t, s.Start(first.Data, true), "alice", "")
	return c, s, s.Answer(alice).Data
}

func TestTamperedSCRAM(t *testing.T) {
	for _, x := range []struct {
		name             string
		first, final     func(string) string // what becomes of the server's messages
		clientFinal      func(string) string // and of the client's
		client, toServer Reason
	}{
		{name: "nothing"},
		{name: "another salt", first: replace("s=", "s=AAAA"), toServer: ReasonCredentials},
		{name: "fewer iterations", first: replace("i=4096", "i=1"), client: ReasonIterations},
		{name: "endless iterations", first: replace("i=4096", "i=2000000000"), client: ReasonIterations},
		{name: "iterations beyond numbers", first: replace("i=4096", "i=99999999999999999999"), client: ReasonIterations},
		{name: "more iterations", first: replace("i=4096", "i=4097"), toServer: ReasonCredentials},
		{name: "another nonce", first: replace("r=client", "r=Client"), client: ReasonNonce},
		{name: "no nonce of the server", first: replace("server+part", ""), client: ReasonNonce},
		{name: "a mandatory extension", first: func(s string) string { return "m=x," + s }, client: ReasonExtension},
		{name: "an extension", first: func(s string) string { return s + ",x=y" }, toServer: ReasonCredentials},
		{name: "iterations that are no number", first: replace("i=4096", "i=4096x"), client: ReasonSyntax},
		{name: "no salt", first: replace("s=", "t="), client: ReasonSyntax},
		{name: "a wrong signature", final: replace("v=", "v=AAAA"), client: ReasonSignature},
		{name: "an error", final: func(string) string { return "e=other-error" }, client: ReasonServerError},
		{name: "no signature", final: func(string) string { return "" }, client: ReasonSyntax},
		{name: "channel binding", clientFinal: replace("c=biws", "c=eSws"), toServer: ReasonBinding},
		{name: "an old nonce", clientFinal: replace("r=client", "r=Client"), toServer: ReasonNonce},
		{name: "a short proof", clientFinal: func(s string) string { return s[:strings.LastIndex(s, "p=")] + "p=AAAA" }, toServer: ReasonCredentials},
		{name: "a long proof", clientFinal: func(s string) string { return s[:len(s)-1] + "A" + strings.Repeat("A", 4) }, toServer: ReasonCredentials},
		{name: "no proof", clientFinal: func(s string) string { return s[:strings.LastIndex(s, ",p=")] }, toServer: ReasonSyntax},
		{name: "an added extension", clientFinal: replace(",p=", ",x=y,p="), toServer: ReasonCredentials},
		{name: "an added mandatory one", clientFinal: replace(",p=", ",m=y,p="), toServer: ReasonExtension},
	} {
		t.Run(x.name, func(t *testing.T) {
			c, s, first := scramUntil(t)
			final := c.Respond(change(first, x.first))
			if wantAbort(t, final, &c, x.client) {
				return
			}
			r := s.Respond(change(final.Data, x.clientFinal))
			if x.toServer != ReasonNone {
				wantRefused(t, r, x.toServer)
				return
			}
			if r.Outcome != Challenge {
				t.Fatalf("outcome %d, %s", r.Outcome, r.Reason.ID())
			}
			end := c.Respond(change(r.Data, x.final))
			if wantAbort(t, end, &c, x.client) {
				return
			}
			wantAccepted(t, s.Respond(end.Data), "alice", "alice")
			if c.Succeeded() != ReasonNone || x.client != ReasonNone {
				t.Error("the client should have given up, or should not")
			}
		})
	}
}

// wantAbort says whether the client has given up, and checks that it did so for the reason that was wanted.
func wantAbort(t *testing.T, r Response, c *Client, want Reason) bool {
	t.Helper()
	if !r.Abort {
		return false
	}
	if r.Reason != want || r.Data != nil || (r.Syntax != nil) != (want == ReasonSyntax) {
		t.Fatalf("the client gives up: %s, want %s", r.Reason.ID(), want.ID())
	}
	if c.Succeeded() != ReasonSignature {
		t.Error("a client that gave up trusts the server all the same")
	}
	if want == ReasonServerError && r.Fault != "other-error" {
		t.Errorf("the server's error is %q", r.Fault)
	}
	return true
}

func replace(old, new string) func(string) string {
	return func(s string) string { return strings.Replace(s, old, new, 1) }
}

func change(data []byte, f func(string) string) []byte {
	if f == nil {
		return data
	}
	return []byte(f(string(data)))
}

// Each octet of the client's last message counts.
func TestEachOctetOfTheProofCounts(t *testing.T) {
	c, s, first := scramUntil(t)
	final := c.Respond(first).Data
	for i := range final {
		for bit := range 8 {
			changed := append([]byte(nil), final...)
			changed[i] ^= 1 << bit
			copied := s
			if r := copied.Respond(changed); r.Outcome != Refused {
				t.Fatalf("octet %d changed to %q: outcome %d", i, changed[i], r.Outcome)
			}
		}
	}
	if r := s.Respond(final); r.Outcome != Challenge {
		t.Fatalf("the message itself: %s", r.Reason.ID())
	}
	wantRefused(t, s.Respond([]byte("x")), ReasonSyntax) // the last response is empty
}

// A message of another exchange does not fit, even if the client's nonce is used again.
func TestReplayedSCRAM(t *testing.T) {
	c, _, first := scramUntil(t)
	final := c.Respond(first).Data
	k := config()
	k.Nonce = "another"
	s := NewServer(SCRAMSHA256, k)
	s.Start([]byte("n,,n=alice,r=client/part"), true)
	s.Answer(alice)
	wantRefused(t, s.Respond(final), ReasonNonce)
	// with the nonce exchanged the proof is wrong
	s = NewServer(SCRAMSHA256, k)
	s.Start([]byte("n,,n=alice,r=client/part"), true)
	s.Answer(alice)
	wantRefused(t, s.Respond([]byte(strings.Replace(string(final), "server+part", "another", 1))), ReasonCredentials)
}

func TestClientFirstMessages(t *testing.T) {
	for _, x := range []struct {
		message string
		want    Reason
		user    string
		as      string
		wants   string // the term that a syntax error wants
		pos     int
	}{
		{message: "n,,n=alice,r=x", user: "alice"},
		{message: "y,,n=alice,r=x", user: "alice"},
		{message: "n,a=bob,n=alice,r=x", user: "alice", as: "bob"},
		{message: "n,a=alice,n=alice,r=x", user: "alice"},
		{message: "n,,n=a=2Cb=3Dc=3D2C,r=x,e=xt,f=y=", user: "a,b=c=2C"},
		{message: "p=tls-unique,,n=alice,r=x", want: ReasonBinding},
		{message: "n,,m=x,n=alice,r=x", want: ReasonExtension},
		{message: "n,,n=alice,r=x,m=y", want: ReasonExtension},
		{message: "", want: ReasonSyntax, wants: "sasl.gs2-flag"},
		{message: "q,,n=alice,r=x", want: ReasonSyntax, wants: "sasl.gs2-flag"},
		{message: "N,,n=alice,r=x", want: ReasonSyntax, wants: "sasl.gs2-flag"},
		{message: "p,,n=alice,r=x", want: ReasonSyntax, wants: "sasl.gs2-flag", pos: 1},
		{message: "n", want: ReasonSyntax, wants: "sasl.comma", pos: 1},
		{message: "n,n=alice,r=x", want: ReasonSyntax, wants: "sasl.comma", pos: 2},
		{message: "n,,n=,r=x", want: ReasonSyntax, wants: "sasl.authcid", pos: 5},
		{message: "n,,u=alice,r=x", want: ReasonSyntax, wants: "sasl.authcid", pos: 3},
		{message: "n,,n=a=b,r=x", want: ReasonSyntax, wants: "sasl.escape", pos: 6},
		{message: "n,,n=a=2c,r=x", want: ReasonSyntax, wants: "sasl.escape", pos: 6},
		{message: "n,,n=a\xFF,r=x", want: ReasonSyntax, wants: "sasl.utf-8", pos: 6},
		{message: "n,,n=alice", want: ReasonSyntax, wants: "sasl.comma", pos: 10},
		{message: "n,,n=alice,r=", want: ReasonSyntax, wants: "sasl.nonce", pos: 13},
		{message: "n,,n=alice,r=a b", want: ReasonSyntax, wants: "sasl.nonce", pos: 14},
		{message: "n,,n=alice,r=x,", want: ReasonSyntax, wants: "sasl.extension", pos: 15},
		{message: "n,,n=alice,r=x,1=2", want: ReasonSyntax, wants: "sasl.extension", pos: 15},
		{message: "n,,n=alice,r=x,e=", want: ReasonSyntax, wants: "sasl.extension", pos: 15},
	} {
		s := NewServer(SCRAMSHA256, config())
		r := s.Start([]byte(x.message), true)
		if x.want == ReasonNone {
			wantQuestion(t, r, x.user, x.as)
			continue
		}
		if r.Outcome != Refused || r.Reason != x.want {
			t.Errorf("%q: outcome %d, %s", x.message, r.Outcome, r.Reason.ID())
		} else if r.Syntax != nil && *r.Syntax != (SyntaxError{x.pos, x.wants}) {
			t.Errorf("%q: %v, want %s at octet %d", x.message, r.Syntax, x.wants, x.pos+1)
		}
	}
}

func BenchmarkSCRAM(b *testing.B) {
	for b.Loop() {
		run(NewClient(SCRAMSHA256, credentials("alice", "wonder")), NewServer(SCRAMSHA256, config()), true, alice)
	}
}
