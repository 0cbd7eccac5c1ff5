package imappeer

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Lab is `ehlo lab`, the program at a path, on loopback, its mailboxes in memory.
func Lab(program string) func(dir string, messages []Message) (Server, error) {
	return func(dir string, messages []Message) (Server, error) {
		ready := filepath.Join(dir, "ready")
		args := []string{"lab", "-ready-file", ready, "-user", User + ":" + Password, "-imap", "127.0.0.1:0"}
		for _, other := range []string{"smtp", "submission", "smtps", "pop3", "pop3s", "imaps", "http"} {
			args = append(args, "-"+other, "")
		}
		s, err := start(exec.Command(program, args...), "ehlo lab", "listening imap ")
		if err != nil {
			return s, err
		}
		return s, Fill(s, messages)
	}
}

// GoIMAPProcess is [GoIMAP] in a process of its own: the program at a path has to call [ServeGoIMAP] when its argument is
// go-imap.
func GoIMAPProcess(program string) func(dir string, messages []Message) (Server, error) {
	return func(_ string, messages []Message) (Server, error) {
		s, err := start(exec.Command(program, "go-imap"), "go-imap", "listening ")
		if err != nil {
			return s, err
		}
		return s, Fill(s, messages)
	}
}

// ServeGoIMAP is go-imap's memory server on loopback, for good. It prints where it listens.
func ServeGoIMAP() error {
	server, err := newGoIMAP(nil)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("listening", l.Addr())
	return server.Serve(l)
}

// start starts a program that prints its address behind a text.
func start(command *exec.Cmd, name, before string) (Server, error) {
	command.Stderr = os.Stderr
	stdout, err := command.StdoutPipe()
	if err != nil {
		return Server{}, err
	}
	if err := command.Start(); err != nil {
		return Server{}, err
	}
	stop := func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if address, ok := strings.CutPrefix(lines.Text(), before); ok {
			go io.Copy(io.Discard, stdout)
			time.Sleep(200 * time.Millisecond)
			return Server{Name: name, Dial: func() (net.Conn, error) { return net.Dial("tcp", address) }, Stop: stop, PID: command.Process.Pid}, nil
		}
	}
	stop()
	return Server{}, fmt.Errorf("%s does not say where it listens", name)
}

// Memory is what a server that runs in this process holds for each message besides the message's own octets.
func Memory(dir string, server func(string, []Message) (Server, error), n int) (octets float64, err error) {
	heap := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	before := heap()
	messages := Letters(n)
	own := 0
	for i := range messages {
		own += len(messages[i].Content)
	}
	s, err := server(dir, messages)
	if err != nil {
		return 0, err
	}
	defer s.Stop()
	messages = nil
	return (heap() - before - float64(own)) / float64(n), nil
}
