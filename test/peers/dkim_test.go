package peers

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"ehlo/sim"
	"ehlo/sim/dkim"
	ehlodns "ehlo/sim/dns"
	"ehlo/sim/message"
	"ehlo/sim/script"
	"ehlo/sim/trace"
	"ehlo/sim/world"

	"github.com/emersion/go-msgauth/authres"
	peer "github.com/emersion/go-msgauth/dkim"
)

// messages have what canonical forms differ about: folds, runs of white space, trailing lines, no body, no end.
var messages = []string{
	"From: Alice <alice@example.org>\r\nTo: bob@example.net,\r\n\tcarla@example.net\r\nSubject:  two  spaces \r\nDate: Mon, 2 Mar 2026 08:00:00 +0000\r\n\r\nx  y \r\n\t\r\n\r\n\r\n",
	"From: a@example.org\r\n\r\n",
	"From: a@example.org\r\nSubject: =?utf-8?q?caf=C3=A9?=\r\n\r\nno end",
	"From: a@example.org\r\nTo: x@example.net\r\nTo: y@example.net\r\n\r\n. dots\r\n..\r\n",
}

// keyPair is a key as the library has it and as the world file does.
func keyPair(t *testing.T, signer crypto.Signer) dkim.PrivateKey {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(signer)
	if err != nil {
		t.Fatal(err)
	}
	k, ok := dkim.ParsePrivateKey(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	if !ok {
		t.Fatal("the key is not read")
	}
	return k
}

func signers(t *testing.T) []crypto.Signer {
	t.Helper()
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	_, e, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return []crypto.Signer{r, e}
}

// go-msgauth takes what we sign, and refuses it once it is changed.
func TestOurSignatures(t *testing.T) {
	for _, signer := range signers(t) {
		for _, text := range messages {
			for _, exact := range []bool{false, true} {
				s := dkim.Signer{Domain: "example.org", Selector: "s1", Key: keyPair(t, signer), Simple: exact}
				signed := append(s.Sign([]byte(text), time.Now().Unix()), text...)
				verify := func(msg []byte) *peer.Verification {
					v, err := peer.VerifyWithOptions(bytes.NewReader(msg), &peer.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
						if name != s.Record() {
							t.Errorf("it asks for %s", name)
						}
						return []string{s.Key.Record()}, nil
					}})
					if err != nil || len(v) != 1 {
						t.Fatalf("%v, %v", v, err)
					}
					return v[0]
				}
				if v := verify(signed); v.Err != nil || v.Domain != "example.org" {
					t.Errorf("%s, simple %v: %v\n%s", s.Key.Algorithm, exact, v.Err, signed)
				}
				if v := verify(bytes.Replace(signed, []byte("From: "), []byte("From: x"), 1)); v.Err == nil {
					t.Error("a changed message passes")
				}
			}
		}
	}
}

// We take what go-msgauth signs.
func TestTheirSignatures(t *testing.T) {
	for _, signer := range signers(t) {
		key := keyPair(t, signer)
		for _, text := range messages {
			for _, form := range []peer.Canonicalization{peer.CanonicalizationSimple, peer.CanonicalizationRelaxed} {
				var b bytes.Buffer
				err := peer.Sign(&b, strings.NewReader(text), &peer.SignOptions{Domain: "example.org", Selector: "s1", Signer: signer,
					Hash: crypto.SHA256, HeaderCanonicalization: form, BodyCanonicalization: form})
				if err != nil {
					t.Fatal(err)
				}
				verify := func(msg []byte) dkim.Verdict {
					l := &ehlodns.Lookups{}
					dkim.Verify(l, msg, time.Now().Unix())
					for _, q := range l.Wanted() {
						l.Learn(ehlodns.Answer{Question: q, Records: []ehlodns.Record{{Name: q.Name, Type: ehlodns.TXT, Texts: []string{key.Record()}}}})
					}
					v, done := dkim.Verify(l, msg, time.Now().Unix())
					if !done || len(v) != 1 {
						t.Fatalf("%v, %v", v, done)
					}
					return v[0]
				}
				if v := verify(b.Bytes()); v.Result != dkim.Pass {
					t.Errorf("%s, %s: %+v\n%s", key.Algorithm, form, v, b.Bytes())
				}
				if v := verify(bytes.Replace(b.Bytes(), []byte("From: "), []byte("From: x"), 1)); v.Result != dkim.Fail {
					t.Errorf("a changed message: %+v", v)
				}
			}
		}
	}
}

// What the servers of the world `today` sign, store and write down is right for another implementation, with the keys
// that their zones publish.
func TestTheWorldOfToday(t *testing.T) {
	def := parseWorld(t, "today")
	tl, err := sim.NewTimeline(def)
	if err != nil {
		t.Fatal(err)
	}
	s, err := script.Parse("today", []byte("telnet mail.example.org 25\n> EHLO phone.example.org\n> MAIL FROM:<alice@example.org>\n> RCPT TO:<bob@example.net>\n"+
		"> DATA\n> From: Alice <alice@example.org>\n> Subject: Lunch\n>\n> At one?\n> .\n> QUIT\nwait 10m\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Play(tl); err != nil {
		t.Fatal(err)
	}
	box, _ := tl.World().Mailbox("bob@example.net", "INBOX")
	if box.Snapshot().Len() != 1 {
		t.Fatalf("%d messages", box.Snapshot().Len())
	}
	var content []byte
	for _, m := range box.Snapshot().All() {
		content, _ = box.Content(m.UID)
	}
	verified, err := peer.VerifyWithOptions(bytes.NewReader(content), &peer.VerifyOptions{LookupTXT: func(name string) ([]string, error) { return lookup(def, name), nil }})
	if err != nil || len(verified) != 2 {
		t.Fatalf("%v, %v", verified, err)
	}
	for _, v := range verified {
		if v.Err != nil || v.Domain != "example.org" {
			t.Errorf("%+v", v)
		}
	}
	header, _ := message.Split(content)
	field, _ := message.Get(header, "Authentication-Results")
	host, results, err := authres.Parse(field)
	if err != nil || host != "mx1.example.net" || len(results) != 4 {
		t.Fatalf("%s: %v, %v", host, results, err)
	}
	for _, r := range results {
		switch r := r.(type) {
		case *authres.SPFResult:
			if r.Value != authres.ResultPass || r.From != "alice@example.org" {
				t.Errorf("%+v", r)
			}
		case *authres.DKIMResult:
			if r.Value != authres.ResultPass || r.Domain != "example.org" {
				t.Errorf("%+v", r)
			}
		case *authres.DMARCResult:
			if r.Value != authres.ResultPass || r.From != "example.org" {
				t.Errorf("%+v", r)
			}
		default:
			t.Errorf("%T", r)
		}
	}
	asked := 0
	for _, e := range tl.Trace().All() {
		if e.Kind == trace.KindQuery && e.Actor == "mx1.example.net" && strings.Contains(e.Label, "TXT") {
			asked++
		}
	}
	if asked < 4 {
		t.Errorf("only %d questions for TXT records crossed the network", asked)
	}
}

// lookup finds TXT records in the zones of a world.
func lookup(def *world.Definition, name string) (texts []string) {
	for _, z := range def.Zones {
		for _, r := range z.Records {
			if r.Name == name && r.Type == ehlodns.TXT {
				texts = append(texts, r.Text())
			}
		}
	}
	return texts
}
