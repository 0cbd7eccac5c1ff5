package shell

import (
	"slices"
	"strings"
)

// popauth keeps the passwords of APOP, which qpopper has in a file of their own: the digest needs the password itself.
type popauth struct {
	user  string
	stage popauthStage
	old   string // the password that stands there
	fresh string // the first time that it was typed
	again bool   // a better one was asked for
}

// popauthStage is what is typed next.
type popauthStage uint8

const (
	popauthOld popauthStage = iota
	popauthNew
	popauthRetype
	popauthInit
)

// Handle does what popauth does.
func (a *popauth) Handle(p *Process, e Event) {
	switch e.Kind {
	case Start:
		a.start(p)
	case Input:
		a.typed(p, strings.TrimRight(string(e.Data), "\r\n"))
	case EOF, Interrupt:
		p.Hide(false)
		p.Exit(1)
	}
}

func (a *popauth) start(p *Process) {
	var mode string
	for args := p.Args; len(args) > 0; args = args[1:] {
		switch name := args[0]; name {
		case "-init", "-list":
			mode = name
		case "-user", "-delete":
			if len(args) < 2 || strings.HasPrefix(args[1], "-") {
				p.Error("missing argument to ", name)
				p.Why("shell.why.option", p.Name)
				p.Exit(1)
				return
			}
			if a.user = args[1]; name == "-delete" {
				mode = name
			}
			args = args[1:]
		default:
			if strings.HasPrefix(name, "-") {
				p.Error(name, " unknown option")
			} else {
				p.Error("usage: ", p.Name, " [[-init]|[-list]|[-user name]|[-delete name]]")
			}
			p.Why("shell.why.option", p.Name)
			p.Exit(1)
			return
		}
	}
	host := p.Env().Machine()
	switch {
	case !host.KeepsPOPSecrets():
		p.Error("unable to open POP authorization DB: No such file or directory")
		p.Why("shell.why.no-popper", p.Host())
		p.Exit(1)
	case p.User() != "root" && (mode != "" || a.user != ""):
		p.Error("Only superuser or user 'pop' can perform the requested function")
		p.Why("shell.why.superuser", p.Name)
		p.Exit(1)
	case mode == "-init":
		p.Print("Really initialize POP authorization DB? ")
		a.stage = popauthInit
		p.Read(true)
	case mode == "-list":
		a.list(p)
	case mode == "-delete":
		if !host.DeletePOPSecret(a.user) {
			p.Error("User '", a.user, "' not found in apop database")
			p.Exit(1)
			return
		}
		p.Exit(0)
	default:
		a.change(p)
	}
}

// list names who has a password for APOP.
func (a *popauth) list(p *Process) {
	users := p.Env().Machine().POPSecrets()
	if a.user != "" && !slices.Contains(users, a.user) {
		p.Error("no such entry in POP authorization DB")
		p.Exit(1)
		return
	}
	for _, user := range users {
		if a.user == "" || a.user == user {
			p.Print(user, "\n")
		}
	}
	p.Exit(0)
}

// change begins to ask for a password.
func (a *popauth) change(p *Process) {
	if a.user == "" {
		a.user = p.User()
	}
	if !p.Env().Machine().HasUser(a.user) {
		p.Error("Sorry, don't know who uid ", a.user, " is.")
		p.Why("shell.why.no-user", a.user)
		p.Exit(1)
		return
	}
	p.Complain("Changing POP password for " + a.user + ".\n")
	a.old, _ = p.Env().Machine().POPSecret(a.user)
	p.Read(true)
	if p.User() != "root" && a.old != "" {
		a.ask(p, popauthOld, "Old password:")
		return
	}
	a.ask(p, popauthNew, "New password:")
}

func (a *popauth) ask(p *Process, stage popauthStage, prompt string) {
	a.stage = stage
	p.Hide(true)
	p.Print(prompt)
}

// typed takes a line.
func (a *popauth) typed(p *Process, line string) {
	p.Hide(false)
	switch a.stage {
	case popauthInit:
		if !strings.HasPrefix(line, "y") {
			p.Exit(1)
			return
		}
		for _, user := range p.Env().Machine().POPSecrets() {
			p.Env().Machine().DeletePOPSecret(user)
		}
		p.Exit(0)
	case popauthOld:
		if line != a.old {
			p.Error("Sorry, password entered incorrectly")
			p.Exit(1)
			return
		}
		a.ask(p, popauthNew, "New password:")
	case popauthNew:
		a.first(p, line)
	case popauthRetype:
		if line != a.fresh {
			p.Complain("Mismatch - password unchanged.\n")
			p.Exit(1)
			return
		}
		p.Env().Machine().SetPOPSecret(a.user, line)
		p.Exit(0)
	}
}

// first takes the new password; of a weak one it says once what would be better.
func (a *popauth) first(p *Process, line string) {
	if line == "" || line == a.old {
		p.Complain("Password unchanged.\n")
		p.Exit(1)
		return
	}
	if advice := weak(line); advice != "" && !a.again {
		a.again = true
		p.Print("Please use ", advice, ".\n")
		a.ask(p, popauthNew, "New password:")
		return
	}
	a.fresh = line
	a.ask(p, popauthRetype, "Retype new password:")
}

// weak says what would make a password better, "" where nothing need: six letters of one case, five of mixed kinds, four of all.
func weak(password string) (advice string) {
	var kinds [4]bool // digits, small and capital letters, others
	n := 0
	for _, c := range []byte(password) {
		kind := 3
		switch {
		case c >= '0' && c <= '9':
			kind = 0
		case c >= 'a' && c <= 'z':
			kind = 1
		case c >= 'A' && c <= 'Z':
			kind = 2
		}
		if !kinds[kind] {
			kinds[kind] = true
			n++
		}
	}
	switch {
	case kinds[3] || n == 3:
		n = 4
	case n == 2:
		n = 5
	case kinds[0]:
		return "at least one non-numeric character"
	default:
		n = 6
	}
	if len(password) < n {
		return "a longer password"
	}
	return ""
}

// Copy returns an independent copy.
func (a *popauth) Copy() Tool {
	c := *a
	return &c
}
