package store

// Quota limits what an account holds in all its mailboxes; 0 is no limit (RFC 9208 §5).
type Quota struct {
	Messages  int
	Octets    int64
	Mailboxes int
}

// Usage is what an account holds.
type Usage struct {
	Messages  int
	Octets    int64
	Mailboxes int
}

// refuses says that an account may not grow by so much. usage is asked only where there is a limit.
func (q Quota) refuses(usage func() Usage, grown Usage) bool {
	if grown.Messages <= 0 && grown.Octets <= 0 || q.Messages <= 0 && q.Octets <= 0 {
		return false
	}
	u := usage()
	return q.Messages > 0 && grown.Messages > 0 && u.Messages+grown.Messages > q.Messages ||
		q.Octets > 0 && grown.Octets > 0 && u.Octets+grown.Octets > q.Octets
}
