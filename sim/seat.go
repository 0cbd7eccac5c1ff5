package sim

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/netsim"
	"ehlo/sim/terminal"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// seat is a terminal with its place in the world.
type seat struct {
	terminal.Shell
	host  int
	armed engine.Time // a timer is set for this moment; 0 for none
}

// tool is the process of a terminal that speaks at the client's end of a connection.
type tool struct {
	seat    int // place among the seats from 1, 0 for none
	process uint32
}

// terminalHere is the place of a host's terminal among the seats, and false where it has none with that number yet.
func (w *World) terminalHere(host string, number uint32) (int, bool) {
	i := slices.IndexFunc(w.seats, func(s seat) bool { return s.Host() == host && s.Number() == int(number) })
	return i, i >= 0
}

// checkTerminal says why nobody can type at a terminal.
func (w *World) checkTerminal(in trace.Input) error {
	if _, ok := w.terminalHere(in.Actor, in.Conn); ok && in.Conn > 0 {
		return nil
	}
	if _, ok := w.terminalHere(in.Actor, in.Conn-1); in.Conn == 1 || in.Conn > 1 && ok {
		return nil
	}
	return &InputError{"sim.no-terminal", map[string]string{"host": in.Actor, "terminal": strconv.Itoa(int(in.Conn))}}
}

// typeAt lets somebody type at a terminal, which is made where it is new.
func (w *World) typeAt(in trace.Input) {
	i, ok := w.terminalHere(in.Actor, in.Conn)
	if !ok {
		h := w.hostIndex(in.Actor)
		user := in.Target
		if user == "" {
			user = terminal.User(&w.def.Hosts[h])
		}
		i = len(w.seats)
		w.seats = append(w.seats, seat{Shell: terminal.New(in.Actor, int(in.Conn), user), host: h})
	}
	w.seats[i].Type(surroundings{w, i}, in.Data)
	w.armSeat(i)
}

// inform tells a process what happened to its connection.
func (w *World) inform(t tool, e terminal.Event) {
	if t.seat == 0 {
		return
	}
	w.seats[t.seat-1].Happened(surroundings{w, t.seat - 1}, t.process, e)
	w.armSeat(t.seat - 1)
}

// armSeat makes sure that a timer is set for the moment that a terminal wants.
func (w *World) armSeat(i int) {
	s := &w.seats[i]
	if t, ok := s.Timeout(); ok && (s.armed == 0 || t < s.armed) {
		s.armed = t
		w.timers.Push(t, timer{kind: timerTerminal, host: i})
	}
}

// answers gives a datagram to the tool at a host that has waited for it, and says whether one has.
func (w *World) answers(host int, from string, data []byte) bool {
	for i := range w.seats {
		if w.seats[i].host == host && w.seats[i].Datagram(surroundings{w, i}, from, data) {
			w.armSeat(i)
			return true
		}
	}
	return false
}

// look lets tools that follow what happens at their hosts look, and says whether one of them has done something that goes on.
func (w *World) look() (more bool) {
	for i := range w.seats {
		if w.seats[i].Follows() {
			w.seats[i].Look(surroundings{w, i})
			w.armSeat(i)
			more = more || len(w.later) > 0
		}
	}
	return more
}

// overhear tells the terminals of what begins to cross a link.
func (w *World) overhear(c netsim.Crossing) {
	for i := range w.seats {
		w.seats[i].Overhear(surroundings{w, i}, c)
		w.armSeat(i)
	}
}

// cloneSeats copies the terminals.
func cloneSeats(seats []seat) []seat {
	seats = slices.Clone(seats)
	for i := range seats {
		seats[i].Shell = seats[i].Clone()
	}
	return seats
}

// surroundings is what a terminal sees of the world: see [terminal.Env].
type surroundings struct {
	*World
	seat int
}

// Machine is the terminal's host.
func (s surroundings) Machine() *daemon.Host { return s.hosts[s.seats[s.seat].host] }

// Find finds a host by its name or address.
func (s surroundings) Find(name string) (host string, addresses []string, ok bool) {
	if host, ok = s.net.Lookup(name); !ok {
		return "", nil, false
	}
	ipv4, ipv6, _ := s.net.Addresses(host)
	switch {
	case name == ipv6:
		return host, []string{ipv6}, true
	case name == ipv4 || ipv6 == "" || s.Machine().IPv6() == "":
		return host, []string{ipv4}, true
	}
	return host, []string{ipv6, ipv4}, true
}

// Connect opens a connection for a process of the terminal.
func (s surroundings) Connect(process uint32, host, address string, port int, typed bool) uint32 {
	id := s.open(s.seats[s.seat].Host(), address, port, 0, nil)
	s.conn(id).tool, s.conn(id).person = tool{s.seat + 1, process}, typed
	s.conn(id).asked = host
	return id
}

// Write sends octets on a connection.
func (s surroundings) Write(conn uint32, p []byte) {
	if c, ok := s.Conn(conn); ok && c.Open {
		s.send(conn, trace.ToServer, p)
	}
}

// Finish closes the client's direction of a connection.
func (s surroundings) Finish(conn uint32) {
	if c := s.conn(conn); !c.closed {
		s.finish(conn, trace.ToServer)
	}
}

// Break breaks a connection.
func (s surroundings) Break(conn uint32) {
	if c := s.conn(conn); !c.closed {
		s.cutByClient(conn)
	}
}

// StartTLS begins TLS at the client's end of a connection.
func (s surroundings) StartTLS(conn uint32) {
	if c := s.conn(conn); !c.closed && c.ends[trace.ToClient].tls == nil {
		s.startTLS(conn, trace.ToClient)
	}
}

// Query sends a datagram of the DNS.
func (s surroundings) Query(to string, p []byte) {
	s.net.SendDatagram(s.now, s.seats[s.seat].Host(), to, "dns", p)
}

// Ping sends a message of ICMP. Who sent it stands behind its header (RFC 792).
func (s surroundings) Ping(process uint32, to string, p []byte) {
	binary.BigEndian.PutUint16(p[8:], uint16(s.seat))
	binary.BigEndian.PutUint32(p[10:], process)
	s.net.SendDatagram(s.now, s.seats[s.seat].Host(), to, "icmp", p)
}

// echo answers an echo request as every host does, or hands a reply to the process that has asked.
func (w *World) echo(d netsim.Delivery) {
	const reply, request = 0, 8
	if len(d.Data) < 14 {
		return
	}
	switch d.Data[0] {
	case request:
		answer := slices.Clone(d.Data)
		answer[0] = reply
		to := d.From
		if d.IPv6 {
			_, to, _ = w.net.Addresses(d.From)
		}
		w.net.SendDatagram(w.now, d.To, to, "icmp", answer)
	case reply:
		i := int(binary.BigEndian.Uint16(d.Data[8:]))
		if i < len(w.seats) && w.seats[i].Host() == d.To {
			w.inform(tool{i + 1, binary.BigEndian.Uint32(d.Data[10:])}, terminal.Event{Kind: terminal.Answer, Host: d.From, Data: d.Data})
		}
	}
}

// Tap lets the network tell what crosses its links.
func (s surroundings) Tap() { s.net.Tap() }

// Sockets lists the host's.
func (s surroundings) Sockets() (list []terminal.Socket) {
	host := s.seats[s.seat].Host()
	h := s.hostIndex(host)
	for i, v := range s.def.Hosts[h].Services {
		if v.Protocol != "dns" && s.hosts[h].Serves(i) {
			list = append(list, terminal.Socket{Port: v.Port})
		}
	}
	for _, t := range s.hosts[h].Tunnels() {
		list = append(list, terminal.Socket{Port: t.Accept})
	}
	for _, id := range s.live {
		c := s.conn(id)
		nc, _ := s.net.Conn(id)
		if !nc.Open || c.closed || nc.Client != host && nc.Server != host {
			continue
		}
		own := s.clientPort(id)
		client, server := s.net.Ends(nc)
		if nc.Client == host {
			list = append(list, terminal.Socket{Address: client, Port: own, Peer: server, PeerPort: nc.Port})
		}
		if nc.Server == host {
			list = append(list, terminal.Socket{Address: server, Port: nc.Port, Peer: client, PeerPort: own})
		}
	}
	return list
}

// ClientPort is the port at which the client's end of a connection is.
func (s surroundings) ClientPort(conn uint32) int { return s.clientPort(conn) }

func (w *World) clientPort(conn uint32) int {
	if c := w.conn(conn); c.alive != nil && c.from != 0 {
		return c.from
	}
	return 32768 + int(conn)%28232
}

// TerminalInfo is a terminal as it stands.
type TerminalInfo struct {
	Host    string
	Number  int // from 1
	User    string
	Running string // the tool that has it, "" while the shell waits for a command
	Prompt  string
	Hidden  bool // what is typed is not shown
	History []string
}

// Terminals lists the terminals at which somebody has typed, in that order.
func (w *World) Terminals() []TerminalInfo {
	infos := make([]TerminalInfo, 0, len(w.seats))
	for i := range w.seats {
		if s := &w.seats[i]; s.Number() > 0 { // and no mail program
			infos = append(infos, s.info())
		}
	}
	return infos
}

func (s *seat) info() TerminalInfo {
	return TerminalInfo{s.Host(), s.Number(), s.User(), s.Running(), s.Prompt(), s.Hidden(), s.History()}
}

// Terminal is a terminal of a host as it stands, or as it will be when somebody types there for the first time; false
// where there is no such host.
func (w *World) Terminal(host string, number int) (TerminalInfo, bool) {
	h, ok := w.host(host)
	if !ok {
		return TerminalInfo{}, false
	}
	if i, ok := w.terminalHere(host, uint32(number)); ok {
		return w.seats[i].info(), true
	}
	user := terminal.User(&w.def.Hosts[h])
	return TerminalInfo{Host: host, Number: number, User: user, Prompt: terminal.Prompt(user, host, terminal.Home(user))}, true
}

// Complete lists what the last word of a line that is typed at a host could become, in order: names of tools where it is
// the first one, and otherwise of hosts and files. Without shells there are only hosts.
func (w *World) Complete(host string, number int, line string) (words []string) {
	info, ok := w.Terminal(host, number)
	if !ok || info.Running != "" {
		return nil
	}
	if !terminal.Installed() {
		if begin := strings.LastIndexByte(line, ' ') + 1; begin > 0 {
			words = terminal.Hosts(w.def, line[begin:])
		}
		slices.Sort(words)
		return words
	}
	clone := *w
	i, there := w.terminalHere(host, uint32(number))
	clone.seats = slices.Clone(w.seats)
	if !there {
		i = len(clone.seats)
		clone.seats = append(clone.seats, seat{Shell: terminal.New(host, number, info.User), host: w.hostIndex(host)})
	}
	return clone.seats[i].Clone().Complete(surroundings{&clone, i}, line)
}

// Definition of the world for tools is the one of [World.Definition].
var _ interface{ Definition() *world.Definition } = surroundings{}
var _ terminal.Env = surroundings{}
