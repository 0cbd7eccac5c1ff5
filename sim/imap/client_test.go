package imap_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/imap"
	"ehlo/sim/machine/machinetest"
)

// program is a client that is told in IMAP what to do; \r\n is a line end, for literals.
type program struct{ *imap.Client }

func (p program) Do(now engine.Time, command string) error {
	r, _, err := imap.ParseCommand([]byte("x " + strings.ReplaceAll(command, `\r\n`, "\r\n") + "\r\n"))
	if err == nil {
		p.Client.Do(now, r.Command)
	}
	return err
}

// Reports takes the client's events as text.
func (p program) Reports() []string {
	var reports []string
	for e, ok := p.Next(); ok; e, ok = p.Next() {
		reports = append(reports, describeEvent(e)...)
	}
	return reports
}

func describeEvent(e imap.ClientEvent) []string {
	var texts []string
	for i := range e.Untagged {
		texts = append(texts, "  "+describeResponse(&e.Untagged[i]))
	}
	switch e.Kind {
	case imap.EventGreeting:
		texts = append(texts, "greeting "+describeResponse(&e.Response))
	case imap.EventReply:
		texts = append(texts, e.Command.Name()+": "+describeResponse(&e.Response))
	case imap.EventUntagged:
		texts = append([]string{"news"}, texts...)
	case imap.EventEnded:
		texts = append(texts, fmt.Sprint("ended: ", e.Err))
	}
	return texts
}

func describeResponse(r *imap.Response) string {
	text := r.Tag + " " + r.Name
	if r.IsStatus() {
		text += fmt.Sprintf(" [%s] %q", r.Code, r.Text)
	}
	if r.Number != 0 {
		text += fmt.Sprint(" ", r.Number)
	}
	switch {
	case r.Name == "CAPABILITY" || r.Code == "CAPABILITY":
		text += " …" // one transcript is about them
	case len(r.Words) > 0:
		text += fmt.Sprintf(" %q", r.Words)
	}
	if r.Name == "LIST" {
		text += fmt.Sprintf(" %q %q %q", r.Mailbox.Attributes, r.Mailbox.Delimiter, r.Mailbox.Name)
	}
	for _, t := range r.Threads {
		text += " " + describeValue(t)
	}
	if d := r.Search; strings.HasSuffix(r.Name, "SEARCH") || r.Name == "SORT" {
		text += fmt.Sprintf(" %+v", d)
	}
	for _, d := range r.Items {
		text += " " + d.Name
		if d.Body {
			text += fmt.Sprintf("[%v %d %q]", d.Section.Part, d.Section.Text, d.Section.Fields)
		}
		if d.Partial {
			text += fmt.Sprintf("<%d>", d.Offset)
		}
		if e, ok := d.Value.Envelope(); ok && d.Name == "ENVELOPE" {
			text += strings.ReplaceAll(fmt.Sprintf(" %+v", e), "\r\n", `\r\n`)
			continue
		}
		text += " " + describeValue(d.Value)
	}
	return text
}

func describeValue(v imap.Value) string {
	switch v.Kind {
	case imap.ValueNil:
		return "NIL"
	case imap.ValueAtom:
		return v.Text
	case imap.ValueString:
		return fmt.Sprintf("%q", v.Text)
	}
	var parts []string
	for _, m := range v.List {
		parts = append(parts, describeValue(m))
	}
	return "(" + strings.Join(parts, " ") + ")"
}

func newProgram(s map[string]string) machinetest.Peer {
	var cfg imap.ClientConfig
	fmt.Sscan(s["max-line"], &cfg.MaxLine)
	fmt.Sscan(s["max-literal"], &cfg.MaxLiteral)
	cfg.Timeout, _ = time.ParseDuration(s["timeout"])
	return program{imap.NewClient(cfg, 0)}
}

func TestClientTranscripts(t *testing.T) {
	machinetest.Transcripts(t, "testdata/client/*.txt", newProgram)
}

// A client and a server talk to each other; what the client is told is what the mailbox holds.
func TestClientAgainstServer(t *testing.T) {
	h := newHost(imap.Config{}, account([]string{"plain", "groups", "parts"}, []string{"Sent", `a "strange" náme`}))
	c := imap.NewClient(imap.ClientConfig{}, 0)
	for _, command := range []string{`LOGIN bob plover`, `LIST "" *`, `SELECT INBOX`, `FETCH 1:* (FLAGS UID ENVELOPE BODYSTRUCTURE)`,
		`UID FETCH 3 (BODY[] BODY[2.1]<2.3> BODY.PEEK[HEADER.FIELDS (From Subject)])`, `STORE 1:2 +FLAGS (\Deleted work)`,
		`UID STORE 3 -FLAGS.SILENT (\Seen)`, `EXPUNGE`, `FETCH 2 FLAGS`, `NOOP`,
		`SEARCH RETURN (ALL MAX) 1:*`, `SORT (REVERSE DATE SIZE) UTF-8 ALL`, `UID SORT RETURN (COUNT) (SUBJECT) "UTF-8" ALL`, `UID THREAD REFERENCES UTF-8 NOT SEEN`, `SEARCH OR (FROM "carla" NOT SEEN) UID 3`, `UID SEARCH RETURN (MIN MAX COUNT SAVE PARTIAL -1:-5) SENTSINCE 1-Jan-2026 LARGER 1 YOUNGER 9000000000`,
		`SEARCH HEADER "X-Y" "" MODSEQ "/flags/\\Seen" all 3`, `SEARCH CHARSET UTF-8 BODY {5}\r\nCafé`, `FETCH $ (PREVIEW (LAZY) BINARY.PEEK[1]<0.3> MODSEQ) (CHANGEDSINCE 1)`,
		`STORE 1 (UNCHANGEDSINCE 1) -FLAGS.SILENT (\Seen)`, `UID FETCH 1:* FLAGS (CHANGEDSINCE 1 PARTIAL -1:-2)`, `UID FETCH 1:* UID (PARTIAL 1:9)`, `CLOSE`, `EXAMINE Sent`, `FETCH 1 UID`, `CAPABILITY`} {
		r, _, err := imap.ParseCommand([]byte("x " + strings.ReplaceAll(command, `\r\n`, "\r\n") + "\r\n"))
		if err != nil {
			t.Fatalf("%s: %v", command, err)
		}
		c.Do(0, r.Command)
	}
	c.Do(0, imap.Search{Keys: []imap.SearchKey{{Name: imap.SubjectKey, Text: "Привет"}}}) // needs a charset and a literal
	c.Do(0, imap.Select{Mailbox: `a "strange" náme`})                                     // needs a literal
	c.Do(0, imap.Logout{})
	exchange(h, c)
	if !c.Done() || !h.Done() {
		t.Fatal("the session is not over")
	}
	var got []string
	for e, ok := c.Next(); ok; e, ok = c.Next() {
		got = append(got, describeEvent(e)...)
	}
	golden(t, "testdata/conversation.golden", strings.Join(got, "\n")+"\n")
}

// exchange carries octets between the two until neither has anything to say.
func exchange(h *host, c *imap.Client) {
	for {
		up := append([]byte(nil), c.Output()...)
		down := append([]byte(nil), h.Output()...)
		if len(up)+len(down) == 0 {
			return
		}
		if len(up) > 0 {
			h.Receive(0, up)
		}
		if len(down) > 0 {
			c.Receive(0, down)
		}
	}
}

// golden compares with a file, or writes it with the flag -rewrite.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if flag.Lookup("rewrite").Value.String() == "true" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not\n%s\nif that is right: go test -run '%s' -rewrite", path, got, t.Name())
	}
}
