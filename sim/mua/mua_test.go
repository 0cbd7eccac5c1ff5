package mua_test

import (
	"strconv"
	"strings"
	"testing"

	"ehlo/sim"
	_ "ehlo/sim/mua"
	"ehlo/sim/simtest"
	"ehlo/sim/terminal"
	"ehlo/sim/trace"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

// desk is a mail program in a world.
type desk struct {
	t    *testing.T
	tl   *sim.Timeline
	host string
}

func sit(t *testing.T, name, host string) *desk {
	t.Helper()
	return &desk{t, simtest.World(t, name), host}
}

// click clicks and lets the world rest; it returns the protocol lines that the program says and hears.
func (d *desk) click(text string) string {
	d.t.Helper()
	seen := d.tl.Trace().Len()
	if err := d.tl.Input(trace.Input{Kind: trace.InputRun, Actor: d.host, Target: trace.MUA, Data: []byte(text)}); err != nil {
		d.t.Fatalf("%q: %v", text, err)
	}
	d.tl.Run()
	return d.said(seen)
}

func (d *desk) said(seen int) string {
	var b strings.Builder
	for _, e := range d.tl.Trace().Events(seen, d.tl.Trace().Len()) {
		if e.Kind == trace.KindLine && (e.Actor == d.host || e.Target == d.host) {
			b.WriteString(e.Dir.String() + ": " + strings.TrimRight(string(e.Data), "\r\n") + "\n")
		}
	}
	return b.String()
}

func (d *desk) view() terminal.MailView {
	d.t.Helper()
	v, err := d.tl.World().Mail(d.host)
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

// has fails where a text lacks one of others, in this order.
func has(t *testing.T, text string, want ...string) {
	t.Helper()
	rest := text
	for _, w := range want {
		i := strings.Index(rest, w)
		if i < 0 {
			t.Fatalf("%q is not there, or not in its place:\n%s", w, text)
		}
		rest = rest[i+len(w):]
	}
}

func TestPOP3(t *testing.T) {
	d := sit(t, "two-domains", "desk.example.net")
	v := d.view()
	if v.Account.Address != "bob@example.net" || v.Account.Incoming != "mx.example.net:143" || v.Account.Protocol != "imap" || v.Account.Outgoing != "mx.example.net:25" {
		t.Fatalf("%+v", v.Account)
	}
	if said := d.click("settings\nprotocol pop3\nincoming mx.example.net:110\n"); said != "" {
		t.Errorf("settings say %s", said)
	}
	has(t, d.click("check"), "CAPA", "UIDL", "RETR 1", "RETR 2", "QUIT")
	v = d.view()
	if v.Fault != nil || v.Busy || v.Online || len(v.Letters) != 2 || v.Letters[1].Subject != "Shopping list" || !v.Letters[1].Here || v.Folders[0].Unseen != 2 {
		t.Fatalf("%+v %+v", v, v.Fault)
	}
	if said := d.click("read 2"); said != "" {
		t.Errorf("what is here is asked for: %s", said)
	}
	v = d.view()
	if v.Message == nil || !strings.Contains(v.Message.Parts[0].Text, "the small nails:\r\n.\r\n") || v.Folders[0].Unseen != 1 {
		t.Fatalf("%+v", v.Message)
	}
	if said := d.click("check"); strings.Contains(said, "RETR") || strings.Contains(said, "DELE") {
		t.Errorf("what is here is fetched again, or removed: %s", said)
	}
	d.click("mark 1 deleted yes")
	d.click("compact")
	has(t, d.click("check"), "DELE 1", "QUIT")
	d.click("settings\nkeep no\n")
	has(t, d.click("check"), "UIDL", "DELE 1", "QUIT") // the one that is here
	if v = d.view(); len(v.Letters) != 1 || v.Folders[0].Messages != 1 {
		t.Errorf("%+v", v.Letters)
	}
}

// TestPOP3LeavesNothing fetches with 'leave on server' off: each message is removed once it is here, and QUIT makes that so.
func TestPOP3LeavesNothing(t *testing.T) {
	d := sit(t, "two-domains", "desk.example.net")
	maildrop := func() int {
		box, ok := d.tl.World().Mailbox("bob@example.net", "INBOX")
		if !ok {
			t.Fatal("bob has no INBOX")
		}
		return box.Snapshot().Len()
	}
	if n := maildrop(); n != 2 {
		t.Fatalf("the maildrop holds %d messages", n)
	}
	d.click("settings\nprotocol pop3\nincoming mx.example.net:110\nkeep no\n")
	has(t, d.click("check"), "UIDL", "RETR 1", "DELE 1", "RETR 2", "DELE 2", "QUIT", "S: +OK")
	v := d.view()
	if v.Fault != nil || len(v.Letters) != 2 || !v.Letters[0].Here || !v.Letters[1].Here {
		t.Errorf("the program has %+v %+v", v.Letters, v.Fault)
	}
	if n := maildrop(); n != 0 {
		t.Errorf("the maildrop still holds %d messages", n)
	}
	if said := d.click("check"); strings.Contains(said, "RETR") || strings.Contains(said, "DELE") {
		t.Errorf("nothing is left, and still: %s", said)
	}
	if v = d.view(); len(v.Letters) != 2 {
		t.Errorf("the program has lost what it fetched: %+v", v.Letters)
	}
}

// TestPOP3CutBeforeQUIT breaks the connection before QUIT: the server keeps all (RFC 1939 §6), and nothing is fetched twice.
func TestPOP3CutBeforeQUIT(t *testing.T) {
	const account = "settings\nprotocol pop3\nincoming mx.example.net:110\nkeep no\n"
	whole := sit(t, "two-domains", "desk.example.net")
	whole.click(account)
	octets := 0 // of what the client says up to the first DELE
	for line := range strings.Lines(whole.click("check")) {
		said, ok := strings.CutPrefix(strings.TrimSpace(line), "C: ")
		if ok {
			octets += len(said + "\r\n")
		}
		if said == "DELE 1" {
			break
		}
	}
	d := sit(t, "two-domains", "desk.example.net")
	d.click(account)
	cut := trace.Input{Kind: trace.InputFault, Actor: "mx.example.net", Target: world.CutAt, Data: []byte(strconv.Itoa(octets + 3))}
	if err := d.tl.Input(cut); err != nil {
		t.Fatal(err)
	}
	first := d.click("check")
	if has(t, first, "RETR 1", "DELE 1", "S: +OK"); strings.Contains(first, "QUIT") {
		t.Fatalf("the connection has not broken: %s", first)
	}
	box, _ := d.tl.World().Mailbox("bob@example.net", "INBOX")
	if n := box.Snapshot().Len(); n != 2 {
		t.Errorf("the maildrop holds %d messages, though QUIT was never said", n)
	}
	said := d.click("check")
	has(t, said, "DELE 1", "RETR 2", "DELE 2", "QUIT")
	if strings.Contains(said, "RETR 1") {
		t.Errorf("what is here is fetched again: %s", said)
	}
}

func TestIMAP(t *testing.T) {
	d := sit(t, "two-domains", "desk.example.net")
	has(t, d.click("check"), "CAPABILITY", "LIST", "SELECT INBOX", "UID FETCH 1:* (UID FLAGS RFC822.SIZE ENVELOPE)", "IDLE")
	v := d.view()
	if v.Fault != nil || v.Busy || !v.Online || len(v.Letters) != 2 || v.Letters[1].Here || v.Letters[0].Subject != "The garden on Tuesday" || !v.Letters[0].Seen {
		t.Fatalf("%+v %+v", v, v.Fault)
	}
	n := v.Letters[1].Number
	has(t, d.click("read 2"), "DONE", "UID FETCH 2 (BODY.PEEK[])", "UID STORE 2 +FLAGS (\\Seen)", "IDLE")
	if v = d.view(); n != 2 || v.Message == nil || !v.Letters[1].Seen || v.Folders[0].Unseen != 0 {
		t.Fatalf("%+v", v)
	}
	if said := d.click("read 2"); said != "" {
		t.Errorf("what is here is asked for: %s", said)
	}
	has(t, d.click("mark 2 flagged yes"), "STORE 2 +FLAGS (\\Flagged)")
	has(t, d.click("mark 1 deleted yes"), "STORE 1 +FLAGS (\\Deleted)")
	if v = d.view(); !v.Letters[0].Deleted || !v.Letters[1].Flagged {
		t.Errorf("%+v", v.Letters)
	}
	has(t, d.click("compact"), "EXPUNGE", "* 1 EXPUNGE")
	if v = d.view(); len(v.Letters) != 1 || v.Letters[0].Number != 2 {
		t.Errorf("%+v", v.Letters)
	}
	// What comes meanwhile is told at once.
	d.tl.Advance(d.tl.Now().Add(1e9))
	seen := d.tl.Trace().Len()
	if err := d.tl.Input(trace.Input{Kind: trace.InputRun, Actor: "mx.example.net", Target: sim.Sendmail, Data: []byte("carla@example.net bob@example.net News")}); err != nil {
		t.Fatal(err)
	}
	d.tl.Run()
	has(t, d.said(seen), "EXISTS", "DONE", "UID FETCH 3:*", "IDLE")
	if v = d.view(); len(v.Letters) != 2 || v.Letters[1].Subject != "News" {
		t.Errorf("%+v", v.Letters)
	}
	has(t, d.click("quit"), "LOGOUT", "BYE")
	if v = d.view(); v.Online || v.Fault != nil || len(v.Letters) != 2 {
		t.Errorf("%+v", v)
	}
}

func TestSending(t *testing.T) {
	d := sit(t, "two-domains", "laptop.example.org")
	has(t, d.click("send\nTo: Bob <bob@example.net>, carla@example.net\nSubject: Grüße\n\nZum Mittag um zwölf?\n"),
		"EHLO laptop.example.org", "MAIL FROM:<alice@example.org>", "RCPT TO:<bob@example.net>", "RCPT TO:<carla@example.net>", "DATA", "354", "QUIT",
		"APPEND Sent")
	v := d.view()
	if v.Fault != nil || v.Busy {
		t.Fatalf("%+v", v.Fault)
	}
	if said := d.click("folder Sent"); !strings.Contains(said, "SELECT Sent") {
		t.Errorf("%s", said)
	}
	if v = d.view(); len(v.Letters) != 1 || v.Letters[0].Subject != "Grüße" || !v.Letters[0].Seen {
		t.Errorf("%+v", v.Letters)
	}
	b := &desk{t, d.tl, "desk.example.net"}
	b.click("check")
	b.click("read 3")
	if v := b.view(); v.Message == nil || v.Message.Parts[0].Text != "Zum Mittag um zwölf?\r\n" || v.Letters[2].From != "Alice <alice@example.org>" {
		t.Errorf("%+v %+v", v.Message, v.Letters)
	}
	// A recipient that nobody is keeps the message in the outbox, with the reason.
	d.click("send\nTo: nobody@example.org\nSubject: x\n\ny\n")
	d.click("folder Outbox")
	if v = d.view(); v.Folders[1].Name != "Outbox" && len(v.Letters) != 1 || !strings.HasPrefix(v.Letters[0].Reason, "550") {
		t.Errorf("%+v %+v", v.Folders, v.Letters)
	}
}

func TestOffline(t *testing.T) {
	d := sit(t, "two-domains", "desk.example.net")
	d.click("check")
	has(t, d.click("offline yes"), "LOGOUT")
	for _, c := range []string{"read 2", "mark 1 flagged yes", "send\nTo: alice@example.org\nSubject: Later\n\nx\n"} {
		if said := d.click(c); said != "" {
			t.Errorf("%q says %s", c, said)
		}
	}
	v := d.view()
	if v.Fault != nil || !v.Letters[0].Flagged || v.Message != nil {
		t.Errorf("%+v", v)
	}
	said := d.click("offline no")
	has(t, said, "MAIL FROM:<bob@example.net>")
	has(t, said, "STORE 1 +FLAGS (\\Flagged)")
	has(t, said, "APPEND Sent")
}

// A click is an input: the same clicks give the same trace, and what is undone has not been.
func TestClicksReplay(t *testing.T) {
	d := sit(t, "two-domains", "desk.example.net")
	d.click("check")
	d.click("read 2")
	d.click("send\nTo: alice@example.org\nSubject: Re: x\n\nyes\n")
	log := d.tl.InputLog("test")
	again, err := sim.Replay(d.tl.Definition(), log)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := d.tl.Trace(), again.Trace(); a.Len() != b.Len() {
		t.Errorf("%d events, and again %d", a.Len(), b.Len())
	}
	if err := d.tl.Undo(); err != nil {
		t.Fatal(err)
	}
	if v := d.view(); v.Message == nil || v.Folders[0].Messages != 2 {
		t.Errorf("%+v", v)
	}
	d.tl.Seek(0)
	if v := d.view(); len(v.Letters) != 0 || v.Message != nil {
		t.Errorf("at the beginning there is %+v", v)
	}
}

func TestWhatCannotBeClicked(t *testing.T) {
	d := sit(t, "two-domains", "desk.example.net")
	for _, c := range []string{"", "fly", "read 7", "read x", "mark 1 seen yes", "folder None", "offline maybe", "settings\nprotocol uucp\n", "settings\nincoming nowhere\n", "send\nSubject: x\n\ny\n", "check now"} {
		err := d.tl.Input(trace.Input{Kind: trace.InputRun, Actor: d.host, Target: trace.MUA, Data: []byte(c)})
		if err == nil || !strings.HasPrefix(err.Error(), "mua.") {
			t.Errorf("%q: %v", c, err)
		}
	}
	if n := d.tl.Trace().Len(); len(d.tl.Inputs()) != 0 {
		t.Errorf("%d inputs, %d events", len(d.tl.Inputs()), n)
	}
}

// The account that a world suggests works at once, but for those whose world has something against it.
func TestEveryAccount(t *testing.T) {
	not := map[string]string{
		"sendmail-era ppp12.ix.example.com": "mua.unreachable", // the line is not up
		"stripped laptop.example.org":       "mua.no-starttls", // somebody takes the offer out
		"by-hand pc.example.net":            "busy",            // the learner is the server, and says nothing
	}
	files, err := worlds.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(file.Name(), ".toml")
		d := sit(t, name, "")
		for _, h := range d.tl.Definition().Hosts {
			if h.Person == "" {
				continue
			}
			d.host = h.Name
			said := d.click("check")
			v, fault := d.view(), ""
			if v.Fault != nil {
				fault = v.Fault.ID
			}
			if v.Busy {
				fault = "busy"
			}
			want := not[name+" "+h.Name]
			if v.Account.Incoming == "" {
				want = "mua.no-account"
			}
			if fault != want {
				t.Errorf("%s, %s at %s: %q, want %q\n%s", name, v.User, h.Name, fault, want, said)
			}
			if fault == "mua.no-starttls" && strings.Contains(said, v.Account.Password) {
				t.Errorf("the password is told:\n%s", said)
			}
		}
	}
}

// What a server, or the way to it, has against it is said, and the program goes on afterwards.
func TestFaults(t *testing.T) {
	d := sit(t, "two-domains", "desk.example.net")
	for settings, want := range map[string]string{
		"password wrong\n":               "mua.login",
		"incoming nowhere.example:143\n": "mua.no-host",
		"incoming mx.example.net:993\n":  "mua.refused",
		"incoming-tls tls\n":             "mua.no-tls",
		"incoming-tls starttls\n":        "mua.no-starttls",
		"protocol pop3\nincoming mx.example.net:110\nincoming-tls starttls\n": "mua.no-starttls",
		"protocol pop3\nincoming mx.example.net:110\npassword wrong\n":        "mua.login",
	} {
		d.click("settings\nprotocol imap\nincoming mx.example.net:143\nincoming-tls none\npassword plover\n" + settings)
		said := d.click("check")
		if v := d.view(); v.Fault == nil || v.Fault.ID != want || v.Busy || v.Online {
			t.Errorf("%q: %+v, want %s\n%s", settings, v.Fault, want, said)
		}
	}
	for settings, want := range map[string]string{
		"outgoing mx.example.net:26\n": "mua.refused", "outgoing-tls starttls\n": "mua.no-starttls", "login yes\n": "mua.no-login",
	} {
		d.click("settings\nprotocol pop3\nincoming mx.example.net:110\nincoming-tls none\npassword plover\noutgoing mx.example.net:25\noutgoing-tls none\nlogin no\n" + settings)
		said := d.click("send\nTo: alice@example.org\nSubject: x\n\ny\n")
		if v := d.view(); v.Fault == nil || v.Fault.ID != want || v.Busy {
			t.Errorf("%q: %+v, want %s\n%s", settings, v.Fault, want, said)
		}
	}
	d.click("settings\noutgoing mx.example.net:25\noutgoing-tls none\nlogin no\n")
	has(t, d.click("check"), "DATA", "DATA", "DATA") // what waited goes
	if v := d.view(); v.Fault != nil || v.Folders[1].Messages != 0 || v.Folders[2].Messages != 3 {
		t.Errorf("%+v %+v", v.Fault, v.Folders)
	}
}
