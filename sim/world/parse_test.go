package world_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"ehlo/sim/dns"
	"ehlo/sim/personas"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

const good = `grammar = 1
title = "Two hosts"
seed = 7
start = 2026-03-02T09:00:00+01:00

[[host]]
name = "desk.example.org"
address = "192.0.2.10"
role = "mua"
person = "alice"
you = true

[[host]]
name = "mx.example.net"
address = "198.51.100.25"
role = "mta"
relay-from = ["desk.example.org"]
service = [{ protocol = "smtp" }, { protocol = "pop3", port = 1110 }]

[[link]]
between = ["desk.example.org", "MX.example.net"]
latency = "1.5ms"
bandwidth = "33.6kbit/s"

[[domain]]
name = "example.net"
mx = "mx.example.net"

[[user]]
address = "bob@Example.Net"
password = "plover"

[[letter]]
to = "bob@example.net"
flags = ['\Seen', "later"]
text = """
Subject: x

one
two"""
`

func TestParse(t *testing.T) {
	def, err := world.Parse("mine", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	want := &world.Definition{
		Name: "mine", Title: "Two hosts", Seed: 7, Start: start, Digest: sha256.Sum256([]byte(good)),
		Hosts: []world.Host{
			{Name: "desk.example.org", Address: "192.0.2.10", Role: "mua", Person: "alice", You: true},
			{Name: "mx.example.net", Address: "198.51.100.25", Role: "mta", RelayFrom: []string{"desk.example.org"},
				Services: []world.Service{{Protocol: "smtp", Port: 25}, {Protocol: "pop3", Port: 1110}}},
		},
		Links:   []world.Link{{A: "desk.example.org", B: "mx.example.net", Latency: 1500 * time.Microsecond, Bandwidth: 33600}},
		Domains: []world.Domain{{Name: "example.net", MX: "mx.example.net"}},
		Users:   []world.User{{Name: "bob", Domain: "example.net", Host: "mx.example.net", Password: "plover"}},
		Letters: []world.Letter{{To: "bob@example.net", Mailbox: "INBOX", Flags: []string{`\Seen`, "later"}, Date: start,
			Text: "Subject: x\r\n\r\none\r\ntwo\r\n"}},
	}
	if !reflect.DeepEqual(def, want) {
		t.Errorf(" got %+v\nwant %+v", def, want)
	}
}

func TestServices(t *testing.T) {
	const services = `service = [{ protocol = "smtp" }, { protocol = "smtp", role = "submission", tls = "starttls", auth = ["scram-sha-256", "PLAIN"] },
{ protocol = "smtp", tls = "implicit", role = "submission", auth = [] }, { protocol = "pop3", persona = "uw-ipop3d-6.50" },
{ protocol = "pop3", tls = "implicit" }, { protocol = "imap", tls = "starttls" }, { tls = "implicit", protocol = "imap" }]
open-relay = true`
	text := strings.Replace(good, `service = [{ protocol = "smtp" }, { protocol = "pop3", port = 1110 }]`, services, 1)
	text = strings.Replace(text, `["desk.example.org"]`, `["desk.example.org", "192.0.2.128/25", "0.0.0.0/0"]`, 1)
	def, err := world.Parse("mine", []byte(text), personas.All()...)
	if err != nil {
		t.Fatal(err)
	}
	h := def.Hosts[1]
	uw := h.Services[3].Persona
	if uw == nil || uw.Name != "uw-ipop3d-6.50" {
		t.Errorf("the persona is %+v", uw)
	}
	if want := []world.Service{
		{Protocol: "smtp", Port: 25},
		{Protocol: "smtp", Port: 587, Role: world.Submission, TLS: world.StartTLS, Auth: []string{"SCRAM-SHA-256", "PLAIN"}},
		{Protocol: "smtp", Port: 465, Role: world.Submission, TLS: world.ImplicitTLS, Auth: []string{}},
		{Protocol: "pop3", Port: 110, Persona: uw},
		{Protocol: "pop3", Port: 995, TLS: world.ImplicitTLS},
		{Protocol: "imap", Port: 143, TLS: world.StartTLS},
		{Protocol: "imap", Port: 993, TLS: world.ImplicitTLS},
	}; !reflect.DeepEqual(h.Services, want) {
		t.Errorf(" got %+v\nwant %+v", h.Services, want)
	}
	if !h.OpenRelay || !slices.Equal(h.RelayFrom, []string{"desk.example.org"}) || len(h.RelayNetworks) != 2 {
		t.Fatalf("%+v", h)
	}
	half, all := h.RelayNetworks[0], h.RelayNetworks[1]
	for address, in := range map[string]bool{"192.0.2.128": true, "192.0.2.255": true, "192.0.2.127": false, "192.0.3.128": false, "": false, "2001:db8::1": false} {
		if half.Contains(address) != in || all.Contains(address) != strings.Contains(address, ".") {
			t.Errorf("%q is in the networks: %t, %t", address, half.Contains(address), all.Contains(address))
		}
	}
}

// Everything that a world of mail can have besides hosts and users.
func TestMailWorld(t *testing.T) {
	const more = `
[[zone]]
name = "example.com"
servers = ["MX.example.net"]
dnssec = "secure"
text = """
@ MX 10 mx.example.net.
"""
[[actor]]
kind = "reader"
host = "desk.example.org"
server = "mx.example.net"
protocol = "pop3"
user = "bob"
password = "plover"
every = "10m"
delete = true
[[actor]]
kind = "writer"
host = "desk.example.org"
server = "mx.example.net:587"
from = "alice@Example.org"
to = ["bob@example.net"]
every = "1h"
first = "5m"
jitter = "30s"
until = "2d"
subject = "News"
[[actor]]
kind = "dial-up"
host = "desk.example.org"
server = "mx.example.net"
every = "1h"
for = "10m"
fetch = "example.net"
[[fault]]
kind = "link-slow"
between = ["mx.example.net", "desk.example.org"]
value = "20"
at = "1h"
for = "30m"
[[fault]]
kind = "reply-replaced"
host = "mx.example.net"
value = "250 => 451 Not now"
at = "2h"
`
	text := strings.Replace(good, `role = "mta"`, `role = "mta"
resolver = "mx.example.net"
aliases = """
# who is who
postmaster: bob
All: bob, carla@example.com,
	quoted,\\bob
nobody: /dev/null
"""
catch-all = "bob@example.net"
backup-for = ["example.net"]
masquerade = "example.net"
delivered-to = true
own-senders = true
deliver-by = true
pipelining = true
chunking = true
max-hops = 25
max-size = 1000
rate-limit = 10
greylist = "5m"
blocklists = ["BL.example.org"]
retry = ["15m", "1h"]
warn-after = "4h"
give-up-after = "2d"
hold = true
tls = "verified"
certificate = [{ names = ["*.example.net"], issuer = "Us", from = 2026-01-01T00:00:00Z, to = 2027-01-01T00:00:00Z }]`, 1)
	text = strings.Replace(text, `"33.6kbit/s"`, "\"33.6kbit/s\"\nloss = \"0.5%\"\njitter = \"3ms\"", 1)
	text = strings.Replace(text, `"plover"`, "\"plover\"\nforward = \"\\\\bob, carla@example.com\"\nquota = 1000\nmax-age = \"30d\"", 1)
	def, err := world.Parse("mine", []byte(text+more))
	if err != nil {
		t.Fatal(err)
	}
	h := def.Hosts[1]
	if want := (world.MTA{
		Aliases: []world.Alias{{"postmaster", []string{"bob"}}, {"all", []string{"bob", "carla@example.com", "quoted", `\bob`}},
			{"nobody", []string{"/dev/null"}}},
		CatchAll: "bob@example.net", Backup: []string{"example.net"}, Masquerade: "example.net", DeliveredTo: true, OwnSenders: true, DeliverBy: true, Pipelining: true, Chunking: true, MaxHops: 25,
		MaxSize: 1000, RateLimit: 10, Greylist: 5 * time.Minute, Blocklists: []string{"bl.example.org"},
		Retry: []time.Duration{15 * time.Minute, time.Hour}, WarnAfter: 4 * time.Hour, GiveUpAfter: 48 * time.Hour, Hold: true,
		TLS: world.VerifiedTLS,
	}); !reflect.DeepEqual(h.MTA, want) {
		t.Errorf(" got %+v\nwant %+v", h.MTA, want)
	}
	if c := h.Certificates; len(c) != 1 || c[0].Issuer != "Us" || c[0].To.Year() != 2027 || h.Resolver != "mx.example.net" {
		t.Errorf("%+v", h)
	}
	if l := def.Links[0]; l.Loss != 5000 || l.Jitter != 3*time.Millisecond {
		t.Errorf("%+v", l)
	}
	if u := def.Users[0]; !slices.Equal(u.Forward, []string{`\bob`, "carla@example.com"}) || u.Quota != 1000 || u.MaxAge != 720*time.Hour {
		t.Errorf("%+v", u)
	}
	if z := def.Zones[0]; len(z.Records) != 1 || z.Servers[0] != "mx.example.net" || z.DNSSEC != dns.Secure {
		t.Errorf("%+v", z)
	}
	if want := []world.Actor{
		{Kind: world.Reader, Host: "desk.example.org", Every: 10 * time.Minute, First: 10 * time.Minute, Protocol: "pop3",
			Server: "mx.example.net:110", User: "bob", Password: "plover", Delete: true},
		{Kind: world.Writer, Host: "desk.example.org", Every: time.Hour, First: 5 * time.Minute, Jitter: 30 * time.Second,
			Until: 48 * time.Hour, Server: "mx.example.net:587", User: "alice@example.org", To: []string{"bob@example.net"}, Subject: "News"},
		{Kind: world.DialUp, Host: "desk.example.org", Every: time.Hour, First: time.Hour, For: 10 * time.Minute, Server: "mx.example.net", Fetch: "example.net"},
	}; !reflect.DeepEqual(def.Actors, want) {
		t.Errorf(" got %+v\nwant %+v", def.Actors, want)
	}
	if want := []world.Fault{
		{Kind: world.LinkSlow, At: time.Hour, For: 30 * time.Minute, Host: "mx.example.net", Other: "desk.example.org", Value: "20"},
		{Kind: world.ReplyReplaced, At: 2 * time.Hour, Host: "mx.example.net", Value: "250 => 451 Not now"},
	}; !reflect.DeepEqual(def.Faults, want) {
		t.Errorf(" got %+v\nwant %+v", def.Faults, want)
	}
	for _, f := range def.Faults {
		if g, ok := world.FaultOf(f.Kind, f.Host, f.Args()); !ok || g.Value != f.Value || g.Other != f.Other {
			t.Errorf("as an input %+v is %+v", f, g)
		}
	}
}

func TestCatalogue(t *testing.T) {
	if names := worlds.Names(); !slices.Equal(names, []string{"alias-loop", "backup-mx", "by-hand", "dead-ends", "dial-up", "eavesdropper", "full-mailbox", "greylisting",
		"home-network", "mailing-list", "old-servers", "one-host", "open-relay", "other-words", "sendmail-era", "split-mailbox", "stripped",
		"submission", "today", "two-disks", "two-domains", "two-families"}) {
		t.Errorf("the worlds are %v", names)
	}
	for _, name := range worlds.Names() {
		text, ok := worlds.Text(name)
		if _, err := world.Parse(name, text, personas.All()...); !ok || err != nil {
			t.Error(err)
		}
	}
	if _, ok := worlds.Text("nowhere"); ok {
		t.Error("a world that is not there has a text")
	}
}

// Each row changes the good file at one place; old is replaced by new, and every error must be named: line, key, the
// problem with its arguments, the repair where it is not the problem's own, and the text that repairs it.
var mistakes = []struct{ name, old, new, want string }{
	{"no grammar", "grammar = 1\n", "", `1: grammar: world.grammar-missing`},
	{"newer grammar", "grammar = 1", "grammar = 2\nfuture = 1", `1: grammar: world.grammar-newer example="grammar = 1" grammar="2" known="1"`},
	{"no such grammar", "grammar = 1", "grammar = 0", `1: grammar: world.grammar-unknown`},
	{"grammar as text", "grammar = 1", `grammar = "1"`, `1: grammar: world.grammar-unknown`},

	{"unknown key", "latency =", "latencie =", `20: link.latency: world.missing-key example="latency = \"18ms\"" key="latency"
22: link.latencie: world.unknown-key key="latencie"; world.did-you-mean name="latency" -> latency`},
	{"unknown key like no other", "you = true", "colour = true", `11: host.colour: world.unknown-key key="colour" known="address, aliases, arc, authentication, backup-for, blocklists, catch-all, certificate, chunking, dane, deliver-by, delivered-to, dkim, give-up-after, greylist, hold, ipv6, mail-store, masquerade, max-hops, max-size, mta-sts, name, open-relay, own-senders, person, pipelining, rate-limit, refuse-headers, refuse-senders, relay-from, resolver, retry, role, service, smarthost, srs, tls, trusted-sealers, warn-after, you"`},
	{"unknown table", "[[user]]", "[[users]]", `29: users: world.unknown-key key="users"; world.did-you-mean name="user" -> user`},
	{"missing key", "address = \"192.0.2.10\"\n", "", `6: host.address: world.missing-key`},
	{"no title", "title = \"Two hosts\"\n", "", `1: title: world.missing-key`},
	{"empty title", `"Two hosts"`, `" "`, `2: title: world.bad-text`},
	{"key twice", "seed = 7", "seed = 7\nseed = 8", `4: seed: world.duplicate-key first="3" key="seed"`},
	{"table where tables are", "[[domain]]", "[domain]", `25: domain: world.want-tables`},
	{"table twice", "[[link]]", "[domain]\n[[link]]", `20: domain: world.want-tables
26: domain: world.duplicate-key first="20" key="domain"`},

	{"text wanted", `name = "desk.example.org"`, "name = 5", `7: host.name: world.want-text`},
	{"number wanted", "seed = 7", `seed = "7"`, `3: seed: world.want-number`},
	{"number too long", "seed = 7", `seed = 99999999999999999999`, `3: seed: world.want-number`},
	{"seed below 0", "seed = 7", `seed = -7`, `3: seed: world.bad-seed seed="-7"`},
	{"yes or no wanted", "you = true", `you = "yes"`, `11: host.you: world.want-bool`},
	{"time wanted", "2026-03-02T09:00:00+01:00", "2026-03-02", `4: start: world.want-time`},
	{"no such day", "2026-03-02T09:00:00+01:00", "2026-02-30T09:00:00Z", `4: start: world.bad-time`},
	{"list wanted", `["desk.example.org"]`, `"desk.example.org"`, `17: host.relay-from: world.want-list`},
	{"list of texts wanted", `["desk.example.org"]`, `[1, "desk.example.org"]`, `17: host.relay-from: world.want-list`},
	{"tables wanted", `service = [{ protocol = "smtp" }, {`, `service = ["smtp", {`, `18: host.service: world.want-tables`},
	{"tables wanted, number", `service = [{ protocol = "smtp" }, { protocol = "pop3", port = 1110 }]`, `service = 25`, `18: host.service: world.want-tables`},

	{"bad name", `name = "desk.example.org"`, `name = "desk_1"`, `7: host.name: world.bad-name`},
	{"bad address", "192.0.2.10", "192.0.2.256", `8: host.address: world.bad-ip-address address="192.0.2.256"`},
	{"bad role", `"mta"`, `"mat"`, `16: host.role: world.bad-role role="mat"; world.did-you-mean name="mta" -> "mta"`},
	{"no such role", `"mta"`, `"router"`, `16: host.role: world.bad-role known="dns, eve, mailbox, mta, mua" role="router"`},
	{"bad protocol", `protocol = "smtp"`, `protocol = "smpt"`, `18: host.service.protocol: world.bad-protocol protocol="smpt"; world.did-you-mean name="smtp" -> "smtp"`},
	{"no such protocol", `protocol = "smtp"`, `protocol = "uucp"`, `18: host.service.protocol: world.bad-protocol known="dns, https, imap, kpop, pop2, pop3, smtp" protocol="uucp"`},
	{"bad service role", `protocol = "smtp"`, `protocol = "smtp", role = "submision"`, `18: host.service.role: world.bad-service-role role="submision"; world.did-you-mean name="submission" -> "submission"`},
	{"no such service role", `protocol = "smtp"`, `protocol = "smtp", role = "msa"`, `18: host.service.role: world.bad-service-role known="submission" role="msa"`},
	{"role without smtp", `protocol = "pop3"`, `protocol = "pop3", role = "submission"`, `18: host.service.role: world.role-without-smtp role="submission"`},
	{"bad TLS", `protocol = "smtp"`, `protocol = "smtp", tls = "STARTTLS"`, `18: host.service.tls: world.bad-tls tls="STARTTLS"; world.did-you-mean name="starttls" -> "starttls"`},
	{"no such TLS", `protocol = "smtp"`, `protocol = "smtp", tls = "ssl"`, `18: host.service.tls: world.bad-tls known="implicit, starttls" tls="ssl"`},
	{"TLS as truth", `protocol = "smtp"`, `protocol = "smtp", tls = true`, `18: host.service.tls: world.want-text`},
	{"bad mechanism", `protocol = "smtp"`, `protocol = "smtp", auth = ["PLAIN", "cram-md4"]`, `18: host.service.auth: world.bad-mechanism mechanism="cram-md4"; world.did-you-mean name="CRAM-MD5" -> "CRAM-MD5"`},
	{"no such mechanism", `protocol = "smtp"`, `protocol = "smtp", auth = ["GSSAPI"]`, `18: host.service.auth: world.bad-mechanism known="CRAM-MD5, LOGIN, PLAIN, SCRAM-SHA-256" mechanism="GSSAPI"`},
	{"unknown persona", `protocol = "pop3"`, `protocol = "pop3", persona = "uw-ipop3d-7.5"`, `18: host.service.persona: world.unknown-persona persona="uw-ipop3d-7.5" protocol="pop3"; world.did-you-mean name="uw-ipop3d-7.59" -> "uw-ipop3d-7.59"`},
	{"no such persona", `protocol = "pop3"`, `protocol = "pop3", persona = "../x"`, `18: host.service.persona: world.unknown-persona known="courier-pop3-1.0, cyrus-pop3-3.6, dovecot-pop3-2.3, qpopper-2.53, qpopper-4.0, rfc1225, strict, uw-ipop3d-6.50, uw-ipop3d-7.59" persona="../x" protocol="pop3"`},
	{"another protocol's persona", `protocol = "smtp"`, `protocol = "smtp", persona = "uw-ipop3d-6.50"`, `18: host.service.persona: world.persona-protocol persona="uw-ipop3d-6.50" protocol="smtp"`},
	{"service by itself", "\n[[link]]", "\n[[service]]\nprotocol = 'imap'\n\n[[link]]", `20: service: world.misplaced-table meant="[[host.service]]" table="[[service]]"`},
	{"address for a host", `mx = "mx.example.net"`, `mx = "198.51.100.25"`, `27: domain.mx: world.unknown-host host="198.51.100.25"; world.did-you-mean name="mx.example.net" -> "mx.example.net"`},
	{"bad sender", `role = "mta"`, "role = \"mta\"\nrefuse-senders = ['example.com', '<x@example.com>']", `17: host.refuse-senders: world.bad-sender example="refuse-senders = [\"example.com\", \"mallory@example.org\"]" sender="<x@example.com>"`},
	{"bad header rule", `role = "mta"`, "role = \"mta\"\nrefuse-headers = ['Subject']", `17: host.refuse-headers: world.bad-header-rule example="refuse-headers = [\"Subject: MAKE MONEY FAST\"]" rule="Subject"`},
	{"bad IPv6 address", `role = "mta"`, "role = \"mta\"\nipv6 = '2001:db8::10::1'", `17: host.ipv6: world.bad-ipv6-address address="2001:db8::10::1"`},
	{"IPv4 for IPv6", `role = "mta"`, "role = \"mta\"\nipv6 = '192.0.2.7'", `17: host.ipv6: world.bad-ipv6-address address="192.0.2.7"`},
	{"IPv6 for IPv4", "192.0.2.10", "2001:db8::10", `8: host.address: world.bad-ip-address address="2001:db8::10"`},
	{"IPv6 address twice", `role = "mta"`, "role = \"mta\"\nipv6 = '2001:db8::1'\n[[host]]\nname = 'b.example'\naddress = '192.0.2.77'\nrole = 'mua'\nipv6 = '2001:DB8:0::1'", `22: host.ipv6: world.duplicate-address address="2001:db8::1" first="17"`},
	{"no such IPv6 network", `["desk.example.org"]`, `["2001:db8::1/64"]`, `17: host.relay-from: world.bad-network network="2001:db8::1/64"`},
	{"bad network", `["desk.example.org"]`, `["192.0.2.1/24"]`, `17: host.relay-from: world.bad-network network="192.0.2.1/24"`},
	{"no such network", `["desk.example.org"]`, `["192.0.2.0/33"]`, `17: host.relay-from: world.bad-network`},
	{"port twice by default", `port = 1110`, `port = 465 }, { protocol = "smtp", tls = "implicit"`, `18: host.service.port: world.duplicate-port first="18" port="465"`},
	{"bad line of inetd", "1110", "1110, inetd = 'ipop3d'", `18: host.service.inetd: world.bad-inetd inetd="ipop3d"`},
	{"bad port", "1110", "65536", `18: host.service.port: world.bad-port port="65536"`},
	{"port twice", "1110", "25", `18: host.service.port: world.duplicate-port first="18" port="25"`},
	{"name twice", `name = "mx.example.net"`, `name = "DESK.example.org"`, `14: host.name: world.duplicate-host first="7" host="desk.example.org"`},
	{"address twice", "198.51.100.25", "192.0.2.10", `15: host.address: world.duplicate-address address="192.0.2.10" first="8"`},
	{"two learners", `role = "mta"`, "role = \"mta\"\nyou = true", `17: host.you: world.duplicate-you first="11"`},
	{"smarthost nowhere", `role = "mta"`, "role = \"mta\"\nsmarthost = \"desk.example.com\"", `17: host.smarthost: world.unknown-host host="desk.example.com"; world.did-you-mean-line line="7" name="desk.example.org" -> "desk.example.org"`},
	{"its own smarthost", `role = "mta"`, "role = \"mta\"\nsmarthost = \"mx.example.net\"", `17: host.smarthost: world.smarthost-itself host="mx.example.net"`},
	{"relay for nobody", `["desk.example.org"]`, `["laptop.example.com"]`, `17: host.relay-from: world.unknown-host host="laptop.example.com" known="desk.example.org, mx.example.net"`},

	{"link to nowhere", `"MX.example.net"`, `"mx.example.nte"`, `21: link.between: world.unknown-host host="mx.example.nte"; world.did-you-mean-line line="14" name="mx.example.net" -> "mx.example.net"`},
	{"link to itself", `"MX.example.net"`, `"desk.example.org"`, `21: link.between: world.link-itself host="desk.example.org"`},
	{"three ends", `"MX.example.net"]`, `"mx.example.net", "mx.example.net"]`, `21: link.between: world.link-ends count="3"`},
	{"link twice", "[[domain]]", "[[link]]\nbetween = ['mx.example.net', 'desk.example.org']\nlatency = \"1ms\"\n[[domain]]",
		`26: link.between: world.duplicate-link first="21" link="desk.example.org – mx.example.net"`},
	{"bad duration", `"1.5ms"`, `"1.5"`, `22: link.latency: world.bad-duration text="1.5"`},
	{"duration in words", `"1.5ms"`, `"18 msec"`, `22: link.latency: world.bad-duration`},
	{"duration as number", `"1.5ms"`, `18`, `22: link.latency: world.want-text`},
	{"duration without quotes", `"1.5ms"`, `18ms`, `22: world.syntax.quotes`},
	{"duration too long", `"1.5ms"`, `"31d"`, `22: link.latency: world.bad-duration`},
	{"duration below 0", `"1.5ms"`, `"-1ms"`, `22: link.latency: world.bad-duration`},
	{"bandwidth in small letters", `"33.6kbit/s"`, `"8mbit/s"`, `23: link.bandwidth: world.bad-bandwidth text="8mbit/s"; world.did-you-mean name="8Mbit/s" -> "8Mbit/s"`},
	{"bandwidth in bps", `"33.6kbit/s"`, `'33.6 kbps'`, `23: link.bandwidth: world.bad-bandwidth text="33.6 kbps"; world.did-you-mean name="33.6kbit/s" -> '33.6kbit/s'`},
	{"bandwidth without unit", `"33.6kbit/s"`, `"8"`, `23: link.bandwidth: world.bad-bandwidth text="8"`},
	{"no bandwidth at all", `"33.6kbit/s"`, `"0bit/s"`, `23: link.bandwidth: world.bad-bandwidth`},

	{"domain twice", "[[user]]", "[[domain]]\nname = 'example.NET'\nmx = 'mx.example.net'\n[[user]]", `30: domain.name: world.duplicate-domain domain="example.net" first="26"`},
	{"MX nowhere", `mx = "mx.`, `mx = "mxx.`, `27: domain.mx: world.unknown-host host="mxx.example.net"; world.did-you-mean-line line="14" name="mx.example.net" -> "mx.example.net"`},
	{"user without domain", "bob@Example.Net", "bob@example.nte", `30: user.address: world.unknown-domain domain="example.nte"; world.did-you-mean-line line="26" name="example.net" -> "example.net"
34: letter.to: world.unknown-user user="bob@example.net"; world.did-you-mean-line line="30" name="bob@example.nte" -> "bob@example.nte"`},
	{"user of another domain", "[[letter]]", "[[user]]\naddress = 'eve@test'\npassword = 'x'\n[[letter]]", `34: user.address: world.unknown-domain domain="test" known="example.net"`},
	{"letter for a stranger", `to = "bob@`, `to = "eve.moneypenny@`, `34: letter.to: world.unknown-user known="bob@example.net" user="eve.moneypenny@example.net"`},
	{"no address", "bob@Example.Net", "bob", `30: user.address: world.bad-mail-address address="bob"`},
	{"user twice", "[[letter]]", "[[user]]\naddress = 'bob@example.net'\npassword = 'x'\n[[letter]]", `34: user.address: world.duplicate-user first="30" user="bob@example.net"`},
	{"empty password", `"plover"`, `""`, `31: user.password: world.bad-password`},
	{"mailbox nowhere", `"plover"`, "\"plover\"\nhost = \"mx.example.com\"", `32: user.host: world.unknown-host host="mx.example.com"; world.did-you-mean-line line="14" name="mx.example.net" -> "mx.example.net"`},

	{"bad alias", `role = "mta"`, "role = \"mta\"\naliases = \"all: bob, |prog\"", `17: host.aliases: world.bad-alias text="all: bob, |prog"`},
	{"alias of nothing", `role = "mta"`, "role = \"mta\"\naliases = \"\\tbob\"", `17: host.aliases: world.bad-alias`},
	{"catch-all nobody", `role = "mta"`, "role = \"mta\"\ncatch-all = \"eve.moneypenny@example.net\"", `17: host.catch-all: world.unknown-user`},
	{"backup for nothing", `role = "mta"`, "role = \"mta\"\nbackup-for = [\"example.com\"]", `17: host.backup-for: world.unknown-domain`},
	{"bad client TLS", `role = "mta"`, "role = \"mta\"\ntls = \"no\"", `17: host.tls: world.bad-client-tls known="never, opportunistic, verified" tls="no"`},
	{"bad masquerade", `role = "mta"`, "role = \"mta\"\nmasquerade = \"a b\"", `17: host.masquerade: world.bad-name`},
	{"bad blocklist", `role = "mta"`, "role = \"mta\"\nblocklists = [\"-\"]", `17: host.blocklists: world.bad-name`},
	{"no hops", `role = "mta"`, "role = \"mta\"\nmax-hops = 0", `17: host.max-hops: world.bad-count example="max-hops = 25" key="max-hops" number="0"`},
	{"bad retry", `role = "mta"`, "role = \"mta\"\nretry = [\"15m\", \"0s\"]", `17: host.retry: world.bad-duration text="0s"`},
	{"bad certificate", `role = "mta"`, "role = \"mta\"\ncertificate = [{ names = [\"a b\"] }]", `17: host.certificate.names: world.bad-name`},
	{"bad authentication", `role = "mta"`, "role = \"mta\"\nauthentication = \"reject\"", `17: host.authentication: world.bad-authentication authentication="reject" known="enforce, tag"`},
	{"bad policy", `mx = "`, "sts-policy = \"version: STSv1\"\nmx = \"", `27: domain.sts-policy: world.bad-sts-policy`},
	{"bad mail store", `role = "mta"`, "role = \"mta\"\nmail-store = \"dbx\"", `17: host.mail-store: world.bad-mail-store known="maildir, mbox, mh" mail-store="dbx"`},
	{"bad sealer", `role = "mta"`, "role = \"mta\"\ntrusted-sealers = [\"a b\"]", `17: host.trusted-sealers: world.bad-name`},
	{"bad DKIM key", `role = "mta"`, "role = \"mta\"\ndkim = [{ domain = \"example.net\", selector = \"s\", key = \"c2VjcmV0\" }]", `17: host.dkim.key: world.bad-dkim-key`},
	{"bad selector", `role = "mta"`, "role = \"mta\"\ndkim = [{ domain = \"example.net\", selector = \"a b\", key = \"nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=\" }]", `17: host.dkim.selector: world.bad-name`},
	{"bad suffix", "seed = 7", "seed = 7\npublic-suffixes = [\"co.uk\", \"a b\"]", `4: public-suffixes: world.bad-name`},
	{"resolver nowhere", `role = "mta"`, "role = \"mta\"\nresolver = \"ns.example.com\"", `17: host.resolver: world.unknown-host`},
	{"bad loss", `latency = "1.5ms"`, "latency = \"1.5ms\"\nloss = \"101%\"", `23: link.loss: world.bad-percent text="101%"`},
	{"bad forward", `"plover"`, "\"plover\"\nforward = \"|vacation bob\"", `32: user.forward: world.bad-alias`},
	{"bad max-age", `"plover"`, "\"plover\"\nmax-age = \"long\"", `32: user.max-age: world.bad-duration`},

	{"zone twice", `two"""`, "two\"\"\"\n[[zone]]\nname = 'a.test'\nservers = ['mx.example.net']\ntext = ''\n[[zone]]\nname = 'a.test'\nservers = ['mx.example.net']\ntext = ''", `46: zone.name: world.duplicate-zone first="42" zone="a.test"`},
	{"bad dnssec", `two"""`, "two\"\"\"\n[[zone]]\nname = 'a.test'\nservers = ['mx.example.net']\ndnssec = 'yes'\ntext = ''", `44: zone.dnssec: world.bad-dnssec dnssec="yes" known="bogus, insecure, secure"`},
	{"bad zone: address", `two"""`, "two\"\"\"\n[[zone]]\nname = 'a.test'\nservers = ['mx.example.net']\ntext = \"x A 1.2.3\"", `44: zone.text: world.bad-zone.address`},
	{"bad zone: alias", `two"""`, "two\"\"\"\n[[zone]]\nname = 'a.test'\nservers = ['mx.example.net']\ntext = \"x CNAME y\\nx A 192.0.2.1\"", `44: zone.text: world.bad-zone.alias`},
	{"bad zone: control", `two"""`, "two\"\"\"\n[[zone]]\nname = 'a.test'\nservers = ['mx.example.net']\ntext = \"$INCLUDE x\"", `44: zone.text: world.bad-zone.control`},
	{"bad zone: fields", `two"""`, "two\"\"\"\n[[zone]]\nname = 'a.test'\nservers = ['mx.example.net']\ntext = \"x MX mx\"", `44: zone.text: world.bad-zone.fields`},
	{"bad zone: name", `two"""`, "two\"\"\"\n[[zone]]\nname = 'a.test'\nservers = ['mx.example.net']\ntext = \"x.test. A 192.0.2.1\"", `44: zone.text: world.bad-zone.name`},
	{"bad zone: number", `two"""`, "two\"\"\"\n[[zone]]\nname = 'a.test'\nservers = ['mx.example.net']\ntext = \"x MX ten mx\"", `44: zone.text: world.bad-zone.number`},
	{"bad zone: owner", `two"""`, "two\"\"\"\n[[zone]]\nname = 'a.test'\nservers = ['mx.example.net']\ntext = \" A 192.0.2.1\"", `44: zone.text: world.bad-zone.owner`},
	{"bad zone: quote", `two"""`, "two\"\"\"\n[[zone]]\nname = 'a.test'\nservers = ['mx.example.net']\ntext = \"x TXT \\\"a\"", `44: zone.text: world.bad-zone.quote`},
	{"bad zone: type", `two"""`, "two\"\"\"\n[[zone]]\nname = 'a.test'\nservers = ['mx.example.net']\ntext = \"x HINFO a b\"", `44: zone.text: world.bad-zone.type`},

	{"bad fault", `two"""`, "two\"\"\"\n[[fault]]\nkind = 'link-dwon'\nat = '1h'", `42: fault.kind: world.bad-fault kind="link-dwon"; world.did-you-mean name="link-down" -> 'link-down'`},
	{"no such fault", `two"""`, "two\"\"\"\n[[fault]]\nkind = 'earthquake'\nat = '1h'", `42: fault.kind: world.bad-fault`},
	{"bad fault value", `two"""`, "two\"\"\"\n[[fault]]\nkind = 'link-loss'\nat = '1h'\nbetween = ['desk.example.org', 'mx.example.net']\nvalue = 'much'", `45: fault.value: world.bad-fault-value example="10%" kind="link-loss" value="much"`},
	{"fault of no link", `two"""`, "two\"\"\"\n[[fault]]\nkind = 'link-down'\nat = '1h'\nbetween = ['desk.example.org', 'desk.example.org']", `44: fault.between: world.unknown-link link="desk.example.org – desk.example.org"`},
	{"fault of one end", `two"""`, "two\"\"\"\n[[fault]]\nkind = 'link-down'\nat = '1h'\nbetween = ['desk.example.org']", `44: fault.between: world.link-ends count="1"`},
	{"bad actor", `two"""`, "two\"\"\"\n[[actor]]\nkind = 'cat'\nhost = 'desk.example.org'\nevery = '1m'", `42: actor.kind: world.bad-actor`},
	{"busy actor", `two"""`, "two\"\"\"\n[[actor]]\nkind = 'writer'\nhost = 'desk.example.org'\nevery = '1ms'\nserver = 'mx.example.net'\nfrom = 'a@b'\nto = ['a@b.']", `44: actor.every: world.bad-every
47: actor.to: world.bad-mail-address`},
	{"dial-up without a line", `two"""`, "two\"\"\"\n[[actor]]\nkind = 'dial-up'\nhost = 'desk.example.org'\nevery = '1h'\nfor = '1m'\nserver = 'desk.example.org'", `46: actor.server: world.unknown-link`},
	{"actor at no port", `two"""`, "two\"\"\"\n[[actor]]\nkind = 'reader'\nprotocol = 'pop3'\nuser = 'bob'\npassword = 'plover'\nhost = 'desk.example.org'\nevery = '1h'\nserver = 'mx.example.net:x'", `48: actor.server: world.bad-port`},

	{"letter for nobody", `to = "bob@`, `to = "bop@`, `34: letter.to: world.unknown-user user="bop@example.net"; world.did-you-mean-line line="30" name="bob@example.net" -> "bob@example.net"`},
	{"letter with a name", `to = "bob@example.net"`, `to = "Bob <bob@example.net>"`, `34: letter.to: world.bad-mail-address`},
	{"bad flag", `'\Seen'`, `'\Sean'`, `35: letter.flags: world.bad-flag flag="\\Sean"; world.did-you-mean name="\\Seen" -> '\Seen'`},
	{"no such flag", `'\Seen'`, `'\Important'`, `35: letter.flags: world.bad-flag flag="\\Important" known="\\Answered, \\Deleted, \\Draft, \\Flagged, \\Seen"`},
	{"letter without header", "Subject: x\n", "", `36: letter.text: world.bad-letter`},

	{"backslash in quotes", `'\Seen'`, `"\Seen"`, `35: world.syntax.escape`},
	{"no equals", "seed = 7", "seed 7", `3: world.syntax.equals`},
	{"no value", "seed = 7", "seed =", `3: world.syntax.quotes`},
	{"word without quotes", `"mua"`, `mua`, `9: world.syntax.quotes`},
	{"curly quotes", `"mua"`, `“mua”`, `9: world.syntax.curly-quotes`},
	{"open quotes", `"mua"`, `"mua`, `9: world.syntax.string-end`},
	{"open long text", `two"""`, `two`, `40: world.syntax.string-end`},
	{"no comma", `"desk.example.org", "MX`, `"desk.example.org" "MX`, `21: world.syntax.array`},
	{"header not closed", "[[domain]]", "[[domain]", `25: world.syntax.header`},
	{"two on a line", "seed = 7", "seed = 7 you = true", `3: world.syntax.line-end`},
	{"bad number", "seed = 7", "seed = 0x", `3: world.syntax.number`},
	{"not UTF-8", "Two", "Tw\xf6", `2: world.syntax.utf8 text="title = \"Tw� hosts\""`},
	{"a key of dots", "seed = 7", ". = 7", `3: world.syntax`},
	{"too large", "two", strings.Repeat("two ", 1<<18), `1: world.too-large`},
}

func TestMistakes(t *testing.T) {
	met := map[string]bool{"world.did-you-mean": true, "world.did-you-mean-line": true}
	check := func(name, text, want string) {
		t.Helper()
		_, err := world.Parse("mine", []byte(text), personas.All()...)
		var errs world.Errors
		if !errors.As(err, &errs) {
			t.Errorf("%s gives %v, want %s", name, err, want)
			return
		}
		var got []string
		for _, e := range errs {
			met[e.Note.ID], met[e.Repair.ID] = true, true
			line := strings.TrimPrefix(e.Error(), "mine.toml:")
			if e.Repair.ID == e.Note.ID+".repair" {
				line, _, _ = strings.Cut(line, "; ")
			}
			if e.Replace != "" {
				line += " -> " + e.Replace
				fixed := text[:e.Start] + e.Replace + text[e.End:]
				if strings.Contains(fmt.Sprint(world.Parse("mine", []byte(fixed), personas.All()...)), fmt.Sprintf("%d: %s: %s", e.Line, e.Key, e.Note.ID)) {
					t.Errorf("%s: the repair does not repair: %s", name, e)
				}
			}
			got = append(got, line)
		}
		wants := strings.Split(want, "\n")
		if len(got) != len(wants) || !slices.EqualFunc(got, wants, strings.HasPrefix) {
			t.Errorf("%s gives\n%s\nwant\n%s", name, strings.Join(got, "\n"), want)
		}
	}
	for _, x := range mistakes {
		if !strings.Contains(good, x.old) {
			t.Fatalf("%s: the good file has no %q", x.name, x.old)
		}
		check(x.name, strings.Replace(good, x.old, x.new, 1), x.want)
	}
	check("nothing", "", `1: grammar: world.grammar-missing
1: title: world.missing-key`)
	check("no host", "grammar = 1\ntitle = \"x\"\n", "1: host: world.missing-host")
	for _, id := range world.MessageIDs() {
		if !met[id] {
			t.Errorf("no mistake here leads to %s", id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(met)) {
		if !slices.Contains(world.MessageIDs(), id) {
			t.Errorf("MessageIDs does not list %s", id)
		}
	}
}

func TestManyMistakesAtOnce(t *testing.T) {
	text := strings.NewReplacer("seed = 7", "sead = 7", `"mua"`, `"mau"`, "1.5ms", "15", "MX.example.net", "my.example.net",
		"mx = \"", "mx = \"example.org", "[[user]]", "[[user]", "bob@Example.Net", "bob", `'\Seen'`, "3").Replace(good)
	_, err := world.Parse("mine", []byte(text))
	var lines []int
	for _, e := range err.(world.Errors) {
		lines = append(lines, e.Line)
		if e.Column < 1 || e.End <= e.Start || e.File != "mine.toml" {
			t.Errorf("%s is at column %d, octets %d to %d", e, e.Column, e.Start, e.End)
		}
	}
	// After the broken header nothing is looked up: what seems to be missing may be there.
	if want := []int{3, 9, 22, 29, 35}; !slices.Equal(lines, want) {
		t.Errorf("lines %v, want %v:\n%v", lines, want, err)
	}
	many := "grammar = 1\n" + strings.Repeat("[[host]]\nx = 1\n", 200)
	if _, err := world.Parse("mine", []byte(many)); len(err.(world.Errors)) != 50 {
		t.Errorf("%d errors", len(err.(world.Errors)))
	}
}

func TestColumn(t *testing.T) {
	_, err := world.Parse("mine", []byte(strings.Replace(good, `["desk.example.org", "MX.example.net"]`, `["desk.example.org" , "mx.example.nte"]`, 1)))
	var e *world.Error
	if !errors.As(err, &e) || e.Line != 21 || e.Column != 33 {
		t.Errorf("got %d:%d, want 21:33", e.Line, e.Column)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	for _, name := range worlds.Names() {
		text, _ := worlds.Text(name)
		f.Add(text)
	}
	for _, x := range mistakes {
		if len(x.new) < 1000 {
			f.Add([]byte(strings.Replace(good, x.old, x.new, 1)))
		}
	}
	ids := make(map[string]bool)
	for _, id := range world.MessageIDs() {
		ids[id] = true
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		def, err := world.Parse("f", text)
		if err == nil {
			if def == nil || len(def.Hosts) == 0 {
				t.Error("a world without hosts")
			}
			return
		}
		for _, e := range err.(world.Errors) {
			if !ids[e.Note.ID] || !ids[e.Repair.ID] || e.Line < 1 || e.Column < 1 || e.Start < 0 || e.Start > e.End || e.End > len(text) {
				t.Errorf("%+v", e)
			}
		}
	})
}

// A world file can hold the personas of its services.
func TestOwnPersona(t *testing.T) {
	text := `grammar = 1
title = "A world"
[[host]]
name = "mail.example.org"
address = "192.0.2.20"
role = "mta"
  [[host.service]]
  protocol = "pop3"
  persona = "mine"
[persona.mine]
grammar = 1
title = "Mine"
protocol = "pop3"
[persona.mine.replies]
greeting = "+OK mine"
[persona.mine.replies.TOP]
missing = "-ERR which one?"
`
	def, err := world.Parse("own", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if p := def.Hosts[0].Services[0].Persona; p == nil || p.Name != "mine" || len(p.POP3.Replies) != 2 {
		t.Errorf("the persona is %+v", p)
	}
	for wrong, want := range map[string]string{
		strings.Replace(text, `greeting = "+OK`, `greeting = "250`, 1):         "persona.bad-reply",
		strings.Replace(text, `title = "Mine"`, `titel = "Mine"`, 1):           "world.missing-key",
		text[:strings.Index(text, "[persona.mine]")] + "[persona]\nmine = 1\n": "persona.want-table",
	} {
		if _, err := world.Parse("own", []byte(wrong)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("not %s: %v", want, err)
		}
	}
}
