package original

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"ehlo/test/recorded"
)

// insideFlag is the first argument of a process that [enclosed] starts.
const insideFlag = "-inside-of-original"

// Where the client and the server are, as in the simulated world.
const (
	clientAddress = "192.0.2.1"
	serverAddress = "192.0.2.2"
)

// enclosed runs this program anew in namespaces of its own, where it starts a server and has it answer a session. It returns the
// session as the server answers it.
func enclosed(s *server, tree, session string) (string, error) {
	at, err := os.MkdirTemp("", "original")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(at)
	cmd := exec.Command("/proc/self/exe", insideFlag, s.name, tree, session, at)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL,
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWUTS | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w: %s", s.name, err, errs.Bytes())
	}
	return out.String(), nil
}

// Inside does what a process has to do that [Record] has started, and does not return there. A program that records calls it first.
func Inside() {
	if len(os.Args) != 6 || os.Args[1] != insideFlag {
		return
	}
	text, err := inside(os.Args[2], os.Args[3], os.Args[4], os.Args[5])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Print(text)
	os.Exit(0)
}

func inside(name, tree, path, at string) (string, error) {
	sessions, err := recorded.Read(path)
	if err != nil || len(sessions) != 1 {
		return "", fmt.Errorf("%s: %d sessions, %w", path, len(sessions), err)
	}
	s, session := serverOf(name+"-"), sessions[0]
	set := Setting{TLS: session.TLS, Auth: session.Auth}
	root, err := machine(tree, at)
	if err != nil {
		return "", err
	}
	if err := s.prepare(root, set); err != nil {
		return "", err
	}
	if err := enter(root); err != nil {
		return "", err
	}
	for _, c := range s.commands(set) {
		if _, err := run("/", c[0], c[1:]...); err != nil {
			return "", err
		}
	}
	address := net.JoinHostPort(serverAddress, strconv.Itoa(session.Port()))
	if err := listens(address); err != nil {
		return "", err
	}
	if s.fill != nil {
		if err := s.fill(); err != nil {
			return "", err
		}
	}
	from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(clientAddress)}, Timeout: 10 * time.Second}
	session, err = session.Record(func() (net.Conn, error) { return from.Dial("tcp", address) })
	if err != nil {
		return "", fmt.Errorf("%w, after\n%s", err, session.Text)
	}
	return session.Text, nil
}

// listens waits until something does.
func listens(address string) (err error) {
	for range 200 {
		var c net.Conn
		if c, err = net.Dial("tcp", address); err == nil {
			return c.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}
