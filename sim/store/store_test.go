package store_test

import (
	"errors"
	"testing"

	"ehlo/sim/store"
	"ehlo/sim/store/storetest"
)

func TestMemory(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Mailbox { return store.NewMemory(1) })
	storetest.Run(t, func(*testing.T) store.Mailbox {
		box, _ := store.NewAccount(1).Mailbox(store.Inbox)
		return box
	})
}

// list is a journal in memory.
type list struct {
	ops  []store.Op
	full bool
}

var errFull = errors.New("full")

func (l *list) Record(op store.Op) error {
	if l.full {
		return errFull
	}
	l.ops = append(l.ops, op)
	return nil
}

// An account that is made again from what was written down is the same.
func TestAccounts(t *testing.T) {
	var l list
	storetest.Accounts(t, func(*testing.T) *store.Account {
		l = list{}
		a := store.NewAccount(100)
		a.SetJournal(&l)
		return a
	}, func(t *testing.T, _ *store.Account) *store.Account {
		a := store.NewAccount(100)
		for i, op := range l.ops {
			if _, err := a.Apply(op); err != nil {
				t.Fatalf("operation %d of the journal: %v", i, err)
			}
		}
		a.SetJournal(&l)
		return a
	})
}

// What cannot be written down does not happen.
func TestJournalFull(t *testing.T) {
	a := store.NewAccount(1)
	box, _ := a.Mailbox("INBOX")
	l := list{full: true}
	a.SetJournal(&l)
	before := box.Snapshot()
	if _, err := box.Commit(store.Batch{Append: make([]store.Draft, 1)}); err != errFull || box.Snapshot() != before {
		t.Errorf("commit: error %v", err)
	}
	for what, err := range map[string]error{
		"create": a.Create("A"), "subscribe": a.Subscribe("A"), "quota": a.SetQuota(store.Quota{Messages: 1}),
		"rights": a.SetRights("INBOX", "eve", store.RightRead), "annotate": a.Annotate("", store.Annotation{Name: "/private/comment"}),
		"rename": a.Rename("INBOX", "B"),
	} {
		if err != errFull {
			t.Errorf("%s: error %v", what, err)
		}
	}
	if len(a.Names()) != 1 || len(a.Subscribed()) != 0 || a.Quota() != (store.Quota{}) || a.Grants("INBOX") != nil {
		t.Error("something has changed")
	}
	if c := a.Clone(); c.Create("A") != nil {
		t.Error("the clone is written down too")
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{"inbox": "INBOX", "Inbox/x": "INBOX/x", "inbox2": "inbox2", "x/inbox": "x/inbox", "": ""} {
		if got := store.CanonicalName(name); got != want {
			t.Errorf("CanonicalName(%q) = %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"", "/", "a//b", "/a", "a/", "a*", "a%b", "a\x00", "a\xff", "a\u2028b", "a\u0085b", string(make([]byte, 2000))} {
		if store.CheckName(name) != store.ErrName {
			t.Errorf("the name %q is taken", name)
		}
	}
	for _, name := range []string{"Work/2026", "Entwürfe", "R&D", "a b", `a"b\c`} {
		if err := store.CheckName(name); err != nil {
			t.Errorf("the name %q is refused", name)
		}
	}
}

func TestRights(t *testing.T) {
	for letters, want := range map[string]string{"": "", "lr": "lr", "rl": "lr", "lrswipkxtea": "lrswipkxteacd", "cd": "kxtecd", "x": "xc", "t": "td"} {
		r, ok := store.ParseRights(letters)
		if got := r.String(); !ok || got != want {
			t.Errorf("%q gives %q, want %q", letters, got, want)
		}
	}
	if _, ok := store.ParseRights("lz"); ok {
		t.Error("z is taken for a right")
	}
	a := store.NewAccount(1)
	for who, r := range map[string]store.Rights{"alice": store.RightRead, store.Anyone: store.RightLookup} {
		if err := a.SetRights("inbox", who, r); err != nil {
			t.Fatal(err)
		}
	}
	if got := a.RightsOf("INBOX", "alice"); got != store.RightRead|store.RightLookup {
		t.Errorf("alice has %v", got)
	}
	if got := a.RightsOf("INBOX", "bob"); got != store.RightLookup {
		t.Errorf("bob has %v", got)
	}
}

func TestUses(t *testing.T) {
	a := store.NewAccount(1)
	if err := a.CreateFor("Sent", store.UseNamed(`\sent`)); err != nil {
		t.Fatal(err)
	}
	if err := a.CreateFor("Sent 2", store.UseSent|store.UseTrash); err != store.ErrUse {
		t.Errorf("a second mailbox for sent mail: error %v", err)
	}
	if got := a.Use("Sent").Strings(); len(got) != 1 || got[0] != `\Sent` {
		t.Errorf("uses %q", got)
	}
	if store.UseNamed(`\All`) != 0 || a.Use("none") != 0 {
		t.Error("a use that is none")
	}
}
