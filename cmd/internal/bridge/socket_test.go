package bridge

//lint:file-ignore SA1019 the library is asked for by name (socket.go); this file is where the tests know it

import (
	"context"
	"net/http"
	"testing"
	"time"

	"nhooyr.io/websocket"
)

// page is a page's end of a socket.
type page struct {
	t testing.TB
	c *websocket.Conn
}

func (l *lab) open(origin string) (*page, error) {
	return openPage(l.t, http.DefaultClient, l.server.URL, http.Header{"Origin": {origin}})
}

// openPage opens a socket at a bridge.
func openPage(tb testing.TB, client *http.Client, url string, header http.Header) (*page, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	c, _, err := websocket.Dial(ctx, url+connectPath, &websocket.DialOptions{Subprotocols: []string{subprotocol}, HTTPHeader: header, HTTPClient: client})
	if err != nil {
		return nil, err
	}
	c.SetReadLimit(1 << 20)
	tb.Cleanup(func() { _ = c.CloseNow() })
	return &page{tb, c}, nil
}

// send sends a message.
func (p *page) send(text bool, body []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	kind := websocket.MessageBinary
	if text {
		kind = websocket.MessageText
	}
	return p.c.Write(ctx, kind, body)
}

// read takes the next message, of either kind.
func (p *page) read() (text bool, body []byte, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	kind, body, err := p.c.Read(ctx)
	return kind == websocket.MessageText, body, err
}

func (p *page) close() { _ = p.c.Close(websocket.StatusNormalClosure, "") }
