package imap_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"ehlo/sim/imap"
	"ehlo/sim/machine/machinetest"
	"ehlo/sim/sasl"
	"ehlo/sim/store"
	"ehlo/sim/trace"
)

func FuzzServer(f *testing.F) {
	for i, path := range serverPaths(f) {
		f.Add(said(f, path, trace.ToServer), uint8(2))
		f.Add(said(f, path, trace.ToServer), uint8(i))
	}
	// What brings a session into each state, and into the middle of a command.
	openings := []string{
		"",
		"x LOGIN bob plover\r\n",
		"x LOGIN bob plover\r\nx SELECT INBOX\r\n",
		"x LOGIN bob plover\r\nx EXAMINE INBOX\r\nx SEARCH RETURN (SAVE) FROM alice\r\n",
		"x LOGIN bob plover\r\nx SELECT INBOX\r\nx FETCH 1 BODY.PEEK[HEADER.FIELDS ({4}\r\n",
		"x LOGIN bob plover\r\nx SELECT {900+}\r\n",
		"x LOGIN bob plover\r\nx SELECT INBOX\r\nx FETCH 1 (MODSEQ)\r\nx STORE 1 (UNCH",
		"x LOGIN bob plover\r\nx ENABLE UIDONLY\r\nx NOTIFY SET (selected (MessageNew (UID BODY.PEEK[]) MessageExpunge FlagChange)) " +
			"(personal (MessageNew MessageExpunge MailboxName))\r\nx SELECT INBOX\r\n",
	}
	f.Fuzz(func(t *testing.T, input []byte, state uint8) {
		if len(input) > 4000 {
			return
		}
		box := account([]string{"plain", "parts"}, []string{"Sent"})
		newPeer := func() machinetest.Peer {
			h := newHost(imap.Config{MaxLine: 200, MaxLiteral: 50}, box.Clone())
			h.Receive(0, []byte(openings[int(state)%len(openings)]))
			return h
		}
		machinetest.Bytewise(t, newPeer, input)
		// Whatever a client sends, what it is told is IMAP.
		h := newPeer()
		h.Receive(0, input)
		checkResponses(t, h.Output())
	})
}

// checkResponses reads what a server says as a client does: line by line, with the literals that lines announce.
func checkResponses(t testing.TB, output []byte) (responses []imap.Response) {
	t.Helper()
	for len(output) > 0 {
		end := bytes.IndexByte(output, '\n') + 1
		for {
			r, _, err := imap.ParseResponse(output[:end])
			if err == nil {
				responses = append(responses, r)
				break
			}
			m := literalEnd.FindSubmatch(output[:end])
			if m == nil {
				t.Fatalf("%q: %v", output[:end], err)
			}
			n, _ := strconv.Atoi(string(m[1]))
			end += n + bytes.IndexByte(output[end+n:], '\n') + 1
		}
		output = output[end:]
	}
	return responses
}

var literalEnd = regexp.MustCompile(`\{(\d+)\}\r\n$`)

func FuzzClient(f *testing.F) {
	for _, path := range machinetest.Paths(f, "testdata/client/*.txt") {
		f.Add(said(f, path, trace.ToClient))
	}
	for _, path := range serverPaths(f) {
		f.Add(said(f, path, trace.ToClient))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		if len(input) > 4000 {
			return
		}
		machinetest.Bytewise(t, func() machinetest.Peer {
			p := program{imap.NewClient(imap.ClientConfig{MaxLine: 200, MaxLiteral: 50}, 0)}
			for _, command := range []string{"LOGIN bob plover", `SELECT {3}\r\na"b`, "FETCH 1:* BODY[]", "LOGOUT"} {
				if err := p.Do(0, command); err != nil {
					t.Fatal(err)
				}
			}
			return p
		}, input)
	})
}

func FuzzObserver(f *testing.F) {
	for _, path := range append(serverPaths(f), machinetest.Paths(f, "testdata/observer/*.txt")...) {
		f.Add(said(f, path, trace.ToServer), said(f, path, trace.ToClient), uint8(3))
	}
	ids := append(imap.MessageIDs(), sasl.MessageIDs()...)
	f.Fuzz(func(t *testing.T, client, server []byte, turn uint8) {
		if len(client)+len(server) > 2000 {
			return
		}
		// Both sides take turns, a line or a few at a time.
		var pieces []machinetest.Said
		for i := 0; len(client)+len(server) > 0; i++ {
			p, dir := &client, trace.ToServer
			if (i+int(turn))%3 > 0 && len(server) > 0 || len(client) == 0 {
				p, dir = &server, trace.ToClient
			}
			n := bytes.IndexByte(*p, '\n') + 1
			if n == 0 || i%5 == 4 {
				n = len(*p)
			}
			pieces = append(pieces, machinetest.Said{Dir: dir, Data: (*p)[:n]})
			*p = (*p)[n:]
		}
		for _, l := range machinetest.ObserveBytewise(t, newObserver, pieces) {
			checkExplanation(t, ids, l, imap.Explain(l))
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, c := range explained {
		f.Add([]byte(c.line + "\r\n"))
	}
	for _, path := range serverPaths(f) {
		for _, line := range bytes.SplitAfter(said(f, path, trace.ToServer), []byte("\r\n")) {
			f.Add(line)
		}
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		r, spans, err := imap.ParseCommand(line)
		end := 0
		for _, s := range spans {
			if s.Start < end || s.End <= s.Start || s.End > len(line) {
				t.Fatalf("%q: span %+v", line, s)
			}
			end = s.End
		}
		if (err == nil) != (r.Command != nil) {
			t.Fatalf("%q: %v and %v", line, r.Command, err)
		}
		if err != nil {
			if e := err.(*imap.SyntaxError); e.Pos < 0 || e.Pos > len(line) {
				t.Fatalf("%q: %+v", line, e)
			}
			return
		}
		// A client says it so that it is understood as the same.
		again, _, err := imap.ParseCommand(sent(r.Command))
		if s, ok := again.Command.(imap.Search); ok && r.Command.(imap.Search).Charset == "" {
			s.Charset = ""
			again.Command = s
		}
		if err != nil || fmt.Sprintf("%#v", again.Command) != fmt.Sprintf("%#v", r.Command) {
			t.Fatalf("%q is %#v; the client says %q, which is %#v, %v", line, r.Command, sent(r.Command), again.Command, err)
		}
	})
}

// sent is a command as a client says it, with all its literals.
func sent(c imap.Command) []byte {
	client := imap.NewClient(imap.ClientConfig{}, 0)
	client.Receive(0, []byte("* OK hi\r\n"))
	client.Do(0, c)
	var line []byte
	for p := client.Output(); len(p) > 0; p = client.Output() {
		line = append(line, p...)
		if bytes.HasSuffix(p, []byte("}\r\n")) {
			client.Receive(0, []byte("+ go on\r\n"))
		}
	}
	return line
}

// Whatever a message is, what the server says of it is IMAP, and its sections are parts of it.
func FuzzLetter(f *testing.F) {
	for _, name := range []string{"plain", "groups", "parts"} {
		f.Add(letter(name).Content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		if len(content) > 4000 {
			return
		}
		a := account(nil, nil)
		box, _ := a.Mailbox("INBOX")
		if _, err := box.Commit(store.Batch{Append: []store.Draft{{Content: content}}}); err != nil {
			t.Fatal(err)
		}
		h := newHost(imap.Config{}, a)
		h.Receive(0, []byte("x LOGIN bob plover\r\nx EXAMINE INBOX\r\n"))
		h.Output()
		h.Receive(0, []byte("x FETCH 1 (FLAGS ENVELOPE BODY BODYSTRUCTURE BODY[HEADER] BODY[TEXT] BODY[1] BODY[1.MIME] "+
			"BODY[2.1] BODY[1.HEADER] BODY[HEADER.FIELDS (From)] BODY[HEADER.FIELDS.NOT (From)] BODY[])\r\n"))
		responses := checkResponses(t, h.Output())
		if len(responses) != 2 || responses[1].Status != imap.OK {
			t.Fatalf("%q: %v", content, responses)
		}
		octets := map[string]string{}
		for _, d := range responses[0].Items {
			if d.Body && len(d.Section.Part) == 0 {
				octets[[...]string{"", "HEADER", "FIELDS", "NOT", "TEXT", ""}[d.Section.Text]] = d.Value.Text
			}
		}
		whole := strings.ReplaceAll(string(content), "\x00", "\x80")
		if octets[""] != whole || octets["HEADER"]+octets["TEXT"] != whole {
			t.Fatalf("%q: %q", content, octets)
		}
		for _, command := range []string{"FETCH 1 (PREVIEW BINARY.SIZE[1] BINARY.PEEK[1] BINARY.PEEK[2.1]<1.5>)", `SEARCH TEXT "a" SENTSINCE 1-Jan-2026`,
			`SEARCH OR BODY "é" HEADER Subject "x"`, "SORT (SUBJECT DATE FROM DISPLAYTO) UTF-8 ALL", "THREAD REFERENCES UTF-8 ALL"} {
			h.Receive(0, []byte("x "+strings.ReplaceAll(command, `"é"`, "{2+}\r\né")+"\r\n"))
			checkResponses(t, h.Output())
		}
	})
}
