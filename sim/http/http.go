// Package http is as much of HTTP/1.1 (RFC 9112) as a mail world needs: a client asks a host for one small file, and a
// server has it or not. It is what MTA-STS policies are fetched by (RFC 8461 §3.3). Connections end after one answer.
package http

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
)

const (
	maxHeader = 8 << 10  // octets of a request, or of an answer's header
	maxBody   = 64 << 10 // octets of a body (RFC 8461 §3.3 suggests this much)
	patience  = time.Minute
)

// end is one end of a connection.
type end struct {
	in      []byte
	out     []byte
	done    bool
	until   engine.Time // when it gives up
	secured bool        // what it is inside of stands
}

// Output takes the octets to send.
func (e *end) Output() []byte {
	out := e.out
	e.out = nil
	return out
}

// Done says that the connection can be closed.
func (e *end) Done() bool { return e.done }

// Upgrading is never true: TLS is there from the first octet.
func (e *end) Upgrading() bool { return false }

// Timeout is when it gives up.
func (e *end) Timeout() (engine.Time, bool) { return e.until, !e.done }

// HandleTimeout gives up.
func (e *end) HandleTimeout(now engine.Time) { e.done = e.done || now >= e.until }

// ReceiveEOF ends the connection.
func (e *end) ReceiveEOF(engine.Time) { e.done = true }

func (e *end) clone() end {
	c := *e
	c.in, c.out = bytes.Clone(e.in), bytes.Clone(e.out)
	return c
}

// Request is what a client wants.
type Request struct {
	Method, Host, Path string
}

// Server is a server's session. It asks its surroundings once, for the file.
type Server struct {
	end
	request Request
	asked   bool
	asking  bool // the question was not taken yet
}

// NewServer returns a session that waits for a request.
func NewServer(now engine.Time) *Server { return &Server{end: end{until: now.Add(patience)}} }

// Clone returns an independent copy.
func (s *Server) Clone() *Server {
	c := *s
	c.end = s.end.clone()
	return &c
}

// Upgraded is told that TLS stands, which a server does not need to know.
func (s *Server) Upgraded(engine.Time, machine.TLSInfo) {}

// Receive takes octets of the request.
func (s *Server) Receive(_ engine.Time, p []byte) {
	if s.asked || s.done {
		return
	}
	s.in = append(s.in, p...)
	head, _, whole := bytes.Cut(s.in, []byte("\r\n\r\n"))
	if !whole {
		if len(s.in) > maxHeader {
			s.Answer(431, nil)
		}
		return
	}
	var ok bool
	if s.request, ok = parseRequest(string(head)); !ok {
		s.Answer(400, nil)
		return
	}
	s.asked, s.asking = true, true
}

// Next takes the question: the request to be answered, and false where there is none.
func (s *Server) Next() (Request, bool) {
	asking := s.asking
	s.asking = false
	return s.request, asking
}

var reasons = map[int]string{200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 431: "Request Header Fields Too Large"}

// Answer says what came of the request: a status code and, with 200, a text.
func (s *Server) Answer(status int, text []byte) {
	if status != 200 {
		text = []byte(reasons[status] + "\r\n")
	}
	s.out = append(s.out, "HTTP/1.1 "+strconv.Itoa(status)+" "+reasons[status]+"\r\nContent-Type: text/plain\r\nContent-Length: "+
		strconv.Itoa(len(text))+"\r\nConnection: close\r\n\r\n"...)
	s.out = append(s.out, text...)
	s.asked, s.done = true, true
}

// Shutdown ends the session.
func (s *Server) Shutdown(engine.Time) { s.done = true }

func parseRequest(head string) (r Request, ok bool) {
	lines := strings.Split(head, "\r\n")
	words := strings.Split(lines[0], " ")
	if len(words) != 3 || !strings.HasPrefix(words[2], "HTTP/1.") || !strings.HasPrefix(words[1], "/") {
		return r, false
	}
	r = Request{Method: words[0], Path: words[1], Host: field(lines[1:], "Host")}
	return r, r.Host != ""
}

// field finds a header field.
func field(lines []string, name string) string {
	i := slices.IndexFunc(lines, func(l string) bool {
		return len(l) > len(name) && strings.EqualFold(l[:len(name)], name) && l[len(name)] == ':'
	})
	if i < 0 {
		return ""
	}
	return strings.TrimSpace(lines[i][len(name)+1:])
}

// Client is a client's session, which asks for one file once TLS stands.
type Client struct {
	end
	request Request
	status  int
	text    []byte
}

// NewClient returns a session that asks for a path of a host.
func NewClient(host, path string, now engine.Time) *Client {
	return &Client{end: end{until: now.Add(patience)}, request: Request{"GET", host, path}}
}

// Clone returns an independent copy.
func (c *Client) Clone() *Client {
	d := *c
	d.end, d.text = c.end.clone(), bytes.Clone(c.text)
	return &d
}

// Upgraded says that TLS stands: now the client asks.
func (c *Client) Upgraded(engine.Time, machine.TLSInfo) {
	c.secured = true
	c.out = append(c.out, c.request.Method+" "+c.request.Path+" HTTP/1.1\r\nHost: "+c.request.Host+"\r\nUser-Agent: ehlo\r\nConnection: close\r\n\r\n"...)
}

// Receive takes octets of the answer.
func (c *Client) Receive(_ engine.Time, p []byte) {
	if c.done {
		return
	}
	c.in = append(c.in, p...)
	head, body, whole := bytes.Cut(c.in, []byte("\r\n\r\n"))
	if !whole {
		c.done = len(c.in) > maxHeader
		return
	}
	lines := strings.Split(string(head), "\r\n")
	words := strings.SplitN(lines[0], " ", 3)
	length, err := strconv.Atoi(field(lines[1:], "Content-Length"))
	if len(words) < 2 || !strings.HasPrefix(words[0], "HTTP/1.") || err != nil || length < 0 || length > maxBody {
		c.done = true
		return
	}
	if len(body) < length {
		return
	}
	c.status, _ = strconv.Atoi(words[1])
	c.text, c.done = bytes.Clone(body[:length]), true
}

// Result is what came: the status code, 0 where there was no answer, and the text.
func (c *Client) Result() (status int, text []byte) { return c.status, c.text }
