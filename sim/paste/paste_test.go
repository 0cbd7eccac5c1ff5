package paste_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ehlo/sim/paste"
	"ehlo/sim/trace"
)

var rewrite = flag.Bool("rewrite", false, "write what recordings are read as")

// TestRecordings reads each recording of testdata and compares who said what, and what of it is refused.
func TestRecordings(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all, err := paste.Read(text, "")
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		got := show(all)
		golden := strings.TrimSuffix(file, ".txt") + ".golden"
		if *rewrite {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s is read as\n%s\nwant\n%s", file, got, want)
		}
	}
}

func show(all []paste.Conversation) string {
	var b strings.Builder
	for _, c := range all {
		fmt.Fprintf(&b, "%s\n", c.Protocol)
		for i, l := range c.Lines {
			fmt.Fprintf(&b, "%3d %s %-9s %q", l.At, l.Dir, l.Label, l.Data)
			for _, why := range c.Explain(i).Why {
				if l.Dir == trace.ToClient { // which of the client's mistakes are known is tested with each protocol
					fmt.Fprintf(&b, " %s", why.ID)
				}
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func TestWhatCannotBeRead(t *testing.T) {
	for _, c := range []struct{ text, protocol, id string }{
		{" \n\t\n", "", "paste.empty"},
		{"Dear Bob,\nhow are you?\n", "", "paste.unknown"},
		{"220 x\n", "nntp", "paste.protocol"},
		{strings.Repeat("x", paste.MaxText+1), "", "paste.too-long"},
	} {
		_, err := paste.Read([]byte(c.text), c.protocol)
		var e *paste.Error
		if !errors.As(err, &e) || e.ID != c.id {
			t.Errorf("%.20q as %q: %v, want %s", c.text, c.protocol, err, c.id)
		}
	}
}

// FuzzRead reads anything: it ends, without a panic, and what it yields can be explained.
func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		all, _ := paste.Read(text, "")
		n := strings.Count(string(text), "\n") + 1
		for _, c := range all {
			for i, l := range c.Lines {
				if l.At < 1 || l.At > n {
					t.Fatalf("line %d of %d", l.At, n)
				}
				c.Explain(i)
			}
		}
	})
}
