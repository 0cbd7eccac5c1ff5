package message_test

import (
	"testing"
	"time"

	"ehlo/sim/message"
)

func TestParseDate(t *testing.T) {
	for _, c := range []struct {
		value string
		unix  int64
		zone  int
	}{
		{"Sat, 22 Nov 2025 04:30:00 +0000", 1763785800, 0},
		{"22 Nov 2025 04:30 -0530", 1763785800 + 19800, -19800},
		{"Sat , 22 (the day) nov 2025\t04:30:00 +0100 (CET)", 1763785800 - 3600, 3600},
		{"Sat,22 Nov 25 04:30:00 EST", 1763785800 + 5*3600, -5 * 3600},
		{"Mon, 1 Jan 70 00:00:00 GMT", 0, 0},
		{"Mon, 1 January 1970", 0, 0},
		{"1 Jan 1970 00:00:00 CEST", 0, 0},
	} {
		if unix, zone, ok := message.ParseDate(c.value); !ok || unix != c.unix || zone != c.zone {
			t.Errorf("%q: %d %d %v, want %d %d", c.value, unix, zone, ok, c.unix, c.zone)
		}
	}
	for _, value := range []string{"", "today", "Mon, 1", "32 Jan 2025", "1 Foo 2025 00:00", "1 Jan x", "1 Jan 2025 aa:bb", "1 Jan 20255"} {
		if _, _, ok := message.ParseDate(value); ok {
			t.Errorf("%q is taken for a date", value)
		}
	}
}

// A date is written as package time writes it.
func TestFormatDate(t *testing.T) {
	for moment, step := int64(-2e9), int64(86400*3+3600*7+61); moment < 9e9; moment += step {
		want := time.Unix(moment, 0).UTC().Format("Mon, 2 Jan 2006 15:04:05 +0000")
		if got := message.FormatDate(moment); got != want {
			t.Fatalf("%d is %q, want %q", moment, got, want)
		}
	}
}
