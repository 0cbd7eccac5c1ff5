package sasl

import (
	"testing"
)

// The examples of the RFCs, octet by octet. A server's line is what it sends, a client's what it sends; where a side has
// nothing to do the test says what the other one gets.

// tim's password, in RFC 2195 and RFC 4616 and the draft of LOGIN.
var tim = Secret{Known: true, Password: "tanstaaftanstaaf"}

func wantChallenge(t *testing.T, r Result, want string) {
	t.Helper()
	if r.Outcome != Challenge || string(r.Data) != want {
		t.Fatalf("outcome %d, %q, %s: want the challenge %q", r.Outcome, r.Data, r.Reason.ID(), want)
	}
}

func wantQuestion(t *testing.T, r Result, user, as string) {
	t.Helper()
	if r.Outcome != NeedSecret || r.Question != (Question{user, as}) {
		t.Fatalf("outcome %d, %+v, %s: want a question about %s", r.Outcome, r.Question, r.Reason.ID(), user)
	}
}

func wantAccepted(t *testing.T, r Result, user, as string) {
	t.Helper()
	if r.Outcome != Accepted || r.Identity != (Identity{user, as}) || r.Reason != ReasonNone {
		t.Fatalf("outcome %d, %+v, %s: want %s accepted", r.Outcome, r.Identity, r.Reason.ID(), user)
	}
}

func wantRefused(t *testing.T, r Result, reason Reason) {
	t.Helper()
	if r.Outcome != Refused || r.Reason != reason || r.Data != nil || (r.Syntax != nil) != (reason == ReasonSyntax) {
		t.Fatalf("outcome %d, %q, %s: want %s", r.Outcome, r.Data, r.Reason.ID(), reason.ID())
	}
}

func wantResponse(t *testing.T, r Response, want string) {
	t.Helper()
	if r.Abort || string(r.Data) != want {
		t.Fatalf("%q, %s: want the response %q", r.Data, r.Reason.ID(), want)
	}
}

func TestPlainExamples(t *testing.T) { // RFC 4616 §4
	s := NewServer(Plain, Config{})
	wantChallenge(t, s.Start(nil, false), "")
	wantQuestion(t, s.Respond([]byte("\x00tim\x00tanstaaftanstaaf")), "tim", "")
	wantAccepted(t, s.Answer(tim), "tim", "tim")

	s = NewServer(Plain, Config{})
	wantChallenge(t, s.Start(nil, false), "")
	wantQuestion(t, s.Respond([]byte("Ursel\x00Kurt\x00xipj3plmq")), "Kurt", "Ursel")
	wantRefused(t, s.Answer(Secret{Known: true, Password: "xipj3plmq"}), ReasonIdentity)

	c := NewClient(Plain, Credentials{As: "Ursel", User: "Kurt", Password: "xipj3plmq"})
	r, ok := c.Initial()
	wantResponse(t, r, "Ursel\x00Kurt\x00xipj3plmq")
	if !ok || c.Succeeded() != ReasonNone {
		t.Error("PLAIN has an initial response, and nothing to be proved by the server")
	}
}

func TestLoginExample(t *testing.T) { // draft-murchison-sasl-login-00 §2.3, whose prompts end in a NUL
	s := NewServer(Login, Config{Prompts: [2]string{"User Name\x00", "Password\x00"}})
	c := NewClient(Login, Credentials{User: "tim", Password: tim.Password})
	if _, ok := c.Initial(); ok {
		t.Error("LOGIN has an initial response")
	}
	prompt := s.Start(nil, false)
	if got := string(Append(nil, prompt.Data)); got != "VXNlciBOYW1lAA==" {
		t.Errorf("the first prompt is %s", got)
	}
	name := c.Respond(prompt.Data)
	if got := string(Append(nil, name.Data)); got != "dGlt" {
		t.Errorf("the name is %s", got)
	}
	prompt = s.Respond(name.Data)
	if got := string(Append(nil, prompt.Data)); got != "UGFzc3dvcmQA" {
		t.Errorf("the second prompt is %s", got)
	}
	password := c.Respond(prompt.Data)
	if got := string(Append(nil, password.Data)); got != "dGFuc3RhYWZ0YW5zdGFhZg==" {
		t.Errorf("the password is %s", got)
	}
	wantQuestion(t, s.Respond(password.Data), "tim", "")
	wantAccepted(t, s.Answer(tim), "tim", "tim")
}

func TestCRAMExample(t *testing.T) { // RFC 2195 §2
	s := NewServer(CRAMMD5, Config{Timestamp: "<1896.697170952@postoffice.reston.mci.net>"})
	c := NewClient(CRAMMD5, Credentials{User: "tim", Password: tim.Password})
	challenge := s.Start(nil, false)
	if got := string(Append(nil, challenge.Data)); got != "PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+" {
		t.Errorf("the challenge is %s", got)
	}
	response := c.Respond(challenge.Data)
	if got := string(Append(nil, response.Data)); got != "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw" {
		t.Errorf("the response is %s", got)
	}
	wantQuestion(t, s.Respond(response.Data), "tim", "")
	wantAccepted(t, s.Answer(tim), "tim", "tim")
}

// The example of RFC 7677 §3.
const (
	exampleClientFirst = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
	exampleServerFirst = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
	exampleClientFinal = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
	exampleServerFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
)

func TestSCRAMExampleClient(t *testing.T) { // RFC 7677 §3
	c := NewClient(SCRAMSHA256, Credentials{User: "user", Password: "pencil", Nonce: "rOprNGfwEbeRWgbNEkqO"})
	r, _ := c.Initial()
	wantResponse(t, r, exampleClientFirst)
	wantResponse(t, c.Respond([]byte(exampleServerFirst)), exampleClientFinal)
	if before := c; before.Succeeded() != ReasonSignature {
		t.Error("a server without a signature is trusted")
	}
	wantResponse(t, c.Respond([]byte(exampleServerFinal)), "")
	if reason := c.Succeeded(); reason != ReasonNone {
		t.Errorf("the example's server is refused: %s", reason.ID())
	}
}

func TestSCRAMExampleServer(t *testing.T) { // RFC 7677 §3
	s := NewServer(SCRAMSHA256, Config{Nonce: "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"})
	wantQuestion(t, s.Start([]byte(exampleClientFirst), true), "user", "")
	if r := s.Answer(Secret{Known: true, Password: "pencil"}); r.Outcome != Challenge {
		t.Fatalf("outcome %d", r.Outcome)
	}
	// The example's salt was drawn; here it comes from a key. The server goes on from the example's message.
	salt, err := Decode([]byte("W22ZaJ0SNY7soEsUEjb6gQ=="))
	if err != nil {
		t.Fatal(err)
	}
	k := scramKeys("pencil", salt, 4096)
	s.scram.serverFirst, s.scram.stored, s.scram.server = exampleServerFirst, k.stored, k.server
	wantChallenge(t, s.Respond([]byte(exampleClientFinal)), exampleServerFinal)
	wantAccepted(t, s.Respond(nil), "user", "user")
}

func TestAPOPExample(t *testing.T) { // RFC 1939 §7
	const timestamp, digest = "<1896.697170952@dbc.mtview.ca.us>", "c4c9334bac560ecc979e58001b3e22fb"
	if got := APOP(timestamp, "tanstaaf"); got != digest {
		t.Errorf("the digest is %s", got)
	}
	if got := Timestamp(1896, 697170952, "dbc.mtview.ca.us"); got != timestamp {
		t.Errorf("the timestamp is %s", got)
	}
	for _, x := range []struct {
		digest string
		secret Secret
		want   bool
	}{
		{digest, Secret{Known: true, Password: "tanstaaf"}, true},
		{digest, Secret{Known: true, Password: "tanstaaf "}, false},
		{digest, Secret{Password: "tanstaaf"}, false},
		{"C4C9334BAC560ECC979E58001B3E22FB", Secret{Known: true, Password: "tanstaaf"}, false},
		{APOP(timestamp, ""), Secret{Known: true}, false},
		{"", Secret{Known: true, Password: "tanstaaf"}, false},
	} {
		if got := CheckAPOP(timestamp, x.digest, x.secret); got != x.want {
			t.Errorf("%q for %+v: %t", x.digest, x.secret, got)
		}
	}
}

func TestSASLprepExamples(t *testing.T) { // RFC 4013 §3
	for _, x := range []struct {
		in, want string
		err      error
	}{
		{"I\u00ADX", "IX", nil},
		{"user", "user", nil},
		{"USER", "USER", nil},
		{"\u00AA", "", ErrUnsupported}, // "a" by normalization
		{"\u2168", "", ErrUnsupported}, // "IX" by normalization
		{"\x07", "", ErrProhibited},
		{"\u0627\u0031", "", ErrUnsupported}, // prohibited by the rule for two directions
		{"", "", ErrProhibited},
		{"\u00AD", "", ErrProhibited},
		{"a\u00A0b", "a b", nil},
		{"пароль", "пароль", nil},
		{"e\u0301", "", ErrUnsupported},
		{"\u0085", "", ErrProhibited},
		{"\xFF", "", ErrProhibited},
	} {
		if got, err := Prepare(x.in); got != x.want || err != x.err {
			t.Errorf("%q gives %q, %v", x.in, got, err)
		}
	}
}
