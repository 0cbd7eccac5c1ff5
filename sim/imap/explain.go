package imap

import (
	"bytes"
	"strconv"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/sasl"
	"ehlo/sim/store"
	"ehlo/sim/trace"
	"ehlo/sim/wire"
)

// Explain says what a line consists of, what it does or says, and, where it is refused, why.
func Explain(l machine.Line) machine.Explanation {
	x := explainer{line: l, state: NotAuthenticated}
	x.state, _ = Table().StateNamed(l.State)
	next, _ := Table().StateNamed(l.Next)
	switch {
	case l.Class == trace.ClassContent && (l.Verb == "APPEND" || strings.HasSuffix(l.Verb, "REPLACE")):
		x.whole(termMessage)
		x.add("imap.note.content", nil)
	case l.Class == trace.ClassContent:
		x.whole(termLiteralData)
		x.add("imap.note.content", nil)
	case l.Verb == "AUTHENTICATE" && sasl.StepNamed(l.Label) != sasl.StepNone:
		x.exchange(sasl.StepNamed(l.Label))
	case l.Dir == trace.ToServer && l.Verb == "IDLE" && l.Label != "IDLE" && l.Label != "":
		x.done()
	case l.Dir == trace.ToServer:
		x.command()
	default:
		x.response()
	}
	x.e.Legal = Table().Legal(next)
	return x.e
}

// explainer collects an explanation.
type explainer struct {
	line  machine.Line
	state machine.State
	e     machine.Explanation
}

func (x *explainer) add(id string, args machine.Args) {
	x.e.Notes = append(x.e.Notes, machine.Note{ID: id, Args: args})
}

func (x *explainer) why(id string, args machine.Args) {
	x.e.Why = append(x.e.Why, machine.Note{ID: id, Args: args})
}

func (x *explainer) whole(t term) {
	x.e.Spans = []machine.Span{{Start: 0, End: len(x.line.Data), Term: terms[t].id, Ref: terms[t].ref}}
}

// exchange explains a line of AUTHENTICATE's mechanism.
func (x *explainer) exchange(step sasl.Step) {
	text, _ := wire.TrimEnd(x.line.Data)
	off := 0
	if x.line.Dir == trace.ToClient {
		text = bytes.TrimPrefix(text, []byte("+"))
		off = 1
		if bytes.HasPrefix(text, []byte(" ")) {
			text, off = text[1:], 2
		}
		x.e.Spans = append(x.e.Spans, machine.Span{Start: 0, End: 1, Term: terms[termContinue].id, Ref: terms[termContinue].ref})
	}
	e := sasl.ExplainText(step, text, false, off)
	x.e.Spans = append(x.e.Spans, e.Spans...)
	x.e.Notes, x.e.Why, x.e.Repair = e.Notes, e.Why, e.Repair
}

// done explains the line that ends IDLE, or should.
func (x *explainer) done() {
	text, _ := wire.TrimEnd(x.line.Data)
	if equalFold(text, "DONE") {
		x.whole(termDone)
		return
	}
	x.why("imap.why.done", nil)
	x.e.Repair = "DONE"
}

// command explains a line of the client.
func (x *explainer) command() {
	text, ended := wire.TrimEnd(x.line.Data)
	if x.line.Verb != "" && (len(text) == 0 || chars[text[0]]&charTag == 0) {
		x.continued(text)
		return
	}
	if x.long(); len(x.e.Why) > 0 { // a server does not look what else is wrong
		return
	}
	s := newScanner(text)
	s.note = true
	r := s.head()
	known := r.verb != machine.NoVerb
	if known {
		r.command = commands[r.verb].parse(&s)
		s.end()
		if !s.bad || s.need >= 0 {
			x.about(r.command)
		}
	}
	x.e.Spans = s.spans
	x.announced(&s)
	switch {
	case !ended:
		x.why("imap.why.line-end", nil)
		if !s.bad {
			x.e.Repair = string(text)
		}
	case known && !Table().Allows(x.state, r.verb):
		x.wrongState(r.verb)
		if x.state == Authenticated && commands[r.verb].in == inSelected {
			x.e.Repair = string(firstWord(text)) + " SELECT INBOX"
		}
	case s.bad && s.need < 0:
		if x.syntax(text, r, &s.err); x.e.Repair == "" {
			x.e.Repair = repair(text, x.state)
		}
	}
}

// recommendedLine is how many octets of a command a client may count on, without its literals (RFC 7162 §4).
const recommendedLine = 8192

// long says of a line that it is longer than a client may count on, or than servers take.
func (x *explainer) long() {
	n := len(x.line.Data)
	if n <= recommendedLine {
		return
	}
	args := machine.Args{"octets": strconv.Itoa(n), "limit": strconv.Itoa(recommendedLine), "pos": strconv.Itoa(recommendedLine + 1)}
	if n <= defaultMaxLine {
		x.add("imap.note.long", args)
		return
	}
	args["most"] = strconv.Itoa(defaultMaxLine)
	x.why("imap.why.long", args)
}

// continued explains the rest of a command, or of a response, behind a literal.
func (x *explainer) continued(text []byte) {
	s := newScanner(text)
	s.note = true
	for !s.atEnd() {
		if s.accept(' ') || s.accept('(') || s.accept(')') {
			continue
		}
		s.value(termArgument, 0)
	}
	x.e.Spans = s.spans
	if x.line.Verb != "" {
		x.add("imap.note.continued", machine.Args{"command": x.line.Verb})
	}
	if x.line.Dir == trace.ToServer {
		x.announced(&s)
	}
}

// announced says what a client has to do about the literal that its line announces.
func (x *explainer) announced(s *scanner) {
	if s.need < 0 {
		return
	}
	id := "imap.note.literal"
	if s.eager {
		id = "imap.note.literal-eager"
	}
	x.add(id, machine.Args{"octets": strconv.FormatInt(s.need, 10)})
}

// wrongState says why a command is not allowed now, and what would lead to where it is.
func (x *explainer) wrongState(v machine.Verb) {
	args := machine.Args{"command": commands[v].name, "state": stateNames[x.state]}
	x.why("imap.why.state", args)
	switch in := commands[v].in; {
	case x.state == NotAuthenticated:
		x.why("imap.why.login-first", args)
	case x.state == Authenticated && in == inSelected:
		x.why("imap.why.select-first", args)
	case in == inNotAuthenticated:
		x.why("imap.why.logged-in", args)
	}
}

// syntax says where a line leaves the grammar.
func (x *explainer) syntax(text []byte, r request, err *SyntaxError) {
	args := machine.Args{"pos": strconv.Itoa(err.Pos + 1), "want": err.Want}
	switch {
	case smartQuotes.Replace(string(text)) != string(text):
		x.why("imap.why.smart-quotes", nil)
	case equalFold(bytes.TrimSpace(text), "DONE"):
		x.why("imap.why.done-without-idle", nil)
	case err.reply == ReplyEmpty:
		x.why("imap.why.empty", nil)
	case err.reply == ReplyNoTag:
		x.why("imap.why.no-tag", nil)
	case err.reply == ReplyUnknown && x.foreign(string(text)):
	case tagMissing(text) && r.verb == machine.NoVerb:
		x.why("imap.why.tag-missing", machine.Args{"word": printable(firstWord(text))})
	case err.reply == ReplyElsewhere:
		x.why("imap.why.elsewhere", machine.Args{"command": elsewhereName(r.word)})
	case err.reply == ReplyNoLiteral:
		x.why("imap.why.no-literal", nil)
	case err.reply == ReplyBase64:
		x.why("imap.why.base64", args)
	case err.reply == ReplyUnknown:
		x.why("imap.why.unknown", machine.Args{"word": printable(r.word)})
	case err.reply == ReplyQuoteOpen:
		x.why("imap.why.quote-open", nil)
	default:
		x.why("imap.why.syntax", args)
		x.why(err.Want+".meaning", nil)
	}
}

// foreign says that a line belongs to another protocol, or was typed in another keyboard layout.
func (x *explainer) foreign(text string) bool {
	if protocol, word := machine.Foreign("IMAP", text); protocol != "" {
		x.why("imap.why.foreign", machine.Args{"word": word, "protocol": protocol})
		return true
	}
	latin, ok := machine.Latin(text)
	if !ok {
		return false
	}
	s := newScanner([]byte(latin))
	if s.request(); s.bad && s.need < 0 {
		return false
	}
	x.why("imap.why.layout", nil)
	x.e.Repair = latin
	return true
}

// about says what matters about a command beyond the meaning of its parts.
func (x *explainer) about(c Command) {
	switch c := c.(type) {
	case Login:
		x.add("imap.note.clear", nil)
	case Authenticate:
		if m := sasl.Named(c.Mechanism); m == sasl.None {
			x.why("imap.why.mechanism", machine.Args{"mechanism": printable([]byte(c.Mechanism))})
		} else if m.Clear() {
			x.add("imap.note.clear", nil)
		}
	case StartTLS:
		x.add("imap.note.starttls", nil)
	case Idle:
		x.add("imap.note.idle", nil)
	case Notify:
		if len(c.Groups) > 0 {
			x.add("imap.note.notify", nil)
		}
	case Create:
		x.unicode(c.Mailbox)
	case Delete:
		x.add("imap.note.delete", nil)
	case Rename:
		x.unicode(c.To)
		if c.Mailbox == store.Inbox {
			x.add("imap.note.rename-inbox", nil)
		}
	case Subscribe:
		x.add("imap.note.subscribe", nil)
	case Append:
		x.add("imap.note.append", nil)
	case StatusOf:
		x.add("imap.note.status", nil)
	case Unselect:
		x.add("imap.note.unselect", nil)
	case Check:
		x.add("imap.note.check", nil)
	case Select:
		x.unicode(c.Mailbox)
		if c.ReadOnly {
			x.add("imap.note.examine", nil)
		}
	case Expunge, Close:
		x.add("imap.note.expunge", nil)
	case UIDExpunge:
		x.set(c.Set, true)
		x.add("imap.note.expunge", nil)
	case Copy:
		x.set(c.Set, c.UID)
	case Store:
		x.set(c.Set, c.UID)
		if strings.Contains(string(c.Flags.Append(nil)), `\Deleted`) && c.Op != 2 {
			x.add("imap.note.deleted", nil)
		}
		if c.Silent {
			x.add("imap.note.silent", nil)
		}
		x.keywords(c.Flags.Keywords)
	case Fetch:
		x.set(c.Set, c.UID)
		for _, item := range c.Items {
			if fetchAtts[item.Att].seen {
				x.add("imap.note.seen", nil)
				break
			}
		}
		if len(c.Items) == 1 && c.Items[0].Att == BodyItem {
			x.add("imap.note.structure", nil)
		}
		if hasItem(c.Items, BodyPeekItem) {
			x.add("imap.note.peek", nil)
		}
	}
}

// unicode says what a name is that is written in modified UTF-7.
func (x *explainer) unicode(name string) {
	if !printableASCII(name) || strings.Contains(name, "&") {
		x.add("imap.note.utf7", machine.Args{"name": name})
	}
}

// keywords warns of keywords that are called like system flags.
func (x *explainer) keywords(keywords string) {
	for _, k := range strings.Fields(keywords) {
		if f, err := store.ParseFlags([]string{`\` + k}); err == nil {
			x.add("imap.note.keyword", machine.Args{"word": k, "flag": string(f.Append(nil))})
		}
	}
}

func (x *explainer) set(set SequenceSet, uid bool) {
	if uid {
		x.add("imap.note.uids", nil)
	}
	if set.saved() {
		x.add("imap.note.saved", nil)
		return
	}
	for _, r := range set {
		if r.From == Star || r.To == Star {
			x.add("imap.note.star", nil)
			return
		}
	}
}

// response explains a line of the server.
func (x *explainer) response() {
	text, _ := wire.TrimEnd(x.line.Data)
	if x.line.Class == trace.ClassUntagged && !bytes.HasPrefix(text, []byte("* ")) {
		x.continued(text)
		return
	}
	s := newScanner(text)
	s.note, s.utf8 = true, true
	r := s.response()
	x.e.Spans = s.spans
	if s.need >= 0 {
		x.add("imap.note.literal-follows", machine.Args{"octets": strconv.FormatInt(s.need, 10)})
	}
	if x.line.Class == trace.ClassGreeting {
		x.add("imap.note.greeting", nil)
	}
	args := machine.Args{"command": x.line.Verb, "text": r.Text, "tag": r.Tag}
	switch {
	case r.Tag == "+":
		x.add("imap.note.continue", args)
	case r.Tag == "*" && r.Name == "BYE":
		x.add("imap.note.bye", args)
	case r.Tag != "*" && r.IsStatus() && r.Status == OK && x.line.Verb != "":
		x.add("imap.note.completed", args)
	case r.IsStatus() && (r.Status == NO || r.Status == BAD) && (r.Tag != "*" || x.line.Class == trace.ClassPermanent):
		x.refusal(&r, args)
	case r.IsStatus() && (r.Status == NO || r.Status == BAD):
		x.add("imap.note.warning", args)
	}
	if id := codeNote(r.Code); id != "" {
		var args machine.Args
		if r.Number > 0 {
			args = machine.Args{"number": strconv.FormatUint(uint64(r.Number), 10)}
		}
		if r.ModSeq > 0 {
			args = machine.Args{"number": strconv.FormatUint(uint64(r.ModSeq), 10)}
		}
		x.add(id, args)
	}
	if x.line.Next != x.line.State {
		x.add("imap.note.state", machine.Args{"state": x.line.Next})
	}
}

// refusal says why a command was answered NO or BAD.
func (x *explainer) refusal(r *Response, args machine.Args) {
	v := Table().VerbNamed(x.line.Verb)
	switch {
	case r.Status == BAD && v != machine.NoVerb && !Table().Allows(x.state, v):
		x.wrongState(v)
	case r.Status == BAD || x.line.Verb == "":
		x.why("imap.why.bad", args)
	default:
		x.why("imap.why.no", args)
	}
}

// codeNote is what to say of a response code, or "".
func codeNote(code string) string {
	for i := range codes {
		if codes[i].name == code {
			return "imap.code." + code
		}
	}
	return ""
}

// MessageIDs lists every identifier that this package can emit.
func MessageIDs() []string {
	var ids []string
	span := func(id string) { ids = append(ids, id, id+".meaning") }
	for t := range terms {
		span(terms[t].id)
	}
	for v := range commands {
		span(verbTerm(machine.Verb(v)))
	}
	for a := FetchAtt(0); a < numFetchAtts; a++ {
		span(a.term())
	}
	for k := OrKey; k < numSearchKeys; k++ {
		span("imap.search." + searchKeys[k].name)
	}
	for _, name := range statusNames {
		span("imap.status." + name)
	}
	for i := range responseRows {
		span("imap.response." + responseRows[i].name)
	}
	for i := range codes {
		ids = append(ids, "imap.code."+codes[i].name)
	}
	for i := range statusItems {
		span(StatusItem(i).term())
	}
	for _, o := range listOptions {
		span("imap.list-option." + o.name)
	}
	span("imap.list-option.STATUS")
	for _, name := range [...]string{"append", "check", "delete", "idle", "notify", "rename-inbox", "starttls", "status", "subscribe", "unselect", "utf7"} {
		ids = append(ids, "imap.note."+name)
	}
	for _, name := range [...]string{"base64", "done", "done-without-idle", "long", "mechanism", "no-literal"} {
		ids = append(ids, "imap.why."+name)
	}
	for _, name := range [...]string{"bye", "clear", "completed", "content", "continue", "continued", "deleted", "examine",
		"expunge", "greeting", "keyword", "literal", "literal-eager", "literal-follows", "long", "peek", "saved", "seen", "silent", "star", "state", "structure", "uids",
		"warning"} {
		ids = append(ids, "imap.note."+name)
	}
	for _, name := range [...]string{"bad", "elsewhere", "empty", "foreign", "layout", "line-end", "logged-in", "login-first", "no",
		"no-tag", "quote-open", "select-first", "smart-quotes", "state", "syntax", "tag-missing", "unknown"} {
		ids = append(ids, "imap.why."+name)
	}
	return ids
}
