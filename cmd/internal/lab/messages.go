package lab

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/daemon"
	"ehlo/sim/message"
	"ehlo/sim/store"
)

// Bounds of the interface.
const (
	fewMessages = 100
	mostList    = 1000
	shortWait   = 30 * time.Second
	longestWait = 10 * time.Minute
)

// messageJSON is a message in a list.
type messageJSON struct {
	ID       uint64    `json:"id"`
	Address  string    `json:"address"`
	Mailbox  string    `json:"mailbox"`
	UID      store.UID `json:"uid"`
	From     *string   `json:"from"`
	To       []string  `json:"to"`
	Subject  string    `json:"subject"`
	Size     int64     `json:"size"`
	Flags    []string  `json:"flags"`
	Received string    `json:"received"`
	Session  uint32    `json:"session,omitempty"`
}

// fieldJSON is a header field.
type fieldJSON struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// wholeJSON is a message with its text.
type wholeJSON struct {
	messageJSON
	Header []fieldJSON `json:"header"`
	Body   string      `json:"body"`
}

// describe is what the interface says of an entry; the post office's mutex is held.
func (l *Lab) describe(e *entry) messageJSON {
	envelope := e.envelope()
	m := messageJSON{ID: e.id, Address: e.address, Mailbox: e.mailbox, UID: e.uid, To: envelope.To, Subject: e.subject,
		Size: e.size, Flags: l.index.message(e).Flags.Strings(), Received: time.Unix(e.date, 0).UTC().Format(time.RFC3339), Session: e.conn}
	if e.known {
		from := envelope.From
		m.From = &from
	}
	if m.To == nil {
		m.To = []string{}
	}
	if m.Flags == nil {
		m.Flags = []string{}
	}
	return m
}

// query reads a filter, and says which parameters are unknown, so that a misspelt one deletes nothing.
func query(r *http.Request, also ...string) (filter, error) {
	var f filter
	for name, values := range r.URL.Query() {
		known := false
		for _, a := range also {
			known = known || a == name
		}
		switch name {
		case "to":
			f.to = values[0]
		case "from":
			f.from = values[0]
		case "subject":
			f.subject = values[0]
		case "mailbox":
			f.mailbox = values[0]
		case "after":
			n, err := strconv.ParseUint(values[0], 10, 64)
			if err != nil {
				return f, fault(http.StatusBadRequest, "after is the id of a message, a number.")
			}
			f.after = n
		default:
			if !known {
				return f, unknownParameter(name)
			}
		}
	}
	return f, nil
}

func unknownParameter(name string) error {
	return fault(http.StatusBadRequest, "There is no parameter "+strconv.Quote(name)+": /api/v1/openapi.json lists those that there are.")
}

func (l *Lab) listMessages(w http.ResponseWriter, r *http.Request) error {
	f, err := query(r, "limit")
	if err != nil {
		return err
	}
	most := fewMessages
	if text := r.URL.Query().Get("limit"); text != "" {
		if most, err = strconv.Atoi(text); err != nil || most < 1 || most > mostList {
			return fault(http.StatusBadRequest, "limit is a number from 1 to "+strconv.Itoa(mostList)+".")
		}
	}
	answer := struct {
		Messages []messageJSON `json:"messages"`
		Total    int           `json:"total"`
	}{Messages: []messageJSON{}}
	l.do(func(daemon.Env, *daemon.Host) {
		for _, e := range l.index.entries {
			if !f.matches(e) {
				continue
			}
			if answer.Total++; len(answer.Messages) < most {
				answer.Messages = append(answer.Messages, l.describe(e))
			}
		}
	})
	return writeJSON(w, answer)
}

// awaitMessage answers with the first message that the filter chooses, as soon as there is one.
func (l *Lab) awaitMessage(w http.ResponseWriter, r *http.Request) error {
	f, err := query(r, "timeout")
	if err != nil {
		return err
	}
	return l.await(w, r, "message", func() (any, <-chan struct{}) {
		var found any
		var more <-chan struct{}
		l.do(func(daemon.Env, *daemon.Host) {
			if e := l.index.first(f); e != nil {
				found = l.describe(e)
			}
			f.after, more = max(f.after, l.index.last), l.index.coming()
		})
		return found, more
	})
}

// await answers with what look finds, as soon as it finds something. look is asked anew when its channel is closed.
func (l *Lab) await(w http.ResponseWriter, r *http.Request, what string, look func() (any, <-chan struct{})) error {
	wait := shortWait
	if text := r.URL.Query().Get("timeout"); text != "" {
		var err error
		if wait, err = time.ParseDuration(text); err != nil || wait < 0 || wait > longestWait {
			return fault(http.StatusBadRequest, "timeout is a duration up to 10m, such as 5s or 500ms.")
		}
	}
	ctx, cancel := context.WithTimeout(r.Context(), wait)
	defer cancel()
	for {
		found, more := look()
		if found != nil {
			return writeJSON(w, found)
		}
		select {
		case <-more:
		case <-l.stop:
			return fault(http.StatusServiceUnavailable, "The lab closes.")
		case <-ctx.Done():
			limit(w)
			return fault(http.StatusNotFound, "No such "+what+" came within "+wait.String()+".")
		}
	}
}

// withMessage runs f on the message that the path names, the post office's mutex held.
func (l *Lab) withMessage(r *http.Request, f func(daemon.Env, *daemon.Host, *entry) error) error {
	id, _ := strconv.ParseUint(r.PathValue("id"), 10, 64)
	return l.change(func(env daemon.Env, h *daemon.Host) error {
		e := l.index.find(id)
		if e == nil {
			return fault(http.StatusNotFound, "There is no message "+strconv.Quote(r.PathValue("id"))+".")
		}
		return f(env, h, e)
	})
}

// content reads the message that the path names.
func (l *Lab) content(r *http.Request) (m messageJSON, content []byte, err error) {
	err = l.withMessage(r, func(_ daemon.Env, h *daemon.Host, e *entry) error {
		m = l.describe(e)
		ok := false
		if content, ok = contentOf(h, e.place); !ok {
			return fault(http.StatusNotFound, "The message is gone.")
		}
		return nil
	})
	return m, content, err
}

func (l *Lab) getMessage(w http.ResponseWriter, r *http.Request) error {
	m, content, err := l.content(r)
	if err != nil {
		return err
	}
	header, body := message.Split(content)
	whole := wholeJSON{messageJSON: m, Header: []fieldJSON{}, Body: strings.ToValidUTF8(string(body), "\uFFFD")}
	for _, f := range message.Fields(header) {
		whole.Header = append(whole.Header, fieldJSON{f.Name, strings.ToValidUTF8(f.Value, "\uFFFD")})
	}
	return writeJSON(w, whole)
}

func (l *Lab) getRawMessage(w http.ResponseWriter, r *http.Request) error {
	_, content, err := l.content(r)
	if err != nil {
		return err
	}
	limit(w)
	w.Header().Set("Content-Type", "message/rfc822")
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	_, err = w.Write(content)
	return err
}

func (l *Lab) deleteMessage(w http.ResponseWriter, r *http.Request) error {
	err := l.withMessage(r, func(env daemon.Env, h *daemon.Host, e *entry) error {
		return h.Expunge(env, e.address, e.mailbox, []store.UID{e.uid})
	})
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

func (l *Lab) deleteMessages(w http.ResponseWriter, r *http.Request) error {
	f, err := query(r)
	if err != nil {
		return err
	}
	deleted := 0
	err = l.change(func(env daemon.Env, h *daemon.Host) (err error) {
		boxes := map[place][]store.UID{}
		for _, e := range l.index.entries {
			if f.matches(e) {
				box := place{address: e.address, mailbox: e.mailbox}
				boxes[box] = append(boxes[box], e.uid)
				deleted++
			}
		}
		for box, uids := range boxes {
			if e := h.Expunge(env, box.address, box.mailbox, uids); e != nil {
				err = e
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return writeJSON(w, map[string]int{"deleted": deleted})
}
