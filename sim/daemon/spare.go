package daemon

// Spare is the memory of SMTP sessions that are over, in which new ones begin: a driver that sees millions of them come and go
// makes few. It belongs to one driver and no clone shares it. The zero value is empty.
type Spare struct {
	servers []*smtpd
	relays  []*relay
}

// Keep takes a session that is over, and of which nobody knows any more.
func (s *Spare) Keep(over Session) {
	switch over := over.(type) {
	case *smtpd:
		s.servers = append(s.servers, over)
	case *relay:
		s.relays = append(s.relays, over)
	}
}

// take takes the last of what is kept, and false where there is none.
func take[T any](kept *[]*T) (*T, bool) {
	last := len(*kept) - 1
	if last < 0 {
		return nil, false
	}
	item := (*kept)[last]
	*kept = (*kept)[:last]
	return item, true
}
