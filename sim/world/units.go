package world

import (
	"math/bits"
	"strings"
	"time"
)

type unit struct {
	name string
	size int64
}

var durationUnits = []unit{{"d", int64(24 * time.Hour)}, {"h", int64(time.Hour)}, {"m", int64(time.Minute)},
	{"s", int64(time.Second)}, {"ms", int64(time.Millisecond)}, {"us", int64(time.Microsecond)}}

var bandwidthUnits = []unit{{"bit/s", 1}, {"kbit/s", 1e3}, {"Mbit/s", 1e6}, {"Gbit/s", 1e9}}

// maxLatency and maxBandwidth bound what a link can be, so that no sum of times leaves 64 bits.
const (
	maxLatency   = 30 * 24 * time.Hour
	maxBandwidth = 1e12
)

// parseDuration reads a duration such as "18ms", "1.5s" or "1m30s". The units, each at most once and the largest first,
// are d, h, m, s, ms and us.
func parseDuration(text string) (time.Duration, bool) {
	rest, total, from := strings.TrimSpace(text), int64(0), 0
	if rest == "" {
		return 0, false
	}
	for rest != "" {
		n, after, ok := number(rest)
		if !ok {
			return 0, false
		}
		after = strings.TrimLeft(after, " ")
		name := after[:len(after)-len(strings.TrimLeft(after, "dhmsu"))]
		i := from
		for i < len(durationUnits) && durationUnits[i].name != name {
			i++
		}
		if i == len(durationUnits) {
			return 0, false
		}
		d, ok := n.times(durationUnits[i].size)
		if total += d; !ok || total < 0 || total > int64(maxLatency) {
			return 0, false
		}
		rest, from = strings.TrimLeft(after[len(name):], " "), i+1
	}
	return time.Duration(total), true
}

// parseBandwidth reads a bandwidth such as "8Mbit/s" or "33.6kbit/s" and returns bits a second, at least 1.
func parseBandwidth(text string) (int64, bool) {
	n, name, ok := number(strings.TrimSpace(text))
	if !ok {
		return 0, false
	}
	for _, u := range bandwidthUnits {
		if u.name == strings.TrimLeft(name, " ") {
			b, ok := n.times(u.size)
			return b, ok && b > 0 && b <= maxBandwidth
		}
	}
	return 0, false
}

// suggestBandwidth returns the bandwidth that a text with another spelling of the unit means.
func suggestBandwidth(text string) (string, bool) {
	n, name, ok := number(strings.TrimSpace(text))
	if !ok {
		return "", false
	}
	name = strings.ToLower(strings.TrimSpace(name))
	for _, u := range bandwidthUnits {
		if b, ok := n.times(u.size); !ok || b == 0 || b > maxBandwidth {
			continue
		}
		prefix := strings.ToLower(strings.TrimSuffix(u.name, "bit/s"))
		for _, spelling := range []string{"bit/s", "bits/s", "bps", "bit", "bits", "bit/sec", "bitps"} {
			if name == prefix+spelling {
				return n.text + u.name, true
			}
		}
	}
	return "", false
}

// decimal is a number without sign as it was written: digits divided by a power of ten.
type decimal struct {
	text  string
	value uint64
	ten   uint64
}

// number reads a number with at most 12 digits before and 6 behind the point, and returns what follows it.
func number(text string) (n decimal, rest string, ok bool) {
	whole := len(text) - len(strings.TrimLeft(text, "0123456789"))
	if whole == 0 || whole > 12 {
		return decimal{}, "", false
	}
	end := whole
	if rest := text[whole:]; strings.HasPrefix(rest, ".") {
		fraction := len(rest) - 1 - len(strings.TrimLeft(rest[1:], "0123456789"))
		if fraction == 0 || fraction > 6 {
			return decimal{}, "", false
		}
		end += 1 + fraction
	}
	n = decimal{text: text[:end], ten: 1}
	for i := range end {
		if i == whole {
			continue
		}
		n.value = n.value*10 + uint64(text[i]-'0')
		if i > whole {
			n.ten *= 10
		}
	}
	return n, text[end:], true
}

// times returns the number multiplied by a unit, rounded down, and false where that leaves 63 bits.
func (n decimal) times(size int64) (int64, bool) {
	hi, lo := bits.Mul64(n.value, uint64(size))
	if hi >= n.ten {
		return 0, false
	}
	q, _ := bits.Div64(hi, lo, n.ten)
	return int64(q), q < 1<<63
}
