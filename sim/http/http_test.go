package http

import (
	"strings"
	"testing"

	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// talk lets a client and a server talk, in pieces of so many octets, and an observer read along.
func talk(c *Client, s *Server, status int, text string, piece int) string {
	var read strings.Builder
	o := NewObserver()
	pass := func(dir trace.Dir, out []byte, receive func(p []byte)) {
		for len(out) > 0 {
			n := min(piece, len(out))
			o.Observe(0, dir, out[:n])
			receive(out[:n])
			out = out[n:]
		}
	}
	c.Upgraded(0, machine.TLSInfo{})
	pass(trace.ToServer, c.Output(), func(p []byte) { s.Receive(0, p) })
	if _, ok := s.Next(); ok {
		s.Answer(status, []byte(text))
	}
	pass(trace.ToClient, s.Output(), func(p []byte) { c.Receive(0, p) })
	for {
		l, ok := o.Next()
		if !ok {
			return read.String()
		}
		read.WriteString(l.Dir.String() + ": " + l.Class.String() + " " + l.Label + " " + string(l.Data))
	}
}

func TestFetch(t *testing.T) {
	const text = "version: STSv1\r\nmode: none\r\n"
	for _, piece := range []int{1, 7, 1000} {
		c, s := NewClient("mta-sts.example.org", "/x.txt", 0), NewServer(0)
		read := talk(c, s.Clone(), 200, text, piece)
		if status, got := c.Result(); status != 200 || string(got) != text || !c.Done() {
			t.Errorf("%d %q", status, got)
		}
		const want = "C: command GET GET /x.txt HTTP/1.1\r\nC: untagged  Host: mta-sts.example.org\r\nC: untagged  User-Agent: ehlo\r\n" +
			"C: untagged  Connection: close\r\nC: untagged  \r\nS: ok 200 HTTP/1.1 200 OK\r\nS: untagged  Content-Type: text/plain\r\n" +
			"S: untagged  Content-Length: 28\r\nS: untagged  Connection: close\r\nS: untagged  \r\nS: content  version: STSv1\r\nS: content  mode: none\r\n"
		if read != want {
			t.Errorf("in pieces of %d it is read as\n%s", piece, read)
		}
	}
	c := NewClient("mta-sts.example.org", "/x.txt", 0)
	talk(c, NewServer(0), 404, "", 5)
	if status, got := c.Result(); status != 404 || string(got) != "Not Found\r\n" {
		t.Errorf("%d %q", status, got)
	}
}

func TestBadRequests(t *testing.T) {
	for request, want := range map[string]string{
		"GET /x HTTP/1.1\r\n\r\n":                        "400",
		"GET x HTTP/1.1\r\nHost: a\r\n\r\n":              "400",
		"HELO\r\n\r\n":                                   "400",
		"GET / HTTP/1.1\r\n" + strings.Repeat("x", 9000): "431",
	} {
		s := NewServer(0)
		s.Receive(0, []byte(request))
		if _, ok := s.Next(); ok || !strings.HasPrefix(string(s.Output()), "HTTP/1.1 "+want) || !s.Done() {
			t.Errorf("%q is not answered by %s", request, want)
		}
	}
	s := NewServer(0)
	if at, ok := s.Timeout(); !ok || s.Done() {
		t.Error("no timeout")
	} else if s.HandleTimeout(at); !s.Done() {
		t.Error("it waits for ever")
	}
}

func TestBadAnswers(t *testing.T) {
	for _, answer := range []string{"SMTP\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nx", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", strings.Repeat("x", 9000)} {
		c := NewClient("a", "/", 0)
		c.Receive(0, []byte(answer))
		if status, _ := c.Result(); status != 0 || !c.Done() {
			t.Errorf("%.20q: %d, done %v", answer, status, c.Done())
		}
	}
	c := NewClient("a", "/", 0)
	c.Receive(0, []byte("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"))
	if c.ReceiveEOF(0); !c.Done() {
		t.Error("it waits for the rest")
	}
	if status, _ := c.Result(); status != 0 {
		t.Error("half a text counts")
	}
}
