package cmd

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// serve starts the program with a small page and returns the URL it prints.
func serve(t *testing.T, args ...string) (cmd *exec.Cmd, url string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "index.html"), []byte("<!doctype html><title>here</title>"), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd = exec.Command(filepath.Join(bin, "ehlo"), append([]string{"serve", "-dir", dir}, args...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // where the test has not ended it
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	url = regexp.MustCompile(`http://\S+`).FindString(line)
	if url == "" {
		t.Fatalf("no URL in %q", line)
	}
	return cmd, url
}

func TestServe(t *testing.T) {
	cmd, url := serve(t, "-addr", "127.0.0.1:0")
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(r.Body)
	r.Body.Close()
	if r.StatusCode != 200 || !strings.Contains(string(body), "<title>here") {
		t.Errorf("got %s: %s", r.Status, body)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("after Ctrl-C: %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Error("Ctrl-C does not stop it")
	}
}

func TestServeEveryInterface(t *testing.T) {
	_, url := serve(t, "-addr", "0.0.0.0:0")
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if !strings.HasPrefix(url, "http://127.0.0.1:") || r.StatusCode != 200 {
		t.Errorf("%s: %s", url, r.Status)
	}
}

func TestServeBusyPort(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "index.html"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(filepath.Join(bin, "ehlo"), "serve", "-dir", dir, "-addr", ln.Addr().String()).CombinedOutput()
	if err == nil || !regexp.MustCompile(`^ehlo serve: 127\.0\.0\.1:\d+ is in use by another program: .* -addr 127\.0\.0\.1:\d+ .*\n$`).Match(out) {
		t.Errorf("%v: %s", err, out)
	}
}
