package imap

import "ehlo/sim/store"

// Numbered lists the last messages of the selected mailbox as the client knows them, so many at most: what others have removed has
// its number until the client is told (RFC 3501 §7.4.1). untold is how many have come of which the client does not know, readOnly
// whether it can change nothing. Where no mailbox is selected ok is false.
func (s *Server) Numbered(limit int) (messages []store.Numbered, untold int, readOnly, ok bool) {
	if s.state != Selected {
		return nil, 0, false, false
	}
	v := s.box
	for seq := max(1, v.len()-limit+1); seq <= v.len(); seq++ {
		m := v.at(seq)
		_, there := v.latest.Seq(m.UID)
		messages = append(messages, store.Numbered{Message: m, Seq: seq, Gone: !there})
	}
	return messages, v.latest.Len() - v.latest.From(v.told.UIDNext()) + 1, v.readOnly, true
}
