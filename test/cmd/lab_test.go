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

// TestLab runs the lab as a script would: it waits for the file, sends a message, awaits it, and ends the lab.
func TestLab(t *testing.T) {
	dir := t.TempDir()
	ready, ca := filepath.Join(dir, "ready"), filepath.Join(dir, "ca.pem")
	cmd := exec.Command(filepath.Join(bin, "ehlo"), "lab", "-world", "two-domains", "-user", "dora@example.net:secret",
		"-smtp", "127.0.0.1:0", "-pop3", "localhost:0", "-imap", "", "-http", "127.0.0.1:0", "-submission", "", "-smtps", "", "-pop3s", "",
		"-imaps", "localhost:0", "-ca-file", ca, "-ready-file", ready)
	var out, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // where the test has not ended it
	text := ""
	for deadline := time.Now().Add(10 * time.Second); text == ""; time.Sleep(10 * time.Millisecond) {
		p, _ := os.ReadFile(ready)
		if text = string(p); time.Now().After(deadline) {
			t.Fatal("it is not ready: ", stderr.String())
		}
	}
	at := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^listening (\S+) (\S+:\d+)$`).FindAllStringSubmatch(text, -1) {
		at[m[1]] = m[2]
	}
	if len(at) != 4 || at["imap"] != "" || !strings.Contains(text, "\nca "+ca+"\n") || !strings.Contains(text, "\nuser dora@example.net\n") {
		t.Fatalf("ready: %s", text)
	}
	message := []byte("Subject: To the lab\r\n\r\nHello.\r\n")
	if err := smtp.SendMail(at["smtp"], nil, "eve@example.com", []string{"dora@example.net"}, message); err != nil {
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
	if _, err := os.Stat(ready); err == nil {
		t.Error("the file is still there")
	}
}
