package peers

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/smtp"
	"testing"

	gosasl "github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"
	"github.com/xdg-go/stringprep"

	"ehlo/sim/sasl"
)

// people are names and passwords that both sides can prepare.
var people = []struct{ user, password string }{
	{"alice", "wonder"},
	{"bob@example.net", "plover, and = too"},
	{"a=b,c=2C", "=2C"},
	{"карла", "опал"},
	{"Zoë Ångström", "früh bis spät"},
	{"花子", "ひらがな パスワード"},
	{"soft\u00ADhyphen", "no\u00A0break"},
}

// rate is SCRAM's iteration count in these tests.
const rate = sasl.MinIterations

func TestSCRAMClient(t *testing.T) {
	for i, p := range people {
		for _, as := range []string{"", "dora=,"} {
			server, err := scram.SHA256.NewServer(func(user string) (scram.StoredCredentials, error) {
				if prepared, err := stringprep.SASLprep.Prepare(p.user); err != nil || user != prepared {
					return scram.StoredCredentials{}, fmt.Errorf("user %q, %v", user, err)
				}
				c, err := scram.SHA256.NewClient(user, p.password, "")
				if err != nil {
					return scram.StoredCredentials{}, err
				}
				return c.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "salt of " + p.user, Iters: rate})
			})
			if err != nil {
				t.Fatal(err)
			}
			conversation := server.NewConversation()
			c := sasl.NewClient(sasl.SCRAMSHA256, sasl.Credentials{User: p.user, Password: p.password, As: as, Nonce: sasl.Nonce(7, uint64(i))})
			r, _ := c.Initial()
			for range 2 {
				challenge, err := conversation.Step(string(r.Data))
				if err != nil {
					t.Fatalf("%s: the server refuses %q: %v", p.user, r.Data, err)
				}
				if r = c.Respond([]byte(challenge)); r.Abort {
					t.Fatalf("%s: the client refuses %q: %s", p.user, challenge, r.Reason.ID())
				}
			}
			if !conversation.Valid() || conversation.AuthzID() != as || c.Succeeded() != sasl.ReasonNone {
				t.Errorf("%s: not logged in, or as %q", p.user, conversation.AuthzID())
			}
		}
	}
}

func TestSCRAMServer(t *testing.T) {
	for i, p := range people {
		for _, as := range []string{"", "dora=,"} {
			for _, wrong := range []string{"", "x"} {
				client, err := scram.SHA256.NewClient(p.user, p.password+wrong, as)
				if err != nil {
					t.Fatal(err)
				}
				conversation := client.NewConversation()
				s := sasl.NewServer(sasl.SCRAMSHA256, sasl.Config{Nonce: sasl.Nonce(8, uint64(i)), SaltKey: "key", Iterations: rate})
				first, err := conversation.Step("")
				if err != nil {
					t.Fatal(err)
				}
				r := s.Start([]byte(first), true)
				for r.Outcome == sasl.Challenge || r.Outcome == sasl.NeedSecret {
					if r.Outcome == sasl.NeedSecret {
						r = s.Answer(sasl.Secret{Known: true, Password: p.password, MayAct: true})
						continue
					}
					response, err := conversation.Step(string(r.Data))
					if err != nil {
						t.Fatalf("%s: the client refuses %q: %v", p.user, r.Data, err)
					}
					r = s.Respond([]byte(response))
				}
				if wrong != "" {
					if r.Reason != sasl.ReasonCredentials || conversation.Valid() {
						t.Errorf("%s: a wrong password gives %s", p.user, r.Reason.ID())
					}
					continue
				}
				want, err := stringprep.SASLprep.Prepare(p.user)
				if err != nil {
					t.Fatal(err)
				}
				identity := sasl.Identity{User: want, As: want}
				if as != "" {
					identity.As = as
				}
				if r.Outcome != sasl.Accepted || r.Identity != identity || !conversation.Valid() {
					t.Errorf("%s: %s, %+v", p.user, r.Reason.ID(), r.Identity)
				}
			}
		}
	}
}

func TestPlain(t *testing.T) {
	for _, p := range people {
		for _, as := range []string{"", "dora"} {
			_, initial, err := gosasl.NewPlainClient(as, p.user, p.password).Start()
			if err != nil {
				t.Fatal(err)
			}
			s := sasl.NewServer(sasl.Plain, sasl.Config{})
			if r := s.Start(initial, true); r.Question.ActAs != as {
				t.Fatalf("%s: %+v", p.user, r)
			}
			if r := s.Answer(sasl.Secret{Known: true, Password: p.password, MayAct: true}); r.Outcome != sasl.Accepted {
				t.Errorf("%s: %s", p.user, r.Reason.ID())
			}

			c := sasl.NewClient(sasl.Plain, sasl.Credentials{User: p.user, Password: p.password, As: as})
			r, _ := c.Initial()
			_, done, err := gosasl.NewPlainServer(func(identity, user, password string) error {
				if identity != as || user != p.user || password != p.password {
					return errors.New("others")
				}
				return nil
			}).Next(r.Data)
			if err != nil || !done {
				t.Errorf("%s: %v", p.user, err)
			}
		}
	}
}

func TestLogin(t *testing.T) {
	for _, p := range people {
		client := gosasl.NewLoginClient(p.user, p.password) // gives the name as initial response
		_, initial, err := client.Start()
		if err != nil {
			t.Fatal(err)
		}
		s := sasl.NewServer(sasl.Login, sasl.Config{})
		r := s.Start(initial, true)
		response, err := client.Next(r.Data)
		if err != nil {
			t.Fatal(err)
		}
		s.Respond(response)
		if r = s.Answer(sasl.Secret{Known: true, Password: p.password}); r.Outcome != sasl.Accepted {
			t.Errorf("%s: %s", p.user, r.Reason.ID())
		}
	}
}

// Prepare changes what it takes as the full SASLprep does, alone and among others, and refuses what that refuses.
func TestPrepare(t *testing.T) {
	var taken []rune
	for r := rune(0); r < 0x110000; r++ {
		if r >= 0xD800 && r < 0xE000 {
			continue
		}
		got, err := sasl.Prepare("a" + string(r) + "b")
		want, bad := stringprep.SASLprep.Prepare("a" + string(r) + "b")
		switch {
		case err == nil && (bad != nil || got != want):
			t.Errorf("%U gives %q, want %q, %v", r, got, want, bad)
		case errors.Is(err, sasl.ErrProhibited) && bad == nil:
			t.Errorf("%U is taken for prohibited", r)
		case err == nil:
			taken = append(taken, r)
		}
	}
	if len(taken) < 30000 {
		t.Errorf("only %d characters are taken", len(taken))
	}
	const seed = 1
	random := rand.New(rand.NewPCG(seed, 0))
	for range 100000 {
		var s []rune
		for range 1 + random.IntN(6) {
			i := random.IntN(len(taken))
			if random.IntN(2) == 0 {
				i = random.IntN(900) // the alphabets
			}
			s = append(s, taken[i])
		}
		got, err := sasl.Prepare(string(s))
		want, bad := stringprep.SASLprep.Prepare(string(s))
		if got != want || err == nil && bad != nil {
			t.Fatalf("seed %d: %q gives %q, %v; want %q, %v", seed, string(s), got, err, want, bad)
		}
	}
}

func TestCRAMMD5(t *testing.T) {
	const timestamp = "<1896.697170952@mx.example.net>"
	for _, p := range people {
		client := smtp.CRAMMD5Auth(p.user, p.password)
		if _, _, err := client.Start(&smtp.ServerInfo{}); err != nil {
			t.Fatal(err)
		}
		s := sasl.NewServer(sasl.CRAMMD5, sasl.Config{Timestamp: timestamp})
		response, err := client.Next(s.Start(nil, false).Data, true)
		if err != nil {
			t.Fatal(err)
		}
		s.Respond(response)
		if r := s.Answer(sasl.Secret{Known: true, Password: p.password}); r.Outcome != sasl.Accepted {
			t.Errorf("%s: %s", p.user, r.Reason.ID())
		}
		c := sasl.NewClient(sasl.CRAMMD5, sasl.Credentials{User: p.user, Password: p.password})
		if r := c.Respond([]byte(timestamp)); string(r.Data) != string(response) {
			t.Errorf("%s: %q, want %q", p.user, r.Data, response)
		}
	}
}
