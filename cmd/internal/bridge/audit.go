package bridge

import (
	"encoding/json"
	"io"
	"strings"
	"sync"
	"time"
)

// entry is a line of the audit log: who reached what, when, and how much. It never holds what was said.
type entry struct {
	Begin   time.Time `json:"begin"`
	Seconds float64   `json:"seconds"`
	Client  string    `json:"client"` // address
	Room    string    `json:"room,omitempty"`
	Learner string    `json:"learner,omitempty"`
	Host    string    `json:"host,omitempty"`
	Port    int       `json:"port,omitempty"`
	Address string    `json:"address,omitempty"` // that was dialled
	TLS     bool      `json:"tls"`
	Up      int64     `json:"up"`   // octets to the server
	Down    int64     `json:"down"` // octets to the page
	End     string    `json:"end"`  // a reason of [RefusalIDs], without its beginning

	counted string // learner who was counted, "" for none
}

// audit writes entries as lines of JSON.
type audit struct {
	mu sync.Mutex
	w  io.Writer
}

func (a *audit) write(e *entry) {
	e.Seconds = float64(time.Since(e.Begin).Milliseconds()) / 1000
	line, err := json.Marshal(e)
	if err != nil || a.w == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	_, _ = a.w.Write(append(line, '\n')) // a full disk must not stop the lesson
}

// printable is a text of a page as it may be told and written down: short, and without what steers a terminal.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if len(s) > 100 {
		s = strings.ToValidUTF8(s[:100], "") + "…"
	}
	return s
}
