package smtp

import (
	"testing"

	"ehlo/sim/sasl"
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

func BenchmarkNoop(b *testing.B) {
	s, line := ready(b), []byte("NOOP\r\n")
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
