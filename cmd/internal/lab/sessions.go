package lab

import (
	"encoding/base64"
	"net"
	"net/http"
	"slices"
	"strconv"
	"unicode/utf8"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// sessionJSON is a session, with its transcript where that is asked for.
type sessionJSON struct {
	ID         uint32      `json:"id"`
	Service    string      `json:"service"`
	Protocol   string      `json:"protocol"`
	Client     string      `json:"client"`
	State      string      `json:"state"`
	Opened     string      `json:"opened"`
	Closed     string      `json:"closed,omitempty"`
	Reason     string      `json:"reason,omitempty"`
	Detail     string      `json:"detail,omitempty"`
	TLS        *tlsJSON    `json:"tls,omitempty"`
	Received   int64       `json:"received"`
	Sent       int64       `json:"sent"`
	Dropped    int         `json:"dropped"`
	Incomplete bool        `json:"incomplete,omitempty"`
	Lines      *[]lineJSON `json:"lines,omitempty"`
}

// tlsJSON is the TLS of a session.
type tlsJSON struct {
	Version    string `json:"version"`
	Cipher     string `json:"cipher"`
	ServerName string `json:"serverName,omitempty"`
}

func describeTLS(i machine.TLSInfo) *tlsJSON {
	if i == (machine.TLSInfo{}) {
		return nil
	}
	return &tlsJSON{i.Version, i.Cipher, i.ServerName}
}

// lineJSON is a line of a transcript, or the place where TLS began.
type lineJSON struct {
	At     string   `json:"at"`
	Dir    string   `json:"dir,omitempty"`
	Text   string   `json:"text,omitempty"`
	Base64 string   `json:"base64,omitempty"`
	Octets int      `json:"octets"`
	Label  string   `json:"label,omitempty"`
	Verb   string   `json:"verb,omitempty"`
	Class  string   `json:"class,omitempty"`
	State  string   `json:"state"`
	TLS    *tlsJSON `json:"tls,omitempty"`
}

// describe is what the interface says of a session.
func (r *record) describe(p *post, transcript bool) sessionJSON {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept := r.transcript()
	stamp := func(t engine.Time) string { return p.wall(t).UTC().Format("2006-01-02T15:04:05.000000Z07:00") }
	j := sessionJSON{ID: r.id, Service: r.service, Protocol: r.protocol, Client: r.client, State: r.state, Opened: stamp(r.opened),
		Reason: r.reason, Detail: r.detail, TLS: describeTLS(r.tls), Received: r.octets[trace.ToServer], Sent: r.octets[trace.ToClient], Dropped: r.dropped, Incomplete: r.blind}
	if r.reason != "" {
		j.Closed = stamp(r.closed)
	}
	if !transcript {
		return j
	}
	lines := make([]lineJSON, len(kept))
	for i, l := range kept {
		lines[i] = lineJSON{At: stamp(l.at), Dir: l.dir.String(), Octets: l.total, Label: l.label, Verb: l.verb, Class: l.class.String(), State: l.state}
		if l.tls != nil {
			lines[i].TLS = describeTLS(*l.tls)
		}
		if utf8.Valid(l.data) {
			lines[i].Text = string(l.data)
		} else {
			lines[i].Base64 = base64.StdEncoding.EncodeToString(l.data)
		}
	}
	j.Lines = &lines
	return j
}

// records lists the sessions that are known, by number.
func (l *Lab) records() []*record {
	l.mine.Lock()
	list := slices.Clone(l.past)
	for _, s := range l.sessions {
		list = append(list, s.record)
	}
	l.mine.Unlock()
	slices.SortFunc(list, func(a, b *record) int { return int(int64(a.id) - int64(b.id)) })
	return list
}

// sessionFilter chooses sessions; what is "" or 0 does not matter.
type sessionFilter struct {
	open    string // "true" or "false"
	service string // its name, or a protocol with all its services
	client  string // the address, with its port or without
	after   uint32 // number
}

// sessionQuery reads a filter, and says which parameters are unknown.
func sessionQuery(r *http.Request, also ...string) (f sessionFilter, err error) {
	for name, values := range r.URL.Query() {
		switch value := values[0]; {
		case name == "open" && (value == "true" || value == "false"):
			f.open = value
		case name == "open":
			return f, fault(http.StatusBadRequest, "open is true or false.")
		case name == "service":
			f.service = value
		case name == "client":
			f.client = value
		case name == "after":
			n, err := strconv.ParseUint(value, 10, 32)
			if err != nil {
				return f, fault(http.StatusBadRequest, "after is the id of a session, a number.")
			}
			f.after = uint32(n)
		case !slices.Contains(also, name):
			return f, unknownParameter(name)
		}
	}
	return f, nil
}

func (f sessionFilter) matches(j sessionJSON) bool {
	host, _, _ := net.SplitHostPort(j.Client)
	return j.ID > f.after &&
		(f.open == "" || (f.open == "true") == (j.Reason == "")) &&
		(f.service == "" || f.service == j.Service || f.service == j.Protocol) &&
		(f.client == "" || f.client == j.Client || f.client == host)
}

func (l *Lab) listSessions(w http.ResponseWriter, r *http.Request) error {
	f, err := sessionQuery(r, "transcript")
	if err != nil {
		return err
	}
	answer := struct {
		Sessions []sessionJSON `json:"sessions"`
	}{Sessions: []sessionJSON{}}
	for _, rec := range l.records() {
		if j := rec.describe(l.post, r.URL.Query().Get("transcript") == "true"); f.matches(j) {
			answer.Sessions = append(answer.Sessions, j)
		}
	}
	return writeJSON(w, answer)
}

// awaitSession answers with the first session that the filter chooses, as soon as there is one.
func (l *Lab) awaitSession(w http.ResponseWriter, r *http.Request) error {
	f, err := sessionQuery(r, "timeout")
	if err != nil {
		return err
	}
	return l.await(w, r, "session", func() (any, <-chan struct{}) {
		l.mine.Lock()
		more := l.moving()
		l.mine.Unlock()
		for _, rec := range l.records() {
			if f.matches(rec.describe(l.post, false)) {
				return rec.describe(l.post, true), nil
			}
		}
		return nil, more
	})
}

// record finds the session that the path names.
func (l *Lab) recordOf(r *http.Request) (*record, error) {
	id, err := strconv.ParseUint(r.PathValue("id"), 10, 32)
	for _, rec := range l.records() {
		if err == nil && rec.id == uint32(id) {
			return rec, nil
		}
	}
	return nil, fault(http.StatusNotFound, "There is no session "+strconv.Quote(r.PathValue("id"))+", or it is over for long.")
}

func (l *Lab) getSession(w http.ResponseWriter, r *http.Request) error {
	rec, err := l.recordOf(r)
	if err != nil {
		return err
	}
	return writeJSON(w, rec.describe(l.post, true))
}

// deleteSession cuts off a session that is open, and forgets one that is over.
func (l *Lab) deleteSession(w http.ResponseWriter, r *http.Request) error {
	rec, err := l.recordOf(r)
	if err != nil {
		return err
	}
	l.drop([]*record{rec}, true)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// deleteSessions forgets the sessions that are over and that the parameters choose; with open=true it cuts off those
// that are open.
func (l *Lab) deleteSessions(w http.ResponseWriter, r *http.Request) error {
	f, err := sessionQuery(r)
	if err != nil {
		return err
	}
	if f.open == "" {
		f.open = "false"
	}
	var list []*record
	for _, rec := range l.records() {
		if f.matches(rec.describe(l.post, false)) {
			list = append(list, rec)
		}
	}
	l.drop(list, f.open == "true")
	return writeJSON(w, map[string]int{"deleted": len(list)})
}

// drop forgets sessions, once they are over; with cut it ends those that are open.
func (l *Lab) drop(list []*record, cut bool) {
	l.mine.Lock()
	defer l.mine.Unlock()
	for _, rec := range list {
		if s := l.sessions[rec.id]; s != nil && cut {
			s.unwanted = true
			_ = s.raw.Close() // the session ends because of that
		}
	}
	l.past = slices.DeleteFunc(l.past, func(r *record) bool { return slices.Contains(list, r) })
}
