package smtp

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/machine/machinetest"
)

// server answers the questions of a [Server] as a small site would.
type server struct {
	*Server
	settings map[string]string
	reports  []string
}

func newServer(settings map[string]string) *server {
	number := func(name string) int64 {
		n, _ := strconv.ParseInt(settings[name], 10, 64)
		return n
	}
	idle, _ := time.ParseDuration(settings["idle"])
	return &server{
		Server: NewServer(Config{
			Hostname: "mx.example.net", MaxSize: number("size"), MaxRecipients: int(number("recipients")),
			MaxLine: int(number("line")), IdleTimeout: idle,
		}, 0),
		settings: settings,
	}
}

func (s *server) Receive(now engine.Time, p []byte) {
	s.Server.Receive(now, p)
	s.answer(now)
}

func (s *server) ReceiveEOF(now engine.Time) {
	s.Server.ReceiveEOF(now)
	s.answer(now)
}

// answer refuses dora for ever, eve for now, senders of spam.example, and messages that say "refuse me".
func (s *server) answer(now engine.Time) {
	for e, ok := s.Next(); ok; e, ok = s.Next() {
		var a Answer
		switch e.Kind {
		case AskSender:
			s.report("sender <%v>%s", e.Path, declared(e.Envelope))
			if e.Path.Domain == "spam.example" {
				a.Reply = &Reply{550, "5.7.1", "Nothing from there"}
			}
		case AskRecipient:
			s.report("recipient <%v>", e.Path)
			switch e.Path.Local {
			case "dora":
				a.Reply = &Reply{550, "5.1.1", "No such user here"}
			case "eve":
				a.Reply = &Reply{450, "4.2.1", "Mailbox is busy"}
			case "shutdown":
				a.Reply = &Reply{421, "4.3.2", "Going down"}
			case "broken":
				a.Reply = &Reply{}
			}
		case AskMessage:
			with := "SMTP"
			if e.Extended {
				with = "ESMTP"
			}
			s.report("message from %s with %s: <%v> to %v: %q", e.Hello, with, e.Envelope.From, e.Envelope.To, e.Message)
			if strings.Contains(string(e.Message), "refuse me") {
				a.Reply = &Reply{554, "5.6.0", "Not that"}
			}
		}
		s.Answer(now, e.ID, a)
	}
}

func declared(e Envelope) (s string) {
	if e.Size != 0 {
		s += fmt.Sprintf(" %d octets", e.Size)
	}
	if e.Body != "" {
		s += " " + e.Body
	}
	return s
}

func (s *server) report(format string, args ...any) {
	s.reports = append(s.reports, fmt.Sprintf(format, args...))
}

func (s *server) Reports() []string {
	r := s.reports
	s.reports = nil
	return r
}

func TestServer(t *testing.T) {
	machinetest.Transcripts(t, "testdata/server-*.txt", func(settings map[string]string) machinetest.Peer {
		return newServer(settings)
	})
}
