package lab

import (
	"bufio"
	"io"
	"net"
	"strings"
	"testing"
)

// benchClient is an SMTP client.
type benchClient struct {
	b  *testing.B
	c  net.Conn
	in *bufio.Reader
}

func (l *Lab) benchClient(b *testing.B, address string) *benchClient {
	c, err := net.Dial("tcp", address)
	if err != nil {
		b.Fatal(err)
	}
	return &benchClient{b, c, bufio.NewReader(c)}
}

// ask sends lines and reads up to the reply with the code.
func (c *benchClient) ask(text, code string) {
	if _, err := io.WriteString(c.c, text); err != nil {
		c.b.Error(err)
		return
	}
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil || line[0] > '3' {
			c.b.Errorf("%q: %s %v", text, line, err)
			return
		}
		if strings.HasPrefix(string(line), code+" ") {
			return
		}
	}
}

func benchLab(b *testing.B) (*Lab, string) {
	l, err := Start(Options{Services: []Service{{"smtp", "127.0.0.1:0"}}, Limits: Limits{Mailboxes: 1 << 40}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(l.Close)
	return l, l.Services()[0].Address
}

// BenchmarkMessages is messages of 1 KiB by SMTP, one connection a processor, from MAIL to the reply to the message.
func BenchmarkMessages(b *testing.B) {
	l, address := benchLab(b)
	text := "Subject: x\r\n\r\n" + strings.Repeat(strings.Repeat("x", 62)+"\r\n", 16) + ".\r\n"
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		c := l.benchClient(b, address)
		defer c.c.Close()
		c.ask("EHLO x\r\n", "250")
		for pb.Next() {
			c.ask("MAIL FROM:<a@example.org>\r\n", "250")
			c.ask("RCPT TO:<bob@example.test>\r\n", "250")
			c.ask("DATA\r\n", "354")
			c.ask(text, "250")
		}
	})
}

// BenchmarkSessions is sessions by SMTP from the connection to its end, without a message.
func BenchmarkSessions(b *testing.B) {
	l, address := benchLab(b)
	b.ReportAllocs()
	for b.Loop() {
		c := l.benchClient(b, address)
		c.ask("", "220")
		c.ask("HELO x\r\n", "250")
		c.ask("QUIT\r\n", "221")
		c.c.Close()
	}
}

// BenchmarkNoop is commands by SMTP, one connection a processor.
func BenchmarkNoop(b *testing.B) {
	l, address := benchLab(b)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		c := l.benchClient(b, address)
		defer c.c.Close()
		for pb.Next() {
			c.ask("NOOP\r\n", "250")
		}
	})
}

// BenchmarkRecipients is commands by SMTP in transactions of ninety recipients, all sent at once: what a session costs
// besides its system calls.
func BenchmarkRecipients(b *testing.B) {
	l, address := benchLab(b)
	const n = 90
	text := "MAIL FROM:<a@example.org>\r\n" + strings.Repeat("RCPT TO:<bob@example.test>\r\n", n) + "NOOP\r\n"
	b.ReportAllocs()
	c := l.benchClient(b, address)
	defer c.c.Close()
	c.ask("EHLO x\r\n", "250")
	for i := 0; i < b.N; i += n + 3 {
		if _, err := io.WriteString(c.c, text); err != nil {
			b.Fatal(err)
		}
		for range n + 2 {
			if line, err := c.in.ReadSlice('\n'); err != nil || line[0] != '2' {
				b.Fatalf("%s %v", line, err)
			}
		}
		c.ask("RSET\r\n", "250")
	}
}
