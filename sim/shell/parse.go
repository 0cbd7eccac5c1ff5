package shell

import "strings"

// pipeline is commands whose outputs are the inputs of the next ones.
type pipeline struct {
	after    string // "&&" or "||" where it depends on the one before, ";" otherwise
	commands []command
}

// command is one command of a pipeline.
type command struct {
	words   []string
	in, out string // files, "" for none
	append  bool   // to out
	merged  bool   // 2>&1
}

// text is the words with a space between them.
func (c *command) text() string { return strings.Join(c.words, " ") }

// scanner reads a command line.
type scanner struct {
	rest     string
	variable func(name string) string
}

// parse takes a command line apart as a POSIX shell does: words with quotes, backslashes and variables, pipes, lists and
// redirections. bad is the token that cannot stand where it does, "" for none.
func parse(line string, variable func(name string) string) (list []pipeline, bad string) {
	s := &scanner{line, variable}
	pl := pipeline{after: ";"}
	var c command
	closed := func() bool { // a command is complete
		if len(c.words) == 0 {
			return false
		}
		pl.commands = append(pl.commands, c)
		c = command{}
		return true
	}
	for {
		token, op := s.next()
		switch {
		case !op && token == "" && s.rest == "\x00":
			if closed() {
				return append(list, pl), ""
			}
			if len(pl.commands) > 0 || pl.after != ";" {
				return nil, "newline"
			}
			return list, ""
		case !op:
			c.words = append(c.words, token)
		case token == "|" || token == "&&" || token == "||" || token == ";":
			if !closed() {
				return nil, token
			}
			if token != "|" {
				list = append(list, pl)
				pl = pipeline{after: token}
			}
		case token == "2>&1":
			c.merged = true
		default: // < > >>
			file, isOp := s.next()
			if isOp || file == "" {
				if file == "" {
					file = "newline"
				}
				return nil, file
			}
			if token == "<" {
				c.in = file
			} else {
				c.out, c.append = file, token == ">>"
			}
		}
	}
}

var operators = []string{"2>&1", "&&", "||", ">>", "|", ";", ">", "<"}

// next takes the next word or operator. At the end it is "" and the rest is a zero octet.
func (s *scanner) next() (token string, op bool) {
	s.rest = strings.TrimLeft(s.rest, " \t")
	if s.rest == "" || s.rest[0] == '#' || s.rest == "\x00" {
		s.rest = "\x00"
		return "", false
	}
	for _, o := range operators {
		if rest, ok := strings.CutPrefix(s.rest, o); ok {
			s.rest = rest
			return o, true
		}
	}
	return s.word(), false
}

// word takes a word and expands what stands in it.
func (s *scanner) word() string {
	var b strings.Builder
	if strings.HasPrefix(s.rest, "~") && (len(s.rest) == 1 || strings.IndexByte("/ \t|;<>&", s.rest[1]) >= 0) {
		b.WriteString(s.variable("HOME"))
		s.rest = s.rest[1:]
	}
	for s.rest != "" {
		switch c := s.rest[0]; {
		case strings.IndexByte(" \t|;<>", c) >= 0 || strings.HasPrefix(s.rest, "&&"):
			return b.String()
		case c == '\'':
			text, rest, _ := strings.Cut(s.rest[1:], "'")
			b.WriteString(text)
			s.rest = rest
		case c == '"':
			s.rest = s.rest[1:]
			s.quoted(&b)
		case c == '\\' && len(s.rest) > 1:
			b.WriteByte(s.rest[1])
			s.rest = s.rest[2:]
		case c == '$':
			b.WriteString(s.expand())
		default:
			b.WriteByte(c)
			s.rest = s.rest[1:]
		}
	}
	return b.String()
}

// quoted takes what stands in double quotes.
func (s *scanner) quoted(b *strings.Builder) {
	for s.rest != "" {
		c := s.rest[0]
		switch {
		case c == '"':
			s.rest = s.rest[1:]
			return
		case c == '\\' && len(s.rest) > 1 && strings.IndexByte("\"\\$`", s.rest[1]) >= 0:
			b.WriteByte(s.rest[1])
			s.rest = s.rest[2:]
		case c == '$':
			b.WriteString(s.expand())
		default:
			b.WriteByte(c)
			s.rest = s.rest[1:]
		}
	}
}

// expand takes a variable and returns its value; a dollar sign before no name stands for itself.
func (s *scanner) expand() string {
	s.rest = s.rest[1:]
	if inner, rest, ok := strings.Cut(strings.TrimPrefix(s.rest, "{"), "}"); ok && strings.HasPrefix(s.rest, "{") {
		s.rest = rest
		return s.variable(inner)
	}
	n := 0
	for n < len(s.rest) && isNameOctet(s.rest[n], n > 0) {
		n++
	}
	if n == 0 && strings.HasPrefix(s.rest, "?") {
		n = 1
	}
	name := s.rest[:n]
	s.rest = s.rest[n:]
	if name == "" {
		return "$"
	}
	return s.variable(name)
}

func isNameOctet(c byte, digits bool) bool {
	return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || digits && c >= '0' && c <= '9'
}
