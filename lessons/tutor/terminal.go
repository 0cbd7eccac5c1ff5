package tutor

import (
	"strings"

	"ehlo/lessons/explain"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// shellArgs are what is typed at a terminal of a host: the host at which the learner sits and its first terminal where they
// are not named.
type shellArgs struct {
	Host     string `json:"host"`
	Terminal int    `json:"terminal"`
	Text     string `json:"text"`
}

func (a *shellArgs) complete(s *Session) {
	if a.Host == "" {
		a.Host = s.tl.Definition().You()
	}
	if a.Terminal == 0 {
		a.Terminal = 1
	}
}

// shell types at a terminal; a line's end, LF, is the caller's.
func (s *Session) shell(a shellArgs) (any, error) {
	a.complete(s)
	if err := s.input(trace.Input{Kind: trace.InputTerminal, Actor: a.Host, Conn: uint32(a.Terminal), Data: []byte(a.Text)}); err != nil {
		return nil, err
	}
	return s.state(none{})
}

// terminalArgs name a terminal, and the event behind which its text is wanted.
type terminalArgs struct {
	Host     string `json:"host"`
	Terminal int    `json:"terminal"`
	After    uint64 `json:"after"`
}

// terminalView is a terminal as it stands.
type terminalView struct {
	Host    string     `json:"host"`
	User    string     `json:"user"`
	Prompt  string     `json:"prompt"`
	Running string     `json:"running"` // the tool that has it, "" while the shell waits for a command
	Hidden  bool       `json:"hidden"`  // what is typed is not shown
	History []string   `json:"history"`
	Parts   []partView `json:"parts"`
}

// partView is a piece of what a terminal shows.
type partView struct {
	Seq  uint64 `json:"seq"`
	At   int64  `json:"at"`
	Kind string `json:"kind"` // "text", "manual" for a page of the manual, "why" for the tutor's word on a failure
	Tool string `json:"tool"`
	Text string `json:"text"`
}

// terminal gives what a terminal shows at the moment in view.
func (s *Session) terminal(a terminalArgs) (any, error) {
	where := shellArgs{Host: a.Host, Terminal: a.Terminal}
	where.complete(s)
	info, ok := s.tl.World().Terminal(where.Host, where.Terminal)
	if !ok {
		return nil, refuse("sim.no-host", "host", where.Host)
	}
	v := terminalView{Host: info.Host, User: info.User, Prompt: info.Prompt, Running: info.Running, Hidden: info.Hidden,
		History: append([]string{}, info.History...), Parts: []partView{}}
	for _, e := range s.trace().Events(int(a.After), s.seen()) {
		if e.Actor != where.Host || e.Num != int64(where.Terminal) {
			continue
		}
		p := partView{Seq: e.Seq, At: int64(e.At), Kind: "text", Tool: e.Label}
		switch {
		case e.Kind == trace.KindTerminal && e.Verb != "":
			page, err := s.file("man/en/" + e.Verb + ".txt")
			if err != nil {
				return nil, err
			}
			p.Kind, p.Text = "manual", string(page)
		case e.Kind == trace.KindTerminal:
			p.Text = shownText(e.Data)
		case e.Kind == trace.KindExit && e.Next != "":
			p.Kind, p.Text = "why", s.render(e.Next, machine.Args{"about": e.State})
		default:
			continue
		}
		v.Parts = append(v.Parts, p)
	}
	return v, nil
}

// shownText is text whose lines hold nothing that steers a terminal.
func shownText(data []byte) string {
	lines := strings.Split(string(data), "\n")
	for i, line := range lines {
		lines[i] = explain.Visible([]byte(line))
	}
	return strings.Join(lines, "\n")
}

// completion lists what the last word of a line at a terminal could become.
func (s *Session) completion(a shellArgs) (any, error) {
	a.complete(s)
	return map[string][]string{"words": append([]string{}, s.tl.World().Complete(a.Host, a.Terminal, a.Text)...)}, nil
}
