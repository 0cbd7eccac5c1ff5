package overhear

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"ehlo/sim/pop3"
	"ehlo/sim/sasl"
	"ehlo/sim/smtp"
	"ehlo/sim/toml"
	"ehlo/sim/trace"
)

// draft gathers what a server says for a persona file (docs/personas.md).
type draft struct {
	host, client      string
	title             string
	extensions, lines []string          // of EHLO; of CAPA, or of CAPABILITY
	greeted           []string          // of CAPABILITY in the greeting
	mechanisms        []string          // that are known here
	said              map[string]string // wordings by the name of their reply; what is said to one command only stands behind its name and a tab
	order             []string          // of said
	user              string
}

// Draft makes a persona file of what a server said in a recorded session: greeting, capabilities and wordings, with
// placeholders where the words depend on the session. Protocols are "imap", "pop3" and "smtp". What it holds can be parsed by
// package persona; whether it is what the server always says is for a person to judge.
func Draft(host, protocol string, events []trace.Event) string {
	d := &draft{host: host, title: host, said: map[string]string{}}
	command, begun := "", false
	for i := range events {
		e := &events[i]
		if e.Kind != trace.KindLine {
			continue
		}
		text := strings.TrimRight(string(e.Data), "\r\n")
		if e.Dir == trace.ToServer {
			if e.Class == trace.ClassCommand {
				command, begun = text, false
				d.typed(text, protocol == "imap")
			}
			continue
		}
		switch protocol {
		case "smtp":
			d.smtp(e, command, text, !begun)
		case "imap":
			d.imap(e, command, text)
		default:
			d.pop3(e, command, text)
		}
		begun = true
	}
	return d.file(protocol)
}

// typed remembers what the client called itself; a line of IMAP begins with a tag.
func (d *draft) typed(line string, tagged bool) {
	if tagged {
		if words := strings.Fields(line); len(words) > 2 && strings.EqualFold(words[1], "LOGIN") {
			d.user = strings.Trim(words[2], `"`)
		}
		return
	}
	switch verb, rest, _ := strings.Cut(line, " "); strings.ToUpper(verb) {
	case "EHLO", "HELO":
		d.client = rest
	case "USER":
		d.user = rest
	}
}

// maxName is the longest name, in octets, that is looked for in replies (RFC 1035 §3.1).
const maxName = 255

// keep notes a wording, the first of its kind.
func (d *draft) keep(reply, text string) {
	if _, ok := d.said[reply]; ok || reply == "" {
		return
	}
	for _, name := range []struct{ is, becomes string }{{d.host, "{host}"}, {d.client, "{client}"}, {d.user, "{user}"}} {
		if len(name.is) > 2 && len(name.is) <= maxName && utf8.ValidString(name.is) {
			text = regexp.MustCompile(`(?i)(^|[^\w.-])`+regexp.QuoteMeta(name.is)+`($|[^\w-])`).ReplaceAllString(text, "${1}"+name.becomes+"${2}")
		}
	}
	d.said[reply] = text
	d.order = append(d.order, reply)
}

var ownName = regexp.MustCompile(`^[A-Za-z][\w-]*(\.[\w-]+)+$`)

// calls takes the name from a greeting that the server calls itself.
func (d *draft) calls(text string) {
	for word := range strings.FieldsSeq(text) {
		if name := strings.Trim(word, "<>,;"); ownName.MatchString(name) {
			d.host = name
			return
		}
	}
}

// smtpReplies name the replies to a command by its verb and the code; a positive one goes by its first digit.
var smtpReplies = map[string]string{
	"EHLO 2": "ehlo", "HELO 2": "helo", "MAIL 2": "sender-ok", "RCPT 2": "recipient-ok", "DATA 354": "send-message", ". 2": "message-ok",
	"RSET 2": "reset-ok", "NOOP 2": "noop-ok", "QUIT 2": "goodbye", "VRFY 252": "unverified", "STARTTLS 220": "starttls",
	"AUTH 235": "auth-ok", "AUTH 535": "auth-failed", "AUTH 538": "encryption-required", "AUTH 504": "no-mechanism", "MAIL 501": "sender-syntax",
	"RCPT 501": "recipient-syntax", "RCPT 503": "need-mail", "DATA 503": "need-rcpt", "DATA 554": "no-recipients", "MAIL 530": "need-auth",
}

func (d *draft) smtp(e *trace.Event, command, text string, first bool) {
	if len(text) < 4 {
		return
	}
	code, words := text[:3], text[4:]
	switch {
	case command == "" && first:
		d.calls(words)
		d.reply("greeting", code+" "+words)
		return
	case e.Verb == "EHLO" && !first && code == "250":
		d.extension(words)
		return
	case !first:
		return
	}
	name := smtpReplies[e.Verb+" "+code]
	if name == "" {
		name = smtpReplies[e.Verb+" "+code[:1]]
	}
	if code == "500" {
		name = "unknown"
	} else if code == "502" {
		name = "not-implemented"
	}
	d.reply(name, code+" "+words)
}

// reply keeps a wording of SMTP whose first digit is that of the reply.
func (d *draft) reply(name, text string) {
	if id, ok := smtp.ReplyNamed(name); ok {
		if r, ok := smtp.ParseReply(text); ok && r.Digit() == id.Usual().Digit() {
			d.keep(name, text)
		}
	}
}

// extension notes a line of EHLO.
func (d *draft) extension(line string) {
	words := strings.Fields(strings.ToUpper(line))
	if len(words) == 0 {
		return
	}
	if name := words[0]; slices.Contains(smtp.ExtensionNames(), name) && !slices.Contains(d.extensions, name) {
		d.extensions = append(d.extensions, name)
	}
	if words[0] == "AUTH" {
		d.mechanism(words[1:])
	}
}

// mechanism notes SASL mechanisms that are known here.
func (d *draft) mechanism(names []string) {
	for _, m := range sasl.All.Mechanisms() {
		if slices.Contains(names, m.String()) && !slices.Contains(d.mechanisms, m.String()) {
			d.mechanisms = append(d.mechanisms, m.String())
		}
	}
}

// pop3Replies name the replies to a command, by its verb, whether it has an argument, and the status.
var pop3Replies = map[string]string{
	"USER+": "user", "PASS+": "login", "PASS-": "login-refused", "APOP+": "login", "APOP-": "login-refused", "LIST +": "list", "LIST.+": "scan",
	"UIDL +": "uidl", "UIDL.+": "unique-id", "RETR+": "retr", "RETR-": "no-message", "TOP+": "top", "TOP-": "no-message", "DELE+": "dele",
	"DELE-": "no-message", "NOOP+": "noop", "RSET+": "rset", "CAPA+": "capa", "STLS+": "stls",
}

// numbers are the placeholders for the numbers in a reply, in their order.
var numbers = map[string][]string{"login": {"{count}", "{size}"}, "list": {"{count}", "{size}"}, "rset": {"{count}", "{size}"},
	"retr": {"{octets}"}, "top": {"{n}"}, "dele": {"{n}"}, "scan": {"{n}", "{octets}"}}

var number = regexp.MustCompile(`\b\d+\b`)

func (d *draft) pop3(e *trace.Event, command, text string) {
	status := text[:min(1, len(text))]
	if e.Class == trace.ClassUntagged || e.Class == trace.ClassContent {
		if e.Verb == "CAPA" && text != "." {
			d.capability(text)
		}
		return
	}
	if _, ok := pop3.ParseReply(text); !ok {
		return
	}
	if command == "" {
		d.calls(text)
		name := "greeting"
		if stamp := regexp.MustCompile(`<[^<>\s]+@[^<>\s]+>`); stamp.MatchString(text) {
			name, text = "greeting-apop", stamp.ReplaceAllString(text, "{timestamp}")
		}
		d.keep(name, text)
		return
	}
	middle := ""
	if e.Verb == "LIST" || e.Verb == "UIDL" {
		if middle = " "; len(strings.Fields(command)) > 1 {
			middle = "."
		}
	}
	name := pop3Replies[e.Verb+middle+status]
	switch {
	case e.Verb == "QUIT" && e.State == "authorization":
		name = "quit"
	case e.Verb == "QUIT":
		name = "updated"
	case name == "" && status == "-" && !slices.Contains(pop3.Keywords(), e.Verb):
		name = "unknown"
	}
	if places := numbers[name]; places != nil {
		text = number.ReplaceAllStringFunc(text, func(n string) string {
			if len(places) == 0 {
				return n
			}
			n, places = places[0], places[1:]
			return n
		})
	}
	d.keep(name, text)
}

// capability notes a line of CAPA.
func (d *draft) capability(line string) {
	words := strings.Fields(line)
	if len(words) == 0 {
		return
	}
	if strings.EqualFold(words[0], "SASL") {
		d.mechanism(words[1:])
		line = "SASL"
	}
	if strings.EqualFold(words[0], "LOGIN-DELAY") {
		line = "LOGIN-DELAY"
	}
	d.lines = append(d.lines, line)
}

// file writes the persona file.
func (d *draft) file(protocol string) string {
	var b bytes.Buffer
	b.WriteString("# A draft of what " + d.host + " says, made of one session.\ngrammar = 1\ntitle = " + toml.Quote(d.title) + "\nprotocol = " + toml.Quote(protocol) + "\n")
	list := func(key string, words []string) {
		b.WriteString(key + " = " + toml.QuoteAll(words) + "\n")
	}
	if protocol == "smtp" && d.said["ehlo"] != "" {
		list("extensions", d.extensions)
	}
	if protocol != "smtp" && d.lines != nil {
		list("capabilities", d.lines)
	}
	if d.greeted != nil {
		list("greeting-capabilities", d.greeted)
	}
	if d.lines != nil || d.said["ehlo"] != "" {
		list("mechanisms", d.mechanisms)
	}
	if len(d.order) > 0 {
		b.WriteString("\n[replies]\n")
	}
	var tables []string // of single commands, which come behind what is said to all
	for _, name := range d.order {
		if command, _, ok := strings.Cut(name, "\t"); !ok {
			b.WriteString(name + " = " + toml.Quote(d.said[name]) + "\n")
		} else if !slices.Contains(tables, command) {
			tables = append(tables, command)
		}
	}
	for _, command := range tables {
		b.WriteString("\n[replies." + toml.Quote(command) + "]\n")
		for _, name := range d.order {
			if of, reply, ok := strings.Cut(name, "\t"); ok && of == command {
				b.WriteString(reply + " = " + toml.Quote(d.said[name]) + "\n")
			}
		}
	}
	return b.String()
}

// draftOf is Draft for events as the page has them.
func draftOf(p Peer, events string) (string, error) {
	list, err := parse(events)
	if err != nil {
		return "", err
	}
	return Draft(p.Host, p.Protocol, list), nil
}
