package lab

import (
	"bytes"
	"strings"
	"sync"

	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/imap"
	"ehlo/sim/machine"
	"ehlo/sim/smtp"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// Bounds of what is kept of a session's transcript, in octets: of all lines, of which the oldest go first, and of one.
const (
	keptTranscript = 32 << 10
	keptLine       = 1 << 10
	lineOverhead   = 64       // counted for each line besides its octets
	longestLine    = 1 << 17  // where no line end comes for so long, the observer is taken away
	firstUnread    = 2 << 10  // room for octets that the observer has not read, at the start,
	keptUnread     = 32 << 10 // and so many of them, after which it does
	pieceOverhead  = 24
	arenaSize      = 4 << 10 // octets of lines lie together
)

// record is what is known of a session from outside: who, when, and what was said.
//
// What passes is only put down as it comes, which costs little. It becomes lines when somebody wants to see them, or when
// that much has gathered: most sessions are over before. A session of SMTP or IMAP that goes on for long, command after command, and
// at which nobody looks, never becomes lines: where nothing is under way an observer can begin anew, and what would not be kept
// any more is dropped unread.
type record struct {
	id       uint32
	service  string
	protocol string
	takes    string // forms that the server takes though the grammar forbids them
	leniency smtp.Leniency
	client   string // address and port
	opened   engine.Time

	faults *faults
	buf    []byte // the session's read buffer; only the session touches it

	mu       sync.Mutex
	before   share            // octets that the observer has not read, from the session's beginning or a place where one can begin,
	unread   share            // and those behind them, from such a place where before has any
	states   [2]machine.State // of an IMAP session, where before and unread begin
	gap      bool             // what was between the lines and before is gone
	lost     int              // and so many lines with it
	observer machine.Observer // nil when it has read all of the session, or the session says what no observer should keep
	goesOn   bool             // IMAP: the client's last line announced a literal
	since    [3]int           // octets since the last line end, by direction
	octets   [3]int64         // all of them
	state    string
	all      []line // the kept ones are those from first on
	first    int
	arena    []byte // where octets of lines are put
	size     int
	dropped  int  // lines that are not kept any more
	blind    bool // the transcript ends before the session
	closed   engine.Time
	reason   string // "" while it is open
	detail   string // what went wrong, or ""
	tls      machine.TLSInfo
}

// passed is octets that passed at once.
type passed struct {
	at  engine.Time
	dir trace.Dir
	n   int
}

// share is a part of what passed.
type share struct {
	octets []byte
	pieces []passed // what they are, in order
}

func (s *share) size() int { return len(s.octets) + pieceOverhead*len(s.pieces) }

// line is one line of a transcript.
type line struct {
	at    engine.Time
	dir   trace.Dir
	label string
	verb  string
	class trace.Class
	state string           // after it
	data  []byte           // with its line end; the first octets of a long one
	total int              // its octets
	tls   *machine.TLSInfo // here TLS began, and this is no line
}

// buffers are read buffers of sessions that are over.
var buffers = sync.Pool{New: func() any {
	buf := make([]byte, firstRead)
	return &buf
}}

func newRecord(id uint32, door string, s world.Service, client string, now engine.Time, f *faults) *record {
	var leniency smtp.Leniency
	if s.Persona != nil {
		leniency = s.Persona.SMTP.Lenient
	}
	r := &record{id: id, leniency: leniency, faults: f, service: door, protocol: s.Protocol, takes: daemon.Takes(s), client: client, opened: now,
		buf: *buffers.Get().(*[]byte), observer: daemon.NewObserverOf(s)}
	r.state = r.observer.State()
	return r
}

// observe puts down what passes in one direction. Where faults on demand want to know, it returns the command of the client
// that ends with p.
func (r *record) observe(now engine.Time, dir trace.Dir, p []byte) (c heard) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.octets[dir] += int64(len(p))
	switch {
	case r.observer == nil:
	case r.faults.some.Load():
		r.read()
		c = r.hear(passed{now, dir, len(p)}, p)
	default:
		if r.unread.octets == nil {
			r.unread = share{make([]byte, 0, firstUnread), make([]passed, 0, firstUnread/64)}
		}
		r.unread.octets = append(r.unread.octets, p...)
		r.unread.pieces = append(r.unread.pieces, passed{now, dir, len(p)})
	}
	return c
}

// settle sees to what was put down where that is much. idle says that an observer of what comes next could begin now, in this
// state.
func (r *record) settle(idle bool, state machine.State) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch size := r.unread.size(); {
	case size <= keptUnread || r.observer == nil:
	case idle:
		r.forget()
		r.states = [...]machine.State{r.states[1], state}
	case size > 2*keptUnread:
		r.read()
	}
}

// forget drops what is older than what is kept, and keeps what was put down since.
func (r *record) forget() {
	if r.before.size() > 0 {
		r.gap = true
		r.lost += bytes.Count(r.before.octets, []byte("\n"))
	}
	r.before, r.unread = r.unread, share{r.before.octets[:0], r.before.pieces[:0]}
}

// transcript returns the lines that are kept; the mutex is held, and they are valid as long.
func (r *record) transcript() []line {
	r.read()
	return r.all[r.first:]
}

// read lets the observer read what was put down.
func (r *record) read() {
	if r.gap && r.observer != nil {
		if r.protocol == "imap" {
			r.observer, r.goesOn = imap.NewObserverLater(r.states[0]), false
		} else {
			r.observer = smtp.NewObserverLater(r.leniency)
		}
		r.dropped += len(r.all) - r.first + r.lost
		r.all, r.first, r.size, r.since, r.state = nil, 0, 0, [3]int{}, r.observer.State()
	}
	r.gap, r.lost = false, 0
	for _, s := range [...]share{r.before, r.unread} {
		rest := s.octets
		for _, p := range s.pieces {
			r.hear(p, rest[:p.n])
			rest = rest[p.n:]
		}
	}
	r.before = share{}
	if r.unread = (share{r.unread.octets[:0], r.unread.pieces[:0]}); cap(r.unread.octets) > 4*keptUnread || r.reason != "" {
		r.unread = share{}
	}
	if r.reason != "" {
		r.observer, r.arena = nil, nil
	}
}

// hear lets the observer read octets.
func (r *record) hear(at passed, p []byte) (c heard) {
	if r.observer == nil {
		return c
	}
	if i := bytes.LastIndexByte(p, '\n'); i >= 0 {
		r.since[at.dir] = len(p) - i - 1
	} else {
		r.since[at.dir] += len(p)
	}
	if r.since[at.dir] > longestLine && r.protocol != "smtp" { // SMTP's observer takes such a line in pieces
		r.observer, r.blind = nil, true
		return c
	}
	r.observer.Observe(at.at, at.dir, p)
	for {
		l, ok := r.observer.Next()
		if !ok {
			break
		}
		r.keep(l)
		if l.Dir == trace.ToServer {
			c = r.command(l)
		}
	}
	r.state = r.observer.State()
	return c
}

// command is what a line of the client begins, if it begins a command and anybody wants to know.
func (r *record) command(l machine.Line) (c heard) {
	goesOn := r.goesOn
	if r.protocol == "imap" {
		_, _, r.goesOn = literalOf(l.Data)
	}
	if !r.faults.some.Load() || l.Class != trace.ClassCommand || l.Verb == "" || l.Verb == "." || goesOn {
		return c
	}
	words := bytes.Fields(l.Data)
	if r.protocol == "imap" && len(words) > 0 {
		words = words[1:]
	}
	verb, inner, uid := strings.Cut(l.Verb, " ") // UID FETCH is two words
	if len(words) == 0 || !bytes.EqualFold(words[0][:min(len(words[0]), len(verb))], []byte(verb)) ||
		uid && (len(words) < 2 || !bytes.EqualFold(words[1], []byte(inner))) {
		return c // it answers a question of the server
	}
	return heard{l.Verb, string(l.Data)}
}

func (r *record) keep(l machine.Line) {
	r.add(line{at: l.At, dir: l.Dir, label: l.Label, verb: l.Verb, class: l.Class, state: l.Next, data: r.put(l.Data[:min(len(l.Data), keptLine)]),
		total: len(l.Data)})
}

// put copies octets to where those of many lines are.
func (r *record) put(p []byte) []byte {
	if cap(r.arena)-len(r.arena) < len(p) {
		r.arena = make([]byte, 0, arenaSize)
	}
	n := len(r.arena)
	r.arena = append(r.arena, p...)
	return r.arena[n:len(r.arena):len(r.arena)]
}

// add puts a line behind the others, and drops the oldest where there is too much.
func (r *record) add(l line) {
	if len(r.all) == cap(r.all) && r.first > len(r.all)/2 {
		n := copy(r.all, r.all[r.first:])
		clear(r.all[n:])
		r.all, r.first = r.all[:n], 0
	}
	r.all = append(r.all, l)
	for r.size += len(l.data) + lineOverhead; r.size > keptTranscript; {
		r.size -= len(r.all[r.first].data) + lineOverhead
		r.all[r.first] = line{}
		r.first++
		r.dropped++
	}
}

// secure notes that TLS has begun.
func (r *record) secure(now engine.Time, info machine.TLSInfo) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tls = info
	r.read()
	r.add(line{at: now, state: r.state, label: "TLS", tls: &info})
}

func (r *record) isOver() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.reason != ""
}

// close ends the record.
func (r *record) close(now engine.Time, reason, detail string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if buf := r.buf; len(buf) == firstRead {
		buffers.Put(&buf)
	}
	r.buf = nil
	r.closed, r.reason, r.detail = now, reason, detail
}
