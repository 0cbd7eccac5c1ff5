package clients

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
)

// Fault lets the lab fail, by name and value as its interface has them, until Heal.
func (l *Lab) Fault(fault map[string]any) {
	l.Helper()
	text, err := json.Marshal(fault)
	if err != nil {
		l.Fatal(err)
	}
	l.ask(http.MethodPost, "/faults", text, http.StatusCreated)
}

// Heal ends the faults.
func (l *Lab) Heal() {
	l.Helper()
	l.ask(http.MethodDelete, "/faults", nil, http.StatusOK)
}

// ask changes something in the lab.
func (l *Lab) ask(method, path string, text []byte, want int) {
	l.Helper()
	q, err := http.NewRequest(method, "http://"+l.Address("http")+"/api/v1"+path, bytes.NewReader(text))
	if err != nil {
		l.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/json")
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		l.Fatal(err)
	}
	defer r.Body.Close()
	if answer, _ := io.ReadAll(r.Body); r.StatusCode != want {
		l.Fatalf("%s %s: %s %s", method, path, r.Status, answer)
	}
}

// Cuts is how many sessions of IMAP a fault has cut.
func (l *Lab) Cuts() (n int) {
	l.Helper()
	for _, s := range l.Ended("imap") {
		if s.Reason == "demand" {
			n++
		}
	}
	return n
}

// bridge is a way to a service of the lab that breaks: the first connections, one for each number, are cut when the client
// has sent so many octets.
type bridge struct {
	port string
	cuts atomic.Int32
}

// Bridge makes one, until the test ends.
func (l *Lab) Bridge(service string, after ...int64) *bridge {
	l.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		l.Fatal(err)
	}
	l.Cleanup(func() { listener.Close() })
	b := &bridge{}
	_, b.port, _ = net.SplitHostPort(listener.Addr().String())
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			octets := int64(-1)
			if len(after) > 0 {
				octets, after = after[0], after[1:]
			}
			go b.carry(client, l.at[service], octets)
		}
	}()
	return b
}

// carry joins a client and the service, up to so many octets of the client where that is not negative.
func (b *bridge) carry(client net.Conn, address string, octets int64) {
	defer client.Close()
	server, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		io.Copy(client, server)
		client.Close()
	}()
	if octets < 0 {
		io.Copy(server, client)
		return
	}
	if n, _ := io.CopyN(server, client, octets); n == octets {
		b.cuts.Add(1)
	}
}

// letterOf is what two copies of a message have in common: flags and octets, apart from line ends and from what sync
// programs write into the header for themselves.
func letterOf(flags string, content []byte) string {
	content = bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))
	head, body, _ := bytes.Cut(content, []byte("\n\n"))
	lines := slices.DeleteFunc(strings.Split(string(head), "\n"), func(line string) bool {
		return strings.HasPrefix(line, "X-TUID:") || strings.HasPrefix(line, "X-OfflineIMAP:")
	})
	subject := ""
	for _, line := range lines {
		if strings.HasPrefix(line, "Subject: ") {
			subject = line
		}
	}
	sum := sha256.Sum256(append([]byte(strings.Join(lines, "\n")+"\n\n"), body...))
	return fmt.Sprintf("%s (%s) %d %x", subject, flags, len(body), sum[:6])
}

// Here are the messages of a mailbox in bob's Maildir.
func (l *Lab) Here(mailbox string) (letters []string) {
	l.Helper()
	for _, path := range l.files(mailbox, "") {
		content, err := os.ReadFile(path)
		if err != nil {
			l.Fatal(err)
		}
		_, marks, _ := strings.Cut(filepath.Base(path), ":2,")
		flags := ""
		for _, f := range [...]struct{ mark, flag string }{{"R", "A"}, {"F", "F"}, {"S", "S"}, {"D", "D"}} {
			if strings.Contains(marks, f.mark) {
				flags += f.flag
			}
		}
		letters = append(letters, letterOf(flags, content))
	}
	slices.Sort(letters)
	return letters
}

// There are the messages of a mailbox of bob's in the lab.
func (l *Lab) There(mailbox string) (letters []string) {
	l.Helper()
	out := l.imap("bob", fmt.Sprintf(`
import os
M.select(%q, True)
for i, (head, body) in enumerate(x for x in M.uid('FETCH', '1:*', '(FLAGS BODY.PEEK[])')[1] if isinstance(x, tuple)):
    open(os.path.join(%q, 'there%%d' %% i), 'wb').write(body)
    print(' '.join(f.decode() for f in imaplib.ParseFlags(head)))
`, mailbox, l.Dir))
	i := 0
	for line := range strings.Lines(out) {
		path := filepath.Join(l.Dir, fmt.Sprintf("there%d", i))
		content, err := os.ReadFile(path)
		if err != nil {
			l.Fatal(err)
		}
		os.Remove(path)
		flags := ""
		for _, f := range []string{`\Answered`, `\Flagged`, `\Seen`, `\Draft`} {
			if strings.Contains(line, f) {
				flags += f[1:2]
			}
		}
		letters = append(letters, letterOf(flags, content))
		i++
	}
	slices.Sort(letters)
	return letters
}

// Same wants a mailbox to be the same here and there, with so many messages.
func (l *Lab) Same(mailbox string, n int) {
	l.Helper()
	here, there := l.Here(mailbox), l.There(mailbox)
	if len(there) != n || !slices.Equal(here, there) {
		l.Errorf("%s should have %d messages. Here:\n%s\nThere:\n%s", mailbox, n, strings.Join(here, "\n"), strings.Join(there, "\n"))
	}
}

// attachment is a message with a file of so many octets in it, none of which is like the others.
func attachment(subject string, octets int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "From: alice@example.test\r\nTo: bob@example.test\r\nSubject: %s\r\nMIME-Version: 1.0\r\n"+
		"Content-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--cut\r\n"+
		"Content-Type: application/octet-stream; name=film.bin\r\nContent-Disposition: attachment; filename=film.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n", subject)
	file := make([]byte, octets)
	rand.NewChaCha8([32]byte{1}).Read(file)
	for text := base64.StdEncoding.EncodeToString(file); len(text) > 0; {
		n := min(len(text), 76)
		b.WriteString(text[:n] + "\r\n")
		text = text[n:]
	}
	b.WriteString("--cut--\r\n")
	return b.String()
}
