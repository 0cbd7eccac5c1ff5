package sim

import (
	"fmt"
	"strconv"
	"strings"

	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/smtp"
	"ehlo/sim/trace"
)

// Input lets an entry of an input log take effect now. Its error says what cannot be done; the world is then unchanged.
func (w *World) Input(in trace.Input) error {
	var l letter
	if in.Kind == trace.InputRun && in.Target == Sendmail {
		l = letterOf(in)
	}
	if err := w.check(in, l.ok); err != nil {
		return err
	}
	w.settleTimers()
	w.Emit(trace.Event{Kind: trace.KindInput, Actor: in.Actor, Target: in.Target, Conn: in.Conn, Label: in.Kind.String(),
		Data: in.Data})
	switch in.Kind {
	case trace.InputOpen:
		name, port, _ := splitTarget(in.Target)
		tls, from, _ := openOptions(in.Data)
		w.conn(w.open(in.Actor, name, port, from, nil)).wantTLS = tls
	case trace.InputType:
		if w.conn(in.Conn).served {
			w.send(in.Conn, trace.ToClient, in.Data)
			break
		}
		// As a terminal does, keep what is typed before the connection stands.
		c := w.conn(in.Conn)
		if s := c.ends[trace.ToClient].tls; c.up && (s == nil || s.conn.Established()) {
			w.send(in.Conn, trace.ToServer, in.Data)
		} else {
			c.typed = append(c.typed, in.Data...)
		}
		if t := c.tool; t.seat > 0 {
			w.seats[t.seat-1].Echo(surroundings{w, t.seat - 1}, t.process, in.Data)
		}
	case trace.InputFin:
		w.finish(in.Conn, w.typedTo(in.Conn))
	case trace.InputCut:
		if w.conn(in.Conn).served {
			w.sever(in.Conn)
			break
		}
		w.cutByClient(in.Conn)
	case trace.InputFault, trace.InputRepair:
		w.fault(in)
	case trace.InputTerminal:
		w.typeAt(in)
	case trace.InputRun:
		if in.Target == Sendmail {
			h := w.hosts[w.hostIndex(in.Actor)]
			h.Accept(w, l.envelope, h.Compose(w, l.envelope, l.subject))
			break
		}
		if in.Target == trace.MUA {
			w.click(in)
			break
		}
		session, target, _ := program(w.now, in)
		name, port, _ := splitTarget(target)
		w.open(in.Actor, name, port, 0, session)
	}
	w.collect()
	return nil
}

// typedTo is the direction in which a person types into a connection.
func (w *World) typedTo(id uint32) trace.Dir {
	if w.conn(id).served {
		return trace.ToClient
	}
	return trace.ToServer
}

// cutByClient breaks a connection from the client's side.
func (w *World) cutByClient(id uint32) {
	nc, _ := w.net.Conn(id)
	w.net.Break(w.now, id, trace.ToServer)
	w.Emit(trace.Event{Kind: trace.KindCut, Actor: nc.Client, Target: nc.Server, Conn: id, Dir: trace.ToServer})
}

// openOptions reads the data of an input that opens a connection; from is 0 for any port.
func openOptions(data []byte) (tls bool, from int, ok bool) {
	if len(data) == 0 || string(data) == trace.OpenTLS {
		return len(data) > 0, 0, true
	}
	number, found := strings.CutPrefix(string(data), trace.OpenFrom)
	from, err := strconv.Atoi(number)
	return false, from, found && err == nil && from > 0 && from < 65536
}

// Collect is the program that fetches a user's mail as a mail program does. Its arguments are a protocol, "pop3", "kpop" or
// "imap", a target as in "mx.example.net:110", a user and a password.
const Collect = "collect"

// Sendmail is the program that gives a message to the MTA of the host where it runs. Its arguments are the sender, the
// recipients with commas between them, and the words of the subject.
const Sendmail = "sendmail"

// letter is the arguments of [Sendmail].
type letter struct {
	envelope smtp.Envelope
	subject  string
	ok       bool // they are right
}

// letterOf reads the arguments of [Sendmail].
func letterOf(in trace.Input) (l letter) {
	from, rest, _ := strings.Cut(string(in.Data), " ")
	to, subject, _ := strings.Cut(rest, " ")
	e, ok := &l.envelope, false
	if e.From, ok = smtp.ParsePath(from); !ok {
		return l
	}
	for address := range strings.SplitSeq(to, ",") {
		path, ok := smtp.ParsePath(address)
		if !ok || path.Null {
			return l
		}
		e.To = append(e.To, smtp.Recipient{Path: path})
	}
	l.subject, l.ok = subject, strings.IndexByte(subject, '\r') < 0 && strings.IndexByte(subject, '\n') < 0
	return l
}

// program makes the session of the program that an input starts, and says where it connects.
func program(now engine.Time, in trace.Input) (s daemon.Session, target string, ok bool) {
	args := strings.Fields(string(in.Data))
	if in.Target != Collect || len(args) != 4 {
		return nil, "", false
	}
	if _, _, ok := splitTarget(args[1]); !ok {
		return nil, "", false
	}
	s = daemon.NewCollector(now, args[0], args[2], args[3])
	return s, args[1], s != nil
}

// InputError is an input that a world cannot take.
type InputError struct {
	ID   string // locale identifier of what is wrong
	Args map[string]string
}

// Error gives the identifier with its arguments.
func (e *InputError) Error() string { return e.ID + " " + fmt.Sprint(e.Args) }

// check says what cannot be done; written says that a letter which is to be sent is right.
func (w *World) check(in trace.Input, written bool) error {
	if _, ok := w.host(in.Actor); !ok {
		return &InputError{"sim.no-host", map[string]string{"host": in.Actor}}
	}
	if in.Kind == trace.InputFault || in.Kind == trace.InputRepair {
		return w.checkFault(in)
	}
	if w.net.IsDown(in.Actor) {
		return &InputError{"sim.host-down", map[string]string{"host": in.Actor}}
	}
	if Lacks(w.def, in) {
		return errNotWhole
	}
	if in.Kind == trace.InputTerminal {
		return w.checkTerminal(in)
	}
	if in.Kind == trace.InputOpen {
		_, _, ok := splitTarget(in.Target)
		if _, _, known := openOptions(in.Data); !ok || !known {
			return &InputError{"sim.bad-target", map[string]string{"target": in.Target}}
		}
		return nil
	}
	if in.Kind == trace.InputRun && in.Target == trace.MUA {
		return w.checkClick(in)
	}
	if in.Kind == trace.InputRun && in.Target == Sendmail {
		if !written {
			return &InputError{"sim.bad-program", map[string]string{"program": in.Target}}
		}
		return nil
	}
	if in.Kind == trace.InputRun {
		if _, _, ok := program(w.now, in); !ok {
			return &InputError{"sim.bad-program", map[string]string{"program": in.Target}}
		}
		return nil
	}
	nc, ok := w.net.Conn(in.Conn)
	conn := map[string]string{"conn": strconv.Itoa(int(in.Conn))}
	switch {
	case in.Kind != trace.InputType && in.Kind != trace.InputFin && in.Kind != trace.InputCut:
		return &InputError{"sim.bad-input", map[string]string{"kind": in.Kind.String()}}
	case ok && w.conn(in.Conn).lost:
		return &InputError{"sim.conn-closed", conn}
	case ok && w.conn(in.Conn).served && nc.Server == in.Actor:
		if !nc.Open || nc.Finished(trace.ToClient) {
			return &InputError{"sim.conn-closed", conn}
		}
		return nil
	case !ok || nc.Client != in.Actor || !w.conn(in.Conn).person:
		return &InputError{"sim.no-conn", conn}
	case in.Kind == trace.InputType && !w.conn(in.Conn).up && !w.conn(in.Conn).closed:
		return nil
	case !nc.Open || nc.Finished(trace.ToServer) && in.Kind != trace.InputCut:
		return &InputError{"sim.conn-closed", conn}
	}
	return nil
}

// MessageIDs lists the locale identifiers that this package uses.
func MessageIDs() []string {
	return []string{"sim.no-host", "sim.bad-target", "sim.bad-input", "sim.bad-program", "sim.no-conn", "sim.no-terminal", "sim.not-whole", "sim.conn-closed", "sim.past",
		"sim.bad-fault", "sim.no-link", "sim.no-fault", "sim.host-down"}
}

// splitTarget takes "host:port" apart; an IPv6 address can stand in brackets.
func splitTarget(target string) (name string, port int, ok bool) {
	i := strings.LastIndexByte(target, ':')
	if i <= 0 {
		return "", 0, false
	}
	port, err := strconv.Atoi(target[i+1:])
	return strings.Trim(target[:i], "[]"), port, err == nil && port > 0 && port < 65536
}
