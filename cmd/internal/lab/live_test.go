package lab

import (
	"bufio"
	"net/http"
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

// TestLiveUnderLoad looks on while much happens: what is shown does not fall behind without end.
func TestLiveUnderLoad(t *testing.T) {
	r := start(t, Options{})
	w := r.watch()
	for range 300 {
		r.mail("eve@example.org", "bob@example.test", "x")
	}
	began := time.Now()
	for n := 0; n < 300; n++ {
		w.until(trace.KindClosed)
	}
	if d := time.Since(began); d > liveStretch+5*time.Second {
		t.Errorf("it is shown %v later", d)
	}
}
