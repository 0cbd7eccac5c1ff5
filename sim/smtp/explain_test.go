package smtp

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"ehlo/sim/machine"
	"ehlo/sim/sasl"
	"ehlo/sim/trace"
)

// describe writes an explanation in a few words.
func describe(l machine.Line, e machine.Explanation) string {
	var parts []string
	for _, s := range e.Spans {
		parts = append(parts, fmt.Sprintf("%s %q", strings.TrimPrefix(s.Term, "smtp."), l.Data[s.Start:s.End]))
	}
	for _, n := range slices.Concat(e.Notes, e.Why) {
		parts = append(parts, strings.TrimPrefix(n.ID, "smtp."))
	}
	if e.Repair != "" {
		parts = append(parts, "repair: "+e.Repair)
	}
	return strings.Join(parts, ", ")
}

// checkExplanation checks what holds for every explanation: identifiers are listed, spans follow each other within the
// line, a repair is a command.
func checkExplanation(t testing.TB, l machine.Line) {
	t.Helper()
	e := Explain(l)
	end := 0
	for _, s := range e.Spans {
		if s.Start < end || s.End <= s.Start || s.End > len(l.Data) || s.Ref == "" {
			t.Errorf("%q: span %+v", l.Data, s)
			return
		}
		end = s.End
		if !known[s.Term] || !known[s.Term+".meaning"] {
			t.Errorf("%q: term %s is not listed", l.Data, s.Term)
		}
	}
	for _, n := range slices.Concat(e.Notes, e.Why) {
		if !known[n.ID] {
			t.Errorf("%q: note %s is not listed", l.Data, n.ID)
		}
		for _, m := range argument.FindAllStringSubmatch(texts()[n.ID], -1) {
			if _, ok := n.Args[m[1]]; !ok {
				t.Errorf("%q: the text of %s needs %s", l.Data, n.ID, m[1])
			}
		}
	}
	if e.Repair != "" && l.State != stateNames[Exchange] { // there it is a response
		if _, _, err := ParseCommand([]byte(e.Repair)); err != nil {
			t.Errorf("%q: repair %q: %v", l.Data, e.Repair, err)
		}
	}
	refused := l.Class == trace.ClassTransient || l.Class == trace.ClassPermanent
	if refused && len(e.Why) == 0 {
		t.Errorf("%q in %s: refused without a reason", l.Data, l.State)
	}
}

var messageIDs = func() map[string]bool {
	ids := make(map[string]bool)
	for _, id := range MessageIDs() {
		ids[id] = true
	}
	return ids
}()

// known is all that an explanation may name: what is sim/sasl's own is explained there.
var known = func() map[string]bool {
	ids := maps.Clone(messageIDs)
	for _, id := range sasl.MessageIDs() {
		ids[id] = true
	}
	return ids
}()

// argument finds the arguments of a text.
var argument = regexp.MustCompile(`{(\w+)`)

// texts is the English text of each identifier.
var texts = sync.OnceValue(func() map[string]string {
	file, err := os.ReadFile("../../web/locales/en/smtp.toml")
	if err != nil {
		panic(err)
	}
	texts := make(map[string]string)
	for line := range strings.Lines(string(file)) {
		if id, text, ok := strings.Cut(line, " = "); ok && id[0] == '"' {
			texts[strings.Trim(id, `"`)] = text
		}
	}
	return texts
})

func TestMessageIDs(t *testing.T) {
	if len(MessageIDs()) != len(messageIDs) {
		t.Error("an identifier is listed twice")
	}
	for id := range texts() {
		if !messageIDs[id] {
			t.Errorf("the text %s is not used", id)
		}
	}
	for id := range messageIDs {
		if texts()[id] == "" {
			t.Errorf("the text %s is missing", id)
		}
	}
}

// brief writes an observed line for comparison, its times in milliseconds.
func brief(l machine.Line) string {
	return fmt.Sprintf("%d-%d %v %s %s %v %s>%s %q", l.From/1e6, l.At/1e6, l.Dir, l.Label, l.Verb, l.Class, l.State, l.Next, l.Data)
}

func TestExplainCommand(t *testing.T) {
	for _, c := range []struct {
		state machine.State
		line  string
		want  string
	}{
		{Connected, "EHLO laptop.example.org", `verb.EHLO "EHLO", client-domain "laptop.example.org", note.command.EHLO`},
		{Connected, "ehlo", `verb.EHLO "ehlo", note.lenient.name, want.space, repair: EHLO laptop.example.org`},
		{Connected, "HELLO laptop.example.org", `unknown "HELLO", why.unknown, repair: HELO laptop.example.org`},
		{Connected, "ELHO laptop.example.org", `unknown "ELHO", why.unknown, repair: EHLO laptop.example.org`},
		{Connected, "EHLO laptop_1", `verb.EHLO "EHLO", unexpected "laptop_1", note.lenient.name, want.domain, repair: EHLO laptop.example.org`},
		{Connected, "MAIL FROM:<alice@example.org>", `verb.MAIL "MAIL", from "FROM:", reverse-path "<alice@example.org>", ` +
			`note.command.MAIL, why.need-hello, repair: EHLO laptop.example.org`},
		{Greeted, "MAIL FROM:<> BODY=8BITMIME SIZE=10", `verb.MAIL "MAIL", from "FROM:", null-reverse-path "<>", ` +
			`parameter.BODY "BODY=8BITMIME", parameter.SIZE "SIZE=10", note.command.MAIL.null`},
		{Greeted, "MAIL FROM: <alice@example.org>", `verb.MAIL "MAIL", from "FROM:", unexpected "<alice@example.org>", note.lenient.space, ` +
			`want.open, ` +
			`repair: MAIL FROM:<alice@example.org>`},
		{Greeted, "mail from alice@example.org", `verb.MAIL "mail", unexpected "from alice@example.org", want.from, ` +
			`repair: MAIL FROM:<alice@example.org>`},
		{Greeted, "MAIL alice@example.org", `verb.MAIL "MAIL", unexpected "alice@example.org", want.from, ` +
			`repair: MAIL FROM:<alice@example.org>`},
		{Greeted, "MAILFROM:<alice@example.org>", `unknown "MAILFROM:<alice@example.org>", why.unknown, ` +
			`repair: MAIL FROM:<alice@example.org>`},
		{Greeted, "MAIL FROM:Alice <alice@example.org> SIZE=10", `verb.MAIL "MAIL", from "FROM:", ` +
			`unexpected "Alice <alice@example.org> SIZE=10", want.open, repair: MAIL FROM:<alice@example.org> SIZE=10`},
		{Greeted, "MAIL FROM:<alice@example.org", `verb.MAIL "MAIL", from "FROM:", unexpected "<alice@example.org", want.close, ` +
			`repair: MAIL FROM:<alice@example.org>`},
		{Greeted, "MAIL FROM:<alice>", `verb.MAIL "MAIL", from "FROM:", unexpected "<alice>", want.at, repair: MAIL FROM:<alice@example.org>`},
		{Greeted, "MAIL FROM:<alice@example.org> SIZE=1k", `verb.MAIL "MAIL", from "FROM:", reverse-path "<alice@example.org>", ` +
			`unexpected "SIZE=1k", want.size-value, repair: MAIL FROM:<alice@example.org>`},
		{Greeted, "MAIL FROM:<alice@example.org> PET=HDRS SIZE=5", `verb.MAIL "MAIL", from "FROM:", ` +
			`reverse-path "<alice@example.org>", unexpected "PET=HDRS", why.parameter, repair: MAIL FROM:<alice@example.org> SIZE=5`},
		{Greeted, "MAIL FROM:alice@example.org RET=HDRS", `verb.MAIL "MAIL", from "FROM:", unexpected "alice@example.org RET=HDRS", ` +
			`note.lenient.brackets, want.open, repair: MAIL FROM:<alice@example.org> RET=HDRS`},
		{Greeted, "MAIL FROM:<jörg@example.org>", `verb.MAIL "MAIL", from "FROM:", reverse-path "<jörg@example.org>", want.utf8, ` +
			`repair: MAIL FROM:<jörg@example.org> SMTPUTF8`},
		{Greeted, "MAIL FROM:<a@example.org> ENVID=a+2 BY=1;R", `verb.MAIL "MAIL", from "FROM:", reverse-path "<a@example.org>", ` +
			`unexpected "ENVID=a+2 BY=1;R", want.xtext, repair: MAIL FROM:<a@example.org> BY=1;R`},
		{Greeted, "MAIL FROM:<a@example.org> BY=-1;R", `verb.MAIL "MAIL", from "FROM:", reverse-path "<a@example.org>", ` +
			`unexpected "BY=-1;R", want.by-value, repair: MAIL FROM:<a@example.org>`},
		{Sender, "RCPT TO alice", `verb.RCPT "RCPT", unexpected "TO alice", want.to, repair: RCPT TO:<alice@example.net>`},
		{Sender, "RCPT TO:<b@example.net> NOTIFY=SUCCESS,NEVER", `verb.RCPT "RCPT", to "TO:", forward-path "<b@example.net>", ` +
			`unexpected "NOTIFY=SUCCESS,NEVER", want.notify-value, repair: RCPT TO:<b@example.net>`},
		{Greeted, "AUTH", `verb.AUTH "AUTH", want.space`},
		{Greeted, "AUTH plane", `verb.AUTH "AUTH", sasl.mechanism "plane", note.command.AUTH`},
		{Greeted, "AUTH PLAIN AGFsaWNlAHdvbmRlcg", `verb.AUTH "AUTH", sasl.mechanism.PLAIN "PLAIN", sasl.base64 "AGFsaWNlAHdvbmRlcg", ` +
			`sasl.why.base64-length, repair: AUTH PLAIN AGFsaWNlAHdvbmRlcg==`},
		{Greeted, "AUTH PLAIN AGFsaWNlAHdvbmRlcg==", `verb.AUTH "AUTH", sasl.mechanism.PLAIN "PLAIN", sasl.separator "AG", ` +
			`sasl.authcid "FsaWNl", sasl.separator "AH", sasl.password "dvbmRlcg", sasl.padding "==", note.command.AUTH, sasl.does.plain`},
		{Greeted, "AUTH CRAM-MD5 =", `verb.AUTH "AUTH", sasl.mechanism.CRAM-MD5 "CRAM-MD5", sasl.no-octets "=", note.command.AUTH, ` +
			`sasl.why.initial, repair: AUTH CRAM-MD5`},
		{Sender, "AUTH LOGIN", `verb.AUTH "AUTH", sasl.mechanism.LOGIN "LOGIN", note.command.AUTH, why.nested-mail, repair: RSET`},
		{Sender, "BDAT 5", `verb.BDAT "BDAT", chunk-size "5", note.command.BDAT, why.need-rcpt, repair: RCPT TO:<bob@example.net>`},
		{Recipients, "BDAT 86 LAST", `verb.BDAT "BDAT", chunk-size "86", last "LAST", note.command.BDAT.last`},
		{Recipients, "BDAT LAST", `verb.BDAT "BDAT", unexpected "LAST", want.chunk-size`},
		{Recipients, "BDAT 10 END", `verb.BDAT "BDAT", chunk-size "10", unexpected "END", want.last, repair: BDAT 10`},
		{Chunks, "DATA", `verb.DATA "DATA", note.command.DATA, why.need-bdat, repair: BDAT 0 LAST`},
		{Greeted, "STARTTLS now", `verb.STARTTLS "STARTTLS", unexpected "now", want.no-argument, repair: STARTTLS`},
		{Greeted, "TURN", `unoffered "TURN", why.not-implemented`},
		{Greeted, "RCPT TO:<bob@example.net>", `verb.RCPT "RCPT", to "TO:", forward-path "<bob@example.net>", note.command.RCPT, ` +
			`why.need-mail, repair: MAIL FROM:<alice@example.org>`},
		{Sender, "rcpt to:<@mail.example.org:postmaster@example.net>", `verb.RCPT "rcpt", to "to:", ` +
			`forward-path "<@mail.example.org:postmaster@example.net>", note.command.RCPT, note.source-route`},
		{Sender, "RCPT TO:<Postmaster>", `verb.RCPT "RCPT", to "TO:", forward-path "<Postmaster>", note.command.RCPT, note.postmaster`},
		{Sender, "RCPT:bob@example.net", `unknown "RCPT:bob@example.net", why.unknown, repair: RCPT TO:<bob@example.net>`},
		{Sender, "MAIL FROM:<>", `verb.MAIL "MAIL", from "FROM:", null-reverse-path "<>", note.command.MAIL.null, why.nested-mail, repair: RSET`},
		{Sender, "DATA", `verb.DATA "DATA", note.command.DATA, why.need-rcpt, repair: RCPT TO:<bob@example.net>`},
		{Recipients, "DATA please", `verb.DATA "DATA", unexpected "please", want.no-argument, repair: DATA`},
		{Recipients, "DAAT", `unknown "DAAT", why.unknown, repair: DATA`},
		{Greeted, "Subject: hello", `unknown "Subject:", why.field`},
		{Greeted, "SEND FROM:<a@b>", `unoffered "SEND", argument " FROM:<a@b>", why.not-implemented`},
		{Greeted, "VRFY bob", `verb.VRFY "VRFY", queried "bob", note.command.VRFY`},
		{Greeted, "EXPN", `verb.EXPN "EXPN", want.string`},
		{Greeted, "HELP", `verb.HELP "HELP", note.command.HELP`},
		{Greeted, "ETRN @example.org", `verb.ETRN "ETRN", node "@example.org", note.command.ETRN`},
		{Greeted, "EXIT", `unknown "EXIT", why.unknown, repair: QUIT`},
		{Greeted, " NOOP", `unexpected " NOOP", why.no-command, repair: NOOP`},
		{Greeted, "NOOP it", `verb.NOOP "NOOP", string "it", note.command.NOOP`},
		{Greeted, "NOOP\n", `line "NOOP", bare-line-end "\n", note.lenient.line-ends, why.bare-line-end, repair: NOOP`},
		{Greeted, "MAIL FROM: a@example.org", `verb.MAIL "MAIL", from "FROM:", unexpected "a@example.org", note.lenient.space, note.lenient.brackets, ` +
			`want.open, repair: MAIL FROM:<a@example.org>`},
		{Closed, "NOOP", `verb.NOOP "NOOP", note.command.NOOP, why.over`},
		{Greeted, "", `why.no-command`},
	} {
		data := c.line
		if !strings.HasSuffix(data, "\n") {
			data += "\r\n"
		}
		l := machine.Line{Dir: trace.ToServer, Data: []byte(data), Class: trace.ClassCommand, State: stateNames[c.state], Next: stateNames[c.state]}
		checkExplanation(t, l)
		if got := describe(l, Explain(l)); got != c.want {
			t.Errorf("%s: %s\n got %s\nwant %s", l.State, c.line, got, c.want)
		}
	}
}

func TestExplainReply(t *testing.T) {
	for _, c := range []struct {
		state machine.State
		verb  string
		class trace.Class
		line  string
		want  string
	}{
		{Connected, "", trace.ClassGreeting, "220 mx.example.net ESMTP", `reply-code.220 "220", server-name "mx.example.net", ` +
			`reply-text "ESMTP", note.greeting`},
		{Connected, "EHLO", trace.ClassUntagged, "250-SIZE 1000", `reply-code.250 "250", hyphen "-", extension.SIZE "SIZE 1000", note.more-lines`},
		{Connected, "EHLO", trace.ClassOK, "250 X-WHAT", `reply-code.250 "250", extension "X-WHAT", note.reply.EHLO`},
		{Greeted, "MAIL", trace.ClassOK, "250 2.1.0 ok", `reply-code.250 "250", enhanced.1.0 "2.1.0", reply-text "ok", note.reply.MAIL`},
		{Greeted, "RCPT", trace.ClassPermanent, "503 5.5.1 Error: need MAIL command", `reply-code.503 "503", enhanced.5.1 "5.5.1", ` +
			`reply-text "Error: need MAIL command", note.not-like-this, why.need-mail, repair: MAIL FROM:<alice@example.org>`},
		{Sender, "RCPT", trace.ClassPermanent, "550 5.1.1 no", `reply-code.550 "550", enhanced.1.1 "5.1.1", reply-text "no", ` +
			`note.not-like-this, why.no-such-mailbox`},
		{Sender, "DATA", trace.ClassPermanent, "554 5.5.1 no", `reply-code.554 "554", enhanced.5.1 "5.5.1", reply-text "no", ` +
			`note.not-like-this, why.no-recipients, repair: RCPT TO:<bob@example.net>`},
		{Recipients, "RCPT", trace.ClassTransient, "452 4.5.3 no", `reply-code.452 "452", enhanced.5.3 "4.5.3", reply-text "no", ` +
			`note.not-now, why.too-many-recipients`},
		{Recipients, "DATA", trace.ClassMore, "354 go", `reply-code.354 "354", reply-text "go", note.reply.DATA`},
		{Content, ".", trace.ClassPermanent, "552 5.3.4 no", `reply-code.552 "552", enhanced.3.4 "5.3.4", reply-text "no", ` +
			`note.message-refused, why.too-big`},
		{Content, ".", trace.ClassTransient, "451 4.9.9 no", `reply-code.451 "451", enhanced "4.9.9", reply-text "no", ` +
			`note.message-not-now, why.local-error`},
		{Greeted, "", trace.ClassTransient, "421 mx.example.net gone", `reply-code.421 "421", server-name "mx.example.net", ` +
			`reply-text "gone", note.closing, why.closing`},
		{Greeted, "TURN", trace.ClassOK, "259 what", `reply-code.2 "259", reply-text "what"`},
		{Greeted, "VRFY", trace.ClassOK, "252 2.0.0 try", `reply-code.252 "252", enhanced.0.0 "2.0.0", reply-text "try", note.unverified`},
		{Greeted, "AUTH", trace.ClassPermanent, "535 5.7.8 no", `reply-code.535 "535", enhanced.7.8 "5.7.8", reply-text "no", ` +
			`note.not-like-this, why.credentials`},
		{Greeted, "AUTH", trace.ClassPermanent, "538 no", `reply-code.538 "538", reply-text "no", note.not-like-this, why.clear-password`},
		{Greeted, "MAIL", trace.ClassPermanent, "530 5.7.0 no", `reply-code.530 "530", enhanced.7.0 "5.7.0", reply-text "no", ` +
			`note.not-like-this, why.need-login`},
		{Greeted, "NOOP", trace.ClassPermanent, "599", `reply-code.5 "599", note.not-like-this, why.failed`},
		{Greeted, "NOOP", trace.ClassUntagged, "hello", `unexpected "hello", why.no-reply`},
	} {
		l := machine.Line{Dir: trace.ToClient, Data: []byte(c.line + "\r\n"), Verb: c.verb, Class: c.class, State: stateNames[c.state]}
		checkExplanation(t, l)
		if got := describe(l, Explain(l)); got != c.want {
			t.Errorf("%s: %s\n got %s\nwant %s", l.State, c.line, got, c.want)
		}
	}
}
