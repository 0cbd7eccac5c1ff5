package lab

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// faultLab runs a lab with faults as the command line has them.
func faultLab(t *testing.T, texts ...string) *running {
	t.Helper()
	o := Options{Seed: 1}
	for _, text := range texts {
		f, err := ParseFault(text)
		if err != nil {
			t.Fatal(err)
		}
		o.Faults = append(o.Faults, f)
	}
	return start(t, o)
}

// greeted is a client of the first SMTP door that has said EHLO.
func (r *running) greeted() *peer {
	r.Helper()
	p := r.dial("smtp")
	p.hears("220")
	p.says("EHLO x")
	p.until("250 ")
	return p
}

func TestNamedRecipients(t *testing.T) {
	r := start(t, Options{})
	for to, want := range map[string]string{
		"tempfail@example.test":     "451 4.3.0 ",
		"tempfail-450@example.test": "450 4.3.0 ",
		"Reject-552@example.test":   "552 5.7.1 ",
		"reject@example.test":       "550 5.7.1 ",
		"reject-data@example.test":  "550 5.7.1 ", // after the message
		"tempfail-550@example.test": "550 5.1.1 ", // of the other class: nobody's name
		"slow@example.test":         "550 5.1.1 ",
		"cut-x@example.test":        "550 5.1.1 ",
		"reject-552@example.org":    "554 5.7.1 ",
	} {
		if err := r.send("eve@example.org", to, "Subject: x\r\n\r\nx\r\n"); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("to %s: %v, want %s", to, err, want)
		}
	}
	began := time.Now()
	r.mail("eve@example.org", "slow-300ms@example.test,bob@example.test", "Slow")
	if d := time.Since(began); d < 300*time.Millisecond || d > 5*time.Second {
		t.Errorf("it took %v", d)
	}
	var list struct{ Messages []messageJSON }
	r.get("/messages?subject=slow", &list)
	if len(list.Messages) != 2 || !slices.ContainsFunc(list.Messages, func(m messageJSON) bool { return m.Address == "catch-all@example.test" }) {
		t.Errorf("the mail is at %+v", list)
	}

	p := r.greeted()
	p.says("MAIL FROM:<eve@example.org>", "RCPT TO:<cut-3@example.test>")
	p.hears("250")
	if rest, _ := io.ReadAll(p.in); string(rest) != "250" {
		t.Errorf("cut after 3 octets: %q", rest)
	}
	p = r.greeted()
	p.says("MAIL FROM:<eve@example.org>", "RCPT TO:<cut-data@example.test>", "DATA", "Subject: Lost reply", "", "x", ".")
	p.until("354")
	if rest, _ := io.ReadAll(p.in); len(rest) != 0 {
		t.Errorf("in the place of a reply: %q", rest)
	}
	if r.get("/messages?subject=lost", &list); len(list.Messages) != 1 {
		t.Errorf("the message whose reply was lost is not there: %+v", list)
	}
	var sessions struct{ Sessions []sessionJSON }
	r.get("/sessions?open=false&service=smtp", &sessions)
	if s := sessions.Sessions[len(sessions.Sessions)-1]; s.Reason != overDemand {
		t.Errorf("the session is over for %q", s.Reason)
	}
}

func TestFaultsOfEachProtocol(t *testing.T) {
	r := faultLab(t, "service=smtp command=ehlo times=1 reply=502 5.5.1 No", "command=DATA reply=451 4.3.0 Not now", "command=message argument=bob reply=554 5.6.0 No such text",
		"command=RETR argument=2 reply=-ERR [SYS/TEMP] Later", "service=imap command=SELECT reply=NO [UNAVAILABLE] Later", "service=imap command=LOGIN argument={3 reply=BAD no literals",
		"command=NOOP service=imap reply=BYE That is it", "service=pop3 command=STAT cut=2", "command=LIST service=pop3 delay=100ms")
	p := r.dial("smtp")
	p.hears("220")
	p.says("EHLO x")
	p.hears("502 5.5.1 No\r\n")
	p.says("EHLO x")
	p.until("250 ")
	p.says("MAIL FROM:<a@example.org>", "RCPT TO:<alice@example.test>", "DATA", "NOOP")
	p.hears("250")
	p.hears("250")
	p.hears("451 4.3.0 Not now\r\n")
	p.hears("250") // NOOP: the machine knows of no DATA
	var all struct{ Deleted int }
	if r.ask("DELETE", "/faults/2", nil); r.get("/messages", nil).StatusCode != 200 {
		t.Error("the interface is gone")
	}
	if err := r.send("eve@example.org", "bob@example.test", "Subject: x\r\n\r\nx\r\n"); err == nil || !strings.HasPrefix(err.Error(), "554 5.6.0 No such text") {
		t.Errorf("the message: %v", err)
	}
	r.mail("eve@example.org", "alice@example.test", "One")
	r.mail("eve@example.org", "alice@example.test", "Two")

	pop := r.login("pop3", "alice", "wonder")
	pop.hears("+OK")
	pop.says("RETR 2", "RETR 1")
	pop.hears("-ERR [SYS/TEMP] Later\r\n")
	pop.until(".\r\n")
	began := time.Now()
	pop.says("LIST 1")
	pop.hears("+OK 1 ")
	if d := time.Since(began); d < 100*time.Millisecond {
		t.Errorf("LIST took %v", d)
	}
	pop.says("STAT")
	if rest, _ := io.ReadAll(pop.in); string(rest) != "+O" {
		t.Errorf("cut: %q", rest)
	}

	imap := r.dial("imap")
	imap.hears("* OK")
	imap.says("a LOGIN {3+}", "bob {6+}", "plover", "b LOGIN {3}")
	imap.hears("a BAD no literals\r\n") // and what belongs to it is skipped
	imap.hears("b BAD no literals\r\n")
	imap.says("c LOGIN bob plover", "d SELECT INBOX", "e NOOP")
	imap.hears("c OK")
	imap.hears("d NO [UNAVAILABLE] Later\r\n")
	imap.hears("* BYE That is it\r\n")
	imap.ends()
	if r.ask("DELETE", "/faults", &all); all.Deleted != 8 {
		t.Errorf("%d faults were deleted", all.Deleted)
	}
	r.works()
}

// TestFaultsWithUID has a fault of FETCH happen at UID FETCH, which nearly all mail programs say.
func TestFaultsWithUID(t *testing.T) {
	r := faultLab(t, "service=imap command=FETCH argument=BODY times=1 reply=NO [UNAVAILABLE] Later", "command=STORE cut=5")
	r.mail("eve@example.org", "bob@example.test", "One")
	p := r.dial("imap")
	p.says("a LOGIN bob plover", "b SELECT INBOX")
	p.until("b OK")
	p.says("c UID FETCH 1 BODY[]", "d FETCH 1 BODY.PEEK[]", "e UID FETCH 1 FLAGS")
	p.hears("c NO [UNAVAILABLE] Later\r\n")
	p.until("d OK")
	p.until("e OK")
	p.says(`f uid store 1 +FLAGS.SILENT (\Seen)`)
	if rest, _ := io.ReadAll(p.in); string(rest) != "f OK " {
		t.Errorf("cut: %q", rest)
	}
	r.works()
}

// TestFaultsInPieces has the client send a command octet by octet.
func TestFaultsInPieces(t *testing.T) {
	r := faultLab(t, "command=NOOP reply=450 4.3.0 Later")
	p := r.greeted()
	for _, c := range "NOOP\r\nRSET\r\n" {
		if _, err := p.Write([]byte(string(c))); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
	p.hears("450 4.3.0 Later\r\n")
	p.hears("250")
	r.ask("DELETE", "/faults", nil)
	p.says("NOOP")
	p.hears("250")
}

func TestGreetingFaults(t *testing.T) {
	r := faultLab(t, "service=smtp command=greeting reply=554 5.3.2 Go away", "service=pop3s command=greeting cut=4", "service=imap command=greeting times=1 delay=100ms")
	p := r.dial("smtp")
	p.hears("554 5.3.2 Go away\r\n")
	p.ends()
	pop := r.dialTLS("pop3s", "localhost")
	if rest, _ := io.ReadAll(pop.in); string(rest) != "+OK " {
		t.Errorf("cut: %q", rest)
	}
	began := time.Now()
	r.dial("imap").hears("* OK")
	if d := time.Since(began); d < 100*time.Millisecond {
		t.Errorf("the greeting took %v", d)
	}
}

// TestProbability: the same seed and the same questions, the same errors.
func TestProbability(t *testing.T) {
	outcome := func(seed uint64) string {
		x := faults{seed: seed}
		f, err := ParseFault("command=NOOP probability=0.3 reply=450 4.3.0 Later")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := x.add(f); err != nil {
			t.Fatal(err)
		}
		d, _ := doorOf("smtp")
		text := ""
		for range 1000 {
			if _, ok := x.choose(d, "NOOP", "NOOP\r\n"); ok {
				text += "x"
			} else {
				text += "."
			}
		}
		return text
	}
	one := outcome(1)
	if n := strings.Count(one, "x"); n < 250 || n > 350 {
		t.Errorf("%d of 1000 happen", n)
	}
	if one != outcome(1) || one == outcome(2) {
		t.Error("the seed does not decide")
	}
}

// TestSlowDisturbsNobody: a session that waits for a delayed reply holds up no other, and the lab still closes at once.
func TestSlowDisturbsNobody(t *testing.T) {
	r := faultLab(t, "command=NOOP delay=1m")
	p := r.greeted()
	p.says("NOOP")
	r.works()
	began := time.Now()
	r.Close()
	if d := time.Since(began); d > 2*time.Second {
		t.Errorf("closing took %v", d)
	}
}

func TestFaultInterface(t *testing.T) {
	r := start(t, Options{Seed: 7})
	var f faultJSON
	resp := r.sendJSON("POST", "/faults", `{"command":"RCPT","argument":"BOB@","reply":"451 4.3.0 Later","times":1}`, &f)
	if resp.StatusCode != http.StatusCreated || f.ID != 1 || resp.Header.Get("Location") != "/api/v1/faults/1" || *f.Probability != 1 {
		t.Fatalf("%d %+v", resp.StatusCode, f)
	}
	if err := r.send("eve@example.org", "bob@example.test", "Subject: x\r\n\r\nx\r\n"); err == nil || err.Error() != "451 4.3.0 Later" {
		t.Error(err)
	}
	r.works()
	var list listedFaults
	if r.get("/faults", &list); list.Seed != 7 || len(list.Faults) != 1 || *list.Faults[0].Happened != 1 || *list.Faults[0].Matched != 1 {
		t.Errorf("got %+v", list)
	}
	for text, want := range map[string]string{
		`{`:                                     "is not what the description asks for",
		`{} {}`:                                 "more behind the object",
		`{"comand":"RCPT"}`:                     "comand",
		`{"command":"RCPT"}`:                    "at least one of reply, delay and cut",
		`{"reply":"later"}`:                     "is none",
		`{"reply":"-ERR no","service":"smtp"}`:  "is one of pop3",
		`{"reply":"451 a\r\nb"}`:                "one line",
		`{"delay":"1h"}`:                        "at most 10m",
		`{"delay":"soon"}`:                      "is a duration",
		`{"cut":-1}`:                            "from 0",
		`{"cut":1,"probability":2}`:             "at most 1",
		`{"cut":1,"service":"http"}`:            "no service",
		`{"cut":1,"command":"a b"}`:             "one word",
		`{"cut":1,"id":7}`:                      "the lab's to say",
		`{"command":"message","reply":"250 x"}`: "must be true",
		`{"command":"message","service":"imap","cut":1}`: "SMTP's",
	} {
		var p problem
		if code := r.sendJSON("POST", "/faults", text, &p).StatusCode; code != http.StatusBadRequest || !strings.Contains(p.Detail, want) {
			t.Errorf("%s: %d %s, want %s", text, code, p.Detail, want)
		}
	}
	req, err := http.NewRequest("POST", "http://"+r.address("http")+"/api/v1/faults", strings.NewReader(`{"cut":1}`))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	plain.Body.Close()
	if plain.StatusCode != http.StatusUnsupportedMediaType {
		t.Error("a text that is not said to be JSON:", plain.StatusCode)
	}
	if a, b := r.ask("DELETE", "/faults/1", nil).StatusCode, r.ask("DELETE", "/faults/1", nil).StatusCode; a != 204 || b != 404 {
		t.Error("delete:", a, b)
	}
}

func TestParseFault(t *testing.T) {
	f, err := ParseFault("  service=SMTPS  command=rcpt argument=bob probability=0.5 delay=2s cut times=3 reply=451 4.3.0 Later, please ")
	want := Fault{Service: "smtps", Command: "RCPT", Argument: "bob", Reply: "451 4.3.0 Later, please", Delay: 2 * time.Second, Cut: true, Probability: 0.5, Times: 3}
	if err != nil || f != want {
		t.Errorf("got %+v, %v", f, err)
	}
	for text, want := range map[string]string{"comand=RCPT": `there is no "comand"`, "cut=x": "cut is a number", "": "at least one of"} {
		if _, err := ParseFault(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
