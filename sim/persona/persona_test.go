package persona_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"ehlo/sim/imap"
	"ehlo/sim/machine"
	"ehlo/sim/persona"
	"ehlo/sim/pop3"
	"ehlo/sim/sasl"
	"ehlo/sim/smtp"
)

const good = `grammar = 1
title = "Popper 1"
protocol = "pop3"
commands = ["USER", "PASS", "STAT", "QUIT"]
mechanisms = ["LOGIN"]
prompts = ["Name", "Word"]
capabilities = ["SASL", "IMPLEMENTATION popper"]
tls-for-passwords = true
max-line = 1000
max-errors = 5
max-logins = 3
idle = "10m"
login-timeout = "3m"
refusal-delay = "2s"
login-delay = "1m30s"
quirks = ["bare-lf", "keep-user"]

[replies]
greeting = "+OK popper at {host}"
unknown = "-ERR {verb}?"

[replies.STAT]
stat = "+OK {count} {size} and {n}"

[log]
like = "uw"
stamp = "exim"
login = "popper: {user} at\n{address}"
`

func TestParse(t *testing.T) {
	p, err := persona.Parse("popper-1", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	c := p.POP3
	got := fmt.Sprint(p.Name, p.Title, p.Protocol, c.Commands == pop3.VerbsOf("user", "PASS", "STAT", "QUIT"), c.Mechanisms == sasl.SetOf(sasl.Login),
		c.Prompts, c.Capabilities, c.ClearNeedsTLS, c.MaxLine, c.MaxErrors, c.MaxLogins, c.IdleTimeout, c.LoginTimeout, c.RefusalDelay,
		c.LoginDelay == 90*time.Second, c.Quirks == pop3.BareLF|pop3.KeepUser, len(c.Replies),
		c.Replies[pop3.Wording{Reply: pop3.ReplyStat, Keyword: "STAT"}], c.Replies[pop3.Wording{Reply: pop3.ReplyUnknown}])
	if want := "popper-1Popper 1pop3true true [Name Word] [SASL IMPLEMENTATION popper] true 1000 5 3 10m0s 3m0s 2s true true 3 " +
		"{true {count} {size} and {n}} {false {verb}?}"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	plain, err := persona.Parse("plain", []byte("grammar = 1\ntitle = \"x\"\nprotocol = \"pop3\"\n"))
	if err != nil || plain.POP3.Commands != pop3.Modern || plain.POP3.Mechanisms != sasl.All || plain.POP3.Capabilities != nil {
		t.Errorf("a persona of nothing is %+v, %v", plain, err)
	}
}

// mistakes change the good file; each gives the error.
var mistakes = []struct{ old, new, want string }{
	{"grammar = 1", "", `1: grammar: persona.missing-key`},
	{"grammar = 1", "grammar = 2", `1: grammar: persona.grammar-newer grammar="2" known="1"`},
	{"grammar = 1", "grammar = 0", `1: grammar: persona.grammar-unknown`},
	{"title =", "titel =", `1: title: persona.missing-key`},
	{"Popper 1", " ", `2: title: persona.bad-title`},
	{`"pop3"`, `"pop"`, `3: protocol: persona.bad-protocol protocol="pop"; persona.did-you-mean name="pop3"`},
	{`"pop3"`, `"ftp"`, `3: protocol: persona.bad-protocol known="imap, pop3, smtp"`},
	{`"uw"`, `"wu"`, `26: log.like: persona.bad-log word="wu"; persona.did-you-mean name="uw"`},
	{`"exim"`, `"exam"`, `27: log.stamp: persona.bad-log word="exam"`},
	{`like = "uw"`, `file = "../x"`, `26: log.file: persona.bad-line`},
	{`like = "uw"`, ``, `25: log.file: persona.missing-key`},
	{`{user}`, `{name}`, `28: log.login: persona.bad-placeholder word="name"`},
	{`login = "popper`, `logon = "popper`, `28: log.logon: persona.unknown-key`},
	{`"STAT"`, `"STAD"`, `4: commands: persona.bad-command word="STAD"; persona.did-you-mean name="STAT"`},
	{`"LOGIN"`, `"NTLM"`, `5: mechanisms: persona.bad-mechanism`},
	{`["Name", "Word"]`, `["Name"]`, `6: prompts: persona.bad-prompts`},
	{`"SASL"`, `""`, `7: capabilities: persona.bad-line`},
	{`prompts = ["Name", "Word"]`, `login-capabilities = [""]`, `6: login-capabilities: persona.bad-line`},
	{"true", "1", `8: tls-for-passwords: persona.want-bool`},
	{"1000", "-1", `9: max-line: persona.bad-count`},
	{`"10m"`, `"10"`, `12: idle: persona.bad-duration key="idle" text="10"`},
	{`"bare-lf"`, `"bare-cr"`, `16: quirks: persona.bad-quirk word="bare-cr"; persona.did-you-mean name="bare-lf"`},
	{"greeting =", "greting =", `19: replies.greting: persona.unknown-key key="greting"; persona.did-you-mean name="greeting"`},
	{"[replies.STAT]", "[replies.STAD]", `22: replies.STAD: persona.unknown-key`},
	{"[replies]", "[reply]", `18: reply: persona.unknown-key`},
	{`"+OK popper`, `"OK popper`, `19: replies.greeting: persona.bad-reply`},
	{`"+OK popper`, `"-ERR popper`, `19: replies.greeting: persona.other-status reply="greeting" status="+OK"`},
	{`popper at`, `popper\r\nat`, `19: replies.greeting: persona.bad-reply`},
	{`{count}`, `{counter}`, `23: replies.STAT.stat: persona.bad-placeholder word="counter"`},
	{`max-errors = 5`, `replies = 5`, `10: replies: persona.want-table key="replies"`},
	{"Popper 1", strings.Repeat("x", 1<<18), `1: persona.too-large`},
}

const goodSMTP = `grammar = 1
title = "MTA 1"
protocol = "smtp"
commands = ["EHLO", "MAIL", "QUIT"]
extensions = ["SIZE", "HELP"]
mechanisms = ["LOGIN"]
verify = true
max-line = 600
max-recipients = 7
program = "MTA"
queue-id = "exim"
idle = "2m"
quirks = ["space", "line-ends"]

[replies]
greeting = "220 {host} at your service"
message-ok = "250 2.6.0 Queued"
`

func TestSMTP(t *testing.T) {
	p, err := persona.Parse("mta-1", []byte(goodSMTP))
	if err != nil {
		t.Fatal(err)
	}
	c := p.SMTP
	if c.Without != smtp.WithoutAllBut([]string{"EHLO", "MAIL", "QUIT"}) || c.Extensions != smtp.ExtSize|smtp.ExtHelp || c.Mechanisms != sasl.SetOf(sasl.Login) ||
		!c.Verify || c.MaxLine != 600 || c.MaxRecipients != 7 || c.IdleTimeout != 2*time.Minute || c.Lenient != smtp.LenientSpace|smtp.LenientLineEnds ||
		p.Program != "MTA" || p.Queue != persona.QueueExim || !slices.Equal(c.Order, []string{"SIZE", "HELP"}) || len(c.Replies) != 2 || c.Replies[smtp.Wording{Reply: smtp.ReplyMessageOK, Verb: machine.NoVerb}] != (smtp.Reply{Code: 250, Enhanced: "2.6.0", Text: "Queued"}) {
		t.Errorf("%+v", c)
	}
	for _, x := range mistakesSMTP {
		_, err := persona.Parse("mta-1", []byte(strings.Replace(goodSMTP, x.old, x.new, 1)))
		if got := strings.TrimPrefix(fmt.Sprint(err), "mta-1.toml:"); !strings.HasPrefix(got, x.want) {
			t.Errorf("%s in the place of %s gives\n%s\nwant\n%s", x.new, x.old, got, x.want)
		}
	}
}

var mistakesSMTP = []struct{ old, new, want string }{
	{`"SIZE"`, `"SIZES"`, `5: extensions: persona.bad-extension word="SIZES"; persona.did-you-mean name="SIZE"`},
	{`"MAIL"`, `"SEND"`, `4: commands: persona.bad-command`},
	{`"space"`, `"spice"`, `13: quirks: persona.bad-quirk word="spice"; persona.did-you-mean name="space"`},
	{`"220 {`, `"550 {`, `16: replies.greeting: persona.other-status reply="greeting" status="2"`},
	{`"220 {`, `"hello {`, `16: replies.greeting: persona.bad-reply`},
	{`"exim"`, `"axim"`, `11: queue-id: persona.bad-queue-id word="axim"; persona.did-you-mean name="exim"`},
	{`"MTA"`, `"(MTA)"`, `10: program: persona.bad-line text="(MTA)"`},
	{`{host}`, `{hosts}`, `16: replies.greeting: persona.bad-placeholder word="hosts"`},
}

const goodIMAP = `grammar = 1
title = "Imapper 1"
protocol = "imap"
commands = ["CAPABILITY", "UID FETCH", "LOGIN", "LOGOUT"]
capabilities = ["IMAP4REV1", "idle", "AUTH="]
greeting-capabilities = ["IMAP4rev1"]
mechanisms = ["LOGIN"]
tls-for-passwords = true
max-line = 600
idle = "31m"
login-timeout = "2m"
login-capabilities = ["IMAP4rev1", "AUTH="]
max-errors = 7
login-errors = 3
id = ["name", "Imapper"]

[replies]
greeting = "OK [CAPABILITY {capabilities}] {host} since {date}"
idling = "+ Say DONE"
mailbox-id = ""

[replies.LOGIN]
state = "NO Once is enough, {user}"
`

func TestIMAP(t *testing.T) {
	p, err := persona.Parse("imapper-1", []byte(goodIMAP))
	if err != nil {
		t.Fatal(err)
	}
	c := p.IMAP
	want := map[imap.Wording]imap.Reply{
		{Reply: imap.ReplyGreeting}:                {Code: "CAPABILITY {capabilities}", Text: "{host} since {date}"},
		{Reply: imap.ReplyIdling}:                  {Text: "Say DONE"},
		{Reply: imap.ReplyMailboxID}:               {},
		{Reply: imap.ReplyState, Command: "LOGIN"}: {Status: imap.NO, Text: "Once is enough, {user}"},
	}
	if c.Without != imap.WithoutAllBut([]string{"LOGOUT", "LOGIN", "CAPABILITY", "UID FETCH"}) || !slices.Equal(c.Capabilities, []string{"IMAP4REV1", "idle", "AUTH="}) ||
		!slices.Equal(c.Greeted, []string{"IMAP4rev1"}) || c.Mechanisms != sasl.SetOf(sasl.Login) || !c.ClearNeedsTLS || c.MaxLine != 600 ||
		c.IdleTimeout != 31*time.Minute || c.LoginTimeout != 2*time.Minute || c.MaxErrors != 7 || c.LoginErrors != 3 ||
		!slices.Equal(c.Early, []string{"IMAP4rev1", "AUTH="}) || !slices.Equal(c.ID, []string{"name", "Imapper"}) || !maps.Equal(c.Replies, want) {
		t.Errorf("%+v", c)
	}
	for _, x := range mistakesIMAP {
		_, err := persona.Parse("imapper-1", []byte(strings.Replace(goodIMAP, x.old, x.new, 1)))
		if got := strings.TrimPrefix(fmt.Sprint(err), "imapper-1.toml:"); !strings.HasPrefix(got, x.want) {
			t.Errorf("%s in the place of %s gives\n%s\nwant\n%s", x.new, x.old, got, x.want)
		}
	}
}

var mistakesIMAP = []struct{ old, new, want string }{
	{`"UID FETCH"`, `"UID FETHC"`, `4: commands: persona.bad-command word="UID FETHC"; persona.did-you-mean name="UID FETCH"`},
	{`"idle"`, `"ilde"`, `5: capabilities: persona.bad-extension word="ilde"; persona.did-you-mean name="IDLE"`},
	{`"OK [CAP`, `"NO [CAP`, `18: replies.greeting: persona.other-status reply="greeting" status="OK"`},
	{`"+ Say`, `"OK Say`, `19: replies.idling: persona.other-status reply="idling" status="+"`},
	{`"NO Once`, `"OK Once`, `23: replies.LOGIN.state: persona.other-status reply="state" status="NO, BAD"`},
	{`"NO Once`, `"Once`, `23: replies.LOGIN.state: persona.bad-reply`},
	{`{user}`, `{uid}`, `23: replies.LOGIN.state: persona.bad-placeholder word="uid"`},
	{`"name", `, ``, `15: id: persona.bad-id`},
	{`= 3`, `= -3`, `14: login-errors: persona.bad-count`},
	{`[replies.LOGIN]`, `[replies.LOGON]`, `22: replies.LOGON: persona.unknown-key`},
}

func TestLog(t *testing.T) {
	p, err := persona.Parse("popper-1", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	l := p.Log
	if l.File != "maillog" || l.Stamp != persona.StampExim || l.Lines[persona.LogLogin] != "popper: {user} at\n{address}" || l.Lines[persona.LogConnect] != persona.UWLog.Lines[persona.LogConnect] {
		t.Errorf("%+v", l)
	}
	if persona.UWLog.Stamp != persona.StampSyslog {
		t.Error("the file has changed the log that it names")
	}
}

func TestQueueID(t *testing.T) {
	at := time.Date(1999, 6, 6, 14, 5, 9, 731_500_000, time.UTC).UnixNano()
	for q, want := range map[persona.QueueID]string{persona.QueueNumber: "a", persona.QueuePostfix: "B296C2A100A",
		persona.QueueSendmail8: "OAA04721", persona.QueueSendmail: "d56E590A004721", persona.QueueExim: "10qdXx-0001E9-Nb", persona.QueueQmail: "928677909 qp 4721"} {
		if got := q.Of(10, at); got != want {
			t.Errorf("%d: %q, not %q", q, got, want)
		}
	}
}

func TestMistakes(t *testing.T) {
	own := map[string]bool{}
	for _, x := range mistakes {
		text := strings.Replace(good, x.old, x.new, 1)
		if x.new == "replies = 5" {
			text, _, _ = strings.Cut(text, "\n[replies]")
		}
		_, err := persona.Parse("popper-1", []byte(text))
		var errs persona.Errors
		if !errors.As(err, &errs) {
			t.Errorf("%s: %v", x.want, err)
			continue
		}
		own[errs[0].Note.ID] = true
		if got := strings.TrimPrefix(errs[0].Error(), "popper-1.toml:"); !strings.HasPrefix(got, x.want) {
			t.Errorf("%s in the place of %s gives\n%s\nwant\n%s", x.new, x.old, got, x.want)
		}
	}
	own["persona.bad-extension"], own["persona.bad-queue-id"] = true, true // of [mistakesSMTP]
	own["persona.bad-id"] = true                                           // of [mistakesIMAP]
	for _, id := range persona.MessageIDs() {
		if !own[id] && !strings.HasSuffix(id, ".repair") && !slices.ContainsFunc([]string{"syntax", "want-", "did-", "bad-time", "duplicate-"}, func(s string) bool {
			return strings.HasPrefix(id, "persona."+s)
		}) {
			t.Errorf("no mistake here leads to %s", id)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	for _, x := range mistakes {
		if len(x.new) < 1000 {
			f.Add([]byte(strings.Replace(good, x.old, x.new, 1)))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := persona.Parse("fuzz", text)
		if (p == nil) == (err == nil) {
			t.Errorf("%+v, %v", p, err)
		}
	})
}
