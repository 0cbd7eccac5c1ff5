package kpop_test

import (
	"slices"
	"testing"

	"ehlo/sim/kpop"
	"ehlo/sim/machine"
	"ehlo/sim/machine/machinetest"
	"ehlo/sim/trace"
)

const now = 941529600

var (
	srvtab  = kpop.KeyOf("srvtab")
	session = kpop.KeyOf("session")
	service = kpop.Service{Name: "pop", Host: "vax.example.net", Key: srvtab, Client: "192.0.2.10", Now: now}
)

// request is what a client sends, after somebody has spoiled its parts.
func request(spoil func(*kpop.Ticket, *kpop.Authenticator)) []byte {
	t := kpop.Ticket{Client: "olga", Realm: "EXAMPLE.NET", Address: "192.0.2.10", Session: session, Life: 96, Issued: now - 600, Service: "pop", Host: "vax.example.net"}
	a := kpop.Authenticator{Client: "olga", Realm: "EXAMPLE.NET", Time: now - 2}
	spoil(&t, &a)
	return kpop.Request{Realm: t.Realm, Ticket: t.Seal(srvtab), Authenticator: a.Seal(session)}.Append(nil)
}

func whole(*kpop.Ticket, *kpop.Authenticator) {}

func TestJudge(t *testing.T) {
	for name, c := range map[string]struct {
		said []byte
		want kpop.Fault
	}{
		"right":           {request(whole), kpop.OK},
		"other session":   {request(func(t *kpop.Ticket, _ *kpop.Authenticator) { t.Session = kpop.Key{} }), kpop.Undecodable},
		"other service":   {request(func(t *kpop.Ticket, _ *kpop.Authenticator) { t.Service = "rcmd" }), kpop.WrongServer},
		"other host":      {request(func(t *kpop.Ticket, _ *kpop.Authenticator) { t.Host = "mail.example.org" }), kpop.WrongServer},
		"other client":    {request(func(_ *kpop.Ticket, a *kpop.Authenticator) { a.Client = "bob" }), kpop.Inconsistent},
		"other address":   {request(func(t *kpop.Ticket, _ *kpop.Authenticator) { t.Address = "192.0.2.66" }), kpop.WrongAddress},
		"old":             {request(func(_ *kpop.Ticket, a *kpop.Authenticator) { a.Time -= kpop.Skew }), kpop.OutOfBounds},
		"from the future": {request(func(t *kpop.Ticket, _ *kpop.Authenticator) { t.Issued = now + 2*kpop.Skew }), kpop.Future},
		"expired":         {request(func(t *kpop.Ticket, _ *kpop.Authenticator) { t.Issued, t.Life = now-3600, 2 }), kpop.Expired},
		"typed":           {[]byte("USER olga\r\n"), kpop.Version},
		"other version":   {[]byte("AUTHV0.1KPOPV0.2"), kpop.Version},
		"too long":        {[]byte("AUTHV0.1KPOPV0.1\x00\x01\x00\x00"), kpop.Version},
		"empty":           {[]byte("AUTHV0.1KPOPV0.1\x00\x00\x00\x00"), kpop.MessageType},
	} {
		for _, piece := range []int{1, 7, 1000} { // and what comes behind it
			var g kpop.Gate
			said, ready := append(slices.Clone(c.said), "STAT"...), false
			for len(said) > 0 && !ready {
				n := min(piece, len(said))
				ready, said = g.Receive(said[:n]), said[n:]
			}
			if !ready {
				t.Errorf("%s in pieces of %d: the gate waits", name, piece)
				continue
			}
			client, rest, fault := g.Judge(service)
			if fault != c.want || (fault == kpop.OK) != (client == "olga") || fault == kpop.OK && string(rest)+string(said) != "STAT" {
				t.Errorf("%s in pieces of %d: %q, %q, %v; want %v", name, piece, client, rest, fault, c.want)
			}
		}
	}
}

// A request of which an octet was changed proves nothing.
func TestNothingCanBeChanged(t *testing.T) {
	good := request(whole)
	for i := range good {
		bad := slices.Clone(good)
		bad[i] ^= 1
		var g kpop.Gate
		if !g.Receive(bad) {
			continue // its length is another one
		}
		// The realm in the clear and the version of the key are for a server that has several.
		if client, _, fault := g.Judge(service); fault == kpop.OK && (i < 20 || i > 34) {
			t.Errorf("octet %d may be changed: %s", i, client)
		}
	}
}

func TestObserver(t *testing.T) {
	said := []machinetest.Said{{Dir: trace.ToServer, Data: request(whole)}, {Dir: trace.ToClient, Data: []byte("+OK ready\r\n")},
		{Dir: trace.ToServer, Data: []byte("USER olga\r\n")}, {Dir: trace.ToClient, Data: []byte("+OK\r\n")},
		{Dir: trace.ToServer, Data: []byte("PASS olga\r\n")}, {Dir: trace.ToClient, Data: []byte("+OK\r\n")}}
	lines := machinetest.ObserveBytewise(t, func() machine.Observer { return kpop.NewObserver() }, said)
	var labels []string
	known := kpop.MessageIDs()
	for _, l := range lines {
		labels = append(labels, l.Label)
		e := kpop.Explain(l)
		end := 0
		for _, s := range e.Spans {
			if s.Start < end || s.End > len(l.Data) || s.Term == "pop3.password" {
				t.Errorf("%s: span %v", l.Label, s)
			}
			end = s.End
		}
		if l.Verb == kpop.Verb && (len(e.Spans) != 8 || end != len(l.Data) || !slices.Contains(known, e.Notes[0].ID)) {
			t.Errorf("the request is explained by %v", e)
		}
	}
	if want := []string{"AUTHV0.1", "+OK", "USER", "+OK", "PASS", "+OK"}; !slices.Equal(labels, want) {
		t.Errorf("lines are %q, want %q", labels, want)
	}
	if l := lines[2]; l.Off != int64(len(request(whole))) || lines[5].Next != "transaction" {
		t.Errorf("USER is at %d, and the session ends in state %s", l.Off, lines[5].Next)
	}
}
