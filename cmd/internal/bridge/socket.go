package bridge

//lint:file-ignore SA1019 the product asks for nhooyr.io/websocket by name; it works, and this file is the only one to change

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"nhooyr.io/websocket"
)

// The product asks for nhooyr.io/websocket by name. The same library goes on as github.com/coder/websocket: the import
// above is the one line to change.

// maxFrame is the longest message of a page, in octets.
const maxFrame = 64 << 10

// subprotocol names the language of the messages (docs/bridge.md).
const subprotocol = "ehlo.bridge.1"

// socket is a WebSocket (RFC 6455) with a page. Its methods may be called at the same time, each by one goroutine.
type socket struct{ c *websocket.Conn }

// accept answers a page's request for a WebSocket. The origin was checked before; the library checks it again.
func accept(w http.ResponseWriter, r *http.Request, originHost string) (socket, error) {
	c, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols:    []string{subprotocol},
		OriginPatterns:  []string{originHost},
		CompressionMode: websocket.CompressionDisabled, // what passes is short, and mixing secrets with others' text betrays lengths
	})
	if err != nil {
		return socket{}, err // it has answered
	}
	c.SetReadLimit(-1) // read has a limit of its own, which says that it is one
	return socket{c}, nil
}

// errTooLong is a message of more than maxFrame octets.
var errTooLong = errors.New("the message is too long")

// read takes the next message; text says that it is a control message.
func (s socket) read(ctx context.Context) (text bool, p []byte, err error) {
	kind, r, err := s.c.Reader(ctx)
	if err != nil {
		return false, nil, err
	}
	p, err = io.ReadAll(io.LimitReader(r, maxFrame+1))
	if err == nil && len(p) > maxFrame {
		err = errTooLong
	}
	return kind == websocket.MessageText, p, err
}

// write sends a message.
func (s socket) write(ctx context.Context, text bool, p []byte) error {
	kind := websocket.MessageBinary
	if text {
		kind = websocket.MessageText
	}
	return s.c.Write(ctx, kind, p)
}

// farewell is how long a page has to close the socket after the last word.
const farewell = time.Second

// close lets the page close, as it does when it has read the last word: where this side begins, the library answers the
// page's answer, and browsers call that a fault. cut does not wait.
func (s socket) close() {
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	for err := error(nil); err == nil; {
		_, _, err = s.c.Read(ctx)
	}
	s.cut()
}

func (s socket) cut() { _ = s.c.CloseNow() }
