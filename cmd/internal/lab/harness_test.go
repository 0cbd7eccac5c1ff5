package lab

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/smtp"
	"net/textproto"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// running is a lab of a test.
type running struct {
	*testing.T
	*Lab
	mu  sync.Mutex
	log []string
}

// start runs a lab with all services, and checks at the test's end that it leaves nothing behind.
func start(t *testing.T, o Options) *running {
	t.Helper()
	goroutines, files := runtime.NumGoroutine(), descriptors()
	r := &running{T: t}
	for _, d := range Doors {
		o.Services = append(o.Services, Service{d.Name, "127.0.0.1:0"})
	}
	o.Log = func(line string) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.log = append(r.log, line)
	}
	l, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	r.Lab = l
	t.Cleanup(func() {
		l.Close()
		l.Close() // a second time does nothing
		http.DefaultClient.CloseIdleConnections()
		if held := l.held.Load(); held != 0 {
			t.Errorf("%d octets are still held", held)
		}
		if len(l.watchers) != 0 || len(l.from) != 0 || len(l.sessions) != 0 {
			t.Errorf("left behind: watchers %d, clients %d, sessions %d", len(l.watchers), len(l.from), len(l.sessions))
		}
		for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			g, f := runtime.NumGoroutine(), descriptors()
			if g <= goroutines && f <= files {
				return
			}
			if time.Now().After(deadline) {
				t.Errorf("goroutines: %d before, %d after; descriptors: %d before, %d after", goroutines, g, files, f)
				return
			}
		}
	})
	return r
}

// descriptors is how many this process has open, 0 where the system does not say.
func descriptors() int {
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(list)
}

func (r *running) address(service string) string {
	for _, s := range r.Services() {
		if s.Name == service {
			return s.Address
		}
	}
	r.Fatalf("no service %s", service)
	return ""
}

// logged is what the lab has logged.
func (r *running) logged() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.log
}

// peer is a client that speaks lines.
type peer struct {
	*testing.T
	net.Conn
	in *bufio.Reader
}

func (r *running) dial(service string) *peer {
	r.Helper()
	c, err := net.Dial("tcp", r.address(service))
	if err != nil {
		r.Fatal(err)
	}
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { c.Close() })
	return &peer{r.T, c, bufio.NewReader(c)}
}

// hears reads a line that begins with a text.
func (p *peer) hears(prefix string) string {
	p.Helper()
	line, err := p.in.ReadString('\n')
	if err != nil || !strings.HasPrefix(line, prefix) {
		p.Fatalf("got %q and %v, want %s …", line, err, prefix)
	}
	return line
}

// until reads lines up to one that begins with a text.
func (p *peer) until(prefix string) string {
	p.Helper()
	all := ""
	for {
		line, err := p.in.ReadString('\n')
		all += line
		if err != nil {
			p.Fatalf("got %q and %v, want … %s", all, err, prefix)
		}
		if strings.HasPrefix(line, prefix) {
			return all
		}
	}
}

// says sends lines.
func (p *peer) says(lines ...string) {
	p.Helper()
	if _, err := io.WriteString(p.Conn, strings.Join(lines, "\r\n")+"\r\n"); err != nil {
		p.Fatal(err)
	}
}

// ends checks that the lab closes the connection.
func (p *peer) ends() {
	p.Helper()
	if rest, err := io.ReadAll(p.in); err != nil || len(rest) > 0 {
		p.Fatalf("got %q and %v, want the end", rest, err)
	}
	p.Close()
}

// mail sends a message as another program would.
func (r *running) mail(from, to, subject string) {
	r.Helper()
	if err := r.send(from, to, "Subject: "+subject+"\r\n\r\nHello.\r\n"); err != nil {
		r.Fatal(err)
	}
}

func (r *running) send(from, to, text string) error {
	err := r.transact(from, strings.Split(to, ","), text)
	if reply := (*textproto.Error)(nil); errors.As(err, &reply) {
		return fmt.Errorf("%d %s", reply.Code, reply.Msg)
	}
	return err
}

// transact is smtp.SendMail, but without the TLS that the lab offers: nobody here trusts its authority.
func (r *running) transact(from string, to []string, text string) error {
	c, err := smtp.Dial(r.address("smtp"))
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.Mail(from); err != nil {
		return err
	}
	for _, a := range to {
		if err := c.Rcpt(a); err != nil {
			return err
		}
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, text); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.Quit()
}

// get asks the interface, and decodes what it answers into v.
func (r *running) get(path string, v any) *http.Response {
	r.Helper()
	return r.ask("GET", path, v)
}

func (r *running) ask(method, path string, v any) *http.Response {
	r.Helper()
	return r.sendJSON(method, path, "", v)
}

// sendJSON is ask with a text in JSON.
func (r *running) sendJSON(method, path, text string, v any) *http.Response {
	r.Helper()
	req, err := http.NewRequest(method, "http://"+r.address("http")+"/api/v1"+path, strings.NewReader(text))
	if err != nil {
		r.Fatal(err)
	}
	if text != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		r.Fatal(err)
	}
	if v != nil {
		if err := json.Unmarshal(body, v); err != nil {
			r.Fatalf("%s %s: %v in %s", method, path, err, body)
		}
	}
	return resp
}

func (r *running) login(service, user, password string) *peer {
	r.Helper()
	p := r.dial(service)
	if service == "pop3" {
		p.hears("+OK")
		p.says("USER "+user, "PASS "+password)
		p.hears("+OK")
	} else {
		p.hears("* OK")
		p.says("l LOGIN " + user + " " + password)
		p.hears("l OK")
	}
	return p
}
