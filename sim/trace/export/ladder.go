// Package export turns a trace into what people and other programs read: the ladder, a sequence diagram as SVG or in Mermaid's
// language; transcripts as text, HTML and asciicast; a capture file.
package export

import (
	"bytes"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// Options say what a ladder shows and in which words.
type Options struct {
	// Conn leaves out everything that is not about one connection; 0 shows everything.
	Conn uint32
	// Steps is how many of the last steps are drawn at most; 0 counts as 200.
	Steps int
	// Start is the moment of virtual time 0 in seconds of Unix time, for forms that have a date.
	Start int64
	// Lang is the language of Text, "" for English.
	Lang string
	// Text renders a message identifier of [MessageIDs] with its arguments. Without it the identifiers themselves appear.
	Text func(id string, args map[string]string) string
}

// ids are the message identifiers that are used here.
var ids = []string{
	"ladder.attempt", "ladder.closed", "ladder.conn", "ladder.content", "ladder.cut", "ladder.deferred", "ladder.delivered", "ladder.desc",
	"ladder.answer", "ladder.auth", "ladder.auth-because", "ladder.earlier", "ladder.established", "ladder.failed", "ladder.fault", "ladder.fin", "ladder.link", "ladder.login",
	"ladder.login-refused", "ladder.mailbox", "ladder.mailbox-deleted", "ladder.mailbox-empty", "ladder.more", "ladder.open", "ladder.query", "ladder.queued", "ladder.refused",
	"ladder.relayed", "ladder.role.dns", "ladder.role.eve", "ladder.role.mailbox", "ladder.role.mta", "ladder.role.mua",
	"ladder.says", "ladder.says-permanent", "ladder.says-transient", "ladder.step", "ladder.title", "ladder.transcript", "ladder.unreachable",
	"ladder.you",
}

// filled gives options their defaults.
func (o Options) filled() Options {
	if o.Text == nil {
		o.Text = func(id string, _ map[string]string) string { return id }
	}
	if o.Lang == "" {
		o.Lang = "en"
	}
	if o.Steps <= 0 {
		o.Steps = 200
	}
	return o
}

// MessageIDs lists every identifier that Options.Text is asked for.
func MessageIDs() []string { return slices.Clone(ids) }

// shape is how a row is drawn.
type shape uint8

const (
	shapeNote     shape = iota // words beside a host
	shapePacket                // a line of a protocol from host to host
	shapeWire                  // the network: connecting, closing
	shapeBroken                // a wire that does not reach its end
	shapeEnvelope              // a message from host to host
	shapeKept                  // a message at a host
	shapeMailbox               // a mailbox at a host
	shapeFold                  // lines left out
)

// row is one line of the diagram.
type row struct {
	shape     shape
	at, until engine.Time
	seq       uint64
	conn      uint32
	from, to  int // columns; equal for what happens at one host
	dir       trace.Dir
	class     trace.Class
	label     string // in the packet
	text      string // beside or above it
	count     int    // of what was folded into the row
	octets    int64
	counts    trace.Counts
}

type host struct {
	name, role, person string
	you                bool
}

type link struct {
	a, b      string
	latency   time.Duration
	bandwidth int64
}

// ladder is a diagram in the making.
type ladder struct {
	options Options
	hosts   []host
	links   []link
	rows    []row
	dropped int               // rows that came before those that are kept
	subject map[uint32]string // of letters
}

// LadderSVG draws the events as a sequence diagram: an SVG element that can stand in a page. Each host is a vertical
// line, time runs downwards, and each protocol line is an arrow with its text. Colours come from the custom properties
// of the page, with the values of the light theme where there are none; no text is smaller than 12 px at the size that
// its width and height attributes give. A row has its event's number in data-seq.
func LadderSVG(events iter.Seq2[int, trace.Event], o Options) string {
	d := drawing{ladder: newLadder(events, o)}
	return d.svg()
}

// newLadder reads the rows of a diagram.
func newLadder(events iter.Seq2[int, trace.Event], o Options) *ladder {
	o = o.filled()
	l := &ladder{options: o, subject: make(map[uint32]string)}
	for _, e := range events {
		l.event(&e)
	}
	l.trim(0)
	if o.Conn != 0 {
		l.narrow()
	}
	return l
}

func (l *ladder) event(e *trace.Event) {
	switch e.Kind {
	case trace.KindHost:
		l.hosts = append(l.hosts, host{e.Actor, e.Label, e.Verb, e.Num == 1})
		return
	case trace.KindLink:
		l.links = append(l.links, link{e.Actor, e.Target, time.Duration(e.Until), e.Num})
		return
	case trace.KindQueued, trace.KindDelivered:
		if e.Label != "" {
			l.subject[e.Letter] = e.Label
		}
	}
	if o := l.options.Conn; o != 0 && e.Conn != o {
		return
	}
	if r, ok := l.row(e); ok && !l.fold(&r) {
		l.rows = append(l.rows, r)
		l.trim(2 * l.options.Steps)
	}
}

// row makes the row of an event; ok is false for an event that has none.
func (l *ladder) row(e *trace.Event) (r row, ok bool) {
	r = row{at: e.At, until: e.Until, seq: e.Seq, conn: e.Conn, dir: e.Dir, class: e.Class}
	text := func(id string, args ...string) string { return l.text("ladder."+id, args...) }
	number := strconv.FormatInt(e.Num, 10)
	between := true
	switch e.Kind {
	case trace.KindLine:
		r.shape, r.at, r.label, r.octets = shapePacket, e.From, e.Label, e.Num
		if r.text = visible(e.Data); e.Class == trace.ClassContent {
			r.label, r.count = "", 1
		}
	case trace.KindOpen:
		r.shape, r.text = shapeWire, text("open", "port", number)
	case trace.KindEstablished:
		e.Actor, e.Target = e.Target, e.Actor
		r.shape, r.text = shapeWire, text("established")
	case trace.KindRefused:
		e.Actor, e.Target = e.Target, e.Actor
		r.shape, r.text = shapeBroken, text("refused", "port", number)
	case trace.KindUnreachable:
		between = false
		r.shape, r.text = shapeNote, text("unreachable", "host", e.Target)
	case trace.KindFin:
		r.shape, r.text = shapeWire, text("fin")
	case trace.KindClosed:
		between = false
		r.shape, r.text = shapeNote, text("closed", "host", e.Target)
	case trace.KindCut:
		r.shape, r.text = shapeBroken, text("cut")
	case trace.KindQueued:
		between = false
		r.shape, r.text = shapeKept, text("queued", "subject", e.Label, "octets", number)
	case trace.KindAttempt:
		between = false
		r.shape, r.text = shapeKept, text("attempt", "subject", l.subject[e.Letter], "host", e.Target)
	case trace.KindDeferred:
		between = false
		r.shape, r.text = shapeKept, text("deferred", "subject", l.subject[e.Letter], "until", e.Until.String())
	case trace.KindRelayed:
		r.shape, r.text = shapeEnvelope, text("relayed", "subject", l.subject[e.Letter], "recipients", number)
	case trace.KindDelivered:
		between = false
		r.shape, r.text = shapeKept, text("delivered", "subject", l.subject[e.Letter], "mailbox", e.Target)
	case trace.KindFailed:
		between = false
		r.shape, r.class = shapeKept, trace.ClassPermanent
		r.text = text("failed", "subject", l.subject[e.Letter], "recipient", e.Target)
	case trace.KindMailbox:
		between = false
		c := trace.ParseCounts(e.Data)
		r.shape, r.counts = shapeMailbox, c
		r.text = l.mailbox(e, c)
	case trace.KindLogin:
		between = false
		id := "login"
		if e.Class == trace.ClassPermanent || e.Class == trace.ClassTransient {
			id = "login-refused"
		}
		r.shape, r.text = shapeNote, text(id, "user", e.Target)
	case trace.KindQuery:
		r.shape, r.text = shapeWire, text("query", "question", e.Label)
	case trace.KindAnswer:
		r.shape, r.text = shapeWire, text("answer", "question", e.Label, "result", e.Verb)
	case trace.KindAuth:
		between = false
		id := "auth"
		if e.Next != "" {
			id = "auth-because"
		}
		r.shape, r.text = shapeNote, text(id, "method", strings.ToUpper(e.Label), "domain", e.Target, "result", e.Verb, "why", e.Next)
	case trace.KindFault:
		between = false
		r.shape, r.text = shapeNote, text("fault", "detail", string(e.Data))
	default:
		return row{}, false
	}
	r.from = l.column(e.Actor)
	if r.to = r.from; between {
		r.to = l.column(e.Target)
	}
	return r, true
}

// mailbox is a mailbox with what is in it, in words. The INBOX goes by its owner's address.
func (l *ladder) mailbox(e *trace.Event, c trace.Counts) string {
	id, name := "ladder.mailbox", e.Target
	if e.Label != "INBOX" {
		name += " " + e.Label
	}
	switch {
	case c.Messages == 0:
		id = "ladder.mailbox-empty"
	case c.Deleted > 0:
		id = "ladder.mailbox-deleted"
	}
	return l.text(id, "mailbox", name, "messages", strconv.Itoa(c.Messages), "unseen", strconv.Itoa(c.Unseen),
		"deleted", strconv.Itoa(c.Deleted))
}

// column is the place of a host; one that the trace has not introduced gets the next.
func (l *ladder) column(name string) int {
	i := slices.IndexFunc(l.hosts, func(h host) bool { return h.name == name })
	if i < 0 {
		i = len(l.hosts)
		l.hosts = append(l.hosts, host{name: name})
	}
	return i
}

// keptOfReply is how many lines of a long reply are drawn before the rest is folded, its last line aside.
const keptOfReply = 2

// fold puts a row into the last one where the two make one step: message text in many pieces, the middle of a long reply.
func (l *ladder) fold(r *row) bool {
	n := len(l.rows)
	if n == 0 || r.shape != shapePacket {
		return false
	}
	last := &l.rows[n-1]
	if last.conn != r.conn || last.dir != r.dir {
		return false
	}
	switch {
	case r.class == trace.ClassContent && last.class == trace.ClassContent:
		last.octets += r.octets
		last.until = r.until
		last.count++
		return true
	case r.class != trace.ClassUntagged || last.class != trace.ClassUntagged:
		return false
	case last.shape == shapeFold:
		last.count++
		last.until = r.until
		return true
	case n >= keptOfReply && l.rows[n-keptOfReply].class == trace.ClassUntagged && l.rows[n-keptOfReply].conn == r.conn:
		fold := *r
		fold.shape, fold.count = shapeFold, 1
		l.rows = append(l.rows, fold)
		return true
	}
	return false
}

// trim drops the oldest rows where there are more than limit; at least Steps are kept.
func (l *ladder) trim(limit int) {
	if n := len(l.rows) - l.options.Steps; n > 0 && len(l.rows) > limit {
		l.dropped += n
		l.rows = slices.Delete(l.rows, 0, n)
	}
}

// narrow leaves out the hosts at which nothing happens.
func (l *ladder) narrow() {
	used := make([]bool, len(l.hosts))
	for i := range l.rows {
		used[l.rows[i].from], used[l.rows[i].to] = true, true
	}
	place := make([]int, len(l.hosts))
	hosts := l.hosts[:0:0]
	for i, h := range l.hosts {
		if place[i] = len(hosts); used[i] {
			hosts = append(hosts, h)
		}
	}
	for i := range l.rows {
		l.rows[i].from, l.rows[i].to = place[l.rows[i].from], place[l.rows[i].to]
	}
	l.hosts = hosts
}

// text renders an identifier; args are names and values in turn.
func (l *ladder) text(id string, args ...string) string {
	named := make(map[string]string, len(args)/2)
	for i := 0; i < len(args); i += 2 {
		named[args[i]] = args[i+1]
	}
	return l.options.Text(id, named)
}

// visible is a line for people: without its end, and with control characters and what is no UTF-8 made visible.
func visible(p []byte) string {
	s := strings.ToValidUTF8(string(bytes.TrimRight(p, "\r\n")), "\uFFFD")
	return strings.Map(func(r rune) rune {
		switch {
		case r < ' ':
			return '\u2400' + r
		case r == 0x7f:
			return '\u2421'
		case r >= 0x80 && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfffe, r == 0xffff:
			return '\uFFFD' // among them what would turn the text around it
		}
		return r
	}, s)
}
