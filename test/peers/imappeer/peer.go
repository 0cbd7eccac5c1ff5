// Package imappeer starts IMAP servers beside one another, this project's and other people's, each with the same
// messages, and speaks with them over sockets: for comparisons of what they say and of how fast they say it. Nothing of
// it listens outside of this machine, and nothing stays behind when it ends.
package imappeer

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Message is what a mailbox is filled with.
type Message struct {
	Content []byte // with CR LF line ends
	Flags   string // as in \Seen \Flagged
	Date    time.Time
}

// Server is a server with an INBOX that holds messages. User and Password are the same for all.
type Server struct {
	Name string
	Dial func() (net.Conn, error)
	Stop func()
	PID  int // of its process, 0 where it is this one or another for each session
}

// CPU is the processor time that the threads of the server's process have used, and 0 where it has none of its own.
func (s Server) CPU() (total time.Duration, err error) {
	if s.PID == 0 {
		return 0, nil
	}
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", s.PID))
	for _, thread := range threads {
		text, err := os.ReadFile(thread)
		if err != nil {
			continue // it has ended
		}
		nanoseconds, _, _ := strings.Cut(string(text), " ")
		n, err := strconv.ParseInt(nanoseconds, 10, 64)
		if err != nil {
			return 0, err
		}
		total += time.Duration(n)
	}
	return total, err
}

// What every server lets in.
const (
	User     = "bob"
	Password = "plover"
)

// Conn is a session of a client that sends a command at a time.
type Conn struct {
	net.Conn
	in  *bufio.Reader
	out []byte
	tag int
}

// Response is one response, with its literals as they came.
type Response []byte

// Connect opens a session, logs in where the server wants that, and reads the greeting.
func Connect(s Server) (*Conn, error) {
	c, err := s.Dial()
	if err != nil {
		return nil, err
	}
	conn := &Conn{Conn: c, in: bufio.NewReaderSize(c, 64<<10)}
	greeting, err := conn.read(nil)
	if err != nil {
		return nil, fmt.Errorf("%s: no greeting: %w", s.Name, err)
	}
	if !bytes.HasPrefix(greeting, []byte("* PREAUTH")) {
		if _, err := conn.Do("LOGIN " + User + " " + Password); err != nil {
			return nil, err
		}
	}
	return conn, nil
}

var literal = regexp.MustCompile(`\{(\d+)\}\r\n$`)

// read appends one response with its literals.
func (c *Conn) read(dst []byte) (Response, error) {
	for {
		line, err := c.in.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			dst = append(dst, line...)
			continue
		}
		dst = append(dst, line...)
		if err != nil {
			return dst, err
		}
		if !bytes.HasSuffix(dst, []byte("}\r\n")) {
			return dst, nil
		}
		m := literal.FindSubmatch(dst)
		if m == nil {
			return dst, nil
		}
		n, _ := strconv.Atoi(string(m[1]))
		from := len(dst)
		dst = append(dst, make([]byte, n)...)
		if _, err := io.ReadFull(c.in, dst[from:]); err != nil {
			return dst, err
		}
	}
}

// Send writes a command that has its literals in it, which do not wait, and does not read what comes of it.
func (c *Conn) Send(command string) (tag string, err error) {
	c.tag++
	tag = "a" + strconv.Itoa(c.tag)
	c.out = append(append(append(append(c.out[:0], tag...), ' '), command...), "\r\n"...)
	_, err = c.Write(c.out)
	return tag, err
}

// Do sends a command and returns the responses up to the one that ends it, which is the last. An error means that the
// session is of no more use; a NO or BAD is none.
func (c *Conn) Do(command string) ([]Response, error) {
	tag, err := c.Send(command)
	if err != nil {
		return nil, err
	}
	var all []Response
	for {
		r, err := c.read(nil)
		if err != nil {
			return all, fmt.Errorf("%s: %w", command, err)
		}
		all = append(all, r)
		if bytes.HasPrefix(r, []byte(tag+" ")) {
			return all, nil
		}
	}
}

// Run sends a command and passes over what comes, up to an OK.
func (c *Conn) Run(command string) error {
	tag, err := c.Send(command)
	if err != nil {
		return err
	}
	return c.skip(tag, command)
}

// RunAhead is Run for a command that is sent n times at once.
func (c *Conn) RunAhead(command string, n int) error {
	if n == 1 {
		return c.Run(command)
	}
	first := c.tag + 1
	var all []byte
	for range n {
		c.tag++
		all = append(append(append(strconv.AppendInt(append(all, 'a'), int64(c.tag), 10), ' '), command...), "\r\n"...)
	}
	if _, err := c.Write(all); err != nil {
		return err
	}
	for i := range n {
		if err := c.skip("a"+strconv.Itoa(first+i), command); err != nil {
			return err
		}
	}
	return nil
}

// skip passes over responses up to the one that ends a command.
func (c *Conn) skip(tag, command string) error {
	var buf []byte
	for {
		r, err := c.read(buf[:0])
		if err != nil {
			return fmt.Errorf("%s: %w", command, err)
		}
		if len(r) > len(tag) && string(r[:len(tag)]) == tag && r[len(tag)] == ' ' {
			if !bytes.HasPrefix(r[len(tag):], []byte(" OK")) {
				return fmt.Errorf("%s: %s", command, bytes.TrimSpace(r))
			}
			return nil
		}
		buf = r
	}
}

// Fill puts messages into INBOX by APPEND, many on their way at once.
func Fill(s Server, messages []Message) error {
	c, err := Connect(s)
	if err != nil {
		return err
	}
	defer c.Close()
	const ahead = 100
	var tags []string
	for len(messages) > 0 || len(tags) > 0 {
		if len(messages) > 0 && len(tags) < ahead {
			m := messages[0]
			messages = messages[1:]
			tag, err := c.Send(fmt.Sprintf("APPEND INBOX (%s) %q {%d+}\r\n%s", m.Flags,
				strings.ToLower(m.Date.Format("02-Jan-2006 15:04:05 -0700")), len(m.Content), m.Content))
			if err != nil {
				return err
			}
			tags = append(tags, tag)
			continue
		}
		if err := c.skip(tags[0], "APPEND"); err != nil {
			return err
		}
		tags = tags[1:]
	}
	return nil
}
