package smtp

import (
	"bytes"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/sasl"
)

// repair returns the smallest change that makes a line a command, without line end, or "" where none is known. Each
// change is tried with the parser.
func repair(text []byte, state machine.State) string {
	line := strings.Join(strings.Fields(clean(text)), " ")
	word, rest, _ := strings.Cut(line, " ")
	if protocol, _ := machine.Foreign("SMTP", line); protocol != "" && protocol != "IMAP" { // LOGOUT is one who wants to leave
		return ""
	}
	verb, rest := nearest(word, rest, state)
	if verb == machine.NoVerb {
		return ""
	}
	var fixed string
	switch verb {
	case EHLO, HELO:
		name := strings.Trim(rest, "<>\"' ")
		if i := strings.IndexByte(name, ' '); i >= 0 {
			name = name[:i]
		}
		if fixed = commands[verb].name + " " + name; !isCommand(fixed) {
			fixed = commands[verb].name + " laptop.example.org"
		}
	case MAIL:
		fixed = repairPath("MAIL FROM:", "FROM", rest)
	case RCPT:
		fixed = repairPath("RCPT TO:", "TO", rest)
	case AUTH:
		fixed = repairAuth(rest)
	case BDAT:
		fixed = repairChunk(rest)
	case VRFY, EXPN, ETRN:
		fixed = strings.TrimSpace(commands[verb].name + " " + strings.Trim(rest, "<>\"' "))
	default:
		fixed = commands[verb].name
	}
	if !isCommand(fixed) {
		return ""
	}
	return fixed
}

// clean returns a line without octets that no command may hold.
func clean(text []byte) string {
	return string(bytes.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return ' '
		}
		return r
	}, text))
}

func isCommand(line string) bool {
	p := parser{offered: allExtensions}
	return p.command([]byte(line)) != nil && p.err == nil
}

// repairAuth finds the mechanism that is meant.
func repairAuth(rest string) string {
	for word := range strings.FieldsSeq(rest) {
		for _, m := range sasl.All.Mechanisms() {
			if machine.Distance(strings.ToUpper(word[:min(len(word), 20)]), m.String()) <= 2 {
				return "AUTH " + m.String()
			}
		}
	}
	return ""
}

// repairChunk finds the number of octets, and LAST.
func repairChunk(rest string) string {
	fixed := "BDAT "
	for word := range strings.FieldsSeq(rest) {
		if digits := strings.TrimLeft(word, "0123456789"); digits != word {
			fixed += word[:len(word)-len(digits)]
			break
		}
	}
	if strings.Contains(strings.ToUpper(rest), "LAST") {
		fixed += " LAST"
	}
	return fixed
}

// nearest returns the command that a word most likely means, preferring those that the state allows, and the line's rest.
func nearest(word, rest string, state machine.State) (machine.Verb, string) {
	if v := verbOf([]byte(word)); v != machine.NoVerb {
		return v, rest
	}
	// MAILFROM:<a@b>, MAIL:<a@b>
	for _, v := range []machine.Verb{MAIL, RCPT} {
		if n := len(commands[v].name); len(word) > n && strings.EqualFold(word[:n], commands[v].name) {
			return v, strings.TrimSpace(word[n:] + " " + rest)
		}
	}
	// FROM:<a@b>, To: a@b
	if name, address, ok := strings.Cut(word+" "+rest, ":"); ok && strings.Contains(address, "@") {
		switch strings.ToUpper(strings.TrimSpace(name)) {
		case "FROM":
			return MAIL, address
		case "TO", "CC", "BCC":
			return RCPT, address
		}
	}
	switch strings.ToUpper(word) { // the words of other protocols and programs
	case "EXIT", "BYE", "LOGOUT", "LOGOFF", "CLOSE", "END":
		return QUIT, rest
	}
	best, least := machine.NoVerb, 5
	if len(word) > 12 { // no slip of the finger, and perhaps as long as a line may be
		return best, rest
	}
	for v := range commands {
		if commands[v].parse == nil {
			continue
		}
		d := 2 * machine.Distance(strings.ToUpper(word), commands[v].name)
		if d > 2 && !strings.EqualFold(word[:min(1, len(word))], commands[v].name[:1]) {
			continue // two slips and another beginning: another word
		}
		if !commands[v].in.has(state) {
			d++
		}
		if d < least {
			best, least = machine.Verb(v), d
		}
	}
	return best, rest
}

// repairPath rebuilds MAIL or RCPT around the address that its argument holds.
func repairPath(command, keyword, rest string) string {
	if len(rest) >= len(keyword) && strings.EqualFold(rest[:len(keyword)], keyword) {
		rest = rest[len(keyword):]
	}
	rest = strings.TrimLeft(rest, " :=")
	if keyword == "FROM" && strings.HasPrefix(rest, "<>") { // the null reverse-path is meant
		return command + "<>"
	}
	address, params := rest, ""
	if open := strings.IndexByte(rest, '<'); open >= 0 { // perhaps with a name before it
		address = rest[open+1:]
		if end := strings.IndexByte(address, '>'); end >= 0 {
			address, params = address[:end], address[end+1:]
		}
	}
	if params == "" {
		for _, sep := range []string{" ", ">"} {
			if a, p, ok := strings.Cut(strings.TrimSpace(address), sep); ok && strings.Contains(a, "@") {
				address, params = a, p
			}
		}
	}
	fixed := command + "<" + repairAddress(address) + ">"
	if !isCommand(fixed) || fixed == command+"<>" {
		fixed = command + "<" + completed(repairAddress(address), command) + ">"
	}
	for _, param := range strings.Fields(params) {
		if with := fixed + " " + param; isCommand(with) {
			fixed = with
		}
	}
	return fixed
}

// repairAddress takes out of an address what cannot stand in one.
func repairAddress(address string) string {
	if open := strings.LastIndexByte(address, '<'); open >= 0 {
		address = address[open+1:]
	}
	address = strings.TrimPrefix(strings.Replace(address, " at ", "@", 1), "mailto:")
	if before, after, ok := strings.Cut(strings.TrimSpace(address), " "); ok && !strings.Contains(address, "@") && strings.Contains(after, ".") {
		address = before + "@" + after
	}
	address = strings.Trim(strings.ReplaceAll(address, " ", ""), "<>\"',;()[]")
	for _, double := range []string{"@@", ".."} {
		for strings.Contains(address, double) {
			address = strings.ReplaceAll(address, double, double[:1])
		}
	}
	local, domain, ok := strings.Cut(address, "@")
	if local = strings.Trim(local, "."); !ok {
		return local
	}
	return local + "@" + strings.Trim(domain, ".-")
}

// completed adds to an address what it lacks: a domain, or all of it.
func completed(address, command string) string {
	who, domain := "alice", "example.org"
	if strings.HasPrefix(command, "RCPT") {
		who, domain = "bob", "example.net"
	}
	local, at, ok := strings.Cut(address, "@")
	if ok && at != "" && local == "" {
		return who + "@" + at
	}
	if local == "" {
		local = who
	}
	return local + "@" + domain
}
