package store

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

func parse(t *testing.T, names ...string) Flags {
	t.Helper()
	f, err := ParseFlags(names)
	if err != nil {
		t.Fatalf("ParseFlags(%q): %v", names, err)
	}
	return f
}

func TestParseFlags(t *testing.T) {
	f := parse(t, "later", `\deleted`, `\SEEN`, "$Forwarded", "Later", "Work", `\Draft`)
	if got, want := string(f.Append(nil)), `\Seen \Deleted \Draft $Forwarded later Work`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := f.Strings(); len(got) != 6 || got[5] != "Work" {
		t.Errorf("Strings gives %q", got)
	}
	if got := string(parse(t, "Work").Append([]byte("("))); got != "(Work" {
		t.Errorf("got %s", got)
	}
	if got := parse(t); got != (Flags{}) || len(got.Strings()) != 0 {
		t.Errorf("no names give %+v", got)
	}
	for _, name := range []string{`\Recent`, `\Unknown`, `\`, "", "two words", "a(b", `"a"`, "a\x7f", "ä", "a]", "50%"} {
		if f, err := ParseFlags([]string{name}); err != ErrFlag {
			t.Errorf("ParseFlags(%q) = %+v, %v; want ErrFlag", name, f, err)
		}
	}
}

func TestFlagSets(t *testing.T) {
	a, b := parse(t, `\Seen`, "Work", "later"), parse(t, `\Seen`, `\Flagged`, "WORK", "home")
	for _, c := range []struct {
		what      string
		got, want Flags
	}{
		{"a with b", a.With(b), parse(t, `\Flagged`, `\Seen`, "home", "later", "Work")},
		{"b with a", b.With(a), parse(t, `\Flagged`, `\Seen`, "home", "later", "WORK")},
		{"a without b", a.Without(b), parse(t, "later")},
		{"b without a", b.Without(a), parse(t, `\Flagged`, "home")},
		{"a with nothing", a.With(Flags{}), a},
		{"nothing with a", Flags{}.With(a), a},
		{"a without nothing", a.Without(Flags{}), a},
		{"a without a", a.Without(a), Flags{}},
	} {
		if c.got != c.want {
			t.Errorf("%s is %v, want %v", c.what, c.got, c.want)
		}
	}
	if !a.Has(parse(t, "work")) || !a.Has(Flags{}) || a.Has(b) || !a.With(b).Has(b) || a.Has(parse(t, `\Draft`)) {
		t.Error("Has is wrong")
	}
}

func TestAccount(t *testing.T) {
	a := NewAccount(100)
	for _, name := range []string{"Work", "Archive", "inbox2"} {
		if err := a.Create(name); err != nil {
			t.Errorf("Create(%q): %v", name, err)
		}
	}
	if err := a.Create("Work"); err != ErrExists {
		t.Errorf("Create twice: %v", err)
	}
	if err := a.Create("inbox"); err != ErrExists {
		t.Errorf("Create(inbox): %v", err)
	}
	if err := a.Create(""); err != ErrName {
		t.Errorf("Create of no name: %v", err)
	}
	if got := a.Names(); !slices.Equal(got, []string{"INBOX", "Archive", "Work", "inbox2"}) {
		t.Errorf("names %q", got)
	}
	inbox, ok := a.Mailbox("InBox")
	if again, _ := a.Mailbox("INBOX"); !ok || again != inbox || inbox.Snapshot().UIDValidity() != 100 {
		t.Error("INBOX depends on its case")
	}
	if archive, ok := a.Mailbox("Archive"); !ok || archive.Snapshot().UIDValidity() != 102 {
		t.Error("Archive has not the UIDVALIDITY of the second mailbox that was made")
	}
	if _, ok := a.Mailbox("work"); ok {
		t.Error("the name work is found as Work")
	}

	c := a.Clone()
	box, _ := c.Mailbox("Work")
	if _, err := box.Commit(Batch{Append: make([]Draft, 1)}); err != nil {
		t.Fatal(err)
	}
	if err := c.Create("More"); err != nil || !c.TryLock(1) {
		t.Fatal("the clone does not work")
	}
	if old, _ := a.Mailbox("Work"); old.Snapshot().Len() != 0 || len(a.Names()) != 4 {
		t.Error("what happened to the clone happened to the original")
	}

	if !a.TryLock(1) || a.TryLock(2) {
		t.Error("the lock is not exclusive")
	}
	if !a.TryLock(1) {
		t.Error("who has the lock cannot take it again")
	}
	if a.Unlock(2); a.TryLock(2) {
		t.Error("another has opened the lock")
	}
	if a.Unlock(1); !a.TryLock(2) {
		t.Error("the lock is not free again")
	}
}

func TestKeywordsOfAMailbox(t *testing.T) {
	box := NewMemory(1)
	for n := range 2000 {
		f := Flags{Keywords: strings.Repeat("k", 10) + strconv.Itoa(n)}
		if _, err := box.Commit(Batch{Append: []Draft{{Flags: f}}, Expunge: []UID{UID(n)}}); err != nil {
			t.Fatal(err)
		}
	}
	if known := strings.Fields(box.Snapshot().Keywords()); len(known) < 200 || len(known) > 400 || !slices.Contains(known, "kkkkkkkkkk0") {
		t.Errorf("of 2000 keywords %d are known", len(known))
	}
}
