package sim

import (
	"slices"
	"strings"

	"ehlo/sim/daemon"
	"ehlo/sim/dkim"
	"ehlo/sim/terminal"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// errNotWhole is a world or an input that needs what this program lacks. Nothing of it has happened.
var errNotWhole error = &InputError{ID: "sim.not-whole"}

// Whole says whether this program lacks nothing.
func Whole() bool {
	return terminal.Installed() && terminal.HasMail() && !daemon.Lacks("imap") && dkim.Signs()
}

// Lacks says whether this program is without what an input to a world needs: a shell, a mail program, or a protocol. The program with
// which a page starts is small; what it does is the same, octet for octet, as in one that has all.
func Lacks(def *world.Definition, in trace.Input) bool {
	switch in.Kind {
	case trace.InputTerminal:
		return !terminal.Installed()
	case trace.InputOpen:
		return lacksThere(def, in.Target)
	case trace.InputRun:
		switch in.Target {
		case trace.MUA:
			return !terminal.HasMail()
		case Collect:
			protocol, rest, _ := strings.Cut(string(in.Data), " ")
			target, _, _ := strings.Cut(rest, " ")
			return daemon.Lacks(protocol) || lacksThere(def, target)
		}
	}
	return false
}

// lacksThere says whether what a host listens with at the port of a target is not in this program.
func lacksThere(def *world.Definition, target string) bool {
	_, port, ok := splitTarget(target)
	return ok && daemon.LacksAt(def, port)
}

// lacksWorld says whether this program is without what a world needs of which nobody has asked anything yet: what its MTAs and its
// inhabitants do, who fetch mail, and connect to where they find what they need.
func lacksWorld(def *world.Definition) bool {
	return slices.ContainsFunc(def.Actors, func(a world.Actor) bool { return daemon.Lacks(a.Protocol) || lacksThere(def, a.Server) }) ||
		daemon.LacksAt(def, 25) || daemon.LacksAt(def, 443) ||
		!dkim.Signs() && slices.ContainsFunc(def.Hosts, func(h world.Host) bool { return len(h.DKIM) > 0 || h.MTA.Auth != world.NoAuthentication })
}
