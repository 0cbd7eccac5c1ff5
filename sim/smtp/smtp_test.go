package smtp

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/machine/machinetest"
	"ehlo/sim/sasl"
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
	cfg := Config{
		Hostname: "mx.example.net", MaxSize: number("size"), MaxRecipients: int(number("recipients")), MaxLine: int(number("line")),
		MaxErrors: int(number("errors")), IdleTimeout: idle,
		// Few, so that transcripts about something else stay short.
		Extensions: ExtSize | Ext8BitMIME | ExtPipelining | ExtEnhancedStatusCodes,
		Verify:     settings["verify"] != "", StartTLS: settings["starttls"] != "", NeedTLS: settings["need-tls"] != "",
		ClearAuth: settings["clear-auth"] != "", NeedAuth: settings["need-auth"] != "",
		Mechanisms: sasl.Offered(strings.Fields(settings["auth"])),
	}
	if settings["tls"] != "" {
		cfg.TLS = machine.TLSInfo{Version: "TLS 1.3"}
	}
	if list, ok := settings["extensions"]; ok {
		cfg.Extensions = 0
		for _, name := range strings.Fields(list) {
			for _, x := range offers {
				if x.keyword == name || name == "all" {
					cfg.Extensions |= x.is
				}
			}
		}
	}
	for _, name := range strings.Fields(settings["lenient"]) {
		form, _ := LeniencyNamed(name)
		cfg.Lenient |= form
	}
	for _, name := range strings.Fields(settings["without"]) {
		cfg.Without |= 1 << Table().VerbNamed(name)
	}
	return &server{Server: NewServer(cfg, 0), settings: settings}
}

func (s *server) Receive(now engine.Time, p []byte) {
	s.Server.Receive(now, p)
	s.answer(now)
	if s.Upgrading() && s.settings["starttls"] == "yes" {
		s.report("handshake")
		s.Upgraded(now, machine.TLSInfo{Version: "TLS 1.3"})
	}
}

func (s *server) ReceiveEOF(now engine.Time) {
	s.Server.ReceiveEOF(now)
	s.answer(now)
}

// secrets are the passwords of the site's users.
var secrets = map[string]string{"alice": "wonder", "tim": "tanstaaftanstaaf", "user": "pencil"}

// answer refuses dora for ever, eve for now, senders of spam.example, and messages that say "refuse me".
func (s *server) answer(now engine.Time) {
	for e, ok := s.Next(); ok; e, ok = s.Next() {
		var a Answer
		switch e.Kind {
		case AskSender:
			s.report("sender <%v>%s", e.Path, declared(e.Envelope))
			if e.Path.Domain == "spam.example" {
				a.Reply = &Reply{Code: 550, Enhanced: "5.7.1", Text: "Nothing from there"}
			}
		case AskRecipient:
			s.report("recipient <%v>", e.Path)
			switch e.Path.Local {
			case "dora":
				a.Reply = &Reply{Code: 550, Enhanced: "5.1.1", Text: "No such user here"}
			case "eve":
				a.Reply = &Reply{Code: 450, Enhanced: "4.2.1", Text: "Mailbox is busy"}
			case "shutdown":
				a.Reply = &Reply{Code: 421, Enhanced: "4.3.2", Text: "Going down"}
			case "broken":
				a.Reply = &Reply{}
			}
		case AskMessage:
			with := e.Protocol()
			s.report("message from %s with %s: <%v> to %v: %q", e.Hello, with, e.Envelope.From, e.Envelope.To, e.Message)
			if strings.Contains(string(e.Message), "refuse me") {
				a.Reply = &Reply{Code: 554, Enhanced: "5.6.0", Text: "Not that"}
			}
		case AskVerify, AskExpand, AskQueue:
			a.Reply = s.query(e)
		case AskExchange:
			a.Exchange = sasl.Config{Timestamp: "<1896.697170952@postoffice.reston.mci.net>",
				Nonce: "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", SaltKey: "salt"}
		case AskSecret:
			password, known := secrets[e.Question.User]
			a.Secret = sasl.Secret{Known: known, Password: password}
		case EventLogin:
			s.report("login by %s as %q: %t %s", e.Mechanism, e.Identity.User, e.Accepted, e.Reason.ID())
			continue
		}
		s.Answer(now, e.ID, a)
	}
}

// query answers what only the site knows.
func (s *server) query(e *Event) *Reply {
	switch name := strings.Trim(e.Text, "<>"); {
	case e.Kind == AskQueue:
		s.report("queue %s %t", e.Text, e.Subdomains)
		return &Reply{Code: 253, Enhanced: "2.0.0", Text: "2 messages for " + e.Text}
	case e.Kind == AskVerify && (name == "bob" || name == "bob@example.net"):
		return &Reply{Code: 250, Enhanced: "2.1.5", Text: "Bob <bob@example.net>"}
	case e.Kind == AskExpand && name == "staff":
		return &Reply{Code: 250, Enhanced: "2.1.5", Text: "<bob@example.net>\n<carla@example.net>"}
	case name == "maybe":
		return nil
	}
	return &Reply{Code: 550, Enhanced: "5.1.1", Text: "No such name here"}
}

func declared(e Envelope) (s string) {
	if e.Size != 0 {
		s += fmt.Sprintf(" %d octets", e.Size)
	}
	if e.Body != "" {
		s += " " + e.Body
	}
	if e.UTF8 {
		s += " UTF8"
	}
	if e.Return != ReturnUnsaid || e.EnvelopeID != "" {
		s += fmt.Sprintf(" return %v of %q", e.Return, e.EnvelopeID)
	}
	if e.By.Given {
		s += fmt.Sprintf(" by %v %t %t", e.By.Within, e.By.Return, e.By.Trace)
	}
	if e.Auth != "" {
		s += fmt.Sprintf(" submitted by %q", e.Auth)
	}
	if e.RequireTLS {
		s += " requires TLS"
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
