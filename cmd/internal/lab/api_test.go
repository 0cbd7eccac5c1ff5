package lab

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMessages(t *testing.T) {
	r := start(t, Options{})
	r.mail("eve@example.org", "bob@example.test,alice@example.test", "First")
	r.mail("", "bob@example.test", "=?utf-8?q?Zw=C3=B6lf?=")
	var list struct {
		Messages []messageJSON
		Total    int
	}
	for query, want := range map[string]int{"": 3, "?to=BOB@example.test": 3, "?subject=zw%C3%96lf": 1, "?from=eve@example.org": 2,
		"?after=2": 1, "?mailbox=inbox": 3, "?mailbox=other": 0, "?limit=1": 3} {
		if r.get("/messages"+query, &list); list.Total != want {
			t.Errorf("%q: %d messages, want %d", query, list.Total, want)
		}
	}
	var m wholeJSON
	r.get("/messages/3", &m)
	if m.Subject != "Zwölf" || m.From == nil || *m.From != "" || m.Body != "Hello.\r\n" || m.UID != 2 || m.Session != 2 ||
		!slices.Contains(m.Header, fieldJSON{"Return-Path", "<>"}) {
		t.Errorf("got %+v", m)
	}
	resp, err := http.Get("http://" + r.address("http") + "/api/v1/messages/3/raw")
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	if int64(len(raw)) != m.Size || !strings.HasSuffix(string(raw), "\r\n\r\nHello.\r\n") || resp.Header.Get("Content-Type") != "message/rfc822" {
		t.Errorf("got %q", raw)
	}

	imap := r.login("imap", "bob", "plover")
	imap.says("s SELECT INBOX")
	imap.until("s OK")
	if code := r.ask("DELETE", "/messages/1", nil).StatusCode; code != 204 {
		t.Error("delete:", code)
	}
	imap.says("n NOOP")
	if got := imap.until("n OK"); !strings.Contains(got, "* 1 EXPUNGE") {
		t.Errorf("IMAP hears %q", got)
	}
	if code := r.get("/messages/1", nil).StatusCode; code != 404 {
		t.Error("it is still there:", code)
	}
	var deleted struct{ Deleted int }
	if r.ask("DELETE", "/messages?from=eve@example.org", &deleted); deleted.Deleted != 1 {
		t.Errorf("deleted: %+v", deleted)
	}
	if code := r.ask("DELETE", "/messages?form=eve@example.org", nil).StatusCode; code != 400 {
		t.Error("a misspelt parameter:", code)
	}
	if r.get("/messages", &list); list.Total != 1 {
		t.Errorf("%d are left", list.Total)
	}
	for _, path := range []string{"/messages/0", "/messages/x", "/messages/99/raw", "/sessions/99", "/sessions/x"} {
		var p problem
		if code := r.get(path, &p).StatusCode; code != 404 || p.Detail == "" {
			t.Errorf("%s: %d %+v", path, code, p)
		}
	}
	for _, path := range []string{"/messages?limit=0", "/messages?after=x", "/messages/await?timeout=1h"} {
		if code := r.get(path, nil).StatusCode; code != 400 {
			t.Errorf("%s: %d", path, code)
		}
	}
}

func TestAwait(t *testing.T) {
	r := start(t, Options{})
	r.mail("eve@example.org", "bob@example.test", "before")
	got := make(chan messageJSON, 2)
	go func() { var m messageJSON; r.get("/messages/await?subject=before", &m); got <- m }()
	if m := <-got; m.ID != 1 {
		t.Errorf("what is there already: %+v", m)
	}
	go func() { var m messageJSON; r.get("/messages/await?to=alice@example.test&timeout=10s", &m); got <- m }()
	time.Sleep(20 * time.Millisecond)
	r.mail("eve@example.org", "bob@example.test", "not this")
	r.mail("eve@example.org", "alice@example.test", "this")
	if m := <-got; m.Subject != "this" {
		t.Errorf("got %+v", m)
	}
	if code := r.get("/messages/await?after=3&timeout=20ms", nil).StatusCode; code != 404 {
		t.Error("nothing came:", code)
	}
}

func TestSessions(t *testing.T) {
	r := start(t, Options{})
	p := r.dial("smtp")
	p.hears("220")
	p.says("EHLO x", "NONSENSE \xff")
	p.until("500")
	var list struct{ Sessions []sessionJSON }
	r.get("/sessions?open=true&transcript=true&service=smtp", &list)
	if len(list.Sessions) != 1 || list.Sessions[0].Lines == nil || list.Sessions[0].State != "greeted" {
		t.Fatalf("got %+v", list)
	}
	lines := *list.Sessions[0].Lines
	last := lines[len(lines)-1]
	if last.Class != "permanent" || last.Dir != "S" || lines[1].Text != "EHLO x\r\n" || lines[len(lines)-2].Base64 == "" {
		t.Errorf("got %+v", lines)
	}
	p.says("QUIT")
	p.hears("221")
	p.ends()
	var s sessionJSON
	for s.Reason == "" {
		r.get("/sessions/1", &s)
	}
	if s.Reason != overQuit || s.Closed == "" || s.State != "closed" {
		t.Errorf("got %+v", s)
	}
	for range keptSessions + 5 {
		p := r.dial("pop3")
		p.Close()
	}
	for list.Sessions = nil; len(list.Sessions) != keptSessions; time.Sleep(time.Millisecond) {
		r.get("/sessions", &list)
	}
}

func TestGuard(t *testing.T) {
	r := start(t, Options{})
	for _, c := range []struct {
		host, origin, site string
		lan                bool
		want               int
	}{
		{host: "127.0.0.1:8025", want: 200},
		{host: "localhost:8025", want: 200},
		{host: "[::1]:8025", want: 200},
		{host: "LOCALHOST", want: 200},
		{host: "evil.example.com:8025", want: 421},
		{host: "localhost.example.com", want: 421},
		{host: "", want: 421},
		{host: "192.0.2.1:8025", want: 421},
		{host: "192.0.2.1:8025", lan: true, want: 200},
		{host: "evil.example.com", lan: true, want: 421},
		{host: "127.0.0.1:8025", origin: "http://127.0.0.1:8025", want: 200},
		{host: "127.0.0.1:8025", origin: "http://127.0.0.1:9999", want: 403},
		{host: "127.0.0.1:8025", origin: "https://127.0.0.1:8025", want: 403},
		{host: "127.0.0.1:8025", origin: "null", want: 403},
		{host: "127.0.0.1:8025", site: "same-origin", want: 200},
		{host: "127.0.0.1:8025", site: "none", want: 200},
		{host: "127.0.0.1:8025", site: "cross-site", want: 403},
		{host: "127.0.0.1:8025", site: "same-site", want: 403},
	} {
		req := httptest.NewRequest("GET", "/api/v1/messages", nil)
		req.Host = c.host
		for name, value := range map[string]string{"Origin": c.origin, "Sec-Fetch-Site": c.site} {
			if value != "" {
				req.Header.Set(name, value)
			}
		}
		w := httptest.NewRecorder()
		r.handler(c.lan).ServeHTTP(w, req)
		if w.Code != c.want {
			t.Errorf("%+v: got %d", c, w.Code)
		}
		if h := w.Header(); h.Get("Access-Control-Allow-Origin") != "" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%+v: header %v", c, h)
		}
	}
}

// TestDescription holds openapi.json against the routes and against what they answer.
func TestDescription(t *testing.T) {
	var doc struct {
		OpenAPI string
		Servers []struct{ URL string }
		Paths   map[string]map[string]struct {
			OperationID string
			Parameters  []struct{ Name string }
		}
		Components struct {
			Schemas map[string]struct {
				Properties map[string]any
				Required   []string
				AllOf      []struct {
					Ref        string `json:"$ref"`
					Properties map[string]any
				}
			}
		}
	}
	r := start(t, Options{})
	if r.get("/openapi.json", &doc); !strings.HasPrefix(doc.OpenAPI, "3.1") || len(doc.Servers) != 1 {
		t.Fatalf("got %+v", doc)
	}
	described := 0
	for _, operations := range doc.Paths {
		described += len(operations)
	}
	for _, route := range routes() {
		path, ok := strings.CutPrefix(route.path, doc.Servers[0].URL)
		if op := doc.Paths[path][strings.ToLower(route.method)]; !ok || op.OperationID == "" {
			t.Errorf("%s %s is not described", route.method, route.path)
		}
	}
	if described != len(routes()) {
		t.Errorf("%d operations are described, there are %d", described, len(routes()))
	}
	r.mail("eve@example.org", "bob@example.test", "x")
	for path, name := range map[string]string{"/messages": "MessageList", "/messages/1": "WholeMessage", "/messages/await": "Message",
		"/sessions": "SessionList", "/sessions/1": "Session", "/sessions/await": "Session", "/faults": "FaultList", "/lab": "Lab", "/messages/7": "Problem"} {
		schema := doc.Components.Schemas[name]
		properties := map[string]any{}
		for k := range schema.Properties {
			properties[k] = nil
		}
		for _, part := range schema.AllOf {
			for k := range part.Properties {
				properties[k] = nil
			}
			for k := range doc.Components.Schemas[part.Ref[strings.LastIndex(part.Ref, "/")+1:]].Properties {
				properties[k] = nil
			}
		}
		var answer map[string]json.RawMessage
		r.get(path, &answer)
		for k := range answer {
			if _, ok := properties[k]; !ok {
				t.Errorf("%s answers %q, which %s does not describe", path, k, name)
			}
		}
		for _, k := range schema.Required {
			if _, ok := answer[k]; !ok {
				t.Errorf("%s does not answer %q, which %s requires", path, k, name)
			}
		}
	}
}

func TestAwaitAndDeleteSessions(t *testing.T) {
	r := start(t, Options{})
	got := make(chan sessionJSON, 1)
	go func() {
		var s sessionJSON
		r.get("/sessions/await?service=smtp&open=false&timeout=10s", &s)
		got <- s
	}()
	open := r.dial("pop3")
	open.hears("+OK")
	r.mail("eve@example.org", "bob@example.test", "x")
	if s := <-got; s.Service != "smtp" || s.Reason != overQuit || s.Lines == nil || len(*s.Lines) < 8 {
		t.Errorf("awaited: %+v", s)
	}
	if code := r.get("/sessions/await?service=imap&timeout=20ms", nil).StatusCode; code != 404 {
		t.Error("nobody came:", code)
	}
	var n struct{ Deleted int }
	if r.ask("DELETE", "/sessions", &n); n.Deleted != 1 {
		t.Errorf("%d sessions that are over were deleted", n.Deleted)
	}
	if code := r.ask("DELETE", "/sessions/1", nil).StatusCode; code != 204 {
		t.Error("delete a session that is open:", code)
	}
	open.ends()
	var list struct{ Sessions []sessionJSON }
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		if r.get("/sessions", &list); len(list.Sessions) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("left: %+v", list)
		}
	}
	for _, path := range []string{"/sessions?opened=true", "/sessions?open=yes", "/sessions?after=x", "/sessions/await?timeout=1h"} {
		if code := r.get(path, nil).StatusCode; code != 400 {
			t.Errorf("%s: %d", path, code)
		}
	}
}
