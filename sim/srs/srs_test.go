package srs

import (
	"strings"
	"testing"
)

const now = 1772438400 // 2026-03-02

func TestThereAndBack(t *testing.T) {
	for _, a := range [][2]string{{"alice", "example.org"}, {"a=b+c", "example.org"}, {"=", "x.example"}, {"SRS0", "example.org"}} {
		first := Forward("one", a[0], a[1], now)
		if !Is(first) || !strings.HasPrefix(first, "SRS0=") {
			t.Errorf("%s becomes %s", a, first)
		}
		if local, domain, ok := Back("one", first, now+5*86400); !ok || local != a[0] || domain != a[1] {
			t.Errorf("%s comes back as %s@%s, %v", first, local, domain, ok)
		}
		second := Forward("two", first, "one.example", now)
		third := Forward("three", second, "two.example", now)
		if !strings.HasPrefix(third, "SRS1=") || len(third) != len(second) {
			t.Errorf("%s, %s", second, third)
		}
		for secret, address := range map[string]string{"two": second, "three": third} {
			if local, domain, ok := Back(secret, address, now); !ok || local != first || domain != "one.example" {
				t.Errorf("%s comes back as %s@%s, %v", address, local, domain, ok)
			}
		}
	}
}

func TestForgedAndOld(t *testing.T) {
	good := Forward("one", "alice", "example.org", now)
	if _, _, ok := Back("one", strings.Replace(good, "alice", "Alice", 1), now); !ok {
		t.Error("case matters, and mail hosts change it")
	}
	for name, bad := range map[string]string{
		"another user": strings.Replace(good, "alice", "mallory", 1), "another domain": strings.Replace(good, ".org", ".com", 1),
		"another secret": Forward("two", "alice", "example.org", now), "too old": Forward("one", "alice", "example.org", now-22*86400),
		"of the future": Forward("one", "alice", "example.org", now+2*86400), "short": "SRS0=abcd=AA=x", "none": "alice", "empty": "SRS1==", "SRS1": "SRS1=abcd=x==y",
	} {
		if local, domain, ok := Back("one", bad, now); ok {
			t.Errorf("%s: %s is taken for %s@%s", name, bad, local, domain)
		}
	}
}
