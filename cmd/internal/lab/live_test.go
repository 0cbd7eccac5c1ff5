package lab

import (
	"bufio"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ehlo/sim/trace"
)

// watcher reads the live trace of a lab.
type watcher struct {
	*testing.T
	in     *bufio.Scanner
	events []trace.Event
}

func (r *running) watch() *watcher {
	r.Helper()
	req, err := http.NewRequest("GET", "http://"+r.address("http")+"/api/v1/live", nil)
	if err != nil {
		r.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" {
		r.Fatal(resp.Status)
	}
	w := &watcher{T: r.T, in: bufio.NewScanner(resp.Body)}
	w.in.Buffer(nil, 1<<20)
	if !w.in.Scan() || w.in.Text() != "event: begin" {
		r.Fatalf("it begins with %q", w.in.Text())
	}
	return w
}

// until reads up to an event of a kind.
func (w *watcher) until(kind trace.Kind) trace.Event {
	w.Helper()
	for w.in.Scan() {
		text, ok := strings.CutPrefix(w.in.Text(), "data: ")
		if !ok {
			continue
		}
		e, err := trace.ParseJSON([]byte(text))
		if err != nil {
			w.Fatalf("%v in %s", err, text)
		}
		if n := len(w.events); n > 0 && e.At < w.events[n-1].At {
			w.Errorf("%s is before %s", text, w.events[n-1].Kind)
		}
		if w.events = append(w.events, e); e.Kind == kind {
			return e
		}
	}
	w.Fatalf("no %v came: %v", kind, w.in.Err())
	return trace.Event{}
}

func TestLive(t *testing.T) {
	r := start(t, Options{})
	r.mail("eve@example.org", "bob@example.test", "Before")
	w := r.watch()
	if e := w.until(trace.KindClosed); e.Actor != "client-1" || e.Conn != 1 {
		t.Errorf("what was over: %+v", e)
	}
	p := r.dialTLS("smtps", "localhost")
	p.hears("220 ")
	p.says("EHLO x", "NONSENSE", "QUIT")
	p.until("221 ")
	p.ends()
	if e := w.until(trace.KindTLS); e.Label != "TLS 1.3" || e.Conn != 2 {
		t.Errorf("TLS: %+v", e)
	}
	w.until(trace.KindClosed)
	began := time.Now()
	r.mail("eve@example.org", "bob@example.test", "After")
	if e := w.until(trace.KindDelivered); e.Target != "bob@example.test" || e.Label != "After" {
		t.Errorf("delivered: %+v", e)
	}
	w.until(trace.KindClosed)
	if d := time.Since(began); d > 10*time.Second {
		t.Errorf("it is shown after %v", d)
	}
	kinds := map[trace.Kind]int{}
	said := ""
	for _, e := range w.events {
		kinds[e.Kind]++
		if e.Kind == trace.KindLine && e.Conn == 2 {
			said += e.Label + " " + e.State + ">" + e.Next + "\n"
		}
	}
	if kinds[trace.KindHost] != 2 || kinds[trace.KindListen] != 7 || kinds[trace.KindOpen] != 3 || kinds[trace.KindLine] != kinds[trace.KindSegment] ||
		kinds[trace.KindQueued] != 1 {
		t.Errorf("events: %v", kinds)
	}
	if !strings.Contains(said, "EHLO connected>") || !strings.Contains(said, "500 greeted>greeted\n") || !strings.HasSuffix(said, "221 greeted>closed\n") {
		t.Errorf("the session is shown as\n%s", said)
	}
}

func TestManyViewers(t *testing.T) {
	r := start(t, Options{})
	for range mostViewers {
		r.watch()
	}
	if code := r.get("/live", nil).StatusCode; code != http.StatusServiceUnavailable {
		t.Error("one more:", code)
	}
	r.works()
}

// TestLiveUnderLoad looks on while much happens: what is shown does not fall behind without end, and of sessions that were
// dropped before anybody saw them nothing stays open.
func TestLiveUnderLoad(t *testing.T) {
	r := start(t, Options{})
	w := r.watch()
	const n = 300
	for range n {
		r.mail("eve@example.org", "bob@example.test", "x")
	}
	began := time.Now()
	for w.until(trace.KindClosed).Conn != n {
	}
	if d := time.Since(began); d > liveStretch+5*time.Second {
		t.Errorf("it is shown %v later", d)
	}
	open := map[uint32]bool{}
	for _, e := range w.events {
		switch e.Kind {
		case trace.KindOpen:
			open[e.Conn] = true
		case trace.KindClosed, trace.KindCut:
			delete(open, e.Conn)
		}
	}
	if len(open) > 0 {
		t.Errorf("these are shown as open: %v", open)
	}
}

// TestForgottenSessions has a viewer miss the end of a session because too many came after it.
func TestForgottenSessions(t *testing.T) {
	r := start(t, Options{})
	p := r.dial("smtp")
	p.hears("220 ")
	v := &viewer{lab: r.Lab, sessions: map[uint32]*viewed{}, over: map[uint32]bool{}}
	v.begin()
	v.look()
	if len(v.sessions) != 1 || v.seats[0] != 1 {
		t.Fatalf("it sees %v", v.sessions)
	}
	p.says("QUIT")
	p.until("221 ")
	p.ends()
	for range keptSessions + 1 {
		r.mail("eve@example.org", "bob@example.test", "x")
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		if list := r.records(); len(list) == keptSessions && list[0].id > 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the first session is not dropped")
		}
	}
	events := v.look()
	if v.sessions[1] != nil || len(v.over) > keptSessions {
		t.Errorf("it still knows %v and %d that are over", v.sessions, len(v.over))
	}
	ended := func(e trace.Event) bool { return e.Kind == trace.KindClosed && e.Conn == 1 }
	if events = append(events, v.waiting...); !slices.ContainsFunc(events, ended) {
		t.Error("the first session is shown as open")
	}
}
