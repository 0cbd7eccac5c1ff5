package shell

import (
	"strings"
)

// su begins to be another user, whose password it asks for unless root asks.
type su struct {
	user  string
	fresh bool // begin in the user's home
}

// Handle does what su does.
func (s *su) Handle(p *Process, e Event) {
	switch e.Kind {
	case Start:
		s.start(p)
	case Input:
		p.Hide(false)
		password := strings.TrimRight(string(e.Data), "\r\n")
		a, ok := p.Env().Machine().Login(s.user, password)
		if !ok || a.Name != s.user {
			p.Error("Authentication failure")
			p.Why("shell.why.su", s.user)
			p.Exit(1)
			return
		}
		s.become(p)
	case EOF, Interrupt:
		p.Hide(false)
		p.Exit(1)
	}
}

func (s *su) start(p *Process) {
	opts, names, fault := p.options("l", "login:l")
	if fault != "" {
		p.misused(fault, p.tryHelp(), 1)
		return
	}
	s.user, s.fresh = "root", opts.has("l")
	if len(names) > 0 && names[0] == "-" {
		s.fresh, names = true, names[1:]
	}
	if len(names) > 0 {
		s.user = names[0]
	}
	switch {
	case s.user != "root" && !p.Env().Machine().HasUser(s.user):
		p.Error("user ", s.user, " does not exist or the user entry does not contain all the required fields")
		p.Why("shell.why.no-user", s.user)
		p.Exit(1)
	case p.User() == "root" || p.User() == s.user:
		s.become(p)
	default:
		p.Print("Password: ")
		p.Hide(true)
		p.Read(true)
	}
}

// become changes who is logged in; exit goes back.
func (s *su) become(p *Process) {
	t := p.term
	t.before = append(t.before, identity{t.user, t.dir})
	t.user = s.user
	if s.fresh {
		t.dir = t.home()
	}
	p.Exit(0)
}

// Copy returns an independent copy.
func (s *su) Copy() Tool {
	c := *s
	return &c
}

// identity is who was logged in before su, and where.
type identity struct{ user, dir string }
