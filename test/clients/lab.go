package clients

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Password is that of bob and alice, the users of each lab.
const Password = "plover and more"

// Lab is a running lab with the users alice and bob at example.test. Its certificate is good for localhost and 127.0.0.1.
type Lab struct {
	*testing.T
	Dir string // for files of the test
	CA  string // file of the authority that clients have to trust
	at  map[string]string
}

// binary is ehlo, built once for all tests.
var binary string

// Main runs the tests of a package of clients.
func Main(m *testing.M) int {
	dir, err := os.MkdirTemp("", "ehlo-clients")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "ehlo")
	build := exec.Command("go", "build", "-o", binary, "./cmd/ehlo")
	build.Dir, build.Env = "../..", append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// services are the doors of a lab.
var services = []string{"smtp", "submission", "smtps", "pop3", "pop3s", "imap", "imaps", "http"}

// Start runs a lab, with more arguments where there are any, until the test ends.
func Start(t *testing.T, args ...string) *Lab {
	t.Helper()
	l := &Lab{T: t, Dir: t.TempDir(), at: map[string]string{}}
	l.CA = filepath.Join(l.Dir, "ca.pem")
	ready := filepath.Join(l.Dir, "ready")
	all := []string{"lab", "-ready-file", ready, "-ca-file", l.CA, "-user", "alice:" + Password, "-user", "bob:" + Password}
	for _, service := range services {
		all = append(all, "-"+service, "127.0.0.1:0")
	}
	cmd := exec.Command(binary, append(all, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil || stderr.Len() > 0 {
			t.Errorf("the lab ended with %v and says %s", err, &stderr)
		}
		if t.Failed() {
			t.Logf("the lab was %v", cmd.Args)
		}
	})
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if text, err := os.ReadFile(ready); err == nil {
			for line := range strings.Lines(string(text)) {
				if f := strings.Fields(line); f[0] == "listening" {
					l.at[f[1]] = f[2]
				}
			}
			return l
		}
		if time.Now().After(deadline) {
			t.Fatal("the lab is not ready: ", &stderr)
		}
	}
}

// Address is where a service listens, as 127.0.0.1:12345.
func (l *Lab) Address(service string) string {
	l.Helper()
	a := l.at[service]
	if a == "" {
		l.Fatalf("there is no service %s", service)
	}
	return a
}

// Port is the port of a service.
func (l *Lab) Port(service string) string {
	l.Helper()
	_, port, _ := net.SplitHostPort(l.Address(service))
	return port
}

// Has looks for a program that the test needs.
func (l *Lab) Has(program string) string {
	l.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		l.Fatalf("%s is not installed: make test installs it, or apt-get install %[1]s", program)
	}
	return path
}

// Run runs a program to its end, its home the test's directory, and returns what it prints; err is how it ended.
func (l *Lab) Run(input string, program string, args ...string) (output string, err error) {
	l.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, l.Has(program), args...)
	cmd.Dir, cmd.Env = l.Dir, append(os.Environ(), "HOME="+l.Dir, "LC_ALL=C")
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		err = fmt.Errorf("%s does not end: %w", program, ctx.Err())
	}
	return string(out), err
}

// Must is Run for a program that has to succeed.
func (l *Lab) Must(input string, program string, args ...string) string {
	l.Helper()
	out, err := l.Run(input, program, args...)
	if err != nil {
		l.Fatalf("%s: %v\n%s", program, err, out)
	}
	return out
}

// File writes a file into the test's directory, which only its owner may read, and returns its path.
func (l *Lab) File(name, text string) string {
	l.Helper()
	path := filepath.Join(l.Dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		l.Fatal(err)
	}
	return path
}

// Message is a message as the lab tells it.
type Message struct {
	ID      int
	Address string
	UID     int
	From    string
	To      []string
	Subject string
	Flags   []string
	Size    int
	Session int
	Body    string
}

// get asks the lab.
func (l *Lab) get(path string, v any) {
	l.Helper()
	r, err := http.Get("http://" + l.Address("http") + "/api/v1" + path)
	if err != nil {
		l.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		l.Fatalf("%s: %s %v %s", path, r.Status, err, text)
	}
	if err := json.Unmarshal(text, v); err != nil {
		l.Fatalf("%s: %v in %s", path, err, text)
	}
}

// Arrived is the message with a subject, which has to come, with its body.
func (l *Lab) Arrived(subject string) Message {
	l.Helper()
	var m Message
	l.get("/messages/await?timeout=10s&subject="+url.QueryEscape(subject), &m)
	l.get(fmt.Sprintf("/messages/%d", m.ID), &m)
	return m
}

// Messages are those that are there now.
func (l *Lab) Messages() []Message {
	l.Helper()
	var list struct{ Messages []Message }
	l.get("/messages?limit=1000", &list)
	return list.Messages
}

// Session is a session as the lab tells it.
type Session struct {
	ID      int
	Service string
	State   string
	Reason  string
	Detail  string
	TLS     *struct{ Version, Cipher, ServerName string }
	Lines   []struct {
		Dir, Text, Verb, Class string
		TLS                    *struct{ Version string }
	}
}

// Ended are the sessions of a service that are over, with their transcripts; there have to be some.
func (l *Lab) Ended(service string) []Session {
	l.Helper()
	var s Session
	l.get("/sessions/await?open=false&timeout=10s&service="+service, &s)
	var list struct{ Sessions []Session }
	l.get("/sessions?open=false&transcript=true&service="+service, &list)
	return list.Sessions
}

// Said says whether the client of a session said a command with this verb.
func (s Session) Said(verb string) bool {
	for _, l := range s.Lines {
		if l.Dir == "C" && l.Verb == verb {
			return true
		}
	}
	return false
}

// Deliver puts a message into bob's mailbox, as another server would.
func (l *Lab) Deliver(subject, body string) {
	l.Helper()
	c, err := net.DialTimeout("tcp", l.Address("smtp"), 5*time.Second)
	if err != nil {
		l.Fatal(err)
	}
	defer c.Close()
	text := "EHLO client.example.org\r\nMAIL FROM:<eve@example.org>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n"
	fmt.Fprintf(c, "%s", text)
	fmt.Fprintf(c, "From: eve@example.org\r\nTo: bob@example.test\r\nSubject: %s\r\n\r\n%s\r\n.\r\nQUIT\r\n", subject, body)
	if replies, err := io.ReadAll(c); err != nil || !strings.Contains(string(replies), "\r\n354 ") {
		l.Fatalf("delivering: %v %s", err, replies)
	}
	l.Arrived(subject)
}
