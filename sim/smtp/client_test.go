package smtp

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/machine/machinetest"
	"ehlo/sim/sasl"
)

// client is told what to do by the lines of a transcript: `ehlo NAME`, `helo NAME`, `mail FROM [SIZE [BODY]]`,
// `rcpt TO`, `data "GO STRING"`, `bdat|last "GO STRING"`, `auth|ask MECHANISM USER PASSWORD` (ask without an initial
// response), `rset`, `noop`, `quit`, and `say` with a line as it is written. It performs the handshake of STARTTLS at once.
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
	case "bdat", "last":
		chunk, err := strconv.Unquote(rest)
		return Bdat{Chunk: []byte(chunk), Last: verb == "last"}, err
	case "auth", "ask":
		return Auth{Mechanism: sasl.Named(args[0]), NoInitial: verb == "ask", Credentials: sasl.Credentials{User: args[1],
			Password: args[2], Nonce: "rOprNGfwEbeRWgbNEkqO"}}, nil
	case "say":
		cmd, _, err := ParseCommand([]byte(rest))
		return cmd, err
	case "rset":
		return Rset{}, nil
	case "noop":
		return Noop{}, nil
	case "quit":
		return Quit{}, nil
	}
	return nil, errors.New("no client does " + text)
}

func (c client) Receive(now engine.Time, p []byte) {
	c.Client.Receive(now, p)
	if c.Upgrading() {
		c.Upgraded(now, machine.TLSInfo{Version: "TLS 1.3"})
	}
}

func (c client) Reports() (reports []string) {
	for e, ok := c.Next(); ok; e, ok = c.Next() {
		name := "greeting"
		if e.Command != nil {
			name = commands[e.Command.verb()].name
		}
		switch e.Kind {
		case EventReply:
			report := fmt.Sprintf("%s: %v %v", name, e.Reply.Class(), e.Reply)
			if e.Reason != sasl.ReasonNone {
				report += " " + e.Reason.ID()
			}
			reports = append(reports, report)
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

// TestClientServerLogin lets the two sides use every mechanism, inside TLS, and send by BDAT.
func TestClientServerLogin(t *testing.T) {
	for _, m := range sasl.All.Mechanisms() {
		for _, how := range []string{"auth", "ask"} {
			for password, ok := range map[string]bool{"wonder": true, "wander": false} {
				s := newServer(map[string]string{"extensions": "all", "starttls": "yes", "auth": m.String()})
				c := client{NewClient(ClientConfig{}, 0)}
				for _, do := range []string{"ehlo a.example", "say STARTTLS", "ehlo a.example", how + " " + m.String() + " alice " + password,
					"say MAIL FROM:<jörg@example.org> SMTPUTF8 RET=HDRS ENVID=1 BY=5;N REQUIRETLS", "say RCPT TO:<bob@example.net> NOTIFY=SUCCESS",
					`bdat "Subject: x\r\n"`, `last "\r\n.\r\n"`, "quit"} {
					if err := c.Do(0, do); err != nil {
						t.Fatal(err)
					}
				}
				var said []string
				for range 100 {
					a, b := c.Output(), s.Output()
					if len(a)+len(b) == 0 {
						break
					}
					s.Receive(0, a)
					c.Receive(0, b)
					said = append(said, append(c.Reports(), s.Reports()...)...)
				}
				got := strings.Join(said, "\n")
				login, with := "AUTH: permanent 535", "with UTF8SMTPS:"
				if ok {
					login, with = "AUTH: ok 235", "with UTF8SMTPSA:"
				}
				for _, want := range []string{login, with, fmt.Sprintf(`login by %s as "alice": %t`, m, ok), `UTF8 return HDRS of "1" by 5s false false requires TLS`,
					`"Subject: x\r\n\r\n.\r\n"`, "QUIT: ok"} {
					if !strings.Contains(got, want) {
						t.Errorf("%s %s %s: no %s in\n%s", how, m, password, want, got)
					}
				}
				if strings.Contains(got, "sasl.why.signature") || !c.Done() || !s.Done() {
					t.Errorf("%s %s: done %t %t\n%s", how, m, c.Done(), s.Done(), got)
				}
			}
		}
	}
}
