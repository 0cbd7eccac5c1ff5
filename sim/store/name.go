package store

import (
	"strings"
	"unicode/utf8"
)

// Inbox is the name of the mailbox that every account has; in any case it means the same (RFC 3501 §5.1).
const Inbox = "INBOX"

// Delimiter stands between the levels of a mailbox's name.
const Delimiter = '/'

const (
	maxName      = 1000   // octets
	maxMailboxes = 10_000 // of an account
)

// CanonicalName is a name with INBOX, as the whole of it or its first level, in upper case.
func CanonicalName(name string) string {
	first, _, _ := strings.Cut(name, string(Delimiter))
	if strings.EqualFold(first, Inbox) {
		return Inbox + name[len(Inbox):]
	}
	return name
}

// CheckName says whether a mailbox may have a name: [ErrName] where a level is empty, where an octet is no UTF-8, a
// control character or a wildcard of LIST, or where it is longer than 1000 octets (RFC 9051 §5.1).
func CheckName(name string) error {
	if name == "" || len(name) > maxName || !utf8.ValidString(name) {
		return ErrName
	}
	for _, level := range strings.Split(name, string(Delimiter)) {
		if level == "" {
			return ErrName
		}
	}
	for _, r := range name {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == '*' || r == '%' || r == '\u2028' || r == '\u2029' {
			return ErrName
		}
	}
	return nil
}

// Uses is a set of what a mailbox is for (RFC 6154 §2).
type Uses uint8

// The uses that a mailbox can be given. \All and \Flagged, which are views of other mailboxes, are not among them.
const (
	UseArchive Uses = 1 << iota
	UseDrafts
	UseJunk
	UseSent
	UseTrash
)

var useNames = [...]string{`\Archive`, `\Drafts`, `\Junk`, `\Sent`, `\Trash`}

// UseNamed returns the use of that name, in any case, and 0 where there is none.
func UseNamed(name string) Uses {
	for i, n := range useNames {
		if strings.EqualFold(n, name) {
			return 1 << i
		}
	}
	return 0
}

// Strings returns the names of the uses, as in `\Sent`.
func (u Uses) Strings() []string {
	var names []string
	for i, n := range useNames {
		if u&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return names
}
