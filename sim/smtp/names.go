package smtp

import (
	"strconv"
	"strings"

	"ehlo/sim/machine"
)

// CommandNames lists the commands that a server performs, as the wire has them.
func CommandNames() []string {
	var names []string
	for _, c := range commands {
		if c.parse != nil {
			names = append(names, c.name)
		}
	}
	return names
}

// WithoutAllBut is the [Config.Without] of a server that performs some commands; names that are none are left out.
func WithoutAllBut(names []string) uint32 {
	all := uint32(1<<len(commands) - 1)
	for _, name := range names {
		if v := verbOf([]byte(name)); v != machine.NoVerb {
			all &^= 1 << v
		}
	}
	return all
}

// ExtensionNames lists the extensions as the reply to EHLO has them.
func ExtensionNames() []string {
	names := make([]string, len(offers))
	for i := range offers {
		names[i] = offers[i].keyword
	}
	return names
}

// ExtensionNamed returns the extension with that keyword, and 0 where there is none.
func ExtensionNamed(keyword string) Extensions {
	if x := extensionNamed(keyword); x != nil {
		return x.is
	}
	return 0
}

func extensionNamed(keyword string) *extension {
	for i := range offers {
		if name := offers[i].keyword; len(name) == len(keyword) && (name == keyword || strings.EqualFold(name, keyword)) {
			return &offers[i]
		}
	}
	return nil
}

// VerbNamed returns the command with that name, and [machine.NoVerb] where there is none.
func VerbNamed(name string) machine.Verb { return verbOf([]byte(name)) }

// LeniencyNames lists the forms that a server can take besides those of the grammar.
func LeniencyNames() []string { return leniencies[:] }

// ReplyNames lists the replies as files name them.
func ReplyNames() []string {
	names := make([]string, numReplies)
	for i := range names {
		names[i] = replies[i].name
	}
	return names
}

// Usual is the reply of ehlo's own server.
func (id ReplyID) Usual() Reply {
	r := id.reply()
	r.ID = id
	return r
}

// ParseReply reads a reply as a file has it: code, enhanced status code where there is one, and text, of one line or of
// several with LF between them, in which placeholders can stand.
func ParseReply(text string) (Reply, bool) {
	code, more, rest, ok := parseReplyLine([]byte(text))
	if !ok || more {
		return Reply{}, false
	}
	enhanced, rest := cutEnhanced(code, rest)
	return Reply{Code: code, Enhanced: enhanced, Text: string(rest)}, true
}

// UnknownPlaceholder returns the first name in curly brackets that is no placeholder, and true where there is none.
func UnknownPlaceholder(text string) (word string, ok bool) {
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			return "", true
		}
		word, rest, closed := strings.Cut(text[open+1:], "}")
		known := false
		for _, p := range placeholders {
			known = known || p == word
		}
		if !closed || !known {
			return word, false
		}
		text = rest
	}
}

// Digit is the first digit of a reply's code: the verdict.
func (r Reply) Digit() string { return strconv.Itoa(r.Code / 100) }
