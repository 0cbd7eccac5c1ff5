package recorded

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

// A server has answered when it has been silent for so long, and does not answer when nothing has come for so long: a
// refused login takes seconds.
const (
	silence = 300 * time.Millisecond
	tooLong = 15 * time.Second
)

// Record says to a real server what the client says in a session, and returns the session as that server makes it. dial
// connects to it.
func (s Session) Record(dial func() (net.Conn, error)) (Session, error) {
	c, err := dial()
	if err != nil {
		return s, err
	}
	defer func() { c.Close() }()
	var out strings.Builder
	hear := func() error {
		text, err := answer(c)
		for line := range strings.Lines(text) {
			out.WriteString("S: " + strings.TrimRight(line, "\r\n") + "\n")
		}
		return err
	}
	err = hear()
	literal := false // what comes next belongs to the command before it
	for line := range strings.Lines(s.Text) {
		said, isClient := strings.CutPrefix(line, "C: ")
		switch {
		case isClient:
			out.WriteString(line)
			if _, err := io.WriteString(c, strings.TrimSuffix(said, "\n")+"\r\n"); err != nil {
				return s, err
			}
			if literal = strings.HasSuffix(said, "+}\n"); !literal {
				err = hear()
			}
		case line == "# closed\n":
			if !errors.Is(err, io.EOF) {
				return s, errors.New("the server goes on where it closed the connection before")
			}
			out.WriteString(line)
			if c, err = dial(); err == nil {
				err = hear()
			}
		case !strings.HasPrefix(line, "S: "):
			out.WriteString(line)
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return s, err
		}
	}
	s.Text = out.String()
	return s, nil
}

// answer reads until the server is silent. [io.EOF] says that it has closed the connection.
func answer(c net.Conn) (string, error) {
	var text []byte
	buf := make([]byte, 64<<10)
	for wait := tooLong; ; wait = silence {
		if err := c.SetReadDeadline(time.Now().Add(wait)); err != nil {
			return "", err
		}
		n, err := c.Read(buf)
		text = append(text, buf[:n]...)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return string(text), nil
		}
		if err != nil {
			return string(text), err
		}
	}
}
