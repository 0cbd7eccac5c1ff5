package shell

import (
	"strconv"
	"strings"

	"ehlo/sim/persona"
)

// verifyByExim is exim -bv for an address.
func verifyByExim(p *Process, address string) (status int) {
	if _, _, ok := p.Env().Machine().Deliverable(p.Env(), address); !ok {
		p.Print(address, " failed to verify: Unrouteable address\n")
		p.Why("shell.why.no-user", address)
		return 2
	}
	p.Print(address, " verified\n")
	return 0
}

// exim is Exim's one program, as its keeper calls it: for the queue, and to ask what would become of addresses. Called as
// sendmail it is the program of that name.
func exim(p *Process) int {
	if !p.Env().Machine().HasMTA() || p.system() != persona.QueueExim {
		p.Complain("-bash: " + p.Name + ": command not found\n")
		p.Why("shell.why.no-exim", p.Host())
		return 127
	}
	machine, env := p.Env().Machine(), p.Env()
	args := p.Args
	if len(args) == 0 {
		p.Complain("Exim is a Mail Transfer Agent. It is normally called by Mail User Agents,\nnot directly from a shell command line. Options and/or arguments control\n" +
			"what it does when called. For a list of options, see the Exim documentation.\n")
		return 1
	}
	option, args := args[0], args[1:]
	switch option {
	case "-bp":
		return mailq(p)
	case "-bpc":
		p.Print(strconv.Itoa(len(machine.Queue())), "\n")
		return 0
	case "-bV":
		p.Print("Exim version 4.96 #2 built 13-Jul-2024\n")
		return 0
	case "-bv":
		return verifyAddresses(p, args)
	case "-q", "-qf", "-qff", "-M", "-Mrm", "-Mf", "-Mt":
	default:
		p.Complain("exim abandoned: unknown, malformed, or incomplete option " + option + "\n")
		p.Why("shell.why.option", p.Name)
		return 1
	}
	if p.User() != "root" {
		p.Error("permission denied")
		p.Why("shell.why.superuser", p.Name)
		return 1
	}
	if strings.HasPrefix(option, "-q") {
		machine.Flush(env)
		return 0
	}
	if len(args) == 0 {
		p.Complain("exim: no message ids given after " + option + " option\n")
		return 1
	}
	status := 0
	for _, id := range args {
		letters := lettersOf(p, id)
		if len(letters) == 0 || id == "ALL" {
			p.Print("Message ", id, " spool read error: No such file or directory\n")
			p.Why("shell.why.queue-id", id)
			status = 1
			continue
		}
		letter, did := letters[0], ""
		switch option {
		case "-M":
			machine.Retry(env, letter)
		case "-Mrm":
			machine.Drop(env, letter)
			did = "has been removed"
		case "-Mf":
			did = "is already frozen"
			if machine.Hold(letter) > 0 {
				did = "is now frozen"
			}
		case "-Mt":
			did = "is not frozen"
			if machine.Release(env, letter) > 0 {
				did = "is no longer frozen"
			}
		}
		if did != "" {
			p.Print("Message ", id, " ", did, "\n")
		}
	}
	return status
}
