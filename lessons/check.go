package lessons

import (
	"cmp"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/store"
	"ehlo/sim/toml"
	"ehlo/sim/trace"
)

// Query is what checks ask of the state of a world; sim.World satisfies it.
type Query interface {
	// Mailbox returns a mailbox of the account with that address, and false where there is none.
	Mailbox(address, name string) (*store.Memory, bool)
}

// TaskResult says whether a task is done, and where it is not, what is missing.
type TaskResult struct {
	ID      string
	Done    bool
	Missing machine.Note // zero where Done
}

// Checker follows a trace and says which tasks are done. After a rewind, a new one is fed from the beginning.
type Checker struct {
	lesson *Lesson
	facts  facts
}

// NewChecker returns a checker that has seen nothing.
func NewChecker(l *Lesson) *Checker { return &Checker{lesson: l} }

// Feed takes the next event; it keeps nothing of it.
func (c *Checker) Feed(e *trace.Event) {
	if c.lesson.timed() {
		c.facts.moments = append(c.facts.moments, moment{e.Seq, e.At})
	}
	c.facts.feed(e)
}

// timed says whether a check asks how long something took.
func (l *Lesson) timed() bool {
	return slices.ContainsFunc(l.Tasks, func(t Task) bool {
		return slices.ContainsFunc(t.checks, func(c check) bool { return c.within > 0 })
	})
}

// Results judges all tasks at a moment: a reply that is still on its way then has not been heard. q is asked for the
// state of the mailboxes at that moment.
func (c *Checker) Results(now engine.Time, q Query) []TaskResult {
	c.facts.now = now
	var results []TaskResult
	doneAt := make(map[string]uint64)
	for _, t := range c.lesson.Tasks {
		r := TaskResult{ID: t.ID, Done: true}
		var at uint64
		for _, check := range t.checks {
			v := c.judge(check, q, doneAt)
			if !v.done {
				r.Done, r.Missing = false, v.missing
				break
			}
			at = max(at, v.at)
		}
		if r.Done {
			doneAt[t.ID] = at
		} else if says, ok := c.mistaken(t, q, doneAt); ok {
			r.Missing = says
		}
		results = append(results, r)
	}
	return results
}

// Commands counts what the learner has said to servers so far: each command is one, and what follows it belongs to it.
func (c *Checker) Commands() (n int) {
	for _, s := range c.facts.sessions {
		for _, x := range s.exchanges {
			if !s.relays && x.verb != "." {
				n++
			}
		}
	}
	return n
}

// mistaken says what to tell a learner who has made one of the task's mistakes.
func (c *Checker) mistaken(t Task, q Query, doneAt map[string]uint64) (machine.Note, bool) {
	for _, m := range t.mistakes {
		if c.judge(m.check, q, doneAt).done {
			return note("lessons.says", "text", m.says), true
		}
	}
	return machine.Note{}, false
}

func (c *Checker) judge(check check, q Query, doneAt map[string]uint64) verdict {
	after, ok := doneAt[check.after]
	if check.after != "" && !ok {
		return missing("lessons.missing.earlier", "task", strconv.Itoa(c.lesson.TaskIndex(check.after)+1))
	}
	v := check.want.judge(&c.facts, q, after)
	if !check.not {
		return c.inTime(check, v, after)
	}
	if v.done {
		return verdict{missing: check.want.happened()}
	}
	return verdict{done: true, at: after}
}

// inTime judges by the virtual clock what is done: how long it took from the moment of an event.
func (c *Checker) inTime(check check, v verdict, from uint64) verdict {
	if check.within == 0 || !v.done {
		return v
	}
	if took := c.facts.moments.of(v.at).Sub(c.facts.moments.of(from)); took > check.within {
		return missing("lessons.missing.late", "took", took.String(), "within", check.within.String())
	}
	return v
}

// moments are the times of events by their numbers, which rise.
type moments []moment

type moment struct {
	seq uint64
	at  engine.Time
}

// of is when an event happened, the world's beginning where there is none with this number.
func (m moments) of(seq uint64) engine.Time {
	if i, ok := slices.BinarySearchFunc(m, seq, func(x moment, seq uint64) int { return cmp.Compare(x.seq, seq) }); ok {
		return m[i].at
	}
	return 0
}

// Check judges a lesson by all events of a trace at once.
func Check(l *Lesson, events iter.Seq[trace.Event], q Query) []TaskResult {
	c := NewChecker(l)
	for e := range events {
		c.Feed(&e)
	}
	return c.Results(engine.Never, q)
}

// check is one [[task.check]] table.
type check struct {
	want  condition
	not   bool   // must not be so
	after string // a task; only what happened after it was done counts
	// within is how long it may take on the virtual clock: from the start, or from the moment at which the task of after was done.
	// 0 is any time.
	within time.Duration
}

// condition is what a check asks for. Each kind has a file of its own.
type condition interface {
	// judge looks at what happened after an event.
	judge(f *facts, q Query, after uint64) verdict
	// happened says that it is so, for a check that forbids it.
	happened() machine.Note
}

type verdict struct {
	done    bool
	at      uint64 // Seq of the event with which it was done
	missing machine.Note
}

func done(at uint64) verdict { return verdict{done: true, at: at} }

// missing returns a verdict with a note; args are names and values in turn.
func missing(id string, args ...string) verdict { return verdict{missing: note(id, args...)} }

func note(id string, args ...string) machine.Note {
	n := machine.Note{ID: id, Args: machine.Args{}}
	for i := 0; i < len(args); i += 2 {
		n.Args[args[i]] = args[i+1]
	}
	return n
}

// kind is a kind of check: its name and how its keys are read.
type kind struct {
	name string
	read func(f *fields) condition
}

// kinds lists the kinds of check. It is no variable, so that a program that only unpacks lessons holds nothing of what reads
// them.
func kinds() []kind {
	return []kind{
		{"connected", readConnected},
		{"dialogue", readDialogue},
		{"login", readLogin},
		{"delivered", readDelivered},
		{"mailbox", readMailbox},
		{"retrieved", readRetrieved},
		{"fetched", readFetched},
		{"overheard", readOverheard},
		{"passed-on", readPassedOn},
		{"asked", readAsked},
		{"ran", readRan},
	}
}

func (r *reader) check(l *Lesson, t *toml.Table) check {
	return r.fields(t, "task.check").check(l)
}

// mistake reads a check with the words that it leads to.
func (r *reader) mistake(l *Lesson, table *toml.Table, t *Task) mistake {
	f := r.fields(table, "task.mistake")
	says := f.inline("says")
	t.says = append(t.says, says)
	return mistake{f.check(l), says.Markdown}
}

// check reads a check's keys.
func (f *fields) check(l *Lesson) check {
	kinds := kinds()
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	name := f.choice("kind", required, names...)
	c := check{not: f.flag("not"), after: f.text("after", optional), within: f.duration("within")}
	if c.after != "" && l.TaskIndex(c.after) < 0 {
		f.r.faultNear(f.line("after"), f.Key("after"), "lessons.error.after", c.after, taskIDs(l.Tasks))
	}
	if i := slices.Index(names, name); i >= 0 {
		c.want = kinds[i].read(f)
		f.end()
	} else if f.Table.Get("kind") == nil {
		f.fault("kind", "lessons.error.key-missing", machine.Args{"key": "kind"})
	}
	return c
}

// where limits a check to some connections.
type where struct {
	protocol, host string
	port           int64
	served         bool // the learner answers in the server's place
}

func readWhere(f *fields) where {
	w := where{
		protocol: f.choice("protocol", optional, "smtp", "pop3", "imap"),
		host:     f.text("host", optional),
		port:     f.number("port", 1, 65535, optional),
	}
	return w
}

func (w where) holds(s *session) bool {
	return s.relays == w.served && (w.protocol == "" || w.protocol == s.protocol) && (w.host == "" || strings.EqualFold(w.host, s.server)) &&
		(w.port == 0 || w.port == s.port)
}

// args names the place for a note: the host, and the port that was given or that the protocol has by default.
func (w where) args() (host, port string) {
	n := w.port
	if n == 0 {
		n = map[string]int64{"smtp": 25, "pop3": 110, "imap": 143}[w.protocol]
	}
	return w.host, strconv.FormatInt(n, 10)
}
