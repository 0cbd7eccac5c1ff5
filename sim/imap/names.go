package imap

import "strings"

// CommandNames lists the commands as a file names them.
func CommandNames() []string {
	names := make([]string, len(commands))
	for i := range commands {
		names[i] = commands[i].name
	}
	return names
}

// WithoutAllBut is the commands that a server which offers only these does not: [Config.Without].
func WithoutAllBut(names []string) uint64 {
	without := uint64(1<<len(commands) - 1)
	for _, name := range names {
		if v := Table().VerbNamed(name); int(v) < len(commands) {
			without &^= 1 << v
		}
	}
	return without
}

// CapabilityNames lists what a server can say that it offers, in capitals. Behind AUTH= and APPENDLIMIT= the server writes
// what is so in the session.
func CapabilityNames() []string {
	return append(strings.Fields(strings.ToUpper(capabilities)), conditional[:]...)
}

// ReplyNamed returns the reply with that name, and false where there is none.
func ReplyNamed(name string) (ReplyID, bool) {
	for id := ReplyDefault + 1; id < numReplies; id++ {
		if replies[id].name == name {
			return id, true
		}
	}
	return 0, false
}

// ReplyNames lists the names of all replies.
func ReplyNames() []string {
	names := make([]string, 0, numReplies)
	for id := ReplyDefault + 1; id < numReplies; id++ {
		names = append(names, replies[id].name)
	}
	return names
}

// Usual is the default wording of the reply.
func (id ReplyID) Usual() Reply { return replies[id].Reply }

// Begins is the words that the reply can begin with in a file: a refusal is NO or BAD, the others cannot be changed.
func (id ReplyID) Begins() []string {
	switch status := replies[id].Status; {
	case id == ReplyContinue || id == ReplyIdling:
		return []string{"+"}
	case status == NO || status == BAD:
		return statusNames[NO : BAD+1]
	default:
		return statusNames[status : status+1]
	}
}

// ParseReply reads a wording as a file has it, without a tag: "NO [INUSE] Come again later". One that is empty lets the
// server say nothing, where no command waits for the reply.
func (id ReplyID) ParseReply(text string) (r Reply, ok bool) {
	r.Status = replies[id].Status
	if text == "" {
		return r, true
	}
	word, rest, _ := strings.Cut(text, " ")
	for _, w := range id.Begins() {
		if ok = ok || w == word; w == word && w == "BAD" {
			r.Status = BAD
		} else if w == word && w == "NO" {
			r.Status = NO
		}
	}
	if strings.HasPrefix(rest, "[") {
		r.Code, rest, _ = strings.Cut(rest[1:], "] ")
	}
	r.Text = rest
	return r, ok && rest != ""
}

// placeholders are the names that stand in curly brackets in a wording.
var placeholders = [...]string{"host", "capabilities", "command", "state", "flags", "permanent", "number", "text", "copied", "user", "date", "want", "pos"}

// UnknownPlaceholder finds the first name in curly brackets that is no placeholder; ok says that there is no such.
func UnknownPlaceholder(text string) (name string, ok bool) {
	for {
		_, rest, found := strings.Cut(text, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return "", true
		}
		known := false
		for _, p := range placeholders {
			known = known || p == name
		}
		if !known {
			return name, false
		}
		text = after
	}
}
