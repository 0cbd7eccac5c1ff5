package cmd

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/smtp"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestKilledLab kills a lab in the middle of load, three times: every message whose end was acknowledged is there
// afterwards, whole, and no message is there twice.
func TestKilledLab(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	var mu sync.Mutex
	acknowledged := map[string]bool{}
	for round := range 3 {
		l := startLab(t, "-data", data)
		var senders sync.WaitGroup
		for sender := range 4 {
			senders.Add(1)
			go func() {
				defer senders.Done()
				c, err := smtp.Dial(l.at["smtp"])
				if err != nil {
					t.Error(err)
					return
				}
				defer c.Close()
				for n := 0; ; n++ {
					subject := fmt.Sprintf("round %d sender %d message %d", round, sender, n)
					if err := send(c, "eve@example.org", "bob@example.test", subject); err != nil {
						return // the lab is gone
					}
					mu.Lock()
					acknowledged[subject] = true
					mu.Unlock()
				}
			}()
		}
		time.Sleep(time.Second)
		if err := l.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = l.cmd.Wait() // it was killed
		senders.Wait()
	}
	if len(acknowledged) < 30 {
		t.Fatalf("only %d messages were taken", len(acknowledged))
	}
	l := startLab(t, "-data", data)
	found := map[string]int{}
	after, total := 0, 1
	for n := 0; n < total; {
		var list struct {
			Messages []struct {
				ID      int
				Subject string
				Size    int
			}
			Total int
		}
		l.get(t, fmt.Sprintf("/messages?limit=1000&after=%d", after), &list)
		if len(list.Messages) == 0 {
			break
		}
		if n == 0 {
			total = list.Total
		}
		for _, m := range list.Messages {
			found[m.Subject]++
			n, after = n+1, m.ID
		}
	}
	for subject := range acknowledged {
		if found[subject] == 0 {
			t.Errorf("%s was acknowledged and is not there", subject)
		}
	}
	for subject, n := range found {
		if n > 1 {
			t.Errorf("%s is there %d times", subject, n)
		}
	}
	r, err := http.Get("http://" + l.at["http"] + fmt.Sprintf("/api/v1/messages/%d/raw", after))
	if err != nil || r.StatusCode != 200 {
		t.Error("the last message cannot be read:", err)
	}
	t.Logf("%d messages were acknowledged, %d are there", len(acknowledged), len(found))
}

// send sends a message over a connection.
func send(c *smtp.Client, from, to, subject string) error {
	if err := c.Mail(from); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "Subject: %s\r\n\r\n%s", subject, strings.Repeat("Line after line.\r\n", 100)); err != nil {
		return err
	}
	return w.Close()
}

// get asks the lab's interface.
func (l *runningLab) get(t *testing.T, path string, v any) {
	t.Helper()
	r, err := http.Get("http://" + l.at["http"] + "/api/v1" + path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if err := json.NewDecoder(r.Body).Decode(v); err != nil {
		t.Fatal(err)
	}
}
