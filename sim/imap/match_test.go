package imap_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"ehlo/sim/imap"
)

func TestMatchMailbox(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"*", "a/b", true},
		{"%", "a/b", false},
		{"%/%", "a/b", true},
		{"iNbOx", "INBOX", true},
		{"in*", "INBOX", true},
		{"in*", "INBOX/x", true},
		{"in*", "INBOX2", false},
		{"INBOX/X", "INBOX/x", false},
		{"sent", "Sent", false},
		{"", "a", false},
		{"a", "", false},
	} {
		if got := imap.MatchMailbox(c.pattern, c.name, '/'); got != c.want {
			t.Errorf("%q, %q: %v", c.pattern, c.name, got)
		}
	}
}

// The matcher and one that tries everything agree.
func TestMatchMailboxAgrees(t *testing.T) {
	seed := *seedFlag
	if seed == 0 {
		seed = rand.Uint64()
	}
	r := rand.New(rand.NewPCG(seed, 2))
	text := func(alphabet string, n int) string {
		var b strings.Builder
		for range r.IntN(n) {
			b.WriteByte(alphabet[r.IntN(len(alphabet))])
		}
		return b.String()
	}
	for range 100_000 {
		pattern, name := text("ab/*%", 8), text("ab/", 8)
		delimiter := "/\x00"[r.IntN(2)]
		if got, want := imap.MatchMailbox(pattern, name, delimiter), matches(pattern, name, delimiter); got != want {
			t.Fatalf("%q, %q, %q: %v, not %v; repeat with: go test -run %s -seed %d", pattern, name, delimiter, got, want, t.Name(), seed)
		}
	}
}

func matches(pattern, name string, delimiter byte) bool {
	if pattern == "" {
		return name == ""
	}
	if c := pattern[0]; c != '*' && c != '%' {
		return name != "" && name[0] == c && matches(pattern[1:], name[1:], delimiter)
	}
	return matches(pattern[1:], name, delimiter) ||
		name != "" && (pattern[0] == '*' || delimiter == 0 || name[0] != delimiter) && matches(pattern, name[1:], delimiter)
}
