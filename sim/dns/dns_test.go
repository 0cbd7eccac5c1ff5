package dns

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"ehlo/sim/engine"
)

const zoneText = `
$TTL 1h
@       IN SOA ns hostmaster 7 2h 1h 1w 5m ; the rest is a comment
        NS   ns
        MX   10 mx1
        MX   10 mx2
        MX   20 backup.example.org.
        TXT  "v=spf1 mx -all"
ns      A    192.0.2.53
mx1 300 IN A 192.0.2.1
mx2     AAAA 2001:db8::2
www     CNAME web
web     A    192.0.2.80
out     CNAME www.example.org.
ring    CNAME gnir
gnir    CNAME ring
*.wild  MX   5 mx1
here.wild A  192.0.2.9
_25._tcp.mx1 TLSA 3 1 1 ( 00ff10
        20 )
key     TXT  "v=DKIM1; " "p=AAAA\"\\;" ; two strings
_sip._tcp SRV 1 2 5060 mx1
$ORIGIN deep
x       A 192.0.2.10
`

func parse(t *testing.T, name, text string) []Record {
	t.Helper()
	records, err := ParseZone(name, text)
	if err != nil {
		t.Fatal(err)
	}
	return records
}

func TestParseZone(t *testing.T) {
	const want = `example.net. 3600 IN SOA ns.example.net. hostmaster.example.net. 7 7200 3600 604800 300
example.net. 3600 IN NS ns.example.net.
example.net. 3600 IN MX 10 mx1.example.net.
example.net. 3600 IN MX 10 mx2.example.net.
example.net. 3600 IN MX 20 backup.example.org.
example.net. 3600 IN TXT "v=spf1 mx -all"
ns.example.net. 3600 IN A 192.0.2.53
mx1.example.net. 300 IN A 192.0.2.1
mx2.example.net. 3600 IN AAAA 2001:db8::2
www.example.net. 3600 IN CNAME web.example.net.
web.example.net. 3600 IN A 192.0.2.80
out.example.net. 3600 IN CNAME www.example.org.
ring.example.net. 3600 IN CNAME gnir.example.net.
gnir.example.net. 3600 IN CNAME ring.example.net.
*.wild.example.net. 3600 IN MX 5 mx1.example.net.
here.wild.example.net. 3600 IN A 192.0.2.9
_25._tcp.mx1.example.net. 3600 IN TLSA 3 1 1 00ff1020
key.example.net. 3600 IN TXT "v=DKIM1; " "p=AAAA\"\\;"
_sip._tcp.example.net. 3600 IN SRV 1 2 5060 mx1.example.net.
x.deep.example.net. 3600 IN A 192.0.2.10
`
	records := parse(t, "Example.NET.", zoneText)
	if got := Text(records); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if again := parse(t, "example.net", Text(records)); !reflect.DeepEqual(again, records) {
		t.Error("what is written is not read back")
	}
}

func TestZoneMistakes(t *testing.T) {
	for text, want := range map[string]string{
		" A 192.0.2.1":                           `line 1: dns.owner ""`,
		"\nx A 192.0.2.256":                      `line 2: dns.address "192.0.2.256"`,
		"x AAAA 1::2::3":                         `line 1: dns.address "1::2::3"`,
		"x AAAA 1:2":                             `line 1: dns.address "1:2"`,
		"x MX mx":                                `line 1: dns.fields "MX"`,
		"x MX ten mx":                            `line 1: dns.number "ten"`,
		"x MX 70000 mx":                          `line 1: dns.number "70000"`,
		"x TXT \"a":                              `line 1: dns.quote "a"`,
		"x A ( 192.0.2.1":                        `line 1: dns.quote "("`,
		"x A 192.0.2.1 )":                        `line 1: dns.quote ")"`,
		"x HINFO a b":                            `line 1: dns.type "HINFO"`,
		"x.example.org. A 192.0.2.1":             `line 1: dns.name "x.example.org."`,
		"a..b A 192.0.2.1":                       `line 1: dns.name "a..b"`,
		"$INCLUDE x":                             `line 1: dns.control "$INCLUDE"`,
		"$TTL soon":                              `line 1: dns.number "soon"`,
		"x CNAME y\nx A 192.0.2.1":               `line 2: dns.alias "x.example.net"`,
		"x TLSA 3 1 1 0g":                        `line 1: dns.number "0g"`,
		"@ SOA ns host 1 2 3 4":                  `line 1: dns.fields "SOA"`,
		"x TXT " + strings.Repeat("a", 256):      `line 1: dns.fields "aaaaaaaaaaaaaaaaaaaa"`,
		"@ IN\n":                                 `line 1: dns.fields ""`,
		"x" + strings.Repeat(".y", 130) + " A 1": `line 1: dns.name`,
		"x 99999999999 A 192.0.2.1":              `line 1: dns.type "99999999999"`,
		"$ORIGIN a b":                            `line 1: dns.fields "$ORIGIN"`,
		"x CNAME y z":                            `line 1: dns.fields "CNAME"`,
		"x A 192.0.2.01":                         `line 1: dns.address "192.0.2.01"`,
		strings.Repeat("\n", 6) + "x NS " + "a..b": `line 7: dns.name "a..b"`,
	} {
		_, err := ParseZone("example.net", text)
		var e *ZoneError
		if !errors.As(err, &e) || !strings.HasPrefix(e.Error(), want) {
			t.Errorf("%q gives %v, want %s", text, err, want)
		}
	}
}

func TestFind(t *testing.T) {
	z := NewZone("example.net", []string{"ns.example.net"}, Insecure, parse(t, "example.net", zoneText))
	for q, want := range map[Question]string{
		{"example.net", TXT}:            `NOERROR example.net. 3600 IN TXT "v=spf1 mx -all"`,
		{"www.example.net", A}:          `NOERROR www.example.net. 3600 IN CNAME web.example.net.; web.example.net. 3600 IN A 192.0.2.80`,
		{"www.example.net", CNAME}:      `NOERROR www.example.net. 3600 IN CNAME web.example.net.`,
		{"out.example.net", A}:          `NOERROR out.example.net. 3600 IN CNAME www.example.org.`,
		{"ring.example.net", A}:         `SERVFAIL`,
		{"mx1.example.net", MX}:         `NOERROR`,
		{"none.example.net", A}:         `NXDOMAIN`,
		{"deep.example.net", A}:         `NOERROR`, // x.deep.example.net is below it
		{"any.wild.example.net", MX}:    `NOERROR any.wild.example.net. 3600 IN MX 5 mx1.example.net.`,
		{"a.b.wild.example.net", MX}:    `NOERROR a.b.wild.example.net. 3600 IN MX 5 mx1.example.net.`,
		{"here.wild.example.net", MX}:   `NOERROR`,
		{"x.here.wild.example.net", MX}: `NXDOMAIN`,
	} {
		code, records, authority := z.Find(q)
		got := code.String() + " " + strings.ReplaceAll(strings.TrimSpace(Text(records)), "\n", "; ")
		if strings.TrimSpace(got) != want {
			t.Errorf("%s: got %s, want %s", q, got, want)
		}
		if negative := code == NXDomain || code == NoError && len(records) == 0; negative != (len(authority) == 1) {
			t.Errorf("%s: %d records of authority", q, len(authority))
		}
	}
}

func TestMessage(t *testing.T) {
	records := parse(t, "example.net", zoneText)
	m := Message{ID: 4711, Response: true, Authoritative: true, Authentic: true, Recursion: false, Code: NXDomain,
		Question: Question{"mx1.example.net", MX}, Answers: records, Authority: records[:1]}
	p := m.Append([]byte("before"))[6:]
	got, ok := Parse(p)
	if !ok || !reflect.DeepEqual(got, m) {
		t.Errorf("got\n%+v want\n%+v", got, m)
	}
	for n := range p {
		if _, ok := Parse(p[:n]); ok {
			t.Fatalf("a message cut to %d of %d octets is read", n, len(p))
		}
	}
	q := Message{ID: 1, Recursion: true, Question: Question{"example.net", MX}}
	if got, want := string(q.Append(nil)), "\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x03net\x00\x00\x0f\x00\x01"; got != want {
		t.Errorf("a query is %q, want %q", got, want)
	}
}

func FuzzParse(f *testing.F) {
	records, _ := ParseZone("example.net", zoneText)
	m := Message{ID: 1, Response: true, Question: Question{"example.net", MX}, Answers: records}
	f.Add(m.Append(nil))
	f.Add([]byte("\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\xc0\x0c\x00\x0f\x00\x01"))
	f.Fuzz(func(t *testing.T, p []byte) {
		m, ok := Parse(p)
		if !ok {
			return
		}
		again, ok := Parse(m.Append(nil))
		if !ok || !reflect.DeepEqual(again, m) {
			t.Errorf("%+v comes back as %+v", m, again)
		}
	})
}

func FuzzParseZone(f *testing.F) {
	f.Add(zoneText)
	f.Fuzz(func(t *testing.T, text string) {
		records, err := ParseZone("example.net", text)
		if err != nil {
			return
		}
		again, err := ParseZone("example.net", Text(records))
		if err != nil || !reflect.DeepEqual(again, records) {
			t.Errorf("%q comes back as %v, %v", text, again, err)
		}
	})
}

// net is two resolvers and the datagrams between them.
type net map[string]*Resolver

// run carries datagrams until there are none, and returns what happened.
func (n net) run(now engine.Time) (log []string) {
	for {
		moved := false
		for _, name := range []string{"host", "ns", "auth"} {
			r, ok := n[name]
			for ok {
				e, more := r.Next()
				if !more {
					break
				}
				line := name + " " + [...]string{"asks", "answers", "learns"}[e.Kind] + " " + e.Peer + " " + e.Question.String()
				if e.Kind != Asked {
					line += " " + e.Code.String() + " " + strings.ReplaceAll(strings.TrimSpace(Text(e.Records)), "\n", "; ")
				}
				if e.Cached {
					line += " cached"
				}
				log, moved = append(log, strings.Join(strings.Fields(line), " ")), true
			}
			for ok {
				d, more := r.Output()
				if !more {
					break
				}
				moved = true
				if to, ok := n[d.Peer]; ok {
					to.Receive(now, name, d.Data)
				}
			}
		}
		if !moved {
			return log
		}
	}
}

func TestResolver(t *testing.T) {
	zones := NewZones([]*Zone{
		NewZone("example.net", []string{"ns"}, Insecure, parse(t, "example.net", "@ MX 10 mx\nmx 60 A 192.0.2.1\nw CNAME www.example.org.")),
		NewZone("example.org", []string{"auth"}, Insecure, parse(t, "example.org", "www 90 A 192.0.2.2")),
		NewZone("bogus.example", []string{"auth"}, Bogus, parse(t, "bogus.example", "@ A 192.0.2.3")),
		NewZone("known.example", nil, Insecure, parse(t, "known.example", "@ A 192.0.2.4")),
	})
	n := net{"host": NewResolver("host", zones, "ns", 0), "ns": NewResolver("ns", zones, "", 0), "auth": NewResolver("auth", zones, "", 0)}
	second := engine.Time(1e9)
	for _, x := range []struct {
		at   engine.Time
		q    Question
		want string
	}{
		{0, Question{"mx.example.net", A}, "host asks ns mx.example.net A|ns answers host mx.example.net A NOERROR mx.example.net. 60 IN A 192.0.2.1|host learns mx.example.net A NOERROR mx.example.net. 60 IN A 192.0.2.1"},
		{second, Question{"w.example.net", A}, "host asks ns w.example.net A|ns asks auth www.example.org A|auth answers ns www.example.org A NOERROR www.example.org. 90 IN A 192.0.2.2|" +
			"ns answers host w.example.net A NOERROR w.example.net. 3600 IN CNAME www.example.org.; www.example.org. 90 IN A 192.0.2.2|host learns w.example.net A NOERROR w.example.net. 3600 IN CNAME www.example.org.; www.example.org. 90 IN A 192.0.2.2"},
		{50 * second, Question{"www.example.org", A}, "host asks ns www.example.org A|ns answers host www.example.org A NOERROR www.example.org. 41 IN A 192.0.2.2|host learns www.example.org A NOERROR www.example.org. 41 IN A 192.0.2.2"},
		{92 * second, Question{"www.example.org", A}, "host asks ns www.example.org A|ns asks auth www.example.org A|auth answers ns www.example.org A NOERROR www.example.org. 90 IN A 192.0.2.2|ns answers host www.example.org A NOERROR www.example.org. 90 IN A 192.0.2.2|host learns www.example.org A NOERROR www.example.org. 90 IN A 192.0.2.2"},
		{92 * second, Question{"nowhere.example", MX}, "host asks ns nowhere.example MX|ns answers host nowhere.example MX NXDOMAIN|host learns nowhere.example MX NXDOMAIN"},
		{92 * second, Question{"bogus.example", A}, "host asks ns bogus.example A|ns asks auth bogus.example A|auth answers ns bogus.example A NOERROR bogus.example. 3600 IN A 192.0.2.3|ns answers host bogus.example A SERVFAIL|host learns bogus.example A SERVFAIL"},
		{92 * second, Question{"known.example", A}, "host asks ns known.example A|ns answers host known.example A NOERROR known.example. 3600 IN A 192.0.2.4|host learns known.example A NOERROR known.example. 3600 IN A 192.0.2.4"},
	} {
		n["host"].Ask(x.at, x.q, Waiter{ID: 7})
		if got := strings.Join(n.run(x.at), "|"); got != x.want {
			t.Errorf("%s at %v:\n got %s\nwant %s", x.q, x.at, strings.ReplaceAll(got, "|", "\n     "), strings.ReplaceAll(x.want, "|", "\n     "))
		}
	}
}

func TestResolverCachesForItself(t *testing.T) {
	zones := NewZones([]*Zone{NewZone("example.org", []string{"auth"}, Secure, parse(t, "example.org", "www 90 A 192.0.2.2"))})
	n := net{"host": NewResolver("host", zones, "", 0), "auth": NewResolver("auth", zones, "", 0)}
	q := Question{"www.example.org", A}
	for range 2 {
		n["host"].Ask(0, q, Waiter{})
	}
	if got := n.run(0); len(got) != 4 {
		t.Errorf("two who ask the same at once: %q", got)
	}
	n["host"].Ask(engine.Time(80e9), q, Waiter{})
	if got := n.run(0); len(got) != 1 || !strings.HasSuffix(got[0], " cached") {
		t.Errorf("within the TTL: %q", got)
	}
	n["host"].Ask(0, Question{"none.example.org", A}, Waiter{})
	n.run(0)
	n["host"].Ask(engine.Time(299e9), Question{"none.example.org", A}, Waiter{})
	if got := n.run(0); len(got) != 1 || !strings.HasSuffix(got[0], "NXDOMAIN cached") {
		t.Errorf("a name that was not there: %q", got)
	}
}

// TestResolverDenies: who asks a resolver for what is not there hears of the SOA record that says for how long that may be
// believed (RFC 2308 §3), and what stands in its cache grows older there.
func TestResolverDenies(t *testing.T) {
	zone := "@ 3600 SOA auth hostmaster 7 7200 3600 604800 100\nwww 90 A 192.0.2.2\nw CNAME none"
	zones := NewZones([]*Zone{NewZone("example.org", []string{"auth"}, Insecure, parse(t, "example.org", zone))})
	n := net{"ns": NewResolver("ns", zones, "", 0), "auth": NewResolver("auth", zones, "", 0)}
	for _, x := range []struct {
		at   engine.Time
		q    Question
		want string
	}{
		{0, Question{"none.example.org", A}, "NXDOMAIN  example.org. 100 IN SOA auth.example.org. hostmaster.example.org. 7 7200 3600 604800 100"},
		{30e9, Question{"none.example.org", A}, "NXDOMAIN  example.org. 70 IN SOA auth.example.org. hostmaster.example.org. 7 7200 3600 604800 100"},
		{30e9, Question{"www.example.org", A}, "NOERROR www.example.org. 90 IN A 192.0.2.2 "},
		{70e9, Question{"www.example.org", A}, "NOERROR www.example.org. 50 IN A 192.0.2.2 "},
		{70e9, Question{"www.example.org", MX}, "NOERROR  example.org. 100 IN SOA auth.example.org. hostmaster.example.org. 7 7200 3600 604800 100"},
		{80e9, Question{"w.example.org", A}, "NXDOMAIN w.example.org. 3600 IN CNAME none.example.org. example.org. 100 IN SOA auth.example.org. hostmaster.example.org. 7 7200 3600 604800 100"},
		{80e9, Question{"none.example", A}, "NXDOMAIN  . 86400 IN SOA a.root-servers.net. nstld.verisign-grs.com. 1 1800 900 604800 86400"},
	} {
		ask := Message{ID: 9, Recursion: true, Question: x.q}
		n["ns"].Receive(x.at, "client", ask.Append(nil))
		for range 4 { // to and from the server of the zone
			d, ok := n["ns"].Output()
			if !ok {
				t.Fatal(x.q, "has no answer")
			}
			if d.Peer != "client" {
				n["auth"].Receive(x.at, "ns", d.Data)
				d, _ = n["auth"].Output()
				n["ns"].Receive(x.at, "auth", d.Data)
				continue
			}
			m, _ := Parse(d.Data)
			lines := func(records []Record) (text []string) {
				for i := range records {
					text = append(text, records[i].String())
				}
				return text
			}
			if got := m.Code.String() + " " + strings.Join(lines(m.Answers), "; ") + " " + strings.Join(lines(m.Authority), "; "); got != x.want {
				t.Errorf("%s at %v:\n got %s\nwant %s", x.q, x.at, got, x.want)
			}
			break
		}
	}
}

func TestResolverGivesUp(t *testing.T) {
	zones := NewZones([]*Zone{NewZone("example.org", []string{"gone", "auth"}, Insecure, parse(t, "example.org", "www A 192.0.2.2"))})
	n := net{"host": NewResolver("host", zones, "", 0)}
	n["host"].Ask(0, Question{"www.example.org", A}, Waiter{})
	var log []string
	for {
		log = append(log, n.run(0)...)
		at, ok := n["host"].Timeout()
		if !ok {
			break
		}
		n["host"].HandleTimeout(at)
	}
	want := []string{"host asks gone www.example.org A", "host asks auth www.example.org A", "host asks gone www.example.org A", "host learns www.example.org A TIMEOUT"}
	if !reflect.DeepEqual(log, want) {
		t.Errorf("got %q", log)
	}
	n["auth"] = NewResolver("auth", zones, "", 0)
	n["auth"].Refuse(true)
	n["host"].Ask(0, Question{"www.example.org", A}, Waiter{})
	n.run(0)
	at, _ := n["host"].Timeout()
	n["host"].HandleTimeout(at) // the first server is silent: the second is asked, and fails
	want = []string{"host asks auth www.example.org A", "auth answers host www.example.org A SERVFAIL", "host asks gone www.example.org A"}
	if got := n.run(0); !reflect.DeepEqual(got, want) {
		t.Errorf("a server that fails: %q", got)
	}
}

func TestAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "2001:DB8:0:0:0:0:0:1": "2001:db8::1", "2001:db8:0:0:1:0:0:1": "2001:db8::1:0:0:1", "::": "::", "::1": "::1",
		"1::": "1::", "2001:db8:0:1:1:1:1:1": "2001:db8:0:1:1:1:1:1", "1:0:0:2:0:0:0:3": "1:0:0:2::3", "fe80::0001": "fe80::1",
		"1:2:3:4:5:6:7": "", "1::2::3": "", "12345::": "", "192.0.2": "", "::g": "", "": "",
	} {
		if got, ok := CanonicalAddress(text); ok != (want != "") || ok && got != want {
			t.Errorf("%q is %q, %v; want %q", text, got, ok, want)
		}
	}
	for literal, want := range map[string]string{
		"[192.0.2.1]": "192.0.2.1", "[IPv6:2001:DB8::1]": "2001:db8::1", "[ipv6:::1]": "::1", "[2001:db8::1]": "", "[IPv6:192.0.2.1]": "", "192.0.2.1": "", "[]": "", "[": "",
	} {
		if got, ok := LiteralAddress(literal); ok != (want != "") || ok && got != want {
			t.Errorf("%s is %q, %v; want %q", literal, got, ok, want)
		}
	}
	if got := Literal("2001:db8::1") + Literal("192.0.2.1"); got != "[IPv6:2001:db8::1][192.0.2.1]" {
		t.Error(got)
	}
	for address, want := range map[string]string{
		"192.0.2.1": "1.2.0.192.in-addr.arpa", "2001:db8::567:89ab": "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "x": "",
	} {
		if got := Reverse(address); got != want {
			t.Errorf("%s is below %q, want %q", address, got, want)
		}
	}
}
