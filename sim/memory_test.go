package sim_test

import (
	"runtime"
	"testing"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// heap is how many octets are in use.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestMemoryOfAThousandHours plays worlds for a thousand virtual hours: where nobody does anything nothing grows, and where mail comes and
// goes a timeline, with its checkpoints, grows with its log: two and a half times as much as its encoding, and in the second half no
// more than in the first.
func TestMemoryOfAThousandHours(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector has memory of its own")
	}
	for name, most := range map[string]float64{"two-domains": 0, "dial-up": 2.5} {
		tl := start(t, name)
		at := func(hours int) (octets, log int64) {
			tl.Advance(engine.Time(time.Duration(hours) * time.Hour))
			octets = heap()
			for _, e := range tl.Trace().All() {
				log += int64(len(trace.Append(nil, e)))
			}
			return octets, log
		}
		begin, _ := at(0)
		before, logBefore := at(500)
		after, log := at(1000)
		const noise = 64 << 10 // what the runtime needs for itself
		if grown, limit := after-before, int64(most*float64(log-logBefore))+noise; grown > limit {
			t.Errorf("%s: from hour 500 to hour 1000 the heap grows by %d octets and the log by %d", name, grown, log-logBefore)
		}
		if first, second := before-begin, after-before; second > first+first/8+noise {
			t.Errorf("%s: in the first half the heap grows by %d octets, and in the second by %d", name, first, second)
		}
		if most > 0 && log == logBefore {
			t.Errorf("%s: nothing happens", name)
		}
		runtime.KeepAlive(tl)
	}
}
