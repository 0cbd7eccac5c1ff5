package dkim

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"

	"ehlo/sim/dns"
)

// The messages and keys of RFC 8463 §A and RFC 6376, Appendix A, C.
const (
	dinner = `From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
`
	both = `DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
`
	simple = `DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;
      c=simple/simple; q=dns/txt; i=joe@football.example.com;
      h=Received : From : To : Subject : Date : Message-ID;
      bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
      b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB
      4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut
      KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV
      4bmp/YzhwvcubU4=;
Received: from client1.football.example.com  [192.0.2.1]
      by submitserver.example.com with SUBMISSION;
      Fri, 11 Jul 2003 21:01:54 -0700 (PDT)
`
	edKey   = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
	edSeed  = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="
	rsaKey1 = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/b" +
		"yYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"
	rsaKey2 = "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijS" +
		"sq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB"
)

func crlf(text string) []byte { return []byte(strings.ReplaceAll(text, "\n", "\r\n")) }

// keys answers with TXT records by name; "" is a failure.
type keys map[string]string

func (k keys) verify(t *testing.T, msg []byte, now int64) []Verdict {
	t.Helper()
	l := &dns.Lookups{}
	if _, done := Verify(l, msg, now); done && strings.Contains(string(msg), "b=A") {
		t.Log("nothing had to be asked")
	}
	for _, q := range l.Wanted() {
		a := dns.Answer{Question: q, Code: dns.NXDomain}
		if text, ok := k[q.Name]; ok {
			a.Code, a.Records = dns.NoError, []dns.Record{{Name: q.Name, Type: dns.TXT, Texts: []string{text[:len(text)/2], text[len(text)/2:]}}}
			if text == "" {
				a.Code, a.Records = dns.ServFail, nil
			}
		}
		l.Learn(a)
	}
	v, done := Verify(l, msg, now)
	if !done {
		t.Fatal("it wants more")
	}
	return v
}

var rfcKeys = keys{"brisbane._domainkey.football.example.com": edKey, "test._domainkey.football.example.com": rsaKey1,
	"brisbane._domainkey.example.com": rsaKey2}

func TestExamples(t *testing.T) {
	for name, text := range map[string]string{"RFC 8463": both + dinner, "RFC 6376": simple + strings.Replace(dinner, "game.  Are", "game. Are", 1)} {
		verdicts := rfcKeys.verify(t, crlf(text), 1528637910)
		if want := strings.Count(text, "DKIM-Signature:"); len(verdicts) != want {
			t.Errorf("%s: %d verdicts", name, len(verdicts))
		}
		for _, v := range verdicts {
			if v.Result != Pass {
				t.Errorf("%s: %+v", name, v)
			}
		}
	}
}

// What is wrong with the examples when something about them is another.
func TestWrongSignatures(t *testing.T) {
	for _, c := range []struct {
		from, to string
		keys     keys
		want     Result
		problem  string
	}{
		{"hungry", "thirsty", rfcKeys, Fail, ProblemBody},
		{"Is dinner", "Was dinner", rfcKeys, Fail, ProblemSignature},
		{"Subject:", "Subject: Win!\nSubject:", rfcKeys, Fail, ProblemSignature},
		{"Subject:  Is", "Subject: Is", rfcKeys, Pass, ""},
		{"b=/gCr", "b=/gCs", rfcKeys, Fail, ProblemSignature},
		{"v=1;", "v=2;", rfcKeys, PermError, ProblemVersion},
		{"a=ed25519-sha256", "a=rsa-sha1", rfcKeys, PermError, ProblemAlgorithm},
		{"a=ed25519-sha256", "a=rsa-sha256", rfcKeys, PermError, ProblemAlgorithm},
		{"i=@football", "i=@baseball", rfcKeys, PermError, ProblemIdentity},
		{"h=from : to", "h=to", rfcKeys, Fail, ProblemSignature},
		{"h=from : to :\n subject : date : message-id : from :", "h=to :\n subject :", rfcKeys, PermError, ProblemFrom},
		{"q=dns/txt;", "x=1528637900;", rfcKeys, PermError, ProblemExpired},
		{"q=dns/txt;", "l=1000;", rfcKeys, PermError, ProblemLength},
		{"q=dns/txt;", "q=dns/txt; q=x;", rfcKeys, PermError, ProblemSyntax},
		{"bh=2jUS", "bh=*jUS", rfcKeys, PermError, ProblemSyntax},
		{" s=brisbane;", "", rfcKeys, PermError, ProblemSyntax},
		{"", "", keys{}, PermError, ProblemNoKey},
		{"", "", keys{"brisbane._domainkey.football.example.com": ""}, TempError, ProblemNames},
		{"", "", keys{"brisbane._domainkey.football.example.com": "v=DKIM1; k=ed25519; p="}, PermError, ProblemRevoked},
		{"", "", keys{"brisbane._domainkey.football.example.com": "v=DKIM1; k=ed25519; p=AAAA"}, PermError, ProblemKeySyntax},
		{"", "", keys{"brisbane._domainkey.football.example.com": strings.Replace(edKey, "k=", "s=web; k=", 1)}, PermError, ProblemService},
		{"", "", keys{"brisbane._domainkey.football.example.com": strings.Replace(edKey, "k=", "h=sha1; k=", 1)}, PermError, ProblemAlgorithm},
		{"i=@football", "i=@a.football", keys{"brisbane._domainkey.football.example.com": strings.Replace(edKey, "k=", "t=s; k=", 1)}, PermError, ProblemIdentity},
		{"", "", keys{"brisbane._domainkey.football.example.com": rsaKey1}, PermError, ProblemAlgorithm},
	} {
		text := strings.Replace(both+dinner, c.from, c.to, 1)
		if v := c.keys.verify(t, crlf(text), 1528637910)[0]; v.Result != c.want || v.Problem != c.problem {
			t.Errorf("%q for %q: %s, %s", c.to, c.from, v.Result, v.Problem)
		}
	}
}

func TestShortKeyIsPolicy(t *testing.T) {
	k := keys{"test._domainkey.football.example.com": "p=" + base64.StdEncoding.EncodeToString(element(sequence,
		element(integer, append([]byte{0x7f}, make([]byte, 62)...), []byte{1}), element(integer, []byte{1, 0, 1})))}
	if v := k.verify(t, crlf(both+dinner), 1)[1]; v.Result != Policy || v.Problem != ProblemKeyShort {
		t.Errorf("%+v", v)
	}
}

// testRSA is a key of the machine's chance: what is tested holds for every key.
func testRSA(t *testing.T) (*rsa.PrivateKey, PrivateKey) {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 1024+8*int(rnd(t)%4))
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	ours, ok := ParsePrivateKey(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	if !ok {
		t.Fatal("the key of crypto/rsa is not read")
	}
	old, ok := ParsePrivateKey(string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(k)})))
	if !ok || old.Record() != ours.Record() {
		t.Fatal("the same key in its old form is another")
	}
	return k, ours
}

func rnd(t *testing.T) byte {
	var b [1]byte
	if _, err := rand.Read(b[:]); err != nil {
		t.Fatal(err)
	}
	return b[0]
}

// crypto/rsa makes the same signatures, and takes the same.
func TestRSABesideTheLibrary(t *testing.T) {
	for range 8 {
		k, ours := testRSA(t)
		digest := sha256.Sum256([]byte{rnd(t)})
		want, err := rsa.SignPKCS1v15(nil, k, crypto.SHA256, digest[:])
		if err != nil {
			t.Fatal(err)
		}
		got := ours.sign(digest[:])
		if string(got) != string(want) {
			t.Fatalf("the signature is %x, want %x\nwith %x", got, want, ours.n)
		}
		for _, inverse := range [][]byte{nil, bytes.Repeat([]byte{1}, 200)} { // a key whose primes are not known, or wrong
			slow := ours
			if slow.primes.inverse = inverse; inverse == nil {
				slow.primes.p = nil
			}
			if again := slow.sign(digest[:]); string(again) != string(want) {
				t.Fatalf("without the primes the signature is %x, want %x", again, want)
			}
		}
		public, problem := parseRecord(ours.Record())
		if problem != "" || !public.verify(digest[:], got) {
			t.Fatalf("it is not verified: %s", problem)
		}
		got[rnd(t)%128] ^= 1 << (rnd(t) % 8)
		if public.verify(digest[:], got) {
			t.Fatal("a changed signature is taken")
		}
		if above := append([]byte{}, ours.n...); public.verify(digest[:], above) {
			t.Fatal("a signature of the size of the modulus is taken")
		}
	}
}

func TestPowersBesideTheLibrary(t *testing.T) {
	for range 300 {
		b := make([]byte, 8+int(rnd(t)%40))
		base, e := make([]byte, len(b)), make([]byte, 1+rnd(t)%6)
		for _, p := range [][]byte{b, base, e} {
			if _, err := rand.Read(p); err != nil {
				t.Fatal(err)
			}
		}
		b[0] |= 1
		b[len(b)-1] |= 1
		n := new(big.Int).SetBytes(b)
		x := new(big.Int).Mod(new(big.Int).SetBytes(base), n)
		m, ok := newModulus(b)
		if !ok {
			t.Fatal("no modulus")
		}
		got := octets(m.exp(parts(x.FillBytes(make([]byte, len(b))), len(m.n)), e), len(b))
		want := new(big.Int).Exp(x, new(big.Int).SetBytes(e), n).FillBytes(make([]byte, len(b)))
		if string(got) != string(want) {
			t.Fatalf("%x^%x mod %x is %x, want %x", x, e, b, got, want)
		}
	}
}

func TestSignedIsVerified(t *testing.T) {
	ed, ok := ParsePrivateKey(edSeed)
	if !ok || ed.Record() != edKey {
		t.Fatalf("the key of RFC 8463 is read as %s", ed.Record())
	}
	_, rsaKey := testRSA(t)
	for _, key := range []PrivateKey{ed, rsaKey} {
		for _, exact := range []bool{false, true} {
			for _, text := range []string{dinner, "From: a@example.org\n\n", "From: a@example.org\nTo: b@example.net,\n\tc@example.net\n\n x  y \n\n\n", "From: a@example.org\n\nno end"} {
				s := Signer{Domain: "example.org", Selector: "s1", Key: key, Simple: exact}
				msg := append(s.Sign(crlf(text), 1000), crlf(text)...)
				k := keys{s.Record(): key.Record()}
				if v := k.verify(t, msg, 1001); len(v) != 1 || v[0].Result != Pass || v[0].Domain != "example.org" {
					t.Errorf("%s, simple %v: %+v\n%s", key.Algorithm, exact, v, msg)
				}
				if again := s.Sign(crlf(text), 1000); string(again) != string(msg[:len(again)]) {
					t.Error("it is signed otherwise the second time")
				}
				two := append([]byte("From: mallory@example.com\r\n"), msg...)
				if v := k.verify(t, two, 1001); v[0].Result != Fail {
					t.Errorf("with a second From: %+v", v)
				}
			}
		}
	}
}

func TestKeysThatAreNone(t *testing.T) {
	for _, text := range []string{"", "x", "AAAA", "MC4CAQAwBQYDK2VwBCIEIA==", edSeed[:40] + "====", base64.StdEncoding.EncodeToString([]byte("0123456789"))} {
		if k, ok := ParsePrivateKey(text); ok {
			t.Errorf("%q is read as %+v", text, k)
		}
	}
	pem := "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n"
	if k, ok := ParsePrivateKey(pem); !ok || k.Record() != edKey {
		t.Errorf("openssl's form of the same key is read as %+v", k)
	}
}

// RFC 6376 §3.4.5, and the empty bodies of §3.4.3 and §3.4.4.
func TestCanonicalForms(t *testing.T) {
	header := []string{"A: X\r\n", "B : Y\t\r\n\tZ  \r\n"}
	relaxed := string(canonicalField([]byte(header[0]), true)) + string(canonicalField([]byte(header[1]), true))
	if relaxed != "a:X\r\nb:Y Z\r\n" {
		t.Errorf("%q", relaxed)
	}
	for _, c := range []struct{ body, simple, relaxed string }{
		{" C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n"},
		{"", "\r\n", ""},
		{"\r\n\r\n", "\r\n", ""},
		{"x", "x\r\n", "x\r\n"},
		{"x\r\n \r\n", "x\r\n \r\n", "x\r\n"},
	} {
		if s, r := string(canonicalBody([]byte(c.body), false)), string(canonicalBody([]byte(c.body), true)); s != c.simple || r != c.relaxed {
			t.Errorf("%q: %q and %q", c.body, s, r)
		}
	}
}

// FuzzVerify: no message and no key record breaks it.
func FuzzVerify(f *testing.F) {
	f.Add(crlf(both+dinner), edKey)
	f.Add(crlf(simple+dinner), rsaKey2)
	f.Fuzz(func(t *testing.T, msg []byte, record string) {
		l := &dns.Lookups{}
		Verify(l, msg, 1)
		for _, q := range l.Wanted() {
			l.Learn(dns.Answer{Question: q, Records: []dns.Record{{Name: q.Name, Type: dns.TXT, Texts: []string{record}}}})
		}
		if _, done := Verify(l, msg, 1); !done {
			t.Error("it wants more")
		}
		ParsePrivateKey(record)
	})
}
