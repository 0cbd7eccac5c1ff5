package tutor

import (
	"encoding/base64"

	"ehlo/sim/terminal"
	"ehlo/sim/trace"
)

// mailArgs are a click in the mail program of a host, the one at which the learner sits where it is not named; or a part of the
// message in view there.
type mailArgs struct {
	Host  string `json:"host"`
	Click string `json:"click"`
	Part  int    `json:"part"`
}

func (a *mailArgs) complete(s *Session) {
	if a.Host == "" {
		a.Host = s.tl.Definition().You()
	}
}

// mail clicks in a mail program.
func (s *Session) mail(a mailArgs) (any, error) {
	a.complete(s)
	if err := s.input(trace.Input{Kind: trace.InputRun, Actor: a.Host, Target: trace.MUA, Data: []byte(a.Click)}); err != nil {
		return nil, err
	}
	return s.state(none{})
}

// mailView is what a mail program shows, with what went wrong last in words.
type mailView struct {
	View  terminal.MailView `json:"view"`
	Fault string            `json:"fault"`
}

// mailView gives what a mail program shows.
func (s *Session) mailView(a mailArgs) (any, error) {
	a.complete(s)
	view, err := s.tl.World().Mail(a.Host)
	if err != nil {
		return nil, err
	}
	v := mailView{View: view}
	if view.Fault != nil {
		v.Fault = s.note(*view.Fault)
	}
	return v, nil
}

// mailPart gives the octets of a part of the message in view; -1 is the whole message.
func (s *Session) mailPart(a mailArgs) (any, error) {
	a.complete(s)
	return map[string]string{"b64": base64.StdEncoding.EncodeToString(s.tl.World().MailPart(a.Host, a.Part))}, nil
}
