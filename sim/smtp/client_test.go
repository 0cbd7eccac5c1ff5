package smtp

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"ehlo/sim/engine"
	"ehlo/sim/machine/machinetest"
)

// client is told what to do by the lines of a transcript: `ehlo NAME`, `helo NAME`, `mail FROM [SIZE [BODY]]`,
// `rcpt TO`, `data "GO STRING"`, `rset`, `noop`, `quit`.
type client struct{ *Client }

func (c client) Do(now engine.Time, text string) error {
	cmd, err := commandOf(text)
	if err != nil {
		return err
	}
	c.Client.Do(now, cmd)
	return nil
}

func commandOf(text string) (Command, error) {
	verb, rest, _ := strings.Cut(text, " ")
	args := append(strings.Fields(rest), "", "", "")
	switch verb {
	case "ehlo", "helo":
		return Hello{Name: rest, Basic: verb == "helo"}, nil
	case "mail":
		path, ok := ParsePath(strings.Trim(args[0], "<>"))
		if !ok {
			return nil, fmt.Errorf("%q is no path", args[0])
		}
		size, _ := strconv.ParseInt(args[1], 10, 64)
		return Mail{Envelope: Envelope{From: path, Size: size, Body: args[2]}}, nil
	case "rcpt":
		path, ok := ParsePath(rest)
		if !ok {
			return nil, fmt.Errorf("%q is no path", rest)
		}
		return Rcpt{Recipient: Recipient{Path: path}}, nil
	case "data":
		message, err := strconv.Unquote(rest)
		return Data{Message: []byte(message)}, err
	case "rset":
		return Rset{}, nil
	case "noop":
		return Noop{}, nil
	case "quit":
		return Quit{}, nil
	}
	return nil, errors.New("no client does " + text)
}

func (c client) Reports() (reports []string) {
	for e, ok := c.Next(); ok; e, ok = c.Next() {
		name := "greeting"
		if e.Command != nil {
			name = commands[e.Command.verb()].name
		}
		switch e.Kind {
		case EventReply:
			reports = append(reports, fmt.Sprintf("%s: %v %v", name, e.Reply.Class(), e.Reply))
		case EventClosed:
			if e.Command == nil {
				name = "nothing"
			}
			reports = append(reports, fmt.Sprintf("closed while %s was under way %q", name, e.Reply.Text))
		}
	}
	return reports
}

func TestClient(t *testing.T) {
	machinetest.Transcripts(t, "testdata/client-*.txt", func(map[string]string) machinetest.Peer {
		return client{NewClient(ClientConfig{}, 0)}
	})
}

// TestClientServer lets the two sides talk to each other.
func TestClientServer(t *testing.T) {
	s := newServer(map[string]string{"size": "100000"})
	c := client{NewClient(ClientConfig{}, 0)}
	messages := []string{"Subject: dots\r\n\r\n.\r\n..\r\n.x\r\nend\r\n", "", "no line end", "\r\n.\r\n"}
	c.Do(0, "ehlo laptop.example.org")
	for _, m := range messages {
		for _, do := range []string{"mail alice@example.org 100 8BITMIME", "rcpt bob@example.net", "rcpt dora@example.net",
			"rcpt \"carla\"@example.net", "data " + strconv.Quote(m)} {
			if err := c.Do(0, do); err != nil {
				t.Fatal(err)
			}
		}
	}
	c.Do(0, "quit")
	var reports []string
	for range 1000 {
		said := c.Output()
		answer := s.Output()
		if len(said)+len(answer) == 0 {
			break
		}
		s.Receive(0, said)
		c.Receive(0, answer)
		reports = append(reports, append(c.Reports(), s.Reports()...)...)
	}
	if !c.Done() || !s.Done() {
		t.Errorf("client done %v, server done %v", c.Done(), s.Done())
	}
	got := strings.Join(reports, "\n")
	for _, m := range messages {
		if m != "" && !strings.HasSuffix(m, "\n") {
			m += "\r\n"
		}
		if want := fmt.Sprintf("to [bob@example.net carla@example.net]: %q", m); !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if n := strings.Count(got, "RCPT: permanent 550 5.1.1 No such user here"); n != len(messages) {
		t.Errorf("dora was refused %d times in\n%s", n, got)
	}
}
