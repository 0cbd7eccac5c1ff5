// Package paste reads conversations that somebody recorded elsewhere: what telnet showed, what a mail program logged, a
// transcript from a book. It finds out who said each line and which protocol it is, and lets that protocol's observer
// read it, so that it is explained by the code that explains a simulated session.
package paste

import (
	"bytes"
	"slices"
	"strconv"

	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// MaxText is the longest text that [Read] takes, in octets.
const MaxText = 16 << 20

// Conversation is one connection of a recording.
type Conversation struct {
	Protocol string // "smtp", "pop3" or "imap"
	Lines    []Line
}

// Line is a protocol line with the line of the text at which it begins, from 1.
type Line struct {
	machine.Line
	At int
}

// Explain takes a line of the conversation apart.
func (c *Conversation) Explain(i int) machine.Explanation {
	return daemon.Explain(c.Protocol, c.Lines[i].Line)
}

// Summary counts the lines and the refusals.
func (c *Conversation) Summary() machine.Note {
	refused := 0
	for _, l := range c.Lines {
		if l.Class == trace.ClassTransient || l.Class == trace.ClassPermanent {
			refused++
		}
	}
	return machine.Note{ID: "paste.summary", Args: machine.Args{"lines": strconv.Itoa(len(c.Lines)), "refused": strconv.Itoa(refused)}}
}

// Error says why a text cannot be read as a conversation. ID is a message identifier, whose repair is the same
// identifier with ".repair".
type Error struct {
	ID   string
	Args machine.Args
}

// Error returns the identifier.
func (e *Error) Error() string { return e.ID }

// MessageIDs lists every identifier that an [Error] or a summary can carry.
func MessageIDs() []string {
	ids := []string{"paste.summary"}
	for _, id := range []string{"paste.empty", "paste.too-long", "paste.unknown", "paste.protocol"} {
		ids = append(ids, id, id+".repair")
	}
	return ids
}

// Protocols are the names that [Read] takes.
func Protocols() []string { return []string{"smtp", "pop3", "imap"} }

// Read takes a recording apart. protocol names what is spoken, "" leaves it to the text. The error is an [*Error].
func Read(text []byte, protocol string) ([]Conversation, error) {
	switch {
	case len(text) > MaxText:
		return nil, &Error{"paste.too-long", machine.Args{"octets": strconv.Itoa(len(text)), "limit": strconv.Itoa(MaxText)}}
	case protocol != "" && !slices.Contains(Protocols(), protocol):
		return nil, &Error{"paste.protocol", machine.Args{"protocol": protocol}}
	case len(bytes.TrimSpace(text)) == 0:
		return nil, &Error{"paste.empty", nil}
	}
	lines := split(text)
	said := marked(lines)
	if said == nil {
		if protocol == "" {
			protocol = guess(lines)
		}
		said = unmarked(lines, protocol)
	}
	var all []Conversation
	for _, part := range connections(said) {
		p := protocol
		if p == "" {
			p = part[0].protocol
		}
		if p == "" {
			p = protocolOf(part)
		}
		if p != "" {
			all = append(all, observe(p, part))
		}
	}
	if len(all) == 0 {
		return nil, &Error{"paste.unknown", nil}
	}
	return all, nil
}

// utterance is a line that one side said.
type utterance struct {
	dir      trace.Dir
	text     []byte // without line end
	at       int    // line of the source, from 1
	channel  string // connections of one recording that are interleaved have different ones
	protocol string // what the recording itself says, or ""
}

// source is a line of the text.
type source struct {
	text []byte
	at   int
}

func split(text []byte) []source {
	var lines []source
	for line := range bytes.Lines(text) {
		lines = append(lines, source{bytes.TrimRight(line, "\r\n"), len(lines) + 1})
	}
	return lines
}

// connections cuts what was said into one part for each connection: by channel, and where a server greets anew after
// the client took its leave.
func connections(said []utterance) [][]utterance {
	var parts [][]utterance
	latest := map[string]*connection{} // of each channel
	for _, u := range said {
		c := latest[u.channel]
		if c == nil || u.dir == trace.ToClient && c.over {
			c = &connection{part: len(parts)}
			latest[u.channel] = c
			parts = append(parts, nil)
		}
		parts[c.part] = append(parts[c.part], u)
		if u.dir == trace.ToServer {
			c.left, c.over = leaves(u.text), false
		} else {
			c.over = c.left && isFinal(u.text)
		}
	}
	return parts
}

// connection is how far one has been read: whether the client's last words were its leave, and the server has answered it.
type connection struct {
	part       int
	left, over bool
}

// leaves says whether a line is QUIT or LOGOUT, tagged or not.
func leaves(line []byte) bool {
	words := bytes.Fields(line)
	if len(words) == 0 {
		return false
	}
	last := words[len(words)-1]
	return len(words) <= 2 && (bytes.EqualFold(last, []byte("QUIT")) && len(words) == 1 || bytes.EqualFold(last, []byte("LOGOUT")))
}

// isFinal says whether a server's line ends a reply: no hyphen behind a code, no untagged IMAP response.
func isFinal(line []byte) bool {
	return !isReply(line, true) && !bytes.HasPrefix(line, []byte("* "))
}

// observe lets a protocol's observer read a connection.
func observe(protocol string, part []utterance) Conversation {
	c := Conversation{Protocol: protocol}
	o := daemon.NewObserver(protocol)
	if part[0].dir == trace.ToServer {
		// The recording begins behind the greeting. The observer needs one to know where it is.
		o.Observe(0, trace.ToClient, Greeting(protocol))
		o.Next()
	}
	var begun [2][]int // of each direction: source lines whose octets are in no line yet
	for i, u := range part {
		side := u.dir - trace.ToServer
		begun[side] = append(begun[side], u.at)
		now := engine.Time(i)
		o.Observe(now, u.dir, append(bytes.Clone(u.text), "\r\n"...))
		for l, ok := o.Next(); ok; l, ok = o.Next() {
			from := &begun[l.Dir-trace.ToServer]
			at := u.at
			if n := bytes.Count(l.Data, []byte("\n")); len(*from) > 0 {
				at = (*from)[0]
				*from = (*from)[min(max(n, 1), len(*from)):]
			}
			l.Data = bytes.Clone(l.Data)
			c.Lines = append(c.Lines, Line{l, at})
		}
	}
	return c
}

// Greeting is the shortest greeting of a protocol: an observer needs one to know where it is.
func Greeting(protocol string) []byte {
	return []byte(map[string]string{"smtp": "220 \r\n", "pop3": "+OK\r\n", "imap": "* OK\r\n"}[protocol])
}
