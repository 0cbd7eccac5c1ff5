package pop3

import "ehlo/sim/store"

// Numbered lists the last messages of the maildrop by their numbers in this session, so many at most: those that came since do not
// belong to it, and those marked as deleted keep their numbers (RFC 1939 §5). Before somebody has logged in ok is false.
func (s *Server) Numbered(limit int) (messages []store.Numbered, ok bool) {
	if s.state != Transaction {
		return nil, false
	}
	d := &s.drop
	for n := max(1, d.snapshot.Len()-limit+1); n <= d.snapshot.Len(); n++ {
		m, _ := d.snapshot.At(n)
		messages = append(messages, store.Numbered{Message: m, Seq: n, Gone: d.isMarked(n)})
	}
	return messages, true
}
