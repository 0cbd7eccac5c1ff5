package lab

import (
	"encoding/base64"
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
	stamp := func(t engine.Time) string { return p.wall(t).UTC().Format("2006-01-02T15:04:05.000000Z07:00") }
	j := sessionJSON{ID: r.id, Service: r.service, Protocol: r.protocol, Client: r.client, State: r.state, Opened: stamp(r.opened),
		Reason: r.reason, Detail: r.detail, TLS: describeTLS(r.tls), Received: r.octets[trace.ToServer], Sent: r.octets[trace.ToClient], Dropped: r.dropped, Incomplete: r.blind}
	if r.reason != "" {
		j.Closed = stamp(r.closed)
	}
	if !transcript {
		return j
	}
	lines := make([]lineJSON, len(r.lines))
	for i, l := range r.lines {
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

func (l *Lab) listSessions(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	transcript := q.Get("transcript") == "true"
	answer := struct {
		Sessions []sessionJSON `json:"sessions"`
	}{Sessions: []sessionJSON{}}
	for _, rec := range l.records() {
		if service := q.Get("service"); service != "" && service != rec.service {
			continue
		}
		j := rec.describe(l.post, transcript)
		if open := q.Get("open"); open != "" && (open == "true") != (j.Reason == "") {
			continue
		}
		answer.Sessions = append(answer.Sessions, j)
	}
	return writeJSON(w, answer)
}

func (l *Lab) getSession(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseUint(r.PathValue("id"), 10, 32)
	for _, rec := range l.records() {
		if err == nil && rec.id == uint32(id) {
			return writeJSON(w, rec.describe(l.post, true))
		}
	}
	return fault(http.StatusNotFound, "There is no session "+strconv.Quote(r.PathValue("id"))+", or it is over for long.")
}
