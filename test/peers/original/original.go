// Package original starts the servers that personas are made after, as Debian packages them, and has them answer recorded
// sessions anew.
//
// The packages are unpacked into build/originals, not installed, so that those which exclude each other can be there at once.
// Each session gets a machine of its own: namespaces for mounts, processes, host name and network, the packages laid over
// this machine's files, and changes in memory only. The client is 192.0.2.1 and the server 192.0.2.2, as in the simulated
// world; there is no other network. When the session ends nothing is left. Only root can do that.
package original

import (
	"errors"
	"os"
	"slices"
	"strings"

	"ehlo/test/recorded"
)

// ErrNotHere says that the originals cannot be started on this machine.
var ErrNotHere = errors.New("only root on Debian can start the originals")

// Setting is how a server is configured for a session.
type Setting struct {
	TLS  bool     // it can start TLS
	Auth []string // mechanisms that it offers; none is no AUTH
}

// server is one of the originals.
type server struct {
	name     string   // personas' names begin so
	packages []string // of Debian: that of SMTP's or IMAP's service, that of POP3's, and what they need
	users    []string // who has to be in its /etc/passwd, each with a group of that name
	files    func(Setting) map[string]string
	commands func(Setting) [][]string // start it, one after the other; each ends by itself
	fill     func() error             // puts bob's message into his mailbox, when the server runs
}

// servers are all originals.
var servers = []*server{&sendmail, &postfix, &exim, &courier, &cyrus, &dovecot}

// serverOf is the original of a persona, or nil.
func serverOf(persona string) *server {
	i := slices.IndexFunc(servers, func(s *server) bool { return strings.HasPrefix(persona, s.name+"-") })
	if i < 0 {
		return nil
	}
	return servers[i]
}

// Record has the original of a session's persona answer the session. version is the package with its version. dir is where
// packages are kept. [ErrNotHere] says that it cannot be started here.
func Record(s recorded.Session, dir string) (answered recorded.Session, version string, err error) {
	original := serverOf(s.Persona)
	if original == nil || os.Geteuid() != 0 {
		return s, "", ErrNotHere
	}
	tree, versions, err := original.fetch(dir)
	if err != nil {
		return s, "", err
	}
	s.Text, err = enclosed(original, tree, s.Path)
	service := original.packages[0]
	if s.Port() == 110 {
		service = original.packages[1]
	}
	return s, service + " " + versions[service], err
}

// letter is the message that bob has.
const letter = "From: Rosa <rosa@example.org>\nTo: bob@example.net\nSubject: hi\nDate: Thu, 26 Nov 2026 04:00:00 +0000\n\nHello\n.A dot\n"
