// Package script reads and plays input scripts: what a person would type into a world, as a text file. Lesson solutions
// and `ehlo play` use it. docs/scripts.md describes the language.
package script

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/sim"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// Verb is what a step of a script does.
type Verb uint8

// The verbs of a script.
const (
	At      Verb = iota // at HOST: where you type
	Telnet              // telnet HOST PORT [OWN-PORT]: opens a connection and makes it the current one
	Type                // > TEXT: types a line with CR LF into the current connection
	Raw                 // raw "OCTETS": types Go-quoted octets, nothing added
	Fin                 // fin: closes your direction of the current connection
	Cut                 // cut: breaks the current connection
	Use                 // use N: makes the N-th opened connection the current one
	Wait                // wait DURATION: lets time pass
	Collect             // collect PROTOCOL HOST PORT USER PASSWORD: a mail program fetches the user's mail
	TLS                 // tls HOST PORT: opens a connection with TLS from the first octet, as openssl s_client does
	Fault               // fault HOST KIND ARGUMENTS: lets something break
	Repair              // repair HOST KIND ARGUMENTS: repairs it
	Shell               // $ TEXT: types a line at the terminal of your host
	Serve               // serve: makes the newest connection that you answer by hand the current one
	Keys                // keys "OCTETS": types Go-quoted octets there, nothing added
	Mail                // mail CLICK: clicks in the mail program of your host; a Go-quoted click may have several lines
)

var verbs = map[string]Verb{"at": At, "telnet": Telnet, ">": Type, "raw": Raw, "fin": Fin, "cut": Cut, "use": Use,
	"wait": Wait, "collect": Collect, "tls": TLS, "fault": Fault, "repair": Repair,
	"$": Shell, "keys": Keys, "serve": Serve, "mail": Mail}

// Step is one line of a script.
type Step struct {
	Line int // in the file, from 1
	Verb Verb
	Host string        // At, Telnet, TLS, Fault, Repair
	Port int           // Telnet, TLS
	Own  int           // Telnet: the port that the client chooses for itself, 0 for any
	Kind string        // Fault, Repair
	Data []byte        // Type, Raw, Shell, Keys: the octets; Collect, Fault, Repair: the arguments; Mail: the click
	N    int           // Use
	For  time.Duration // Wait
}

// Script is a list of steps.
type Script struct {
	Name  string
	Steps []Step
}

// Lacks says whether some step needs what this program lacks, as [sim.Lacks] says it of an input.
func (s *Script) Lacks(def *world.Definition) bool {
	return slices.ContainsFunc(s.Steps, func(step Step) bool { return step.Lacks(def) })
}

// Lacks says whether the step does.
func (s Step) Lacks(def *world.Definition) bool { return sim.Lacks(def, s.input()) }

// Error is a line that is not part of the language, or that the world does not take.
type Error struct {
	File string
	Line int
	Text string // what is wrong, as locale identifier
	Args map[string]string
	Err  error // of the world, or nil
}

// Error gives file, line and identifier.
func (e *Error) Error() string {
	s := fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Text)
	if e.Args != nil {
		s += fmt.Sprintf(" %v", e.Args)
	}
	return s
}

// Unwrap returns the world's error.
func (e *Error) Unwrap() error { return e.Err }

// MessageIDs lists the locale identifiers that this package uses.
func MessageIDs() []string {
	return []string{"script.verb", "script.host", "script.telnet", "script.raw", "script.use", "script.wait", "script.collect", "script.fault",
		"script.no-conn", "script.no-host", "script.refused", "script.extra"}
}

// Parse reads a script. name is for error messages.
func Parse(name string, text []byte) (*Script, error) {
	s := &Script{Name: name}
	for n, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSuffix(line, "\r")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		step, id := parseLine(line)
		if id != "" {
			return nil, &Error{File: name, Line: n + 1, Text: id, Args: map[string]string{"line": strings.TrimSpace(line)}}
		}
		step.Line = n + 1
		s.Steps = append(s.Steps, step)
	}
	return s, nil
}

// ParseLine reads one line; ok is false for an empty line or a comment.
func ParseLine(name string, n int, line string) (step Step, ok bool, err error) {
	s, err := Parse(name, []byte(line))
	if err != nil {
		err.(*Error).Line = n
		return Step{}, false, err
	}
	if len(s.Steps) == 0 {
		return Step{}, false, nil
	}
	s.Steps[0].Line = n
	return s.Steps[0], true, nil
}

func parseLine(line string) (Step, string) {
	word, rest, _ := strings.Cut(strings.TrimLeft(line, " \t"), " ")
	for _, sign := range []string{">", "$"} {
		if strings.HasPrefix(word, sign) && word != sign {
			word, rest = sign, strings.TrimPrefix(strings.TrimLeft(line, " \t"), sign)
		}
	}
	verb, ok := verbs[word]
	if !ok {
		return Step{}, "script.verb"
	}
	s := Step{Verb: verb}
	if verb == Type {
		s.Data = []byte(rest + "\r\n")
		return s, ""
	}
	if verb == Shell {
		s.Data = []byte(rest + "\n")
		return s, ""
	}
	rest = strings.TrimSpace(rest)
	var err error
	switch verb {
	case At:
		if s.Host = rest; rest == "" || strings.Contains(rest, " ") {
			return s, "script.host"
		}
	case Telnet, TLS:
		f := strings.Fields(rest)
		if len(f) != 2 && (len(f) != 3 || verb == TLS) {
			return s, "script.telnet"
		}
		s.Host = f[0]
		for i, to := range []*int{&s.Port, &s.Own}[:len(f)-1] {
			if *to, err = strconv.Atoi(f[i+1]); err != nil || *to < 1 || *to > 65535 {
				return s, "script.telnet"
			}
		}
	case Raw, Keys:
		text, err := strconv.Unquote(rest)
		if err != nil {
			return s, "script.raw"
		}
		s.Data = []byte(text)
	case Mail:
		s.Data = []byte(rest)
		if strings.HasPrefix(rest, `"`) {
			text, err := strconv.Unquote(rest)
			if err != nil {
				return s, "script.raw"
			}
			s.Data = []byte(text)
		}
	case Use:
		if s.N, err = strconv.Atoi(rest); err != nil || s.N < 1 {
			return s, "script.use"
		}
	case Wait:
		if s.For, err = time.ParseDuration(rest); err != nil || s.For < 0 {
			return s, "script.wait"
		}
	case Collect:
		f := strings.Fields(rest)
		if len(f) != 5 || f[0] != "pop3" && f[0] != "kpop" && f[0] != "imap" {
			return s, "script.collect"
		}
		s.Data = []byte(f[0] + " " + f[1] + ":" + f[2] + " " + f[3] + " " + f[4])
	case Fault, Repair:
		f := strings.Fields(rest)
		if len(f) < 2 {
			return s, "script.fault"
		}
		s.Host, s.Kind, s.Data = f[0], f[1], []byte(strings.Join(f[2:], " "))
	case Fin, Cut, Serve:
		if rest != "" {
			return s, "script.extra"
		}
	}
	return s, ""
}

// Player plays steps into a timeline, one after the other. After each it lets time pass until only timers remain.
type Player struct {
	Name  string // of the script, for errors
	tl    *sim.Timeline
	host  string
	conns []uint32
	conn  uint32
}

// NewPlayer returns a player that types at the learner's host.
func NewPlayer(name string, tl *sim.Timeline) *Player {
	return &Player{Name: name, tl: tl, host: tl.Definition().You()}
}

// Play plays all steps of a script into a timeline.
func (s *Script) Play(tl *sim.Timeline) error {
	p := NewPlayer(s.Name, tl)
	for _, step := range s.Steps {
		if err := p.Do(step); err != nil {
			return err
		}
	}
	return nil
}

// Do plays one step.
func (p *Player) Do(s Step) error {
	switch s.Verb {
	case At:
		for _, h := range p.tl.Definition().Hosts {
			if h.Name == s.Host {
				p.host = s.Host
				return nil
			}
		}
		return p.fail(s, "script.no-host", map[string]string{"host": s.Host}, nil)
	case Use:
		if s.N > len(p.conns) {
			return p.fail(s, "script.no-conn", nil, nil)
		}
		p.conn = p.conns[s.N-1]
		return nil
	case Wait:
		p.tl.Advance(p.tl.Now().Add(s.For))
		return nil
	case Serve:
		return p.serve(s)
	}
	in := s.input()
	switch in.Kind {
	case trace.InputFault, trace.InputRepair:
	case trace.InputType, trace.InputFin, trace.InputCut:
		if p.conn == 0 {
			return p.fail(s, "script.no-conn", nil, nil)
		}
		c, _ := p.tl.World().Conn(p.conn)
		if in.Actor, in.Conn = c.From, p.conn; c.Served {
			in.Actor = c.To
		}
	default:
		in.Actor = p.host
	}
	if err := p.tl.Input(in); err != nil {
		return p.fail(s, "script.refused", map[string]string{"line": strconv.Itoa(s.Line)}, err)
	}
	if in.Kind == trace.InputOpen {
		p.conn = uint32(len(p.tl.World().Conns()))
		p.conns = append(p.conns, p.conn)
	}
	p.tl.Run()
	return nil
}

// input is what a step puts into a world, but for who does it and on which connection. A step that puts nothing in has the zero value.
func (s Step) input() trace.Input {
	switch s.Verb {
	case Telnet, TLS:
		in := trace.Input{Kind: trace.InputOpen, Target: s.Host + ":" + strconv.Itoa(s.Port)}
		if s.Verb == TLS {
			in.Data = []byte(trace.OpenTLS)
		} else if s.Own > 0 {
			in.Data = []byte(trace.OpenFrom + strconv.Itoa(s.Own))
		}
		return in
	case Fault:
		return trace.Input{Kind: trace.InputFault, Actor: s.Host, Target: s.Kind, Data: s.Data}
	case Repair:
		return trace.Input{Kind: trace.InputRepair, Actor: s.Host, Target: s.Kind, Data: s.Data}
	case Type, Raw:
		return trace.Input{Kind: trace.InputType, Data: s.Data}
	case Shell, Keys:
		return trace.Input{Kind: trace.InputTerminal, Conn: 1, Data: s.Data}
	case Collect:
		return trace.Input{Kind: trace.InputRun, Target: sim.Collect, Data: s.Data}
	case Mail:
		return trace.Input{Kind: trace.InputRun, Target: trace.MUA, Data: s.Data}
	case Fin:
		return trace.Input{Kind: trace.InputFin}
	case Cut:
		return trace.Input{Kind: trace.InputCut}
	}
	return trace.Input{}
}

// serve makes the newest connection that is answered by hand at this host the current one.
func (p *Player) serve(s Step) error {
	conns := p.tl.World().Conns()
	for i := len(conns) - 1; i >= 0; i-- {
		if c := conns[i]; c.Served && c.Open && c.To == p.host {
			p.conn = c.ID
			p.conns = append(p.conns, c.ID)
			return nil
		}
	}
	return p.fail(s, "script.no-conn", nil, nil)
}

func (p *Player) fail(s Step, id string, args map[string]string, err error) error {
	return &Error{File: p.Name, Line: s.Line, Text: id, Args: args, Err: err}
}
