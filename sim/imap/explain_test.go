package imap_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"ehlo/sim/imap"
	"ehlo/sim/machine"
	"ehlo/sim/machine/machinetest"
	"ehlo/sim/sasl"
	"ehlo/sim/trace"
)

// lines that explain.golden explains, each with the state it is said in.
var explained = []struct{ state, line string }{
	{"not authenticated", "a1 LOGIN bob plover"},
	{"not authenticated", "a1 LOGIN {3}"},
	{"selected", "a7 UID FETCH 3,5:* (FLAGS BODY.PEEK[1.2.HEADER.FIELDS (From {4}\r\nDate)]<0.100> BODYSTRUCTURE)"},
	{"selected", "a8 fetch 1 all"},
	{"selected", `a9 STORE 1:2 +FLAGS.SILENT (\Deleted work)`},
	{"selected", "a9 FETCH 1 BODY[]"},
	{"authenticated", "a2 LIST \"\" *"},
	{"authenticated", "a2 EXAMINE \"My Mail\""},
	{"selected", "a3 EXPUNGE"},
	{"authenticated", "a3 COMPRESS DEFLATE"},
	{"authenticated", "a3 COMPRESS GZIP"},
	{"selected", "a3 UID REPLACE 7 Drafts (\\Draft) {310}"},
	{"authenticated", "a3 REPLACE 7 Drafts {310}"},
	{"authenticated", "a2 CREATE Entw&APw-rfe (USE (\\Drafts))"},
	{"authenticated", "a2 RENAME INBOX Old"},
	{"authenticated", "a2 DELETE Old"},
	{"authenticated", "a2 SUBSCRIBE Old"},
	{"authenticated", "a2 LIST (SUBSCRIBED RECURSIVEMATCH) \"\" (\"%\" \"a/*\") RETURN (CHILDREN STATUS (UNSEEN))"},
	{"authenticated", "a2 STATUS INBOX (MESSAGES MAILBOXID)"},
	{"authenticated", "a2 APPEND Sent (\\Seen) \" 1-Mar-2026 08:00:00 +0000\" {310}"},
	{"not authenticated", "a1 AUTHENTICATE PLAIN AGJvYgBwbG92ZXI="},
	{"authenticated", "a2 IDLE"},
	{"selected", "a2 UNSELECT"},
	{"authenticated", "a2 NOTIFY SET STATUS (selected-delayed (MessageNew (UID) MessageExpunge)) (subtree (Lists Work) (MailboxName)) (personal NONE)"},
	{"selected", "a2 NOTIFY NONE"},
	{"selected", "a2 ENABLE UIDONLY"},
	// Refused, and the repair where one is known.
	{"authenticated", "DONE"},
	{"authenticated", "a2 APPEND Sent"},
	{"authenticated", "a2 APPEND Sent Hello"},
	{"authenticated", "a2 STATUS INBOX MESSAGES"},
	{"authenticated", "a2 STATUS INBOX (MESSAGE)"},
	{"authenticated", "a2 CREATE"},
	{"authenticated", "a2 NOTIFY SET (selected (FlagChange))"},
	{"authenticated", "a2 RENAME Old"},
	{"not authenticated", "a1 AUTHENTICATE PLIAN"},
	{"not authenticated", "a1 AUTHENTICATE PLAIN Ym9"},
	{"not authenticated", "a1 SELECT INBOX"},
	{"not authenticated", "a1 FETCH 1 FLAGS"},
	{"authenticated", "a1 FETCH 1 FLAGS"},
	{"selected", "a1 LOGIN bob plover"},
	{"not authenticated", ""},
	{"not authenticated", "LOGIN bob plover"},
	{"not authenticated", "NOOP"},
	{"not authenticated", " a1 NOOP"},
	{"not authenticated", "a1  LOGIN  bob plover"},
	{"not authenticated", "a1 NOOP "},
	{"not authenticated", "a1 LOGN bob plover"},
	{"not authenticated", "a1 STARTTLS"},
	{"not authenticated", "a1 EHLO laptop.example.org"},
	{"not authenticated", "+ NOOP"},
	{"authenticated", "a1 SELECT"},
	{"authenticated", "a1 SELECT {5+}"},
	{"authenticated", "a1 SELECT My Mail"},
	{"authenticated", "a1 LIST"},
	{"authenticated", "a1 LIST *"},
	{"selected", "a1 FETCH"},
	{"selected", "a1 FETCH 1"},
	{"selected", "a1 FETCH 1 FLAG"},
	{"selected", "a1 FETCH 1 BODY.PEEK"},
	{"selected", "a1 FETCH 1 (FLAGS UID"},
	{"selected", "a1 FETCH 1 FLAGS UID"},
	{"selected", "a1 FETCH 1 BODY[HEADER"},
	{"selected", "a1 FETCH 1 (BODY[HEADER.FIELDS (From] FLAGS)"},
	{"selected", "a1 FETCH 0 FLAGS"},
	{"selected", "a1 UID FTECH 1 FLAGS"},
	{"selected", "FTECH 1 FLAGS"},
	{"selected", "UID FETCH 1 FLAGS"},
	{"selected", `a1 STORE 1 \Seen`},
	{"selected", `a1 STORE 1 +FLGAS (\Seen)`},
	{"selected", `a1 STORE 1 +FLAGS (\Recent)`},
	{"selected", `a1 STORE 1 +FLAGS (\Seen`},
	{"selected", "a1 EXPUNGE 1"},
	// The messages' commands, right and wrong.
	{"selected", `a1 SEARCH RETURN (MIN COUNT) CHARSET UTF-8 OR (FROM "alice" SINCE 1-Sep-2026) NOT UID 4:*`},
	{"selected", `a1 UID SEARCH MODSEQ "/flags/\\Seen" all 12`},
	{"selected", "a1 SORT (REVERSE DATE SUBJECT) UTF-8 ALL"},
	{"selected", "a1 THREAD REFERENCES UTF-8 ALL"},
	{"selected", "a1 UID MOVE $ Kept"},
	{"selected", "a1 FETCH 1 (PREVIEW (LAZY) BINARY.PEEK[1]<0.10>) (CHANGEDSINCE 7)"},
	{"selected", "a1 STORE 1 (UNCHANGEDSINCE 7) +FLAGS (\\Seen)"},
	{"selected", "a1 FETCH 1 BODY"},
	{"selected", "a1 STORE 1 +FLAGS Seen"},
	{"selected", "a1 UID EXPUNGE 7"},
	{"selected", "FETCH 1 (FLAGS"},
	{"selected", "a1 FETCH FLAGS"},
	{"selected", "a1 FETCH all FLAGS"},
	{"selected", "a1 FETCH 1-3 FLAGS"},
	{"selected", "a1 FETCH 1,2..4 (FLAGS)"},
	{"selected", "a1 FETCH 1 FLAGS)"},
	{"selected", "a1 FETCH 1 BODY[1"},
	{"selected", "a1 FETCH 1 BODY[SUBJECT]"},
	{"selected", "a1 FETCH 1 BODY[HEADER.FIELDS From]"},
	{"selected", "a1 FETCH 1 BODY[TXT]"},
	{"selected", "a1 SEARCH"},
	{"selected", "a1 SEARCH FROM"},
	{"selected", "a1 SEARCH UNREAD"},
	{"selected", "a1 SEARCH FORM alice"},
	{"selected", "a1 SEARCH SUBJECT summer party SEEN"},
	{"selected", "a1 SEARCH HEADER To bob brown"},
	{"selected", `a1 SEARCH "party"`},
	{"selected", "a1 SEARCH SINCE 2026-09-21"},
	{"selected", "a1 SEARCH NOT (SINCE 21.9.2026)"},
	{"selected", "a1 SEARCH ON 9/31/2026"},
	{"selected", "a1 SEARCH (UNSEEN"},
	{"selected", "a1 SEARCH UNSEEN)"},
	{"selected", "a1 SEARCH OR SEEN"},
	{"selected", "a1 SEARCH FROM “alice”"},
	{"not authenticated", "a1 LOGIN “bob” ”plover”"},
	{"selected", "a1 COPY 1 My Mail"},
	{"selected", "a1 MOVE 1"},
	{"selected", "a1 SORT DATE UTF-8 ALL"},
	{"selected", `a1 SEARCH TEXT "party`},
}

func TestExplainCommands(t *testing.T) {
	var b strings.Builder
	for _, c := range explained {
		r, _, _ := imap.ParseCommand([]byte(c.line + "\r\n"))
		l := machine.Line{Dir: trace.ToServer, Class: trace.ClassCommand, State: c.state, Next: c.state, Data: []byte(c.line + "\r\n")}
		if int(r.Verb) < len(imap.Table().Verbs) {
			l.Verb = imap.Table().Verbs[r.Verb]
		}
		x := imap.Explain(l)
		fmt.Fprintf(&b, "%q in the %s state\n", c.line, c.state)
		writeExplanation(&b, l, x)
		if x.Repair != "" {
			if _, _, err := imap.ParseCommand([]byte(x.Repair + "\r\n")); err != nil {
				t.Errorf("%q is repaired to %q: %v", c.line, x.Repair, err)
			}
		}
	}
	golden(t, "testdata/explain.golden", b.String())
}

func writeExplanation(b *strings.Builder, l machine.Line, x machine.Explanation) {
	for _, s := range x.Spans {
		fmt.Fprintf(b, "\t%q %s (%s)\n", l.Data[s.Start:s.End], s.Term, s.Ref)
	}
	for _, n := range x.Notes {
		fmt.Fprintf(b, "\tnote %s\n", describeNote(n))
	}
	for _, n := range x.Why {
		fmt.Fprintf(b, "\twhy %s\n", describeNote(n))
	}
	if x.Repair != "" {
		fmt.Fprintf(b, "\trepair %q\n", x.Repair)
	}
}

func describeNote(n machine.Note) string {
	text := n.ID
	for _, k := range slices.Sorted(maps.Keys(n.Args)) {
		text += fmt.Sprintf(" %s=%q", k, n.Args[k])
	}
	return text
}

// Each line of each transcript is explained, in order and within its bounds, with identifiers that are listed.
func TestExplainLines(t *testing.T) {
	ids := imap.MessageIDs()
	if sorted := slices.Sorted(slices.Values(ids)); len(slices.Compact(sorted)) != len(ids) {
		t.Error("an identifier is listed twice")
	}
	ids = append(ids, sasl.MessageIDs()...) // of the lines within AUTHENTICATE
	var b strings.Builder
	for _, path := range append(serverPaths(t), machinetest.Paths(t, "testdata/observer/*.txt")...) {
		for _, l := range machinetest.Observe(newObserver(), machinetest.Conversation(t, path), 0) {
			x := imap.Explain(l)
			checkExplanation(t, ids, l, x)
			if l.Dir == trace.ToClient && strings.Contains(path, "session") {
				fmt.Fprintf(&b, "%q\n", l.Data)
				writeExplanation(&b, l, x)
			}
		}
	}
	golden(t, "testdata/explain-replies.golden", b.String())
}

func checkExplanation(t *testing.T, ids []string, l machine.Line, x machine.Explanation) {
	t.Helper()
	end := 0
	for _, s := range x.Spans {
		if s.Start < end || s.End <= s.Start || s.End > len(l.Data) || s.Ref == "" || !slices.Contains(ids, s.Term) {
			t.Fatalf("%s: span %+v", machinetest.Describe(l), s)
		}
		end = s.End
	}
	for _, n := range append(slices.Clone(x.Notes), x.Why...) {
		if !slices.Contains(ids, n.ID) {
			t.Fatalf("%s: note %s is not listed", machinetest.Describe(l), n.ID)
		}
	}
}
