package pop3

import (
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/wire"
)

// otherNames is what people type who know other protocols or tools.
var otherNames = map[string]string{
	"LOGIN": "USER", "PASSWORD": "PASS", "STATUS": "STAT", "FETCH": "RETR", "GET": "RETR", "RETRIEVE": "RETR",
	"READ": "RETR", "SHOW": "RETR", "RET": "RETR", "USERNAME": "USER", "EXPUNGE": "QUIT", "HELP": "CAPA", "DELETE": "DELE", "DEL": "DELE", "RESET": "RSET", "LOGOUT": "QUIT", "CLOSE": "QUIT", "EXIT": "QUIT", "BYE": "QUIT",
	"STARTTLS": "STLS", "CAPABILITY": "CAPA", "AUTHENTICATE": "AUTH", "UID": "UIDL", "HEAD": "TOP", "LANGUAGE": "LANG",
}

// repair returns the smallest change that makes a wrong line right, or "".
func repair(line []byte) string {
	text, _ := wire.TrimEnd(line)
	words := strings.Fields(string(text))
	if len(words) == 0 {
		return ""
	}
	verb, glued := nearest(strings.ToUpper(words[0]))
	if verb == machine.NoVerb {
		return ""
	}
	args, rest := words[1:], strings.TrimLeft(string(text), " ")[len(words[0]):]
	if glued > 0 {
		args, rest = append([]string{words[0][glued:]}, args...), words[0][glued:]+rest
	}
	keyword := commands[verb].keyword
	if strings.EqualFold(words[0], keyword) {
		keyword = words[0]
	}
	fixed := keyword + strings.Join(mended(verb, args, rest), " ")
	if !isRequest(fixed) {
		return ""
	}
	return fixed
}

// isRequest says whether a line without its end is a command.
func isRequest(line string) bool {
	var s scanner
	_, err := s.command([]byte(line + "\r\n"))
	return err == nil
}

// examples are the arguments of commands that need some, for those who give none.
var examples = map[machine.Verb][]string{verbUSER: {"", "bob"}, verbRETR: {"", "1"}, verbTOP: {"", "1", "0"}}

// digits is the number that a word begins with, in whatever it is wrapped; one that says none means the first.
func digits(word string) string {
	word = bareWord(word)
	number := word[:len(word)-len(strings.TrimLeft(word, "0123456789"))]
	if strings.Trim(number, "0") == "" {
		return "1"
	}
	return number
}

// mended returns the arguments that a command takes, an empty one before them, so that they are joined by spaces. rest is
// what stands behind the keyword.
func mended(verb machine.Verb, args []string, rest string) []string {
	if len(args) == 0 {
		return examples[verb]
	}
	switch verb {
	case verbUSER:
		return []string{"", args[0]}
	case verbPASS: // spaces may belong to the password
		return []string{"", strings.TrimLeft(rest, " ")}
	case verbLIST, verbUIDL, verbRETR:
		return []string{"", digits(args[0])}
	case verbDELE, verbLANG: // what is deleted is not guessed
		return []string{"", bareWord(args[0])}
	case verbTOP:
		if len(args) == 1 { // nothing but the header is what people want who say no more
			return []string{"", digits(args[0]), "0"}
		}
		return []string{"", digits(args[0]), strings.TrimPrefix(bareWord(args[1]), "-")}
	case verbAPOP:
		if len(args) > 1 {
			return []string{"", args[0], strings.ToLower(bareWord(args[1]))}
		}
	case verbAUTH:
		return append([]string{""}, args[:min(len(args), 2)]...)
	}
	return nil
}

func bareWord(s string) string { return strings.Trim(s, "#<>()[]{}\"'.,;:") }

// nearest finds the command that a word is meant to be: another name for it, one slip of the hand away, or with the
// argument stuck to it, which begins at octet glued of the word.
func nearest(word string) (verb machine.Verb, glued int) {
	if name, ok := otherNames[word]; ok {
		word = name
	}
	for v := range commands {
		if word == commands[v].keyword {
			return machine.Verb(v), 0
		}
	}
	if verb, glued = stuck(word); verb == machine.NoVerb || verb == verbUSER || verb == verbPASS {
		if slip := slipped(word); slip != machine.NoVerb {
			return slip, 0
		}
	}
	return verb, glued
}

// slipped finds the one command that a word is a slip of the hand away from.
func slipped(word string) machine.Verb {
	verb := machine.NoVerb
	for v := range commands {
		if isSlip(word, commands[v].keyword) {
			if verb != machine.NoVerb {
				return machine.NoVerb
			}
			verb = machine.Verb(v)
		}
	}
	return verb
}

// stuck finds a command whose argument is stuck to it.
func stuck(word string) (verb machine.Verb, glued int) {
	for _, verb := range [...]machine.Verb{verbUSER, verbPASS, verbLIST, verbUIDL, verbRETR, verbTOP, verbDELE} {
		rest, ok := strings.CutPrefix(word, commands[verb].keyword)
		if ok && (verb == verbUSER || verb == verbPASS || strings.Trim(rest, "0123456789") == "") {
			return verb, len(commands[verb].keyword)
		}
	}
	return machine.NoVerb, 0
}

// isSlip says whether two words differ by one character that is wrong, missing or too many, or by two that are swapped.
func isSlip(a, b string) bool { return machine.Distance(a, b) == 1 && len(a) < 16 }
