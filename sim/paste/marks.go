package paste

import (
	"bytes"

	"ehlo/sim/trace"
)

// marks is a way of writing who says a line.
type marks struct {
	client, server []string // what stands before a line, the longest first
	noise          []string // what begins lines that are about the conversation and not part of it
	before         string   // what stands before all of that
	quoted         bool     // the lines are written as string literals of Python, several in one
}

// formats are the marks of books and programs. The first that fits most lines counts.
var formats = []marks{
	{client: []string{"C: ", "C:"}, server: []string{"S: ", "S:"}, noise: []string{"#"}},
	{client: []string{" ~> ", " ~>", " -> ", " ->", "-> "}, server: []string{"<~** ", "<~*  ", "<~  ", "<** ", "<*  ", "<-  ", "<- "},
		noise: []string{"=== ", "*** "}}, // swaks
	{client: []string{"--> ", "-->"}, server: []string{"<-- ", "<--"}},                          // msmtp -d
	{client: []string{"> ", ">"}, server: []string{"< ", "<"}, noise: []string{"* ", "{", "}"}}, // curl -v
	{before: "fetchmail: ", client: []string{"SMTP> ", "POP3> ", "IMAP> "}, server: []string{"SMTP< ", "POP3< ", "IMAP< "}},
	{client: []string{"send: b", "send: "}, server: []string{"reply: b", "reply: "}, noise: []string{"data: ", "connect: ", "reply: retcode "}, quoted: true}, // smtplib
}

// marked reads a text whose lines carry marks, and returns nil where they do not.
func marked(lines []source) []utterance {
	var best []utterance
	for _, f := range formats {
		said := f.read(lines)
		if len(said) > len(best) && bothSpeak(said) {
			best = said
		}
	}
	spoken := 0
	for _, l := range lines {
		if len(bytes.TrimSpace(l.text)) > 0 {
			spoken++
		}
	}
	if 3*len(best) < spoken { // a few lines of a message look like marks
		return nil
	}
	return best
}

func bothSpeak(said []utterance) bool {
	var seen [2]bool
	for _, u := range said {
		seen[u.dir-trace.ToServer] = true
	}
	return seen[0] && seen[1]
}

func (f *marks) read(lines []source) []utterance {
	var said []utterance
	for _, l := range lines {
		text, ok := bytes.CutPrefix(l.text, []byte(f.before))
		if !ok || cutAny(text, f.noise) != nil {
			continue
		}
		u := utterance{at: l.at}
		if rest := cutAny(text, f.client); rest != nil {
			u.dir, u.text = trace.ToServer, rest
		} else if rest := cutAny(text, f.server); rest != nil {
			u.dir, u.text = trace.ToClient, rest
		} else {
			continue
		}
		if f.before != "" { // its marks name the protocol, and a mail program speaks several at a time
			u.channel = string(text[:4])
			u.protocol = string(bytes.ToLower(text[:4]))
		}
		if !f.quoted {
			said = append(said, u)
			continue
		}
		for line := range bytes.Lines(unquote(u.text)) {
			u.text = bytes.TrimRight(line, "\r\n")
			said = append(said, u)
		}
	}
	return said
}

// cutAny returns what follows the first prefix that fits, nil where none does.
func cutAny(text []byte, prefixes []string) []byte {
	for _, p := range prefixes {
		if rest, ok := bytes.CutPrefix(text, []byte(p)); ok {
			return rest[:len(rest):len(rest)]
		}
	}
	return nil
}

// unquote reads a string literal as Python prints one; what is none is returned as it is.
func unquote(s []byte) []byte {
	if len(s) < 2 || s[0] != '\'' && s[0] != '"' || s[len(s)-1] != s[0] {
		return s
	}
	s = s[1 : len(s)-1]
	var text []byte
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			text = append(text, s[i])
			continue
		}
		i++
		switch c := s[i]; c {
		case 'r':
			text = append(text, '\r')
		case 'n':
			text = append(text, '\n')
		case 't':
			text = append(text, '\t')
		case 'x':
			if i+2 < len(s) {
				hi, lo := hexDigit(s[i+1]), hexDigit(s[i+2])
				if hi >= 0 && lo >= 0 {
					text = append(text, byte(hi<<4|lo))
					i += 2
					continue
				}
			}
			text = append(text, '\\', 'x')
		default:
			text = append(text, c)
		}
	}
	return text
}

func hexDigit(c byte) int { return bytes.IndexByte([]byte("0123456789abcdef"), c|0x20) }
