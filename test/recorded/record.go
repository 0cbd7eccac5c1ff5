package recorded

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A server that has answered may go on for a moment, in POP3 and IMAP for a longer one where its answer does not say that it is
// whole, and does not answer at all when nothing has come for so long: a refused login takes seconds.
const (
	moment  = 30 * time.Millisecond
	silence = 300 * time.Millisecond
	tooLong = 15 * time.Second
)

// recorder says to a real server what the client says in a session.
type recorder struct {
	protocol string
	dial     func() (net.Conn, error)
	conn     net.Conn
	out      strings.Builder
	ended    bool // the server has closed the connection
	content  bool // what the client says is a message's content
	octets   int  // so many octets of a chunk are to come
}

// Record says to a real server what the client says in a session, and returns the session as that server makes it, with an error
// as far as it came. dial connects to it.
func (s Session) Record(dial func() (net.Conn, error)) (Session, error) {
	r := &recorder{protocol: s.protocol, dial: dial}
	defer r.hangUp()
	for line := range strings.Lines(s.Text) {
		var err error
		said, isClient := strings.CutPrefix(line, "C: ")
		switch {
		case isClient && r.ended: // nobody hears it
		case isClient:
			if r.conn == nil { // behind the remarks at the beginning
				err = r.connect()
			}
			if err == nil {
				r.out.WriteString(line)
				err = r.say(strings.TrimSuffix(said, "\n"))
			}
		case line == closed:
			if err = r.hear("", tooLong); err == nil && !r.ended {
				err = errors.New("the server goes on where the session says that it closes the connection")
			}
			r.out.WriteString(line)
			if err == nil {
				err = r.connect()
			}
		case line == anew:
			r.out.WriteString(line)
			err = r.connect()
		case !strings.HasPrefix(line, "S: "):
			r.out.WriteString(line)
		}
		if err != nil {
			s.Text = r.out.String()
			return s, err
		}
	}
	s.Text = r.out.String()
	return s, nil
}

func (r *recorder) hangUp() {
	if r.conn != nil {
		r.conn.Close()
	}
}

// connect opens the next connection and hears the greeting.
func (r *recorder) connect() (err error) {
	r.hangUp()
	r.ended, r.content, r.octets = false, false, 0
	if r.conn, err = r.dial(); err != nil {
		return err
	}
	return r.hear("greeting", tooLong)
}

// say says a line, and hears the answer where there will be one.
func (r *recorder) say(said string) error {
	if _, err := io.WriteString(r.conn, said+"\r\n"); err != nil {
		return err
	}
	words := strings.Fields(strings.ToUpper(said))
	switch {
	case r.content:
		if said != "." {
			return nil
		}
		r.content = false
	case r.octets > 0:
		if r.octets -= len(said) + 2; r.octets > 0 {
			return nil
		}
	case r.protocol == "smtp" && len(words) > 1 && words[0] == "BDAT":
		before := r.out.Len()
		err := r.hear(said, silence)
		if octets, _ := strconv.Atoi(words[1]); r.out.Len() == before { // it waits for the chunk
			r.octets = octets
		}
		return err
	case r.protocol == "imap" && strings.HasSuffix(said, "+}"):
		return nil
	}
	before := r.out.Len()
	if err := r.hear(said, tooLong); err != nil {
		return err
	}
	answer := r.out.String()[before:]
	r.content = strings.HasPrefix(answer, "S: 354")
	if startTLS.MatchString(said) && tlsBegins.MatchString(answer) {
		if err := r.conn.SetReadDeadline(time.Now().Add(tooLong)); err != nil {
			return err
		}
		conn := tls.Client(r.conn, &tls.Config{InsecureSkipVerify: true})
		r.conn = conn
		return conn.Handshake()
	}
	return nil
}

var (
	startTLS  = regexp.MustCompile(`(?i)^(\S+ )?(STARTTLS|STLS)$`)
	tlsBegins = regexp.MustCompile(`^S: (220|\+OK|\S+ OK)`)
)

// hear writes what the server says to a command.
func (r *recorder) hear(said string, wait time.Duration) error {
	var text []byte
	buf := make([]byte, 64<<10)
	for {
		if err := r.conn.SetReadDeadline(time.Now().Add(wait)); err != nil {
			return err
		}
		n, err := r.conn.Read(buf)
		text = append(text, buf[:n]...)
		if err != nil {
			for line := range strings.Lines(string(text)) {
				r.out.WriteString("S: " + strings.TrimRight(line, "\r\n") + "\n")
			}
			if r.ended = !errors.Is(err, os.ErrDeadlineExceeded); r.ended && !errors.Is(err, io.EOF) {
				return err
			}
			return nil
		}
		if wait = silence; whole(r.protocol, said, string(text)) {
			wait = moment
		}
	}
}

var (
	wholeSMTP = regexp.MustCompile(`(?m)^[2-5]\d\d .*\r\n$`)
	wholePOP3 = regexp.MustCompile(`^(-ERR.*|\+ .*|\+OK(?s:.*)\r\n\.)\r\n$`)
)

// whole says that nothing will follow an answer.
func whole(protocol, said, text string) bool {
	switch protocol {
	case "smtp":
		return wholeSMTP.MatchString(text)
	case "pop3":
		return wholePOP3.MatchString(text)
	}
	tag, _, _ := strings.Cut(said, " ")
	last := text[strings.LastIndex(strings.TrimSuffix(text, "\r\n"), "\n")+1:]
	return strings.HasSuffix(text, "\r\n") && (strings.HasPrefix(last, tag+" ") || strings.HasPrefix(last, "+ "))
}
