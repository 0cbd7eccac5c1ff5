package smtp

import (
	"bytes"
	"testing"

	"ehlo/sim/sasl"
	"ehlo/sim/trace"
)

// ready returns a server that does all it can and whose client has greeted; its questions are answered yes.
func ready(tb testing.TB) *Server {
	s := NewServer(Config{Hostname: "mx.example.net", Mechanisms: sasl.All, ClearAuth: true}, 0)
	say(s, []byte("EHLO laptop.example.org\r\n"))
	return s
}

// say lets a client say something and the surroundings agree.
func say(s *Server, p []byte) {
	s.Receive(0, p)
	for e, ok := s.Next(); ok; e, ok = s.Next() {
		s.Answer(0, e.ID, Answer{})
	}
	s.Output()
}

var transaction = []byte("MAIL FROM:<alice@example.org> SIZE=100 BODY=8BITMIME\r\nRCPT TO:<bob@example.net>\r\nRSET\r\n")

func BenchmarkNoop(b *testing.B) { repeat(b, "NOOP\r\n") }

func BenchmarkRset(b *testing.B) { repeat(b, "RSET\r\n") }

func repeat(b *testing.B, command string) {
	s, line := ready(b), []byte(command)
	b.ReportAllocs()
	for b.Loop() {
		say(s, line)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commands/s")
}

// BenchmarkTransaction is MAIL, RCPT and RSET: three commands an operation.
func BenchmarkTransaction(b *testing.B) {
	s := ready(b)
	b.ReportAllocs()
	for b.Loop() {
		say(s, transaction)
	}
	b.ReportMetric(3*float64(b.N)/b.Elapsed().Seconds(), "commands/s")
}

// BenchmarkMessage is a whole transaction with a message of 4 KB.
func BenchmarkMessage(b *testing.B) {
	text := []byte("MAIL FROM:<alice@example.org>\r\nRCPT TO:<bob@example.net>\r\nDATA\r\n")
	for range 64 {
		text = append(text, "A line of sixty-four octets, as lines of messages often are, CR.\r\n"...)
	}
	text = append(text, ".\r\n"...)
	s := ready(b)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		say(s, text)
	}
}

// TestAllocations bounds what the commands cost that a client repeats.
func TestAllocations(t *testing.T) {
	for line, most := range map[string]float64{"NOOP\r\n": 0, "RSET\r\n": 0, string(transaction): 12} {
		s, p := ready(t), []byte(line)
		say(s, p)
		if n := testing.AllocsPerRun(100, func() { say(s, p) }); n > most {
			t.Errorf("%q allocates %v times, more than %v", line, n, most)
		}
	}
}

// BenchmarkObserver is what an observer makes of a message of 4 KB with its replies.
func BenchmarkObserver(b *testing.B) {
	o := NewObserver()
	text := bytes.Repeat([]byte("A line of sixty-four octets, as lines of messages often are, CR.\r\n"), 64)
	hear := func(dir trace.Dir, p []byte) {
		o.Observe(0, dir, p)
		for _, ok := o.Next(); ok; _, ok = o.Next() {
		}
	}
	said := [][]byte{[]byte("MAIL FROM:<alice@example.org>\r\n"), []byte("250 2.1.0 OK\r\n"), []byte("RCPT TO:<bob@example.net>\r\n"),
		[]byte("250 2.1.5 OK\r\n"), []byte("DATA\r\n"), []byte("354 Go on\r\n"), append(text, ".\r\n"...), []byte("250 2.0.0 OK\r\n")}
	hear(trace.ToClient, []byte("220 mx.example.net ESMTP\r\n"))
	b.ReportAllocs()
	for b.Loop() {
		for i, p := range said {
			hear(trace.ToServer+trace.Dir(i%2), p)
		}
	}
}
