package sim_test

import (
	"bytes"
	"strings"
	"testing"

	"ehlo/sim"
	"ehlo/sim/simtest"
	"ehlo/sim/trace"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

// startChanged begins a world of the catalogue with changes to its file: old and new text in turn.
func startChanged(t *testing.T, name string, changes ...string) *sim.Timeline {
	t.Helper()
	text, _ := worlds.Text(name)
	for i := 0; i < len(changes); i += 2 {
		if !bytes.Contains(text, []byte(changes[i])) {
			t.Fatalf("the world %s has no %q", name, changes[i])
		}
	}
	return simtest.Written(t, name, []byte(strings.NewReplacer(changes...).Replace(string(text))))
}

// wire is what somebody on the way saw of a connection.
func wire(tl *sim.Timeline, conn uint32) string {
	var b strings.Builder
	for _, e := range tl.Trace().All() {
		if e.Kind == trace.KindSegment && e.Conn == conn {
			b.Write(e.Data)
		}
	}
	return b.String()
}

// records is the TLS records of a connection and the lines that they hold.
func records(tl *sim.Timeline, conn uint32) string {
	var parts []string
	for _, e := range tl.Trace().All() {
		switch {
		case e.Conn != conn:
		case e.Kind == trace.KindRecord:
			parts = append(parts, e.Dir.String()+" "+e.Label)
		case e.Kind == trace.KindTLS:
			parts = append(parts, strings.TrimSpace(e.Dir.String()+" TLS "+e.Class.String()+" "+e.Next))
		case e.Kind == trace.KindLine && e.Sealed:
			parts = append(parts, e.Dir.String()+" ["+e.Label+"]")
		case e.Kind == trace.KindLine:
			parts = append(parts, e.Dir.String()+" "+e.Label)
		}
	}
	return strings.Join(parts, "; ")
}

const pop3Service = "  [[host.service]]\n  protocol = \"pop3\"\n"

func TestTLSFromTheFirstOctet(t *testing.T) {
	tl := startChanged(t, "two-domains", pop3Service, pop3Service+"  tls = \"implicit\"\n")
	if err := tl.Input(trace.Input{Kind: trace.InputOpen, Actor: "laptop.example.org", Target: "mx.example.net:995", Data: []byte(trace.OpenTLS)}); err != nil {
		t.Fatal(err)
	}
	if err := tl.Input(trace.Input{Kind: trace.InputType, Actor: "laptop.example.org", Conn: 1, Data: []byte("USER bob\r\nPASS plover\r\nQUIT\r\n")}); err != nil {
		t.Fatal(err)
	}
	tl.Run()
	want := "C ClientHello; S ServerHello; S ChangeCipherSpec; S EncryptedExtensions; S Certificate; S CertificateVerify; S Finished; " +
		"C ChangeCipherSpec; C Finished; C TLS ok; C application data; C [USER]; C [PASS]; C [QUIT]; S TLS ok; S application data; S [+OK]; " +
		"S application data; S [+OK]; S [+OK]; S [+OK]; S close_notify; C close_notify"
	if got := records(tl, 1); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if w := wire(tl, 1); strings.Contains(w, "plover") || strings.Contains(w, "+OK") || !strings.Contains(w, "mx.example.net") {
		t.Error("on the wire is what should not be there")
	}
	if c, _ := tl.World().Conn(1); !c.Over {
		t.Error("the connection is not over")
	}
}

func TestSTLSGoesOnInsideTLS(t *testing.T) {
	tl := startChanged(t, "two-domains", pop3Service, pop3Service+"  tls = \"starttls\"\n")
	play(t, tl, "telnet mx.example.net 110\n> STLS\n> USER bob\n> PASS plover\n> STAT\n> QUIT\n")
	got := records(tl, 1)
	if !strings.HasPrefix(got, "S +OK; C STLS; S +OK; C ClientHello; S ServerHello") || !strings.HasSuffix(got, "S [+OK]; S close_notify; C close_notify") ||
		!strings.Contains(got, "C [PASS]") || strings.Contains(got, "C PASS") {
		t.Errorf("got %s", got)
	}
	if strings.Contains(wire(tl, 1), "plover") {
		t.Error("the password is on the wire")
	}
	// A rewound world goes on in the same way.
	log := tl.InputLog("test")
	again, err := sim.Replay(tl.Definition(), log)
	if err != nil || again.Seen() != tl.Seen() {
		t.Errorf("a replay gives %d events instead of %d: %v", again.Seen(), tl.Seen(), err)
	}
	tl.Seek(tl.Now() / 2)
	tl.Seek(log.End)
	if sum, _ := tl.Trace().Digests(tl.Seen()); !bytes.Equal(sum[:], log.TraceDigest) {
		t.Error("after a look at the past the trace is another one")
	}
}

func TestClearTextAtATLSPort(t *testing.T) {
	tl := startChanged(t, "two-domains", pop3Service, pop3Service+"  tls = \"implicit\"\n")
	play(t, tl, "telnet mx.example.net 995\n> USER bob\n")
	if got := records(tl, 1); got != "S TLS permanent not-tls; S alert" && got != "S alert; S TLS permanent not-tls" && got != "C USER; S alert; S TLS permanent not-tls" {
		t.Errorf("got %s", got)
	}
	if c, _ := tl.World().Conn(1); !c.Over {
		t.Error("the connection stays open")
	}
}

func TestMTAsGoOnInsideTLS(t *testing.T) {
	const mta = "relay-from = [\"laptop.example.org\"]"
	const mx = "[[host.service]]\n  protocol = \"smtp\""
	for _, x := range []struct{ policy, service, fault, want string }{
		{"", `tls = "starttls"`, "", "sealed"},
		{"", "", "", "clear"},
		{"", `tls = "starttls"`, world.StripTLS, "clear"},
		{"", `tls = "starttls"`, world.CertificateExpired, "sealed"},
		{`tls = "never"`, `tls = "starttls"`, "", "clear"},
		{`tls = "verified"`, `tls = "starttls"`, "", "sealed"},
		{`tls = "verified"`, `tls = "starttls"`, world.StripTLS, "454 4.7.4 The next host offers no TLS"},
		{`tls = "verified"`, `tls = "starttls"`, world.CertificateExpired, "454 4.7.5 The certificate of the next host is not to be trusted"},
		{`tls = "verified"`, `tls = "starttls"`, world.Impersonation, "454 4.7.5 The certificate of the next host is not to be trusted"},
	} {
		tl := startChanged(t, "two-domains", mta, mta+"\n"+x.policy, mx, mx+"\n  "+x.service)
		if x.fault != "" {
			fault(t, tl, "mx.example.net", x.fault, "")
		}
		play(t, tl, letter)
		got := "nothing"
		for _, e := range tl.Trace().All() {
			switch {
			case e.Kind == trace.KindLine && e.Verb == "MAIL" && e.Actor == "mail.example.org" && e.Sealed:
				got = "sealed"
			case e.Kind == trace.KindLine && e.Verb == "MAIL" && e.Actor == "mail.example.org" && e.Dir == trace.ToServer:
				got = "clear"
			case e.Kind == trace.KindDeferred:
				got = string(e.Data)
			}
		}
		if got != x.want {
			t.Errorf("%+v: %s", x, got)
		}
		if n := arrived(t, tl); (n == 1) != (x.want == "sealed" || x.want == "clear") {
			t.Errorf("%+v: %d copies", x, n)
		}
	}
}
