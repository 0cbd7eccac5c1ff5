package sasl

import (
	"reflect"
	"strings"
	"testing"

	"ehlo/sim/engine"
)

var alice = Secret{Known: true, Password: "wonder"}

func config() Config {
	return Config{Timestamp: "<7.42@mx.example.net>", Nonce: "server+part", SaltKey: "a secret of mx.example.net"}
}

func credentials(user, password string) Credentials {
	return Credentials{User: user, Password: password, Nonce: "client/part"}
}

// log is what passed between a client and a server, and how it ended.
type log struct {
	lines  []string // C: and S: with the message
	last   Result
	client Reason // why the client does not trust or gave up
}

// run lets a client log in at a server.
func run(c Client, s Server, initial bool, secret Secret) log {
	var l log
	var r Result
	data, given := []byte(nil), false
	if initial {
		var first Response
		if first, given = c.Initial(); first.Abort {
			return log{client: first.Reason}
		} else if given {
			data = first.Data
			l.lines = append(l.lines, "C: "+string(data))
		}
	}
	r = s.Start(data, given)
	for {
		switch l.last = r; r.Outcome {
		case NeedSecret:
			r = s.Answer(secret)
		case Challenge:
			l.lines = append(l.lines, "S: "+string(r.Data))
			response := c.Respond(r.Data)
			if response.Abort {
				l.client = response.Reason
				l.last = s.Cancel()
				return l
			}
			l.lines = append(l.lines, "C: "+string(response.Data))
			r = s.Respond(response.Data)
		case Accepted:
			l.client = c.Succeeded()
			return l
		default:
			return l
		}
	}
}

func TestClientAgainstServer(t *testing.T) {
	for _, m := range All.Mechanisms() {
		for _, initial := range []bool{true, false} {
			for _, x := range []struct {
				user, password string
				secret         Secret
				want           Reason
			}{
				{"alice", "wonder", alice, ReasonNone},
				{"alice", "wonder ", alice, ReasonCredentials},
				{"alice", "wander", alice, ReasonCredentials},
				{"nobody", "wonder", Secret{}, ReasonCredentials},
				{"nobody", "nobody's password", Secret{}, ReasonCredentials},
				{"empty", "x", Secret{Known: true}, ReasonCredentials},
				{"a=b,c d@example.net", "plover, =2C", Secret{Known: true, Password: "plover, =2C"}, ReasonNone},
				{"алиса", "чудеса", Secret{Known: true, Password: "чудеса"}, ReasonNone},
				{"alice", strings.Repeat("long ", 50), Secret{Known: true, Password: strings.Repeat("long ", 50)}, ReasonNone},
			} {
				l := run(NewClient(m, credentials(x.user, x.password)), NewServer(m, config()), initial, x.secret)
				if l.last.Reason != x.want || l.client != ReasonNone {
					t.Errorf("%s, %s: %s, client %s\n%s", m, x.user, l.last.Reason.ID(), l.client.ID(), strings.Join(l.lines, "\n"))
				}
				if l.last.Identity != (Identity{x.user, x.user}) {
					t.Errorf("%s: %+v", m, l.last.Identity)
				}
			}
		}
	}
}

// A name that nobody has is answered as a wrong password is: as many messages, as long ones, and the same refusal.
func TestUnknownUserLooksLikeWrongPassword(t *testing.T) {
	for _, m := range All.Mechanisms() {
		shape := func(user string, secret Secret) string {
			l := run(NewClient(m, credentials(user, "guess")), NewServer(m, config()), true, secret)
			var b strings.Builder
			for _, line := range l.lines {
				b.WriteString(line[:2])
				b.WriteString(strings.Repeat("x", len(line)))
			}
			return b.String() + l.last.Reason.ID()
		}
		if known, unknown := shape("alice", alice), shape("carol", Secret{}); known != unknown {
			t.Errorf("%s:\n%s\n%s", m, known, unknown)
		}
	}
	// The salt of a name is the same each time, and another for another name or server.
	salt := func(user, key string) string {
		s := NewServer(SCRAMSHA256, Config{Nonce: "s", SaltKey: key})
		s.Start([]byte("n,,n="+user+",r=c"), true)
		return string(s.Answer(Secret{}).Data)
	}
	first, again := salt("carol", "k"), salt("carol", "k")
	if first != again || first == salt("dora", "k") || first == salt("carol", "l") {
		t.Error("the salt of a name that nobody has gives it away")
	}
}

func TestActingAsAnother(t *testing.T) {
	for _, m := range []Mechanism{Plain, SCRAMSHA256} {
		for _, x := range []struct {
			as, password string
			may          bool
			want         Reason
		}{
			{"bob", "wonder", true, ReasonNone},
			{"bob", "wonder", false, ReasonIdentity},
			{"bob", "wrong", true, ReasonCredentials},
			{"bob", "wrong", false, ReasonCredentials},
			{"alice", "wonder", false, ReasonNone},
			{"b=o,b", "wonder", true, ReasonNone},
		} {
			c := credentials("alice", x.password)
			c.As = x.as
			l := run(NewClient(m, c), NewServer(m, config()), true, Secret{Known: true, Password: "wonder", MayAct: x.may})
			if l.last.Reason != x.want || l.last.Identity != (Identity{"alice", x.as}) {
				t.Errorf("%s as %s: %s, %+v", m, x.as, l.last.Reason.ID(), l.last.Identity)
			}
		}
	}
}

// Servers and clients are plain values, so that a copy is a clone: nothing in them is shared.
func TestPlainValues(t *testing.T) {
	var plain func(t *testing.T, path string, of reflect.Type)
	plain = func(t *testing.T, path string, of reflect.Type) {
		switch of.Kind() {
		case reflect.Struct:
			for i := range of.NumField() {
				plain(t, path+"."+of.Field(i).Name, of.Field(i).Type)
			}
		case reflect.Array:
			plain(t, path+"[]", of.Elem())
		case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Func, reflect.Chan, reflect.Interface, reflect.UnsafePointer:
			t.Errorf("%s is a %s", path, of.Kind())
		}
	}
	plain(t, "Server", reflect.TypeFor[Server]())
	plain(t, "Client", reflect.TypeFor[Client]())
	plain(t, "Exchange", reflect.TypeFor[Exchange]())
}

// A copy that is made at any point of an exchange ends as the original does.
func TestCopiesGoOnByThemselves(t *testing.T) {
	for _, m := range All.Mechanisms() {
		c, s := NewClient(m, credentials("alice", "wonder")), NewServer(m, config())
		r := s.Start(nil, false)
		for r.Outcome == Challenge || r.Outcome == NeedSecret {
			cloneC, cloneS := c, s
			if r.Outcome == NeedSecret {
				cloneS.Answer(Secret{}) // the copy takes another way
				cloneS = s
				a, b := s.Answer(alice), cloneS.Answer(alice)
				if !reflect.DeepEqual(a, b) {
					t.Fatalf("%s: %+v and %+v", m, a, b)
				}
				r = a
				continue
			}
			x, y := c.Respond(r.Data), cloneC.Respond(r.Data)
			cloneS.Respond([]byte("something else"))
			cloneS = s
			a, b := s.Respond(x.Data), cloneS.Respond(y.Data)
			if !reflect.DeepEqual(a, b) || c != cloneC || s != cloneS {
				t.Fatalf("%s: %+v and %+v", m, a, b)
			}
			r = a
		}
		wantAccepted(t, r, "alice", "alice")
	}
}

func TestOrderOfCalls(t *testing.T) {
	s := NewServer(Plain, config())
	wantRefused(t, s.Respond(nil), ReasonOver)
	wantRefused(t, s.Start(nil, false), ReasonOver)

	s = NewServer(Plain, config())
	s.Start(nil, false)
	if s.Step() != StepPlain || s.Mechanism() != Plain {
		t.Error("the server does not wait for PLAIN's message")
	}
	wantRefused(t, s.Answer(alice), ReasonOver)

	s = NewServer(Login, config())
	wantChallenge(t, s.Start(nil, false), "Username:")
	wantChallenge(t, s.Respond([]byte("alice")), "Password:")
	r := s.Cancel()
	wantRefused(t, r, ReasonCancelled)
	if r.Identity.User != "alice" || s.Step() != StepNone {
		t.Errorf("the log does not tell who gave up: %+v", r.Identity)
	}

	s = NewServer(None, config())
	wantRefused(t, s.Start(nil, false), ReasonMechanism)
	s = NewServer(CRAMMD5, Config{})
	wantRefused(t, s.Start(nil, false), ReasonMechanism)
	s = NewServer(SCRAMSHA256, Config{})
	wantRefused(t, s.Start([]byte("n,,n=alice,r=x"), true), ReasonMechanism)
	s = NewServer(SCRAMSHA256, Config{Nonce: "a,b"})
	wantRefused(t, s.Start([]byte("n,,n=alice,r=x"), true), ReasonMechanism)
	s = NewServer(CRAMMD5, config())
	wantRefused(t, s.Start([]byte("alice x"), true), ReasonInitial)
	s = NewServer(Plain, config())
	wantRefused(t, s.Start(nil, true), ReasonSyntax) // an empty initial response is one
	s = NewServer(Login, config())
	wantChallenge(t, s.Start([]byte("alice"), true), "Password:")

	c := NewClient(Plain, credentials("alice", "wonder"))
	c.Initial()
	if r := c.Respond(nil); !r.Abort || r.Reason != ReasonOver {
		t.Errorf("a challenge after PLAIN's message is answered: %+v", r)
	}
	c = NewClient(CRAMMD5, credentials("alice", "wonder"))
	if r := c.Respond(nil); !r.Abort || r.Syntax == nil {
		t.Errorf("an empty timestamp is answered: %+v", r)
	}
	c = NewClient(CRAMMD5, credentials("alice", "wonder"))
	if r := c.Respond([]byte("no brackets")); r.Abort {
		t.Errorf("a timestamp of another form is not answered: %+v", r)
	}
}

func TestCredentialsThatCannotBeSent(t *testing.T) {
	for _, x := range []struct {
		m    Mechanism
		c    Credentials
		want Reason
	}{
		{Plain, Credentials{User: "", Password: "x"}, ReasonProhibited},
		{Plain, Credentials{User: "alice", Password: ""}, ReasonProhibited},
		{Plain, Credentials{User: "alice", Password: "a\x00b"}, ReasonProhibited},
		{Plain, Credentials{User: "alice", Password: "x", As: "\x00"}, ReasonProhibited},
		{Plain, Credentials{User: "alice", Password: "e\u0301"}, ReasonNone},
		{SCRAMSHA256, Credentials{User: "alice", Password: "e\u0301", Nonce: "n"}, ReasonUnsupported},
		{SCRAMSHA256, Credentials{User: "alice", Password: "x"}, ReasonMechanism},
		{SCRAMSHA256, Credentials{User: "alice", Password: "x", Nonce: "a b"}, ReasonMechanism},
	} {
		c := NewClient(x.m, x.c)
		if r, _ := c.Initial(); r.Reason != x.want || r.Abort != (x.want != ReasonNone) {
			t.Errorf("%s %+v: %s", x.m, x.c, r.Reason.ID())
		}
	}
	s := NewServer(SCRAMSHA256, config())
	wantRefused(t, s.Start([]byte("n,,n=e\u0301,r=x"), true), ReasonUnsupported)
	s = NewServer(SCRAMSHA256, config())
	wantRefused(t, s.Start([]byte("n,,n=a\x01,r=x"), true), ReasonProhibited)
	s = NewServer(Plain, config())
	wantRefused(t, s.Start([]byte("\x00alice\x00\x01"), true), ReasonProhibited)
	s = NewServer(Plain, config())
	wantQuestion(t, s.Start([]byte("\x00alice\x00e\u0301"), true), "alice", "")
	wantAccepted(t, s.Answer(Secret{Known: true, Password: "e\u0301"}), "alice", "alice")
}

func TestNonces(t *testing.T) {
	seen := map[string]bool{}
	r := engine.NewRand(1)
	for range 1000 {
		n := Nonce(r.Uint64(), r.Uint64())
		if len(n) != 22 || seen[n] || strings.ContainsFunc(n, func(c rune) bool { return !isNonce(byte(c)) }) {
			t.Fatalf("nonce %q", n)
		}
		seen[n] = true
	}
}

func TestMechanisms(t *testing.T) {
	if got := string(All.AppendNames([]byte("AUTH"), " ")); got != "AUTH SCRAM-SHA-256 CRAM-MD5 PLAIN LOGIN" {
		t.Error(got)
	}
	offer := Offered([]string{"LOGIN", "plain", "XOAUTH2", "CRAM-MD5"})
	if offer.Strongest() != CRAMMD5 || offer.Has(SCRAMSHA256) || offer.Has(None) || Set(0).Strongest() != None {
		t.Error("the offer is not read")
	}
	if All.WithoutClear() != SetOf(CRAMMD5, SCRAMSHA256) || SetOf(Plain, Login).WithoutClear() != 0 {
		t.Error("a mechanism that tells the password is left, or another is not")
	}
	for _, m := range All.Mechanisms() {
		if Named(m.String()) != m || m.Ref() == "" || len(m.String()) > 20 {
			t.Errorf("%s", m)
		}
	}
	if Named("") != None || Named("SCRAM-SHA-256-PLUS") != None || None.Term() != "sasl.mechanism" {
		t.Error("a mechanism without a name, or one that is not here, has one")
	}
}
