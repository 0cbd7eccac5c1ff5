package sim

import (
	"ehlo/sim/terminal"
	"ehlo/sim/trace"
)

// mailer is the mail program of a host, and nil in a program that has none. Where nobody has clicked yet it is a new one, which
// is no part of the world.
func (w *World) mailer(host string) terminal.MailProgram {
	if i, ok := w.terminalHere(host, 0); ok {
		return w.seats[i].Shell.(terminal.MailProgram)
	}
	return terminal.NewMail(surroundings{w, -1}, host, terminal.User(&w.def.Hosts[w.hostIndex(host)]))
}

// checkClick says why a click can do nothing.
func (w *World) checkClick(in trace.Input) error {
	if n := w.mailer(in.Actor).Check(in.Data); n != nil {
		return &InputError{n.ID, n.Args}
	}
	return nil
}

// click lets somebody click in the mail program of a host.
func (w *World) click(in trace.Input) {
	i, ok := w.terminalHere(in.Actor, 0)
	if !ok {
		i = len(w.seats)
		w.seats = append(w.seats, seat{Shell: w.mailer(in.Actor), host: w.hostIndex(in.Actor)})
	}
	w.seats[i].Type(surroundings{w, i}, in.Data)
	w.armSeat(i)
}

// Mail is what the mail program of a host shows. The error says that there is no such host, or that this program has no mail
// programs.
func (w *World) Mail(host string) (terminal.MailView, error) {
	if _, ok := w.host(host); !ok {
		return terminal.MailView{}, &InputError{"sim.no-host", map[string]string{"host": host}}
	}
	m := w.mailer(host)
	if m == nil {
		return terminal.MailView{}, errNotWhole
	}
	return m.View(), nil
}

// MailPart gives the octets of a part of the message that the mail program of a host shows, by its place in the view, and nil
// where there is none; -1 is the whole message.
func (w *World) MailPart(host string, index int) []byte {
	if i, ok := w.terminalHere(host, 0); ok {
		return w.seats[i].Shell.(terminal.MailProgram).Part(index)
	}
	return nil
}
