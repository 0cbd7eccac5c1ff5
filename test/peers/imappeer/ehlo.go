package imappeer

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/store"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

const ehloWorld = `grammar = 1
title = "Peers"
seed = 1
start = 2026-09-21T12:00:00Z

[[host]]
name = "mx.example.net"
address = "192.0.2.1"
role = "mta"
person = "bob"
you = true

  [[host.service]]
  protocol = "smtp"

  [[host.service]]
  protocol = "imap"

[[domain]]
name = "example.net"
mx = "mx.example.net"

[[user]]
address = "bob@example.net"
password = "plover"
`

// Ehlo is this project's IMAP service on a socket, one session at a time, its mailboxes in memory.
func Ehlo(dir string, messages []Message) (Server, error) {
	definition, err := world.Parse("peers.toml", []byte(ehloWorld))
	if err != nil {
		return Server{}, err
	}
	host, err := daemon.NewHost(definition, 0)
	if err != nil {
		return Server{}, err
	}
	account, _ := host.Login(User, Password)
	box, _ := account.Store.Mailbox(store.Inbox)
	batch := store.Batch{}
	for _, m := range messages {
		flags, err := store.ParseFlags(strings.Fields(m.Flags))
		if err != nil {
			return Server{}, err
		}
		batch.Append = append(batch.Append, store.Draft{Content: m.Content, Flags: flags, Date: m.Date.Unix(), Saved: m.Date.Unix()})
	}
	if _, err := box.Commit(batch); err != nil {
		return Server{}, err
	}
	listener, dial, err := listen(dir, "ehlo")
	if err != nil {
		return Server{}, err
	}
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			serveEhlo(c, host)
			c.Close()
		}
	}()
	return Server{Name: "ehlo", Dial: dial, Stop: func() { listener.Close() }}, nil
}

// listen opens a socket in the file system.
func listen(dir, name string) (net.Listener, func() (net.Conn, error), error) {
	path := filepath.Join(dir, name+".sock")
	os.Remove(path)
	l, err := net.Listen("unix", path)
	return l, func() (net.Conn, error) { return net.Dial("unix", path) }, err
}

// env is what the service may do besides: tell the time.
type env struct{ start time.Time }

func (e env) Now() engine.Time                                 { return engine.Time(time.Since(e.start)) }
func (e env) Date(t engine.Time) int64                         { return e.start.Add(time.Duration(t)).Unix() }
func (env) Emit(trace.Event)                                   {}
func (env) Chance() uint64                                     { return 4 }
func (env) Spare() *daemon.Spare                               { return &daemon.Spare{} }
func (env) NewLetter() uint32                                  { return 0 }
func (env) Dial(string, string, int, daemon.Session) uint32    { return 0 }
func (env) Send(*daemon.Host, string, []byte)                  {}
func (env) Told() bool                                         { return false }
func (env) Resume(*daemon.Host, uint32)                        {}
func (env) Wake(*daemon.Host, engine.Time)                     {}
func (env) Changed(*daemon.Host, string, store.Change, uint32) {}

func serveEhlo(c net.Conn, host *daemon.Host) {
	e := env{time.Now()}
	s := host.Serve(e, world.Service{Protocol: "imap"}, daemon.Client{}, machine.TLSInfo{})
	defer s.End(e, host, 1)
	buf := make([]byte, 64<<10)
	for {
		s.Pump(e, host, 1)
		if out := s.Output(); len(out) > 0 {
			if _, err := c.Write(out); err != nil {
				return
			}
		}
		if s.Done() {
			return
		}
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		s.Receive(e.Now(), buf[:n])
	}
}
