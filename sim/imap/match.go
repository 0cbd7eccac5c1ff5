package imap

import "ehlo/sim/store"

// MatchMailbox says whether a LIST pattern matches a mailbox's name (RFC 3501 §6.3.8). INBOX matches in any case.
func MatchMailbox(pattern, name string, delimiter byte) bool {
	inbox := len(canonicalMailbox(name)) >= len(store.Inbox) && canonicalMailbox(name)[:len(store.Inbox)] == store.Inbox &&
		(len(name) == len(store.Inbox) || name[len(store.Inbox)] == delimiter)
	// Each wildcard tries the shortest match first and grows when what follows does not fit. Only the last "*" needs to
	// grow again once a later one has matched, and "%" within its reach.
	star, starAt, level, levelAt := -1, 0, -1, 0
	p, n := 0, 0
	for {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, starAt, level = p, n, -1
			p++
			continue
		case p < len(pattern) && pattern[p] == '%':
			level, levelAt = p, n
			p++
			continue
		case n == len(name) && p == len(pattern):
			return true
		case n < len(name) && p < len(pattern) && sameOctet(pattern[p], name[n], inbox && n < len(store.Inbox)):
			p, n = p+1, n+1
			continue
		}
		switch {
		case level >= 0 && levelAt < len(name) && (delimiter == 0 || name[levelAt] != delimiter):
			levelAt++
			p, n = level+1, levelAt
		case star >= 0 && starAt < len(name):
			starAt++
			p, n, level = star+1, starAt, -1
		default:
			return false
		}
	}
}

func sameOctet(a, b byte, fold bool) bool {
	return a == b || fold && a|0x20 == b|0x20 && a|0x20 >= 'a' && a|0x20 <= 'z'
}

// canonicalMailbox is a mailbox's name with INBOX in upper case (RFC 3501 §5.1).
func canonicalMailbox(name string) string { return store.CanonicalName(name) }
