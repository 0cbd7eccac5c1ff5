package lab

import (
	"bytes"
	"strings"
	"sync"

	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// Bounds of what is kept of a session's transcript, in octets: of all lines, of which the oldest go first, and of one.
const (
	keptTranscript = 32 << 10
	keptLine       = 1 << 10
	lineOverhead   = 64      // counted for each line besides its octets
	longestLine    = 1 << 17 // where no line end comes for so long, the observer is taken away
)

// record is what is known of a session from outside: who, when, and what was said.
type record struct {
	id       uint32
	service  string
	protocol string
	client   string // address and port
	opened   engine.Time

	faults *faults
	buf    []byte // the session's read buffer; only the session touches it

	mu       sync.Mutex
	observer machine.Observer // nil when the session is over, or says what no observer should keep
	goesOn   bool             // IMAP: the client's last line announced a literal
	since    [3]int           // octets since the last line end, by direction
	octets   [3]int64         // all of them
	state    string
	lines    []line
	size     int
	dropped  int  // lines that are not kept any more
	blind    bool // the transcript ends before the session
	closed   engine.Time
	reason   string // "" while it is open
	detail   string // what went wrong, or ""
	tls      machine.TLSInfo
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

func newRecord(id uint32, service, protocol, client string, now engine.Time, f *faults) *record {
	r := &record{id: id, faults: f, service: service, protocol: protocol, client: client, opened: now,
		buf: make([]byte, firstRead), observer: daemon.NewObserver(protocol)}
	r.state = r.observer.State()
	return r
}

// observe reads along with what passes in one direction. It returns the command of the client that ends with p.
func (r *record) observe(now engine.Time, dir trace.Dir, p []byte) (c heard) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.octets[dir] += int64(len(p))
	if r.observer == nil {
		return c
	}
	if i := bytes.LastIndexByte(p, '\n'); i >= 0 {
		r.since[dir] = len(p) - i - 1
	} else {
		r.since[dir] += len(p)
	}
	if r.since[dir] > longestLine && r.protocol != "smtp" { // SMTP's observer takes such a line in pieces
		r.observer, r.blind = nil, true
		return c
	}
	r.observer.Observe(now, dir, p)
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
	data := l.Data[:min(len(l.Data), keptLine)]
	r.add(line{at: l.At, dir: l.Dir, label: l.Label, verb: l.Verb, class: l.Class, state: l.Next, data: bytes.Clone(data),
		total: len(l.Data)})
}

// add puts a line behind the others, and drops the oldest where there is too much.
func (r *record) add(l line) {
	r.lines = append(r.lines, l)
	r.size += len(l.data) + lineOverhead
	first := 0
	for r.size > keptTranscript {
		r.size -= len(r.lines[first].data) + lineOverhead
		r.lines[first] = line{}
		first++
	}
	r.lines = r.lines[first:]
	r.dropped += first
}

// secure notes that TLS has begun.
func (r *record) secure(now engine.Time, info machine.TLSInfo) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tls = info
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
	r.observer, r.buf = nil, nil
	r.closed, r.reason, r.detail = now, reason, detail
}
