package scene

import (
	"strconv"
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
)

// MessageIDs lists the locale identifiers of the words in the picture and of the titles of what is on it.
func MessageIDs() []string {
	return []string{
		"page.stage.you", "page.stage.empty", "page.stage.new", "page.stage.deleted", "page.stage.octets",
		"page.stage.host", "page.stage.link", "page.stage.conn", "page.stage.letter", "page.stage.mailbox",
		"page.stage.line", "page.stage.door", "page.stage.slip", "page.stage.stream", "page.stage.lock", "page.stage.stop", "page.stage.fault", "page.stage.letter-untitled", "page.stage.line-sealed",
		"page.stage.recipients",
	}
}

// Title says what a node is: an identifier of [MessageIDs] with its arguments.
func (n *Node) Title() machine.Note {
	id := "page.stage." + n.Kind.String()
	if n.Name == "" {
		switch n.Kind {
		case NodeLetter:
			id += "-untitled"
		case NodeLine:
			id += "-sealed"
		}
	}
	return machine.Note{ID: id, Args: machine.Args{
		"name": n.Name, "peer": n.Peer, "count": strconv.FormatInt(n.Num, 10)}}
}

// Titles writes titles with the words of the page, in which {name} stands for an argument. A title is "" where there is no
// such word.
func Titles(words map[string]string) func(machine.Note) string {
	return func(n machine.Note) string {
		text := words[n.ID]
		for _, arg := range [...]string{"name", "peer", "count"} {
			text = strings.ReplaceAll(text, "{"+arg+"}", n.Args[arg])
		}
		return text
	}
}

// word is the text of an identifier, or what stands for it where the words are not there.
func (s *Scene) word(id, without string) string {
	if w, ok := s.words[id]; ok {
		return w
	}
	return without
}

// counted is a number with the word for what it counts.
func (s *Scene) counted(id string, n int) string {
	w, ok := s.words[id]
	if !ok {
		return number(n)
	}
	return strings.ReplaceAll(w, "{count}", number(n))
}

func number(n int) string { return strconv.Itoa(n) }

// latency writes how long a link takes: 18 ms, 0.5 ms, 1.2 s; nothing where that is not known.
func latency(t engine.Time) string {
	if t == 0 {
		return ""
	}
	unit, name := int64(1e6), " ms"
	if int64(t) >= 1e9 {
		unit, name = 1e9, " s"
	}
	whole, tenth := int64(t)/unit, int64(t)%unit*10/unit
	out := strconv.FormatInt(whole, 10)
	if tenth > 0 && whole < 100 {
		out += "." + strconv.FormatInt(tenth, 10)
	}
	return out + name
}

// wait appends how long something still waits, in minutes and seconds or hours and minutes: 4:12, 2h05.
func wait(dst []byte, left engine.Time) []byte {
	sec := (int64(left) + 999_999_999) / 1e9
	a, sep, b := sec/60, byte(':'), sec%60
	if a >= 60 {
		a, sep, b = a/60, 'h', a%60
	}
	dst = append(strconv.AppendInt(dst, a, 10), sep)
	if b < 10 {
		dst = append(dst, '0')
	}
	return strconv.AppendInt(dst, b, 10)
}

// localPart is what stands before the @ of an address.
func localPart(address string) string {
	name, _, _ := strings.Cut(address, "@")
	return name
}

// shortName is the first label of a host name.
func shortName(host string) string {
	name, _, _ := strings.Cut(host, ".")
	return name
}
