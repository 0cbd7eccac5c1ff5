package imap_test

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ehlo/sim/imap"
	"ehlo/sim/store"
)

var seedFlag = flag.Uint64("seed", 0, "repeat a randomised test with this seed")

// Several sessions do random things to one mailbox and hear of each other late. What each client can work out from what
// it was told must be true.
func TestSessions(t *testing.T) {
	seeds := []uint64{*seedFlag}
	if *seedFlag == 0 {
		seeds = nil
		for range 200 {
			seeds = append(seeds, rand.Uint64())
		}
	}
	for _, seed := range seeds {
		w := &sessionsWorld{t: t, seed: seed, rand: rand.New(rand.NewPCG(seed, 1)), box: store.NewMemory(1)}
		for range w.rand.IntN(8) {
			w.change()
		}
		for range 1 + w.rand.IntN(3) {
			w.join()
		}
		for range 60 {
			switch {
			case w.rand.IntN(3) == 0:
				w.change()
			case w.rand.IntN(3) == 0:
				s := w.pick()
				w.notify(s)
				s.hear()
			default:
				s := w.pick()
				s.command(s.random())
			}
		}
		for _, s := range w.sessions {
			w.notify(s)
			s.hear()
			s.command("NOOP")
			s.compare()
		}
	}
}

type sessionsWorld struct {
	t        *testing.T
	seed     uint64
	rand     *rand.Rand
	box      *store.Memory
	sessions []*session
}

// session is a server and what its client knows.
type session struct {
	w      *sessionsWorld
	server *imap.Server
	tag    int
	known  []known

	condstore bool // it is told modification sequences
	asked     bool // for flags, by a FETCH that need not tell them
	log       []string
	resync    bool // it has enabled QRESYNC, and asks for the UID of each message before it goes on
}

// known is a message as the client knows it; a UID of 0 was not told.
type known struct {
	uid   store.UID
	flags string
	told  bool  // flags was told
	seq   int64 // the modification sequence that was told, or 0
	fresh bool  // by the reply to the last command
}

func (w *sessionsWorld) pick() *session { return w.sessions[w.rand.IntN(len(w.sessions))] }

func (w *sessionsWorld) notify(s *session) {
	s.server.Notify(0, store.Change{Mailbox: "INBOX", Snapshot: w.box.Snapshot()})
}

func (w *sessionsWorld) join() {
	s := &session{w: w, server: imap.NewServer(imap.Config{}, 0)}
	w.sessions = append(w.sessions, s)
	s.server.Output()
	s.command("LOGIN bob plover")
	switch w.rand.IntN(4) {
	case 2:
		s.command("NOTIFY SET (selected-delayed (MessageNew (UID) MessageExpunge FlagChange)) (personal (MailboxName))")
	case 0:
		s.command("ENABLE CONDSTORE")
		s.condstore = true
	case 1:
		s.command("ENABLE QRESYNC")
		s.condstore, s.resync = true, true
	}
	s.command("SELECT INBOX")
}

// change is what a delivery or another program does.
func (w *sessionsWorld) change() {
	var b store.Batch
	n := w.box.Snapshot().Len()
	m, _ := w.box.Snapshot().At(1 + w.rand.IntN(max(1, n)))
	switch w.rand.IntN(4) {
	case 0:
		b.Flags = []store.FlagEdit{{UID: m.UID, Op: store.FlagOp(w.rand.IntN(3)), Flags: w.flags()}}
	case 1:
		b.Expunge = []store.UID{m.UID}
	default:
		b.Append = []store.Draft{{Content: []byte("Subject: x\r\n\r\nx\r\n"), Flags: w.flags()}}
	}
	if _, err := w.box.Commit(b); err != nil {
		w.t.Fatal(err)
	}
}

func (w *sessionsWorld) flags() store.Flags {
	return store.Flags{System: store.SystemFlags(w.rand.IntN(16)) & (store.Seen | store.Flagged | store.Deleted)}
}

// random is a command that the client may send, knowing what it knows.
func (s *session) random() string {
	r := s.w.rand
	set, uid := s.set()
	prefix := ""
	if uid {
		prefix = "UID "
	}
	switch r.IntN(13) {
	case 0, 1:
		return "NOOP"
	case 12:
		return "IDLE"
	case 2:
		return []string{"EXPUNGE", "UID EXPUNGE 2:5,9:*", prefix + "COPY " + set + " INBOX", prefix + "MOVE " + set + " INBOX",
			s.replacement()}[r.IntN(5)]
	case 3:
		return []string{"SELECT INBOX", "EXAMINE INBOX", "CAPABILITY"}[r.IntN(3)]
	case 10, 11:
		return prefix + "SEARCH " + s.criterion()
	case 4, 5:
		return prefix + "FETCH " + set + []string{" FLAGS", " (UID FLAGS)", " UID"}[r.IntN(3)]
	case 6, 7:
		return prefix + "FETCH " + set + []string{" BODY[]", " (UID FLAGS BODY[TEXT])", " BODY.PEEK[]"}[r.IntN(3)]
	}
	flags := string(s.w.flags().Append(nil))
	if r.IntN(4) == 0 {
		s.condstore = true
		return fmt.Sprintf("%sSTORE %s (UNCHANGEDSINCE %d) +FLAGS (%s)", prefix, set, r.IntN(1+int(s.w.box.Snapshot().HighestModSeq())), flags)
	}
	return prefix + "STORE " + set + " " + []string{"", "+", "-"}[r.IntN(3)] + "FLAGS" + []string{"", ".SILENT"}[r.IntN(2)] +
		" (" + flags + ")"
}

// replacement is a REPLACE of a message that the client may name.
func (s *session) replacement() string {
	r := s.w.rand
	if n := len(s.known); n > 0 && r.IntN(2) == 0 {
		return fmt.Sprintf("REPLACE %d INBOX {1+}\r\nx", 1+r.IntN(n))
	}
	return fmt.Sprintf("UID REPLACE %d INBOX (\\Seen) {1+}\r\nx", 1+r.IntN(int(s.w.box.Snapshot().UIDNext())))
}

// criterion is something to look for, and searched what was looked for in the state that the client was told of.
func (s *session) criterion() string {
	return []string{"ALL", "UNSEEN", "SEEN NOT DELETED", "OR FLAGGED DELETED", "RETURN (COUNT ALL) SEEN"}[s.w.rand.IntN(5)]
}

// set is a set of messages the client may name.
func (s *session) set() (text string, uid bool) {
	r := s.w.rand
	if len(s.known) == 0 || r.IntN(3) == 0 {
		next := int(s.w.box.Snapshot().UIDNext())
		return fmt.Sprintf("%d:%d,%d", 1+r.IntN(next), 1+r.IntN(next), 1+r.IntN(next)), true
	}
	n := len(s.known)
	return []string{"1:*", "*", fmt.Sprint(1 + r.IntN(n)), fmt.Sprintf("%d:%d", 1+r.IntN(n), 1+r.IntN(n))}[r.IntN(4)], false
}

// command sends a command, answers the questions it leads to, while the world goes on, and takes what comes back.
func (s *session) command(text string) {
	if s.resync && !strings.HasPrefix(text, "FETCH 1:* UID") && slices.ContainsFunc(s.known, func(k known) bool { return k.uid == 0 }) {
		s.command("FETCH 1:* UID")
	}
	s.tag++
	line := fmt.Sprintf("a%d %s\r\n", s.tag, text)
	s.log = append(s.log, "C: "+line)
	if strings.HasPrefix(text, "SELECT") || strings.HasPrefix(text, "EXAMINE") {
		s.known = nil
	}
	before := slices.Clone(s.known)
	if strings.Contains(text, ".SILENT") {
		s.expect(text)
	}
	s.asked = strings.Contains(text, "FETCH")
	s.server.Receive(0, []byte(line))
	var output []byte
	if text == "IDLE" {
		for range s.w.rand.IntN(4) {
			s.w.change()
			s.w.notify(s)
		}
		output = append(output, s.server.Output()...)
		s.server.Receive(0, []byte("DONE\r\n"))
	}
	for e, ok := s.server.Next(); ok; e, ok = s.server.Next() {
		output = append(output, s.server.Output()...)
		if s.w.rand.IntN(4) == 0 {
			s.w.change()
		}
		a := s.answer(e)
		if s.w.rand.IntN(4) == 0 {
			s.w.change()
			s.w.notify(s)
		}
		s.server.Answer(0, e.ID, a)
	}
	output = append(output, s.server.Output()...)
	for i := range s.known {
		s.known[i].fresh = false
	}
	for _, r := range s.read(output) {
		s.learn(text, r)
		if r.Tag != "*" && r.Name == "NO" && strings.Contains(text, ".SILENT") {
			// What was done was told; the rest is as it was.
			for i := range before {
				if !s.known[i].fresh {
					s.known[i] = before[i]
				}
			}
		}
	}
}

// hear takes what the server says between commands, where NOTIFY wants that.
func (s *session) hear() {
	for _, r := range s.read(s.server.Output()) {
		s.learn("", r)
	}
}

// read takes responses.
func (s *session) read(output []byte) []imap.Response {
	for _, l := range bytes.SplitAfter(output, []byte("\n")) {
		s.log = append(s.log, "S: "+string(l))
	}
	return checkResponses(s.w.t, output)
}

// expect changes what the client knows as STORE with .SILENT will change it.
func (s *session) expect(text string) {
	r, _, err := imap.ParseCommand([]byte("x " + text + "\r\n"))
	if err != nil {
		s.fail("%v", err)
	}
	c := r.Command.(imap.Store)
	largest := len(s.known)
	if c.UID && largest > 0 {
		largest = int(s.known[largest-1].uid)
	}
	for i := range s.known {
		k := &s.known[i]
		n := i + 1
		if c.UID {
			n = int(k.uid)
		}
		named := slices.ContainsFunc(c.Set, func(r imap.Range) bool {
			from, to := int(r.From), int(r.To)
			if r.From == imap.Star {
				from = largest
			}
			if r.To == imap.Star {
				to = largest
			}
			return min(from, to) <= n && n <= max(from, to)
		})
		switch f, err := store.ParseFlags(strings.Fields(k.flags)); {
		case err != nil:
			s.fail("%v", err)
		case c.UID && k.uid == 0:
			k.told = false // it may be one of them
		case !named:
		case c.Op == store.FlagAdd:
			k.flags = string(f.With(c.Flags).Append(nil))
		case c.Op == store.FlagRemove:
			k.flags = string(f.Without(c.Flags).Append(nil))
		default:
			k.flags, k.told = string(c.Flags.Append(nil)), true
		}
	}
}

func (s *session) answer(e imap.Event) imap.Answer {
	box := s.w.box
	switch e.Kind {
	case imap.AskSelect:
		return imap.Answer{OK: true, Snapshot: box.Snapshot()}
	case imap.AskContent:
		content, err := box.Content(e.UID)
		return imap.Answer{OK: err == nil, Content: content}
	case imap.AskStore:
		r, err := box.Commit(e.Batch)
		return imap.Answer{OK: err == nil, Snapshot: r.Snapshot, Modified: r.Modified}
	case imap.AskCopy: // into the same mailbox
		b := store.Batch{}
		var there []store.UID
		for _, u := range e.UIDs {
			if _, ok := box.Snapshot().Seq(u); ok {
				there = append(there, u)
			}
		}
		b.Append = copied(box, there)
		if e.Move {
			b.Expunge = there
		}
		r, err := box.Commit(b)
		return imap.Answer{OK: err == nil, Snapshot: r.Snapshot, Target: r.Snapshot, Copied: there, UIDs: r.Appended}
	case imap.AskReplace: // in the same mailbox
		r, err := box.Commit(store.Batch{Append: e.Drafts, Expunge: e.UIDs})
		return imap.Answer{OK: err == nil, Snapshot: r.Snapshot, Target: r.Snapshot, UIDs: r.Appended}
	case imap.AskExpunge:
		r, err := box.Commit(store.Batch{Expunge: e.UIDs})
		return imap.Answer{OK: err == nil, Snapshot: r.Snapshot}
	}
	return imap.Answer{OK: true}
}

// learn takes a response as a client must.
func (s *session) learn(command string, r imap.Response) {
	n := int(r.Number)
	switch r.Name {
	case "BAD":
		s.fail("refused: %s", r.Text)
	case "EXISTS":
		if n < len(s.known) {
			s.fail("EXISTS %d, but %d messages are known", n, len(s.known))
		}
		for len(s.known) < n {
			s.known = append(s.known, known{})
		}
	case "EXPUNGE":
		if s.resync {
			s.fail("EXPUNGE although QRESYNC is enabled")
		}
		if strings.HasPrefix(command, "FETCH") || strings.HasPrefix(command, "STORE") || strings.HasPrefix(command, "SEARCH") || strings.HasPrefix(command, "COPY") {
			s.fail("EXPUNGE during %s", command)
		}
		if n < 1 || n > len(s.known) {
			s.fail("EXPUNGE %d of %d", n, len(s.known))
		}
		s.known = slices.Delete(s.known, n-1, n)
	case "VANISHED":
		s.vanished(command, r.UIDs[0])
	case "SEARCH", "ESEARCH":
		s.found(command, r)
	case "FETCH":
		if n < 1 || n > len(s.known) {
			s.fail("FETCH %d of %d", n, len(s.known))
		}
		k := &s.known[n-1]
		if uid := r.UID(); uid != 0 {
			if k.uid != 0 && k.uid != uid {
				s.fail("message %d has UID %d and then %d", n, k.uid, uid)
			}
			k.uid = uid
		} else if strings.HasPrefix(command, "UID") {
			s.fail("no UID in the reply to %s", command)
		}
		k.learnModSeq(s, r)
		if flags, ok := r.Flags(); ok {
			flags = slices.DeleteFunc(flags, func(f string) bool { return f == `\Recent` })
			k.flags, k.told, k.fresh = strings.Join(flags, " "), true, true
		}
	}
}

// learnModSeq takes a message's modification sequence, which only grows, and which every change of flags comes with.
func (k *known) learnModSeq(s *session, r imap.Response) {
	_, flags := r.Flags()
	i := slices.IndexFunc(r.Items, func(d imap.Datum) bool { return d.Name == "MODSEQ" })
	switch {
	case i < 0 && flags && s.condstore && !s.asked:
		s.fail("flags without a modification sequence")
	case i < 0:
		return
	case !s.condstore:
		s.fail("a modification sequence that nobody asked for")
	}
	seq, _ := r.Items[i].Value.List[0].Number()
	if seq < k.seq {
		s.fail("the modification sequence of a message falls from %d to %d", k.seq, seq)
	}
	k.seq = seq
}

// vanished takes away the messages with these UIDs. One that is not known was among those whose UID was not told
// yet.
func (s *session) vanished(command string, set imap.SequenceSet) {
	if !s.resync || strings.HasPrefix(command, "FETCH") || strings.HasPrefix(command, "STORE") || strings.HasPrefix(command, "SEARCH") || strings.HasPrefix(command, "COPY") {
		s.fail("VANISHED during %s", command)
	}
	for _, r := range set {
		for uid := store.UID(r.From); uid <= store.UID(r.To); uid++ {
			i := slices.IndexFunc(s.known, func(k known) bool { return k.uid == uid })
			if i < 0 { // before the first that has a higher one
				if i = slices.IndexFunc(s.known, func(k known) bool { return k.uid > uid }); i < 0 {
					i = len(s.known)
				}
				i--
			}
			if i < 0 || s.known[i].uid != 0 && s.known[i].uid != uid {
				s.fail("UID %d vanished, which was not there", uid)
			}
			s.known = slices.Delete(s.known, i, i+1)
		}
	}
}

// found compares what a search has found with the flags that the client was told of.
func (s *session) found(command string, r imap.Response) {
	uid := strings.HasPrefix(command, "UID")
	named := func(k known, seq int) bool {
		n := uint32(seq)
		if uid {
			n = uint32(k.uid)
		}
		return slices.ContainsFunc(r.Search.All, func(r imap.Range) bool { return r.From <= n && n <= r.To })
	}
	for i, k := range s.known {
		if uid && k.uid == 0 || !k.told || !slices.ContainsFunc(s.w.present(), func(m store.Message) bool { return m.UID == k.uid }) {
			continue
		}
		has := func(flag string) bool { return strings.Contains(k.flags, flag) }
		want := true
		switch {
		case strings.HasSuffix(command, "UNSEEN"):
			want = !has(`\Seen`)
		case strings.HasSuffix(command, "NOT DELETED"):
			want = has(`\Seen`) && !has(`\Deleted`)
		case strings.HasSuffix(command, "DELETED"):
			want = has(`\Flagged`) || has(`\Deleted`)
		case strings.HasSuffix(command, "SEEN"):
			want = has(`\Seen`)
		}
		if got := named(k, i+1); got != want {
			s.fail("%s finds message %d: %v; the client knows its flags as (%s)", command, i+1, got, k.flags)
		}
	}
}

// present is the messages of the mailbox as it is.
func (w *sessionsWorld) present() (messages []store.Message) {
	for _, m := range w.box.Snapshot().All() {
		messages = append(messages, m)
	}
	return messages
}

// compare wants the client to know the mailbox as it is.
func (s *session) compare() {
	box := s.w.box.Snapshot()
	if len(s.known) != box.Len() {
		s.fail("%d messages are known, there are %d", len(s.known), box.Len())
	}
	for seq, m := range box.All() {
		k := s.known[seq-1]
		if k.uid != 0 && k.uid != m.UID {
			s.fail("message %d is taken for UID %d, but is %d", seq, k.uid, m.UID)
		}
		if k.seq > int64(m.ModSeq) {
			s.fail("message %d has the modification sequence %d, and %d was told", seq, m.ModSeq, k.seq)
		}
		if flags := string(m.Flags.Append(nil)); k.told && k.flags != flags {
			s.fail("the flags of message %d are taken for (%s), but are (%s)", seq, k.flags, flags)
		}
	}
}

func (s *session) fail(format string, args ...any) {
	s.w.t.Helper()
	s.w.t.Fatalf("%s\n%s\nrepeat with: go test -run '%s' -seed %d", fmt.Sprintf(format, args...),
		strings.Join(s.log, ""), s.w.t.Name(), s.w.seed)
}
