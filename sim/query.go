package sim

import (
	"ehlo/sim/daemon"
	"ehlo/sim/files"
	"ehlo/sim/store"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// ConnInfo is a connection as it stands.
type ConnInfo struct {
	ID       uint32
	From, To string // hosts; To is the name that was asked for where there is no such host
	Port     int
	Protocol string // "" where nobody listens
	Typed    bool   // a person types at the client's end
	Served   bool   // a person types at the server's end
	Terminal int    // of the client's host, whose tool speaks at its end; 0 for none
	Open     bool   // octets can be sent
	Over     bool   // ended, refused or cut
	State    string // of the session, as an observer reads it; "" before anything was said
	Takes    string // names of the forms that the server takes though the grammar forbids them, with blanks between
}

// MailboxInfo is a mailbox as it stands.
type MailboxInfo struct {
	Host, User, Address string
	Mailbox             string
	Snapshot            store.Snapshot
}

// QueueInfo is an entry of a host's queue.
type QueueInfo struct {
	Host string
	daemon.Entry
}

// LedgerInfo is what became of the recipients that a host took over.
type LedgerInfo struct {
	Host string
	daemon.Ledger
}

// Ledgers lists the ledgers of all hosts.
func (w *World) Ledgers() []LedgerInfo {
	infos := make([]LedgerInfo, len(w.hosts))
	for i, h := range w.hosts {
		infos[i] = LedgerInfo{h.Name, h.Ledger()}
	}
	return infos
}

// Definition is what the world was before it started.
func (w *World) Definition() *world.Definition { return w.def }

// Conns lists every connection there has been, in order of their numbers from 1.
func (w *World) Conns() []ConnInfo {
	infos := make([]ConnInfo, w.conns.Len())
	for i := range infos {
		infos[i] = w.info(uint32(i + 1))
	}
	return infos
}

// Conn returns a connection, and false where none has that number.
func (w *World) Conn(id uint32) (ConnInfo, bool) {
	if id == 0 || int(id) > w.conns.Len() {
		return ConnInfo{}, false
	}
	return w.info(id), true
}

func (w *World) info(id uint32) ConnInfo {
	nc, _ := w.net.Conn(id)
	c := w.conn(id)
	info := ConnInfo{State: c.state, ID: id, From: nc.Client, To: nc.Server, Port: nc.Port, Protocol: c.protocol, Over: c.closed,
		Typed: c.person, Served: c.served, Open: nc.Open && !nc.Finished(trace.ToServer)}
	if c.served {
		info.Open = nc.Open && !nc.Finished(trace.ToClient)
	}
	if c.tool.seat > 0 {
		info.Terminal = w.seats[c.tool.seat-1].Number()
	}
	if i, ok := w.host(nc.Server); ok && c.protocol != "" {
		info.Takes = daemon.Takes(w.listener(i, nc.Port))
	}
	if !c.closed && c.observer != nil {
		info.State = c.observer.State()
	}
	return info
}

// Mailboxes lists the mailboxes of all users who can log in, in the order of the definition.
func (w *World) Mailboxes() []MailboxInfo {
	var infos []MailboxInfo
	for _, h := range w.hosts {
		for _, a := range h.Accounts() {
			if a.Password == "" {
				continue
			}
			for _, name := range a.Store.Names() {
				box, _ := a.Store.Mailbox(name)
				infos = append(infos, MailboxInfo{h.Name, a.Name, a.Address, name, box.Snapshot()})
			}
		}
	}
	return infos
}

// Mailbox returns a mailbox by its owner's address and its name, and false where there is none. It is for reading only.
func (w *World) Mailbox(address, name string) (*store.Memory, bool) {
	if a, ok := w.Account(address); ok {
		return a.Mailbox(name)
	}
	return nil, false
}

// Account returns the mailboxes of a user by address, and false where nobody has it. It is for reading only.
func (w *World) Account(address string) (*store.Account, bool) {
	for _, h := range w.hosts {
		for _, a := range h.Accounts() {
			if a.Address == address {
				return a.Store, true
			}
		}
	}
	return nil, false
}

// Queue lists what waits in the queues of all hosts.
func (w *World) Queue() []QueueInfo {
	var infos []QueueInfo
	for _, h := range w.hosts {
		for _, q := range h.Queue() {
			infos = append(infos, QueueInfo{h.Name, q})
		}
	}
	return infos
}

// Files is the disk of a host, and false where there is no such host.
func (w *World) Files(host string) (files.FS, bool) {
	i, ok := w.host(host)
	if !ok {
		return files.FS{}, false
	}
	return w.hosts[i].Files(), true
}

// MailFile is a user's INBOX as the file that it was on old hosts: its path and its text in mbox format.
func (w *World) MailFile(address string) (path string, text []byte, ok bool) {
	for _, h := range w.hosts {
		if path, text, ok = h.MailFile(address); ok {
			return path, text, true
		}
	}
	return "", nil, false
}

// ViewInfo is a mailbox as the session of a connection sees it.
type ViewInfo struct {
	Conn uint32
	daemon.View
}

// Views lists what the sessions of all connections see of mailboxes, each with so many of its last messages at most.
func (w *World) Views(limit int) []ViewInfo {
	var infos []ViewInfo
	for _, id := range w.live {
		if s, ok := w.conn(id).ends[trace.ToServer].session.(daemon.Viewer); ok {
			if v, ok := s.View(limit); ok {
				infos = append(infos, ViewInfo{id, v})
			}
		}
	}
	return infos
}
