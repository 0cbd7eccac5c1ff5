package lab

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"ehlo/sim/store"
	"ehlo/sim/store/storetest"
)

// kept is an account of its own on a disk.
type keptAccount struct {
	t   *testing.T
	dir string
	*disk
	many bool // operations are dropped for the account's state each time
}

const keptAddress = "bob@example.test"

// open returns the account as it is on the disk, or a new one.
func (k *keptAccount) open() *store.Account {
	k.t.Helper()
	d, err := openDisk(k.dir, k.t.Logf)
	if err != nil {
		k.t.Fatal(err)
	}
	r := &recorder{journal: d.journal, address: keptAddress}
	a, err := d.db.load(keptAddress, r.source)
	if err != nil {
		k.t.Fatal(err)
	}
	if a == nil || k.many {
		if a == nil {
			a = store.NewAccount(100)
		}
		if err := d.db.save(keptAddress, a); err != nil {
			k.t.Fatal(err)
		}
	}
	r.account = a
	r.count()
	a.SetJournal(r)
	d.recorders[keptAddress] = r
	d.landed = func([]write) {} // the test's goroutine has the account
	d.db.db.NoSync = true       // the machine will not end in this test
	k.disk = d
	go d.run()
	return a
}

// close ends the disk and checks that it holds each content that a message has, and no other.
func (k *keptAccount) close(a *store.Account) {
	k.t.Helper()
	want := map[uint64]bool{}
	for _, name := range a.Names() {
		box, _ := a.Mailbox(name)
		for _, m := range box.Snapshot().All() {
			want[m.EmailID] = true
		}
	}
	r := k.recorders[keptAddress]
	if err := k.finish(); err != nil {
		k.t.Fatal(err)
	}
	db, err := openDatabase(k.dir)
	if err != nil {
		k.t.Fatal(err)
	}
	defer db.close()
	n := 0
	if err := db.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketAccounts).Bucket([]byte(keptAddress)).Bucket(bucketContent).ForEach(func(k, _ []byte) error { n++; return nil })
	}); err != nil {
		k.t.Fatal(err)
	}
	if n != len(want) || len(r.refs) != len(want) {
		k.t.Errorf("%d contents on the disk, %d counted, %d are those of messages", n, len(r.refs), len(want))
	}
}

// TestDiskAccounts runs the suite of all mailboxes on those that are kept: from their operations, and from their state.
func TestDiskAccounts(t *testing.T) {
	for _, many := range []bool{false, true} {
		t.Run(fmt.Sprint("state ", many), func(t *testing.T) {
			var k *keptAccount
			storetest.Accounts(t, func(t *testing.T) *store.Account {
				k = &keptAccount{t: t, dir: t.TempDir(), many: many}
				t.Cleanup(func() { _ = k.finish() })
				return k.open()
			}, func(t *testing.T, a *store.Account) *store.Account {
				k.t = t
				k.close(a)
				return k.open()
			})
		})
	}
	storetest.Run(t, func(t *testing.T) store.Mailbox {
		k := &keptAccount{t: t, dir: t.TempDir()}
		a := k.open()
		t.Cleanup(func() { k.close(a) })
		box, _ := a.Mailbox(store.Inbox)
		return box
	})
}

// TestStateKeepsEverything compares snapshots: modification sequences, keywords and what was expunged come back too.
func TestStateKeepsEverything(t *testing.T) {
	k := &keptAccount{t: t, dir: t.TempDir(), many: true}
	a := k.open()
	box, _ := a.Mailbox(store.Inbox)
	commit := func(b store.Batch) {
		t.Helper()
		if _, err := box.Commit(b); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 100 {
		commit(store.Batch{Append: []store.Draft{{Content: fmt.Appendf(nil, "Subject: %d\r\n\r\n", i), Date: int64(i), Flags: store.Flags{Keywords: "$Label"}}}})
	}
	commit(store.Batch{Flags: []store.FlagEdit{{UID: 50, Op: store.FlagAdd, Flags: store.Flags{System: store.Seen}}}})
	commit(store.Batch{Expunge: []store.UID{1, 2, 3, 77}})
	if err := a.Annotate("INBOX", store.Annotation{Name: "/private/comment", Value: "\xff\x00"}); err != nil {
		t.Fatal(err)
	}
	was := box.Snapshot()
	k.close(a)
	a = k.open()
	box, _ = a.Mailbox(store.Inbox)
	now := box.Snapshot()
	if was.UIDNext() != now.UIDNext() || was.HighestModSeq() != now.HighestModSeq() || was.Keywords() != now.Keywords() || was.Len() != now.Len() ||
		was.UIDValidity() != now.UIDValidity() || was.Size() != now.Size() || !slices.Equal(was.ExpungedSince(0), now.ExpungedSince(0)) {
		t.Error("the mailbox is another one")
	}
	for seq, m := range was.All() {
		n, _ := now.At(seq)
		if m.UID != n.UID || m.ModSeq != n.ModSeq || m.Flags != n.Flags || m.Date != n.Date || m.EmailID != n.EmailID {
			t.Errorf("message %d: %+v, was %+v", seq, n, m)
		}
	}
	if notes, _ := a.Annotations("INBOX"); len(notes) != 1 || notes[0].Value != "\xff\x00" {
		t.Errorf("annotations: %q", notes)
	}
	k.close(a)
}

// TestDataDirectory ends labs and starts others in the same directory.
func TestDataDirectory(t *testing.T) {
	dir := t.TempDir()
	var ca []byte
	var id, uid uint64
	t.Run("first", func(t *testing.T) {
		r := start(t, Options{Data: dir})
		ca = r.Authority()
		r.mail("eve@example.org", "bob@example.test", "Kept")
		r.mail("eve@example.org", "bob@example.test", "Deleted")
		r.mail("eve@example.org", "bob@example.test", "Copied")
		p := r.login("imap", "bob", "plover")
		p.says("a SELECT INBOX", "b STORE 1 +FLAGS (\\Seen $Note)", "c STORE 2 +FLAGS (\\Deleted)", "d EXPUNGE", "e LOGOUT")
		p.until("e OK")
		var list struct{ Messages []messageJSON }
		r.get("/messages?subject=kept", &list)
		id, uid = list.Messages[0].ID, uint64(list.Messages[0].UID)
		if err := (&Lab{}).waitForLock(dir); err == nil || !strings.Contains(err.Error(), "is in use by another lab") {
			t.Errorf("a second lab: %v", err)
		}
	})
	t.Run("second", func(t *testing.T) {
		r := start(t, Options{Data: dir, Users: []User{{Name: "bob", Password: "new"}}})
		if !bytes.Equal(ca, r.Authority()) {
			t.Error("the authority is another one")
		}
		var m wholeJSON
		if r.get(fmt.Sprintf("/messages/%d", id), &m); m.Subject != "Kept" || uint64(m.UID) != uid || m.From == nil || *m.From != "eve@example.org" ||
			m.To[0] != "bob@example.test" || !slices.Contains(m.Flags, `\Seen`) || !slices.Contains(m.Flags, "$Note") || m.Body != "Hello.\r\n" {
			t.Errorf("it is %+v", m)
		}
		var list struct {
			Messages []messageJSON
			Total    int
		}
		if r.get("/messages", &list); list.Total != 2 {
			t.Errorf("messages: %+v", list)
		}
		r.mail("eve@example.org", "bob@example.test", "New")
		if r.get("/messages?subject=new", &list); list.Messages[0].ID != 4 || list.Messages[0].UID != 4 {
			t.Errorf("the next message is %+v", list.Messages[0])
		}
		p := r.login("imap", "bob", "new") // the two old messages are not recent any more
		p.says("a SELECT INBOX")
		if text := p.until("a OK"); !strings.Contains(text, "* 3 EXISTS\r\n") || !strings.Contains(text, "* 1 RECENT\r\n") {
			t.Errorf("SELECT is answered %q", text)
		}
		p.says("b LOGOUT")
		p.until("b OK")
		if log := r.logged(); len(log) != 1 || !strings.Contains(log[0], "holds mail of alice@example.test, who is no user now") {
			t.Errorf("log: %q", log)
		}
		if n := r.ask("DELETE", "/messages", &struct{}{}).StatusCode; n != 200 {
			t.Error("delete:", n)
		}
	})
	t.Run("third", func(t *testing.T) {
		r := start(t, Options{Data: dir})
		var list struct{ Total int }
		if r.get("/messages", &list); list.Total != 0 {
			t.Errorf("%d messages came back", list.Total)
		}
	})
}

// waitForLock tries to open a directory that another lab has.
func (*Lab) waitForLock(dir string) error {
	l, err := Start(Options{Data: dir, Services: []Service{{"smtp", "127.0.0.1:0"}}})
	if err == nil {
		l.Close()
	}
	return err
}

// TestDamagedFiles starts labs on files that are not whole, not right, or not theirs.
func TestDamagedFiles(t *testing.T) {
	fill := func(t *testing.T) []byte {
		dir := t.TempDir()
		l, err := Start(Options{Data: dir, Services: []Service{{"smtp", "127.0.0.1:0"}}})
		if err != nil {
			t.Fatal(err)
		}
		r := &running{T: t, Lab: l}
		for i := range 50 {
			r.mail("eve@example.org", "bob@example.test", fmt.Sprint("Message ", i))
		}
		l.Close()
		content, err := os.ReadFile(filepath.Join(dir, mailFile))
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	try := func(dir string) error {
		l, err := Start(Options{Data: dir, Services: []Service{{"smtp", "127.0.0.1:0"}}})
		if err == nil {
			l.Close()
		}
		return err
	}
	whole := fill(t)
	const advice = "put a copy of it in its place, or move it away"
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"nothing but text":    {[]byte(strings.Repeat("This is no mail. ", 1000)), advice},
		"cut in the middle":   {whole[:len(whole)/2], advice},
		"cut at the first":    {whole[:4096], advice},
		"a changed operation": {bytes.ReplaceAll(whole, []byte(`"Kind":1,"Name"`), []byte(`"Kind":9,"Name"`)), advice},
		"another format":      {bytes.ReplaceAll(whole, []byte("format1"), []byte("format7")), "use the ehlo that wrote it"},
		"zeros":               {make([]byte, len(whole)), advice},
	} {
		if bytes.Equal(c.content, whole) {
			t.Fatalf("%s: nothing was changed", name)
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, mailFile), c.content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := try(dir); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), mailFile) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
	dir := t.TempDir()
	file := filepath.Join(dir, mailFile)
	if err := os.WriteFile(file, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := try(dir); err != nil {
		t.Errorf("the whole file: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, authorityKeyFile), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := try(dir); err == nil || !strings.Contains(err.Error(), "remove both, and the lab makes new ones") {
		t.Errorf("no key: %v", err)
	}
	if err := try(file); err == nil || !strings.Contains(err.Error(), "cannot be used: not a directory") {
		t.Errorf("a file for a directory: %v", err)
	}
}

// fullDisk is a database that fails as long as it is told to.
type fullDisk struct {
	database
	fail chan bool
	full bool
}

func (f *fullDisk) write(list []write) error {
	select {
	case f.full = <-f.fail:
	default:
	}
	if f.full {
		return errors.New("no space left on device")
	}
	return f.database.write(list)
}

// TestDiskThatFails: what cannot be written is not acknowledged; when it can, all goes on.
func TestDiskThatFails(t *testing.T) {
	dir := t.TempDir()
	t.Run("full", func(t *testing.T) {
		r := start(t, Options{Data: dir})
		f := &fullDisk{database: r.journal.db, fail: make(chan bool, 1)}
		r.journal.mu.Lock()
		r.journal.db, r.journal.retry = f, 20*time.Millisecond
		r.journal.mu.Unlock()
		r.mail("eve@example.org", "bob@example.test", "Before")
		f.fail <- true
		if err := r.send("eve@example.org", "bob@example.test", "Subject: Lost\r\n\r\nx\r\n"); err == nil || !strings.HasPrefix(err.Error(), "421 4.3.2") {
			t.Errorf("the message that meets it: %v", err)
		}
		if err := r.send("eve@example.org", "bob@example.test", "Subject: Later\r\n\r\nx\r\n"); err == nil || !strings.HasPrefix(err.Error(), "452 4.3.1") {
			t.Errorf("the next message: %v", err)
		}
		if code := r.ask("DELETE", "/messages/1", nil).StatusCode; code != 507 {
			t.Error("delete:", code)
		}
		f.fail <- false
		for r.journal.failing() {
			time.Sleep(time.Millisecond)
		}
		r.mail("eve@example.org", "bob@example.test", "After")
		log := strings.Join(r.logged(), "\n")
		if !strings.Contains(log, "no space left on device") || !strings.Contains(log, "the disk takes mail again") {
			t.Errorf("log: %s", log)
		}
		var s struct{ Sessions []sessionJSON }
		r.get("/sessions", &s)
		if !slices.ContainsFunc(s.Sessions, func(s sessionJSON) bool { return s.Reason == overDisk }) {
			t.Errorf("sessions: %+v", s)
		}
	})
	t.Run("again", func(t *testing.T) {
		r := start(t, Options{Data: dir})
		for _, subject := range []string{"before", "after"} {
			var list struct{ Total int }
			if r.get("/messages?subject="+subject, &list); list.Total != 1 {
				t.Errorf("%s: %d messages", subject, list.Total)
			}
		}
	})
}

// TestManyKept starts a lab with twenty thousand messages, and looks at the memory that it takes.
func TestManyKept(t *testing.T) {
	dir := t.TempDir()
	k := &keptAccount{t: t, dir: dir}
	a := k.open()
	box, _ := a.Mailbox(store.Inbox)
	text := []byte("Subject: One of many\r\n\r\n" + strings.Repeat("All work and no play makes Jack a dull boy.\r\n", 5))
	const n = 20000
	for range n / 1000 {
		drafts := make([]store.Draft, 1000)
		for i := range drafts {
			drafts[i].Content = text
		}
		if _, err := box.Commit(store.Batch{Append: drafts}); err != nil {
			t.Fatal(err)
		}
	}
	k.close(a)
	for _, what := range []string{"first", "second"} { // the first start puts the messages into the index
		before := heap()
		l, err := Start(Options{Data: dir, Services: []Service{{"smtp", "127.0.0.1:0"}}})
		if err != nil {
			t.Fatal(err)
		}
		grown := heap() - before
		t.Logf("%s start: %d MiB", what, grown>>20)
		if l.index.octets < n*int64(len(text)) {
			t.Errorf("%d octets are there", l.index.octets)
		}
		if what == "second" && grown > 40<<20 {
			t.Errorf("it takes %d octets of memory", grown)
		}
		l.Close()
	}
}
