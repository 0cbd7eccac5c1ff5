package peers

import (
	"bufio"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ehlo/sim"
	ehlodns "ehlo/sim/dns"
	"ehlo/sim/personas"
	"ehlo/sim/script"
	"ehlo/sim/world"
	"ehlo/sim/worlds"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/textproto"
	"github.com/miekg/dns"
)

func parseWorld(t *testing.T, name string) *world.Definition {
	t.Helper()
	text, _ := worlds.Text(name)
	def, err := world.Parse(name, text, personas.All()...)
	if err != nil {
		t.Fatal(err)
	}
	return def
}

// A resolver library reads what the zones of the worlds say, from zone files and from messages, as the same records.
func TestZonesAndMessagesAreRight(t *testing.T) {
	zones := 0
	for _, name := range worlds.Names() {
		for _, z := range parseWorld(t, name).Zones {
			zones++
			p := dns.NewZoneParser(strings.NewReader(ehlodns.Text(z.Records)), z.Name+".", name)
			var read []dns.RR
			for rr, ok := p.Next(); ok; rr, ok = p.Next() {
				read = append(read, rr)
			}
			if err := p.Err(); err != nil || len(read) != len(z.Records) {
				t.Errorf("%s, zone %s: %d records of %d, %v", name, z.Name, len(read), len(z.Records), err)
				continue
			}
			m := ehlodns.Message{ID: 4711, Response: true, Authoritative: true, Question: ehlodns.Question{Name: z.Name, Type: ehlodns.MX}, Answers: z.Records}
			var got dns.Msg
			if err := got.Unpack(m.Append(nil)); err != nil {
				t.Errorf("%s, zone %s: %v", name, z.Name, err)
				continue
			}
			for i, rr := range got.Answer {
				if rr.String() != read[i].String() {
					t.Errorf("%s: the message has %s, the zone %s", name, rr, read[i])
				}
			}
			got.Compress = true
			packed, err := got.Pack()
			if err != nil {
				t.Fatal(err)
			}
			again, ok := ehlodns.Parse(packed)
			if !ok || ehlodns.Text(again.Answers) != ehlodns.Text(z.Records) {
				t.Errorf("%s: what it packs is read as\n%s", name, ehlodns.Text(again.Answers))
			}
		}
	}
	if zones < 5 {
		t.Errorf("only %d zones", zones)
	}
}

// zoneOf finds a zone in a world file, as its author wrote it.
var zoneOf = regexp.MustCompile(`(?s)\[\[zone\]\]\nname = "([^"]+)".*?\ntext = (?:"""|\'\'\')\n(.*?)(?:"""|\'\'\')`)

// What stands in the world files is a zone file for a resolver library too, and it reads the same records from it.
func TestZoneFilesAreRight(t *testing.T) {
	zones, all := 0, 0
	for _, name := range worlds.Names() {
		text, _ := worlds.Text(name)
		def := parseWorld(t, name)
		all += len(def.Zones)
		for _, m := range zoneOf.FindAllStringSubmatch(string(text), -1) {
			zones++
			i := slices.IndexFunc(def.Zones, func(z world.Zone) bool { return z.Name == m[1] })
			if i < 0 {
				t.Errorf("%s: no zone %s is read", name, m[1])
				continue
			}
			theirs := dns.NewZoneParser(strings.NewReader(m[2]), m[1]+".", name)
			theirs.SetDefaultTTL(3600)
			ours := dns.NewZoneParser(strings.NewReader(ehlodns.Text(def.Zones[i].Records)), m[1]+".", name)
			for rr, ok := theirs.Next(); ok; rr, ok = theirs.Next() {
				if same, _ := ours.Next(); same == nil || same.String() != rr.String() {
					t.Errorf("%s, zone %s: the library reads %v, we read %v", name, m[1], rr, same)
				}
			}
			if more, _ := ours.Next(); more != nil || theirs.Err() != nil {
				t.Errorf("%s, zone %s: %v, and we read %v too", name, m[1], theirs.Err(), more)
			}
		}
	}
	if zones != all || zones < 5 {
		t.Errorf("%d zones of %d", zones, all)
	}
}

// A query of the library is understood, and so is a question of ours.
func TestQueries(t *testing.T) {
	var q dns.Msg
	q.SetQuestion("Example.NET.", dns.TypeMX)
	q.SetEdns0(1232, true)
	p, err := q.Pack()
	if err != nil {
		t.Fatal(err)
	}
	m, ok := ehlodns.Parse(p)
	if !ok || m.Question != (ehlodns.Question{Name: "example.net", Type: ehlodns.MX}) || !m.Recursion || m.ID != q.Id {
		t.Errorf("the query is read as %+v", m)
	}
	ours := ehlodns.Message{ID: 7, Recursion: true, Question: ehlodns.Question{Name: "mx.example.net", Type: ehlodns.A}}
	var got dns.Msg
	if err := got.Unpack(ours.Append(nil)); err != nil || got.Question[0].String() != ";mx.example.net.\tIN\t A" || !got.RecursionDesired {
		t.Errorf("ours is read as %v, %v", got, err)
	}
}

// Another library finds the three parts of a report, and in the second one what became of each recipient.
func TestReportsAreRight(t *testing.T) {
	tl, err := sim.NewTimeline(parseWorld(t, "two-domains"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := script.Parse("dsn", []byte(`telnet mail.example.org 25
> EHLO laptop.example.org
> MAIL FROM:<alice@example.org> RET=FULL ENVID=QQ314159
> RCPT TO:<dora@example.net> NOTIFY=FAILURE ORCPT=rfc822;Dora@example.net
> RCPT TO:<erik@example.com>
> DATA
> Subject: Reports
> From: alice@example.org
>
> --looks-like-a-boundary
> .
> QUIT
`))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Play(tl); err != nil {
		t.Fatal(err)
	}
	box, _ := tl.World().Mailbox("alice@example.org", "INBOX")
	var statuses []string
	for _, m := range box.Snapshot().All() {
		content, err := box.Content(m.UID)
		if err != nil {
			t.Fatal(err)
		}
		statuses = append(statuses, report(t, string(content))...)
	}
	want := []string{"rfc822; erik@example.com failed 5.1.2 ", "rfc822; dora@example.net failed 5.1.1 rfc822;Dora@example.net"}
	if strings.Join(statuses, "|") != strings.Join(want, "|") {
		t.Errorf("the reports say %q", statuses)
	}
}

// report reads a report and returns what it says of each recipient.
func report(t *testing.T, text string) (statuses []string) {
	t.Helper()
	e, err := message.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err := e.Header.ContentType()
	if err != nil || kind != "multipart/report" || params["report-type"] != "delivery-status" {
		t.Errorf("it is %s %v, %v", kind, params, err)
	}
	r := e.MultipartReader()
	if r == nil {
		t.Fatalf("no parts:\n%s", text)
	}
	var kinds []string
	for {
		part, err := r.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := part.Header.ContentType()
		kinds = append(kinds, kind)
		if kind != "message/delivery-status" {
			continue
		}
		in := bufio.NewReader(part.Body)
		if h, err := textproto.ReadHeader(in); err != nil || h.Get("Reporting-MTA") != "dns; mail.example.org" || h.Get("Original-Envelope-Id") != "QQ314159" {
			t.Errorf("of the message it says %v, %v", h, err)
		}
		for {
			h, err := textproto.ReadHeader(in)
			if err != nil || h.Len() == 0 {
				break
			}
			statuses = append(statuses, h.Get("Final-Recipient")+" "+h.Get("Action")+" "+h.Get("Status")+" "+h.Get("Original-Recipient"))
		}
	}
	if got := strings.Join(kinds, " "); got != "text/plain message/delivery-status message/rfc822" {
		t.Errorf("its parts are %s", got)
	}
	return statuses
}
