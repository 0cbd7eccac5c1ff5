package imappeer

import (
	"bytes"
	"io"
	"log"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// GoIMAP is the server in memory that comes with github.com/emersion/go-imap/v2.
func GoIMAP(dir string, messages []Message) (Server, error) {
	server, err := newGoIMAP(messages)
	if err != nil {
		return Server{}, err
	}
	listener, dial, err := listen(dir, "go-imap")
	if err != nil {
		return Server{}, err
	}
	go server.Serve(listener)
	return Server{Name: "go-imap", Dial: dial, Stop: func() { server.Close() }}, nil
}

func newGoIMAP(messages []Message) (*imapserver.Server, error) {
	memory := imapmemserver.New()
	user := imapmemserver.NewUser(User, Password)
	if err := user.Create("INBOX", nil); err != nil {
		return nil, err
	}
	for _, m := range messages {
		var flags []imap.Flag
		for _, f := range strings.Fields(m.Flags) {
			flags = append(flags, imap.Flag(f))
		}
		if _, err := user.Append("INBOX", bytes.NewReader(m.Content), &imap.AppendOptions{Flags: flags, Time: m.Date}); err != nil {
			return nil, err
		}
	}
	memory.AddUser(user)
	return imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}},
		InsecureAuth: true,
		Logger:       log.New(io.Discard, "", 0),
	}), nil
}
