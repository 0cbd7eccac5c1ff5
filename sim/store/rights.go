package store

import (
	"slices"
	"strings"
)

// Rights is what somebody may do with a mailbox (RFC 4314 §2.1).
type Rights uint16

// The rights, in the order in which they are written.
const (
	RightLookup       Rights = 1 << iota // l: LIST and SUBSCRIBE show it
	RightRead                            // r: SELECT, STATUS, FETCH
	RightSeen                            // s: \Seen stays
	RightWrite                           // w: flags other than \Seen and \Deleted
	RightInsert                          // i: APPEND, COPY into it
	RightPost                            // p: mail to it; nothing here asks for it
	RightCreate                          // k: mailboxes below it
	RightDelete                          // x: DELETE, RENAME
	RightDeleteMarked                    // t: \Deleted
	RightExpunge                         // e: EXPUNGE
	RightAdmin                           // a: SETACL, GETACL
)

const rightLetters = "lrswipkxtea"

// AllRights is every right.
const AllRights = Rights(1<<len(rightLetters) - 1)

// ParseRights reads letters. The old rights c and d stand for those that took their place (RFC 4314 §2.1.1). ok is false
// where a letter is no right.
func ParseRights(letters string) (r Rights, ok bool) {
	for i := range len(letters) {
		switch c := letters[i]; c {
		case 'c':
			r |= RightCreate | RightDelete
		case 'd':
			r |= RightExpunge | RightDeleteMarked
		default:
			n := strings.IndexByte(rightLetters, c)
			if n < 0 {
				return 0, false
			}
			r |= 1 << n
		}
	}
	return r, true
}

// Has says whether every right of q is in r.
func (r Rights) Has(q Rights) bool { return r&q == q }

// Letters returns the letters of the rights, without the old ones.
func (r Rights) Letters() string {
	var letters []byte
	for i := range len(rightLetters) {
		if r&(1<<i) != 0 {
			letters = append(letters, rightLetters[i])
		}
	}
	return string(letters)
}

// String returns the letters. The old ones c and d come last, where any of what they stood for is there, as older
// clients want (RFC 4314 §2.1.1).
func (r Rights) String() string {
	letters := r.Letters()
	if r&(RightCreate|RightDelete) != 0 {
		letters += "c"
	}
	if r&(RightExpunge|RightDeleteMarked) != 0 {
		letters += "d"
	}
	return letters
}

// Grant is an entry of an access control list: Who is a user, or [Anyone].
type Grant struct {
	Who    string
	Rights Rights
}

// Anyone is everybody (RFC 4314 §2).
const Anyone = "anyone"

// Grants returns the access control list of a mailbox, by identifier; the owner, who has every right, is not in it.
func (a *Account) Grants(name string) []Grant {
	if i, found := a.find(name); found {
		return a.boxes[i].grants
	}
	return nil
}

// RightsOf returns what a user other than the owner may do with a mailbox: what the user and what anyone was granted.
func (a *Account) RightsOf(name, who string) Rights {
	var r Rights
	for _, g := range a.Grants(name) {
		if g.Who == who || g.Who == Anyone {
			r |= g.Rights
		}
	}
	return r
}

// set returns the list with somebody's rights as given; none takes the entry away. The list that was there stays.
func set(grants []Grant, who string, r Rights) []Grant {
	grants = slices.Clone(grants)
	i, found := slices.BinarySearchFunc(grants, who, func(g Grant, who string) int { return strings.Compare(g.Who, who) })
	switch {
	case found && r == 0:
		return slices.Delete(grants, i, i+1)
	case found:
		grants[i].Rights = r
	case r != 0:
		grants = slices.Insert(grants, i, Grant{who, r})
	}
	return grants
}

// Annotation is a value that is kept with a mailbox or an account (RFC 5464 §3).
type Annotation struct {
	Name  string // in lower case, as in "/private/comment"
	Value string // any octets
}

// Annotations returns those of a mailbox, or of the account itself for "", by name; false where there is no such mailbox.
func (a *Account) Annotations(mailbox string) ([]Annotation, bool) {
	if mailbox == "" {
		return a.annotations, true
	}
	i, found := a.find(mailbox)
	if !found {
		return nil, false
	}
	return a.boxes[i].annotations, true
}

// annotate returns the list with an annotation as given; gone takes it away. The list that was there stays.
func annotate(list []Annotation, n Annotation, gone bool) []Annotation {
	list = slices.Clone(list)
	i, found := slices.BinarySearchFunc(list, n.Name, func(n Annotation, name string) int { return strings.Compare(n.Name, name) })
	switch {
	case found && gone:
		return slices.Delete(list, i, i+1)
	case found:
		list[i] = n
	case !gone:
		list = slices.Insert(list, i, n)
	}
	return list
}
