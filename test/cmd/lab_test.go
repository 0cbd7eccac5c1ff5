package cmd

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/smtp"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// runningLab is a lab in a process of its own.
type runningLab struct {
	cmd         *exec.Cmd
	text        string // of its ready file
	ready       string
	at          map[string]string // addresses by service
	out, stderr *strings.Builder
}

// startLab runs a lab on ports that are free, with more arguments, and waits until it listens.
func startLab(t *testing.T, args ...string) *runningLab {
	t.Helper()
	l := &runningLab{ready: filepath.Join(t.TempDir(), "ready"), at: map[string]string{}, out: &strings.Builder{}, stderr: &strings.Builder{}}
	all := []string{"lab", "-ready-file", l.ready}
	for _, service := range []string{"smtp", "submission", "smtps", "pop3", "pop3s", "imap", "imaps", "http"} {
		all = append(all, "-"+service, "127.0.0.1:0")
	}
	l.cmd = exec.Command(filepath.Join(bin, "ehlo"), append(all, args...)...)
	l.cmd.Stdout, l.cmd.Stderr = l.out, l.stderr
	if err := l.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = l.cmd.Process.Kill() // where the test has not ended it
		_ = l.cmd.Wait()
	})
	for deadline := time.Now().Add(20 * time.Second); l.text == ""; time.Sleep(10 * time.Millisecond) {
		p, _ := os.ReadFile(l.ready)
		if l.text = string(p); time.Now().After(deadline) {
			t.Fatal("it is not ready: ", l.stderr)
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^listening (\S+) (\S+:\d+)$`).FindAllStringSubmatch(l.text, -1) {
		l.at[m[1]] = m[2]
	}
	return l
}

// TestLab runs the lab as a script would: it waits for the file, sends a message, awaits it, and ends the lab.
func TestLab(t *testing.T) {
	ca := filepath.Join(t.TempDir(), "ca.pem")
	l := startLab(t, "-world", "two-domains", "-user", "dora@example.net:secret", "-pop3", "localhost:0", "-imap", "", "-submission", "",
		"-smtps", "", "-pop3s", "", "-ca-file", ca)
	text, at, out, stderr, cmd := l.text, l.at, l.out, l.stderr, l.cmd
	if len(at) != 4 || at["imap"] != "" || !strings.Contains(text, "\nca "+ca+"\n") || !strings.Contains(text, "\nuser dora@example.net\n") {
		t.Fatalf("ready: %s", text)
	}
	c, err := smtp.Dial(at["smtp"]) // and no TLS, for nobody here trusts the lab yet
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := send(c, "eve@example.com", "dora@example.net", "To the lab"); err != nil {
		t.Fatal(err)
	}
	r, err := http.Get("http://" + at["http"] + "/api/v1/messages/await?to=dora@example.net&timeout=5s")
	if err != nil || r.StatusCode != 200 {
		t.Fatal(r, err)
	}
	r.Body.Close()
	trusted := x509.NewCertPool()
	if p, err := os.ReadFile(ca); err != nil || !trusted.AppendCertsFromPEM(p) {
		t.Fatalf("the authority's file: %v %s", err, p)
	}
	conn, err := tls.Dial("tcp", at["imaps"], &tls.Config{RootCAs: trusted})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.HasPrefix(line, "* OK ") {
		t.Errorf("IMAP inside TLS: %q, %v", line, err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("after Ctrl-C: %v: %s", err, stderr.String())
		}
	case <-time.After(5 * time.Second):
		t.Fatal("Ctrl-C does not stop it")
	}
	if !strings.HasPrefix(out.String(), text) {
		t.Errorf("it prints %q, and its file says %q", out.String(), text)
	}
	if _, err := os.Stat(l.ready); err == nil {
		t.Error("the file is still there")
	}
}
