package shell

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/files"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// mailLog is the log of a host's mail servers as a file: /var/log/maillog as Sendmail and UW's servers wrote it, in worlds
// before 2001, and /var/log/mail.log as Postfix and Dovecot write it.
type mailLog struct {
	host   *daemon.Host
	def    *world.Definition
	events []trace.Event
}

// logFile is the log, and false at a host that serves nothing.
func (t *Terminal) logFile() (files.File, bool) {
	m := t.env.Machine()
	if !slices.ContainsFunc(t.env.Definition().Hosts, func(h world.Host) bool { return h.Name == m.Name && len(h.Services) > 0 }) {
		return files.File{}, false
	}
	log := mailLog{m, t.env.Definition(), m.Journal()}
	f := files.File{Path: "/var/log/mail.log", Mode: 0o640, Modified: t.env.Date(0), Content: log}
	if log.old() {
		f.Path = "/var/log/maillog"
	}
	if n := len(log.events); n > 0 {
		f.Modified = t.env.Date(log.events[n-1].At)
	}
	return f, true
}

func (l mailLog) old() bool { return l.def.Start.Year() < 2001 }

// Size is its length in octets.
func (l mailLog) Size() int64 { return int64(len(l.Bytes())) }

// logged is what a log has told of a message so far.
type logged struct {
	came engine.Time
	id   string
	from string
	to   []string // of whom it has not told yet
}

// Bytes is the file.
func (l mailLog) Bytes() []byte {
	var b bytes.Buffer
	letters := map[uint32]*logged{} // only looked up
	clients := map[uint32]string{}  // by connection
	for i := range l.events {
		e := &l.events[i]
		m := letters[e.Letter]
		if m == nil {
			m = &logged{came: e.At, id: queueID(e.At, e.Letter)}
			if l.old() {
				m.id = sendmailID(l.date(e.At), e.Letter)
			}
			letters[e.Letter] = m
		}
		switch e.Kind {
		case trace.KindAccept:
			clients[e.Conn] = l.named(e.Target)
			l.accepted(&b, e, clients[e.Conn])
		case trace.KindLogin:
			l.login(&b, e, clients[e.Conn])
		case trace.KindQueued:
			envelope := trace.ParseEnvelope(e.Data)
			m.from, m.to = envelope.From, envelope.To
			l.queued(&b, e, m, clients[e.Conn])
		default:
			l.sent(&b, e, m)
		}
	}
	return b.Bytes()
}

func (l mailLog) date(at engine.Time) time.Time {
	return l.def.Start.Add(time.Duration(at)).UTC()
}

// named is a client as logs name it.
func (l mailLog) named(host string) string {
	for i := range l.def.Hosts {
		if h := &l.def.Hosts[i]; h.Name == host {
			if l.old() {
				return h.Name + " [" + h.Address + "]"
			}
			return h.Name + "[" + h.Address + "]"
		}
	}
	return "unknown"
}

// line writes a line of a program.
func (l mailLog) line(b *bytes.Buffer, e *trace.Event, program string, parts ...string) {
	name := shortName(l.host.Name)
	b.WriteString(l.date(e.At).Format("Jan _2 15:04:05 ") + name + " " + program + ": " + strings.Join(parts, "") + "\n")
}

// accepted tells of a client; Sendmail's log does not.
func (l mailLog) accepted(b *bytes.Buffer, e *trace.Event, client string) {
	if service := l.service(e.Num); service.Protocol == "smtp" && !l.old() {
		l.line(b, e, "postfix/smtpd[1201]", "connect from ", client)
	} else if service.Inetd != "" {
		f := strings.Fields(service.Inetd)
		l.line(b, e, f[len(f)-1]+"[1301]", "pop3 service init from ", strings.TrimSuffix(client[strings.IndexByte(client, '[')+1:], "]"))
	}
}

func (l mailLog) service(port int64) world.Service {
	for i := range l.def.Hosts {
		if h := &l.def.Hosts[i]; h.Name == l.host.Name {
			for k, s := range h.Services {
				if int64(s.Port) == port && l.host.Serves(k) {
					return s
				}
			}
		}
	}
	return world.Service{}
}

// login tells of a login that was tried.
func (l mailLog) login(b *bytes.Buffer, e *trace.Event, client string) {
	ok := e.Class == trace.ClassOK
	switch {
	case l.old() && ok:
		l.line(b, e, "ipop3d[1301]", "Login user=", e.Target, " host=", client)
	case l.old():
		l.line(b, e, "ipop3d[1301]", "Login failed user=", e.Target, " auth=", e.Target, " host=", client)
	case ok:
		l.line(b, e, "dovecot", "login: Login: user=<", e.Target, ">, rip=", strings.TrimSuffix(client[strings.IndexByte(client, '[')+1:], "]"))
	default:
		l.line(b, e, "dovecot", "login: Disconnected (auth failed): user=<", e.Target, ">, rip=", strings.TrimSuffix(client[strings.IndexByte(client, '[')+1:], "]"))
	}
}

// queued tells of a message that was taken.
func (l mailLog) queued(b *bytes.Buffer, e *trace.Event, m *logged, client string) {
	if client == "" {
		client = l.named(l.host.Name)
	}
	if l.old() {
		l.line(b, e, "sendmail[1201]", m.id, ": from=<", m.from, ">, size=", strconv.FormatInt(e.Num, 10), ", class=0, pri=",
			strconv.FormatInt(30000+e.Num, 10), ", nrcpts=", strconv.Itoa(len(m.to)), ", proto=ESMTP, relay=", client)
		return
	}
	if e.Conn == 0 {
		l.line(b, e, "postfix/pickup[841]", m.id, ": uid=0 from=<", m.from, ">")
	} else {
		l.line(b, e, "postfix/smtpd[1201]", m.id, ": client=", client)
	}
	l.line(b, e, "postfix/qmgr[842]", m.id, ": from=<", m.from, ">, size=", strconv.FormatInt(e.Num, 10), ", nrcpt=", strconv.Itoa(len(m.to)), " (queue active)")
}

// sent tells what has become of recipients.
func (l mailLog) sent(b *bytes.Buffer, e *trace.Event, m *logged) {
	reply := strings.ReplaceAll(string(e.Data), "\n", " ")
	mailer, program, status, dsn, relay, said := "local", "postfix/local[1207]", "sent", "2.0.0", "local", "delivered to mailbox"
	n := 1
	switch e.Kind {
	case trace.KindRelayed:
		mailer, program, relay, said, n = "esmtp", "postfix/smtp[1209]", l.named(e.Target)+":25", "250 2.0.0 Ok", int(e.Num)
	case trace.KindDeferred:
		mailer, program, status, dsn, relay, said, n = "esmtp", "postfix/smtp[1209]", "deferred", "4.0.0", l.named(e.Target)+":25", reply, len(m.to)
	case trace.KindFailed:
		mailer, program, status, dsn, relay, said = "esmtp", "postfix/smtp[1209]", "bounced", "5.0.0", "none", reply
	}
	if words := strings.Fields(reply); len(words) > 1 && isEnhancedCode(words[1]) {
		dsn = words[1]
	}
	delay := tenths(e.At.Sub(m.came))
	for _, to := range m.next(e, n) {
		if l.old() {
			stat := map[string]string{"sent": "Sent", "deferred": "Deferred: " + said, "bounced": "User unknown"}[status]
			l.line(b, e, "sendmail[1203]", m.id, ": to=<", to, ">, delay=", clockTime(e.At.Sub(m.came)), ", xdelay=00:00:00, mailer=", mailer, ", relay=",
				strings.TrimSuffix(relay, ":25"), ", stat=", stat)
			continue
		}
		l.line(b, e, program, m.id, ": to=<", to, ">, relay=", relay, ", delay=", delay, ", dsn=", dsn, ", status=", status, " (", said, ")")
	}
	if len(m.to) == 0 && e.Kind != trace.KindDeferred && !l.old() {
		l.line(b, e, "postfix/qmgr[842]", m.id, ": removed")
	}
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
