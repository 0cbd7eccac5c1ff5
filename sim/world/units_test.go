package world

import (
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0s": 0, "18ms": 18 * time.Millisecond, "18 ms": 18 * time.Millisecond, "250us": 250 * time.Microsecond,
		"0.5s": 500 * time.Millisecond, "1m30s": 90 * time.Second, "1h 30m": 90 * time.Minute, "30d": 30 * 24 * time.Hour,
		"0.000001us": 0, "": -1, " ": -1, "18": -1, "ms": -1, "1.": -1, ".5s": -1, "1.1234567s": -1, "1s1s": -1, "1s1m": -1,
		"18MS": -1, "18msx": -1, "30d1us": -1, "999999999999d": -1, "1000000000000s": -1, "1ms1s": -1, "5 s x": -1, "1e3s": -1,
	} {
		got, ok := parseDuration(text)
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%q is %v, %v; want %v", text, got, ok, want)
		}
	}
}

func TestParseBandwidth(t *testing.T) {
	for text, want := range map[string]int64{
		"1bit/s": 1, "300bit/s": 300, "33.6kbit/s": 33600, "8 Mbit/s": 8e6, "1000Gbit/s": 1e12, "": 0, "8": 0, "8Mbit": 0, "8mbit/s": 0,
		"0.5bit/s": 0, "1001Gbit/s": 0, "999999999999Gbit/s": 0, "-1bit/s": 0, "8Mbit/sec": 0,
	} {
		if got, ok := parseBandwidth(text); ok != (want > 0) || ok && got != want {
			t.Errorf("%q is %v, %v; want %v", text, got, ok, want)
		}
	}
	for text, want := range map[string]string{
		"8mbit/s": "8Mbit/s", "8 MBPS": "8Mbit/s", "56k": "", "56Kbit": "56kbit/s", "2 gbits/s": "2Gbit/s", "9600bps": "9600bit/s", "8 MB/s": "", "0 bps": "",
	} {
		if got, _ := suggestBandwidth(text); got != want {
			t.Errorf("%q suggests %q, want %q", text, got, want)
		}
	}
}
