package imap_test

import (
	"fmt"
	"testing"

	"ehlo/sim/imap"
	"ehlo/sim/store"
)

// big is a session that has selected a mailbox with n messages.
func big(b *testing.B, n int) *host {
	h := newHost(imap.Config{}, account(nil, nil))
	box, _ := h.account.Mailbox("INBOX")
	l := letter("plain")
	batch := store.Batch{Append: make([]store.Draft, n)}
	for i := range batch.Append {
		batch.Append[i] = l
	}
	if _, err := box.Commit(batch); err != nil {
		b.Fatal(err)
	}
	h.Receive(0, []byte("a LOGIN bob plover\r\na SELECT INBOX\r\n"))
	h.Output()
	return h
}

func BenchmarkCommands(b *testing.B) {
	for _, n := range []int{10, 10_000, 200_000} {
		for _, command := range []string{"NOOP", "SELECT INBOX", "FETCH * (FLAGS UID)", "UID FETCH 5 BODY.PEEK[HEADER]",
			`STORE 5 FLAGS.SILENT (\Seen)`, "FETCH 1:10 ENVELOPE", "FETCH 1:10 BODYSTRUCTURE", "FETCH 1:10 (UID RFC822.SIZE FLAGS BODY.PEEK[HEADER.FIELDS (From To Subject Date)])",
			"UID SEARCH 1:10 UNSEEN", "SEARCH FLAGGED", "SEARCH RETURN (MAX) FROM alice", "SEARCH SINCE 1-Jan-2030"} {
			b.Run(fmt.Sprint(command, "/", n), func(b *testing.B) {
				h := big(b, n)
				line := []byte("a " + command + "\r\n")
				b.ReportAllocs()
				for b.Loop() {
					h.Receive(0, line)
					h.Output()
					h.reports = h.reports[:0]
				}
			})
		}
	}
}

func BenchmarkFetchAllFlags(b *testing.B) {
	h := big(b, 200_000)
	for b.Loop() {
		h.Receive(0, []byte("a FETCH 1:* FLAGS\r\n"))
		b.SetBytes(int64(len(h.Output())))
	}
}

func BenchmarkSearchAll(b *testing.B) {
	h := big(b, 10_000)
	for _, keys := range []string{"UNSEEN", "FROM alice", "SUBJECT nothing", "BODY lamp", "TEXT nothing"} {
		b.Run(keys, func(b *testing.B) {
			for b.Loop() {
				h.Receive(0, []byte("a SEARCH "+keys+"\r\n"))
				h.Output()
				h.reports = nil
			}
		})
	}
}

// A NOOP with no news costs no memory.
func TestNoopAllocates(t *testing.T) {
	s := imap.NewServer(imap.Config{}, 0)
	line := []byte("a1 NOOP\r\n")
	if n := testing.AllocsPerRun(100, func() {
		s.Receive(0, line)
		s.Output()
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
