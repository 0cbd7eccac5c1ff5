package lessons_test

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ehlo/lessons"
	"ehlo/lessons/locale"
	"ehlo/sim/engine"
	"ehlo/sim/message"
	"ehlo/sim/store"
	"ehlo/sim/trace"
)

// tape is a trace written down by hand, one event a line:
//
//	open 1 smtp mx.example.net 25      a connection that is established; also refused, unreachable
//	C: MAIL FROM:<…>                   a command on the latest connection, S ok: its reply; also more, transient,
//	                                   permanent, untagged, content, greeting; S ok MAIL: where the verb is not the
//	                                   one of the latest command
//	login bob ok
//	queued 7 mx.example.net alice@example.org bob@example.net
//	delivered 7 bob@example.net 3      letter, mailbox, UID
//	failed 7 550 5.1.1
//	tls                                what follows on the connection is sealed
//	past cafe.example.com              octets of the latest connection reach a host
//	lookup mail.example.org NOERROR example.net MX
//	relayed 7 mail.example.org mx.example.net; also deferred
//	run HOST TOOL WORDS                a tool begins at a terminal; shows TEXT, exit 0: what the latest one does
//	attempt 1                          the latest connection is one in which an MTA hands a message on
//
// Each event is a millisecond after the one before; a server's line arrives half a millisecond after it was sent.
func tape(t *testing.T, text string) []trace.Event {
	t.Helper()
	var events []trace.Event
	conn, verb, protocol, sealed := uint32(0), "", "", false
	add := func(e trace.Event) {
		e.Seq = uint64(len(events) + 1)
		e.At = engine.Time(len(events)+1) * 1e6
		if e.Kind == trace.KindLine {
			e.From, e.Until, e.Sealed = e.At, e.At+5e5, sealed
		}
		events = append(events, e)
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		word := strings.Fields(line)
		if len(word) == 0 {
			continue
		}
		switch head, rest, _ := strings.Cut(line, ": "); {
		case head == "C" || head == "C:":
			verb = strings.ToUpper(strings.FieldsFunc(rest+" ", func(c rune) bool { return c == ' ' || c == ':' })[0])
			if protocol == "imap" {
				verb = strings.ToUpper(strings.Fields(rest)[1])
			}
			add(trace.Event{Kind: trace.KindLine, Conn: conn, Dir: trace.ToServer, Class: trace.ClassCommand, Verb: verb, Label: verb, Data: []byte(rest + "\r\n")})
		case word[0] == "S":
			class, of, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(head, "S "), ":"), " ")
			if of == "" {
				of = verb
			}
			label := word[min(2, len(word)-1)]
			if protocol == "imap" && len(word) > 3 {
				label += " " + word[3]
			}
			add(trace.Event{Kind: trace.KindLine, Conn: conn, Dir: trace.ToClient, Class: classNamed(t, class), Verb: of, Label: label, Data: []byte(rest + "\r\n")})
		case word[0] == "open" || word[0] == "refused" || word[0] == "unreachable":
			n, _ := strconv.Atoi(word[1])
			port, _ := strconv.ParseInt(word[4], 10, 64)
			conn, protocol, sealed = uint32(n), word[2], false
			e := trace.Event{Kind: trace.KindOpen, Actor: "laptop.example.org", Target: word[3], Conn: conn, Num: port, Label: protocol}
			if word[0] != "unreachable" {
				add(e)
			}
			e.Kind = map[string]trace.Kind{"open": trace.KindEstablished, "refused": trace.KindRefused, "unreachable": trace.KindUnreachable}[word[0]]
			add(e)
		case word[0] == "login":
			add(trace.Event{Kind: trace.KindLogin, Actor: "mx.example.net", Target: word[1], Conn: conn, Class: classNamed(t, word[2])})
		case word[0] == "queued":
			add(trace.Event{Kind: trace.KindQueued, Actor: word[2], Letter: number(word[1]), Conn: conn, Data: trace.Envelope{From: strings.Trim(word[3], "<>"), To: word[4:]}.Append(nil)})
		case word[0] == "delivered":
			add(trace.Event{Kind: trace.KindDelivered, Actor: "mx.example.net", Letter: number(word[1]), Target: word[2], Num: int64(number(word[3]))})
		case word[0] == "tls":
			sealed = true
		case word[0] == "past":
			add(trace.Event{Kind: trace.KindSegment, Actor: "laptop.example.org", Target: word[1], Conn: conn})
		case word[0] == "lookup":
			add(trace.Event{Kind: trace.KindLookup, Actor: word[1], Verb: word[2], Label: strings.Join(word[3:], " ")})
		case word[0] == "relayed" || word[0] == "deferred":
			kind, _ := trace.KindByName(word[0])
			add(trace.Event{Kind: kind, Actor: word[2], Target: word[3], Letter: number(word[1])})
		case word[0] == "attempt":
			add(trace.Event{Kind: trace.KindAttempt, Actor: "mail.example.org", Conn: conn})
		case word[0] == "run":
			add(trace.Event{Kind: trace.KindCommand, Actor: word[1], Num: 1, Label: word[2], Data: []byte(strings.Join(word[3:], " "))})
		case word[0] == "shows" || word[0] == "exit":
			began := events[slices.IndexFunc(events, func(e trace.Event) bool { return e.Kind == trace.KindCommand })]
			for _, e := range events {
				if e.Kind == trace.KindCommand {
					began = e
				}
			}
			if word[0] == "exit" {
				add(trace.Event{Kind: trace.KindExit, Actor: began.Actor, Num: 1, Label: began.Label, Off: int64(number(word[1]))})
				break
			}
			add(trace.Event{Kind: trace.KindTerminal, Actor: began.Actor, Num: 1, Label: began.Label, Data: []byte(strings.Join(word[1:], " ") + "\n")})
		case word[0] == "failed":
			add(trace.Event{Kind: trace.KindFailed, Actor: "mx.example.net", Letter: number(word[1]), Data: []byte(strings.Join(word[2:], " "))})
		default:
			t.Fatalf("no such event: %s", line)
		}
	}
	return events
}

func number(s string) uint32 {
	n, _ := strconv.ParseUint(s, 10, 32)
	return uint32(n)
}

func classNamed(t *testing.T, name string) trace.Class {
	t.Helper()
	for c := trace.ClassNone; c <= trace.ClassGreeting; c++ {
		if c.String() == name {
			return c
		}
	}
	t.Fatalf("no class %q", name)
	return 0
}

// state is a Query made of messages.
type state map[string]*store.Memory

func (s state) Mailbox(address, name string) (*store.Memory, bool) {
	m, ok := s[address+" "+name]
	return m, ok
}

// inbox returns the state in which bob's INBOX holds messages, each given as its flags, a line end and its text.
func inbox(t *testing.T, messages ...string) state {
	t.Helper()
	box := store.NewMemory(1)
	for _, m := range messages {
		names, text, _ := strings.Cut(m, "\n")
		flags, err := store.ParseFlags(strings.Fields(names))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := box.Commit(store.Batch{Append: []store.Draft{{Content: message.Canonical(text), Flags: flags}}}); err != nil {
			t.Fatal(err)
		}
	}
	return state{"bob@example.net INBOX": box}
}

// lesson returns a lesson with the tasks of a front matter.
func lesson(t *testing.T, tasks string) *lessons.Lesson {
	t.Helper()
	front := "+++\nid = 'x'\ntitle = 'X'\nchapter = 'X'\nworld = 'x'\nminutes = 1\n" + tasks + "\n+++\n"
	solution := ""
	for line := range strings.Lines(tasks) {
		if id, ok := strings.CutPrefix(strings.TrimSpace(line), "id = "); ok {
			solution += "# task: " + strings.Trim(id, "'") + "\n> NOOP\n"
		}
	}
	l, err := lessons.Parse("x", []byte(front), []byte(solution))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// one returns a lesson with one task with one check.
func one(t *testing.T, check string) *lessons.Lesson {
	t.Helper()
	return lesson(t, "[[task]]\nid = 't'\ntext = 'T'\n[[task.check]]\n"+check)
}

var english = func() *locale.Catalogue {
	text, err := os.ReadFile("../web/locales/en/lessons.toml")
	if err != nil {
		panic(err)
	}
	c, err := locale.Load("en", locale.File{Name: "lessons.toml", Text: text})
	if err != nil {
		panic(err)
	}
	return c
}()

// verdict is "done", or what the first task that is not done is said to lack.
func verdict(t *testing.T, l *lessons.Lesson, events []trace.Event, q lessons.Query) string {
	t.Helper()
	for _, r := range lessons.Check(l, slices.Values(events), q) {
		if r.Done {
			continue
		}
		text := english.Note(r.Missing)
		if !slices.Contains(lessons.MessageIDs(), r.Missing.ID) || strings.ContainsAny(text, "{}") || text == r.Missing.ID {
			t.Errorf("%s %v renders as %q", r.Missing.ID, r.Missing.Args, text)
		}
		return strings.ReplaceAll(text, "`", "")
	}
	return "done"
}

// cases plays tapes against one check.
func cases(t *testing.T, check string, q state, tapes [][2]string) {
	t.Helper()
	l := one(t, check)
	for _, c := range tapes {
		if got := verdict(t, l, tape(t, c[0]), q); got != c[1] {
			t.Errorf("%s\n gives %q\n want  %q", c[0], got, c[1])
		}
	}
}
