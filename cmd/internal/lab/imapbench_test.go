package lab

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
)

// BenchmarkIMAP is commands by IMAP in a mailbox of ten messages, one connection.
func BenchmarkIMAP(b *testing.B) {
	text := "Subject: x\r\n\r\n" + strings.Repeat(strings.Repeat("x", 62)+"\r\n", 32)
	for _, command := range []string{"NOOP", "FETCH 5 FLAGS", "STORE 5 +FLAGS (\\Flagged)", "FETCH 5 BODY.PEEK[]",
		fmt.Sprintf("APPEND INBOX {%d+}\r\n%s", len(text), text)} {
		name, _, _ := strings.Cut(command, "\r\n")
		b.Run(name, func(b *testing.B) {
			l, err := Start(Options{Services: []Service{{"imap", "127.0.0.1:0"}}, Limits: Limits{Mailboxes: 1 << 40},
				Users: []User{{Name: "bob", Password: "plover"}}})
			if err != nil {
				b.Fatal(err)
			}
			defer l.Close()
			c, err := net.Dial("tcp", l.Services()[0].Address)
			if err != nil {
				b.Fatal(err)
			}
			defer c.Close()
			in := bufio.NewReader(c)
			ask := func(text string) {
				fmt.Fprintf(c, "a %s\r\n", text)
				for {
					line, err := in.ReadSlice('\n')
					if err != nil {
						b.Fatal(err)
					}
					if strings.HasPrefix(string(line), "a ") {
						if !strings.HasPrefix(string(line), "a OK") {
							b.Fatalf("%s: %s", text, line)
						}
						return
					}
				}
			}
			ask("LOGIN bob plover")
			for range 10 {
				ask(fmt.Sprintf("APPEND INBOX {%d+}\r\n%s", len(text), text))
			}
			ask("SELECT INBOX")
			b.ReportAllocs()
			for b.Loop() {
				ask(command)
			}
		})
	}
}
