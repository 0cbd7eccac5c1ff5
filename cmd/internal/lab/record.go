package lab

import (
	"bytes"
	"strings"
	"sync"

	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/machine"
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
// that much has gathered: most sessions are over before.
type record struct {
	id       uint32
	service  string
	protocol string
	takes    string // forms that the server takes though the grammar forbids them
	client   string // address and port
	opened   engine.Time

	faults *faults
	buf    []byte // the session's read buffer; only the session touches it

	mu       sync.Mutex
	unread   []byte           // octets that the observer has not read
	pieces   []passed         // what they are, in order
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
	r := &record{id: id, faults: f, service: door, protocol: s.Protocol, takes: daemon.Takes(s), client: client, opened: now,
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
		if r.unread == nil {
			r.unread, r.pieces = make([]byte, 0, firstUnread), make([]passed, 0, firstUnread/64)
		}
		r.unread = append(r.unread, p...)
		r.pieces = append(r.pieces, passed{now, dir, len(p)})
	}
	return c
}

// settle reads what was put down where that is much.
func (r *record) settle() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.unread)+pieceOverhead*len(r.pieces) > keptUnread {
		r.read()
	}
}

// transcript returns the lines that are kept; the mutex is held, and they are valid as long.
func (r *record) transcript() []line {
	r.read()
	return r.all[r.first:]
}

// read lets the observer read what was put down.
func (r *record) read() {
	rest := r.unread
	for _, p := range r.pieces {
		r.hear(p, rest[:p.n])
		rest = rest[p.n:]
	}
	if r.unread, r.pieces = r.unread[:0], r.pieces[:0]; cap(r.unread) > 4*keptUnread || r.reason != "" {
		r.unread, r.pieces = nil, nil
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
