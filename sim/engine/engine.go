// Package engine is the ground a simulated world stands on: virtual time, a queue of future events in one total order,
// and seeded randomness. Nothing here reads a clock or starts anything; every value can be cloned by copying.
package engine

import (
	"fmt"
	"math"
	"time"
)

// Time is a moment of virtual time: nanoseconds since the world's start.
type Time int64

// Never is later than every moment at which something happens.
const Never Time = math.MaxInt64

// Add returns the moment d after t.
func (t Time) Add(d time.Duration) Time { return t + Time(d) }

// Sub returns how long after u the moment t is.
func (t Time) Sub(u Time) time.Duration { return time.Duration(t - u) }

// String gives minutes, seconds and milliseconds, as in 00:12.480, with hours and days before them where there are any.
func (t Time) String() string {
	if t == Never {
		return "never"
	}
	sign := ""
	if t < 0 {
		sign, t = "-", -t
	}
	ms := int64(t) / 1e6
	s, ms := ms/1000, ms%1000
	m, s := s/60, s%60
	if m < 60 {
		return fmt.Sprintf("%s%02d:%02d.%03d", sign, m, s, ms)
	}
	h, m := m/60, m%60
	if h < 24 {
		return fmt.Sprintf("%s%d:%02d:%02d.%03d", sign, h, m, s, ms)
	}
	return fmt.Sprintf("%s%dd %02d:%02d:%02d.%03d", sign, h/24, h%24, m, s, ms)
}
