package shell

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/files"
	"ehlo/sim/persona"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// mailLog is a log of a host's mail servers as a file: each server writes as its persona does, ehlo's own like Postfix and
// Dovecot, in worlds before 2001 like Sendmail and UW's servers.
type mailLog struct {
	host   *daemon.Host
	def    *world.Definition
	file   string // below /var/log
	events []daemon.Noted
}

// logFiles are the logs, none at a host that serves nothing.
func (t *Terminal) logFiles() (list []files.File) {
	m := t.env.Machine()
	log := mailLog{host: m, def: t.env.Definition(), events: m.Journal()}
	for _, s := range m.Definition().Services {
		format := log.formatOf(s)
		name := "/var/log/" + format.File
		if format.File == "" || slices.ContainsFunc(list, func(f files.File) bool { return f.Path == name }) {
			continue
		}
		log.file = format.File
		f := files.File{Path: name, Mode: 0o640, Modified: t.env.Date(0), Content: log}
		if n := len(log.events); n > 0 {
			f.Modified = t.env.Date(log.events[n-1].At)
		}
		list = append(list, f)
	}
	return list
}

// old says whether a world is one of before Postfix, whose hosts run Sendmail.
func old(def *world.Definition) bool { return def.Start.Year() < 2001 }

// formatOf is how a service writes its log.
func (l mailLog) formatOf(s world.Service) *persona.Log {
	switch {
	case s.Persona != nil && s.Persona.Log.File != "":
		return &s.Persona.Log
	case s.Protocol == "smtp" && old(l.def):
		return &persona.SendmailLog
	case s.Protocol == "smtp":
		return &persona.PostfixLog
	case old(l.def):
		return &persona.UWLog
	}
	return &persona.DovecotLog
}

// mta is the host's server for SMTP, the first one where there are several.
func mta(h *world.Host) world.Service {
	for _, s := range h.Services {
		if s.Protocol == "smtp" {
			return s
		}
	}
	return world.Service{}
}

// nameOf is what a host's MTA calls a message.
func nameOf(def *world.Definition, h *world.Host, arrived engine.Time, number, letter uint32) string {
	if s := mta(h); s.Persona != nil && s.Persona.Queue != persona.QueueNumber {
		return s.Persona.Queue.Of(number, def.Start.UnixNano()+int64(arrived))
	}
	if old(def) {
		return sendmailID(def.Start.Add(time.Duration(arrived)).UTC(), letter)
	}
	return queueID(arrived, letter)
}

// Size is its length in octets.
func (l mailLog) Size() int64 { return int64(len(l.Bytes())) }

// logged is what a log has told of a message so far.
type logged struct {
	came   engine.Time
	id     string
	number uint32
	to     []string // of whom it has not told yet
	more   []string // placeholders with what stands in their place
}

// visit is a connection of which a log tells.
type visit struct {
	client, address string
	service         world.Service
}

// logWriter writes a log.
type logWriter struct {
	mailLog
	bytes.Buffer
	letters    map[uint32]*logged // only looked up
	visits     map[uint32]visit   // by connection
	deliveries int                // that were begun
}

// Bytes is the file.
func (l mailLog) Bytes() []byte {
	w := &logWriter{mailLog: l, letters: map[uint32]*logged{}, visits: map[uint32]visit{}}
	for _, s := range l.host.Definition().Services {
		if f := l.formatOf(s); f.File == l.file && f.Header != "" {
			w.WriteString(f.Header + "\n")
			break
		}
	}
	for i := range l.events {
		w.event(&l.events[i])
	}
	return w.Buffer.Bytes()
}

func (w *logWriter) event(e *daemon.Noted) {
	m := w.letters[e.Letter]
	if m == nil && e.Letter != 0 {
		m = &logged{came: e.At, number: e.Number, id: nameOf(w.def, w.host.Definition(), e.At, e.Number, e.Letter)}
		w.letters[e.Letter] = m
	}
	v := w.visits[e.Conn]
	server := mta(w.host.Definition())
	switch e.Kind {
	case trace.KindAccept:
		v = visit{e.Target, w.address(e.Target), w.service(e.Num)}
		w.visits[e.Conn] = v
		w.write(e, v.service, persona.LogConnect, v.places()...)
	case trace.KindLogin:
		what := persona.LogRefused
		if e.Class == trace.ClassOK {
			what = persona.LogLogin
		}
		w.write(e, v.service, what, append(v.places(), "user", e.Target)...)
	case trace.KindQueued:
		envelope := trace.ParseEnvelope(e.Data)
		m.to = envelope.To
		id, process, _ := strings.Cut(m.id, " qp ")
		m.more = append(v.places(), "id", id, "process", process, "number", strconv.Itoa(int(m.number)+4000), "from", envelope.From, "size", strconv.FormatInt(e.Num, 10),
			"priority", strconv.FormatInt(30000+e.Num, 10), "count", strconv.Itoa(len(m.to)), "msgid", e.MessageID, "to", strings.Join(envelope.To, ";"))
		what := persona.LogQueued
		if e.Conn == 0 {
			what = persona.LogSubmitted
		}
		w.write(e, server, what, m.more...)
	default:
		w.sent(e, server, m)
	}
}

// places are the placeholders of a connection.
func (v visit) places() []string {
	daemon := v.service.Protocol + "d"
	if strings.HasPrefix(daemon, "pop") { // ipop3d, but imapd
		daemon = "i" + daemon
	}
	return []string{"client", v.client, "address", v.address, "protocol", v.service.Protocol, "daemon", daemon}
}

// address is a host's, "unknown" where it has none.
func (l mailLog) address(host string) string {
	for i := range l.def.Hosts {
		if h := &l.def.Hosts[i]; h.Name == host {
			return h.Address
		}
	}
	return "unknown"
}

// service is what listens at a port.
func (l mailLog) service(port int64) world.Service {
	for k, s := range l.host.Definition().Services {
		if int64(s.Port) == port && l.host.Serves(k) {
			return s
		}
	}
	return world.Service{}
}

// sent tells what has become of recipients.
func (w *logWriter) sent(e *daemon.Noted, server world.Service, m *logged) {
	said := strings.ReplaceAll(string(e.Data), "\n", " ")
	what, dsn, n := persona.LogDelivered, "2.0.0", 1
	switch e.Kind {
	case trace.KindRelayed:
		what, n = persona.LogRelayed, int(e.Num)
	case trace.KindDeferred:
		what, dsn, n = persona.LogDeferred, "4.0.0", len(m.to)
	case trace.KindFailed:
		what, dsn = persona.LogFailed, "5.0.0"
	}
	if words := strings.Fields(said); len(words) > 1 && isEnhancedCode(words[1]) {
		dsn = words[1]
	}
	took := e.At.Sub(m.came)
	for _, to := range m.next(&e.Event, n) {
		w.deliveries++
		user, _, _ := strings.Cut(to, "@")
		w.write(e, server, what, append([]string{"to", to, "user", user, "relay", e.Target, "relay-address", w.address(e.Target), "dsn", dsn, "said", said,
			"said-joined", strings.ReplaceAll(said, " ", "_"), "delay", tenths(took), "clock", clockTime(took), "delivery", strconv.Itoa(w.deliveries)}, m.more...)...)
	}
	if len(m.to) == 0 && e.Kind != trace.KindDeferred {
		w.write(e, server, persona.LogDone, m.more...)
	}
}

// write adds what a service writes of an event. places are placeholders and what stands in their place, in turn.
func (w *logWriter) write(e *daemon.Noted, s world.Service, what persona.LogEvent, places ...string) {
	format := w.formatOf(s)
	text := format.Lines[what]
	if s.Protocol == "" || text == "" || format.File != w.file {
		return
	}
	pairs := make([]string, 0, len(places)+4)
	for i := 0; i+1 < len(places); i += 2 {
		pairs = append(pairs, "{"+places[i]+"}", places[i+1])
	}
	pairs = append(pairs, "{host}", w.host.Name, "{here}", w.address(w.host.Name))
	for line := range strings.SplitSeq(strings.NewReplacer(pairs...).Replace(text), "\n") {
		w.WriteString(w.stamp(e.At, format.Stamp) + line + "\n")
	}
}

// stamp is what stands before a line.
func (w *logWriter) stamp(at engine.Time, kind persona.LogStamp) string {
	t := w.def.Start.Add(time.Duration(at)).UTC()
	switch kind {
	case persona.StampExim:
		return t.Format("2006-01-02 15:04:05 ")
	case persona.StampISO:
		return t.Format("2006-01-02T15:04:05.000Z,")
	case persona.StampTAI: // 2^62 seconds and those of 1970, which were ten ahead
		return fmt.Sprintf("@%016x%08x ", uint64(1)<<62+10+uint64(t.Unix()), t.Nanosecond())
	}
	return t.Format("Jan _2 15:04:05 ") + shortName(w.host.Name) + " "
}

// next takes the recipients of whom an event tells: the one that it names, or so many of those that are left.
func (m *logged) next(e *trace.Event, n int) (to []string) {
	if e.Kind == trace.KindDeferred {
		return m.to
	}
	if e.Kind != trace.KindRelayed {
		i := slices.Index(m.to, e.Target)
		if i < 0 && len(m.to) == 0 {
			return []string{e.Target}
		}
		i = max(i, 0)
		m.to = slices.Delete(slices.Clone(m.to), i, i+1)
		return []string{e.Target}
	}
	n = min(n, len(m.to))
	to, m.to = m.to[:n], m.to[n:]
	return to
}

// tenths is a duration in seconds with one digit behind the point.
func tenths(d time.Duration) string {
	n := int64(d / (100 * time.Millisecond))
	return strconv.FormatInt(n/10, 10) + "." + strconv.FormatInt(n%10, 10)
}

// isEnhancedCode says whether a word of a reply is one (RFC 3463 §2).
func isEnhancedCode(word string) bool {
	return strings.Count(word, ".") == 2 && strings.Trim(word, "0123456789.") == ""
}

// clockTime is a duration as Sendmail writes it.
func clockTime(d time.Duration) string {
	return time.Unix(int64(d/time.Second), 0).UTC().Format("15:04:05")
}

// sendmailID is the name of a queue entry as Sendmail 8.9 gave one: the hour as a letter, twice another, and a number.
func sendmailID(at time.Time, letter uint32) string {
	return string(rune('A'+at.Hour())) + "AA" + padLeft(strconv.FormatUint(uint64(letter), 10), 5, '0')
}
