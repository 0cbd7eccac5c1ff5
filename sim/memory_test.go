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
// goes a timeline, with its checkpoints, stays within a small multiple of its log.
func TestMemoryOfAThousandHours(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector has memory of its own")
	}
	for name, most := range map[string]int64{"two-domains": 0, "dial-up": 5} {
		tl := start(t, name)
		at := func(hours int) (octets, log int64) {
			tl.Advance(engine.Time(time.Duration(hours) * time.Hour))
			octets = heap()
			for _, e := range tl.Trace().All() {
				log += int64(len(trace.Append(nil, e)))
			}
			return octets, log
		}
		before, logBefore := at(500)
		after, log := at(1000)
		const noise = 64 << 10 // what the runtime needs for itself
		if grown, limit := after-before, most*(log-logBefore)+noise; grown > limit {
			t.Errorf("%s: from hour 500 to hour 1000 the heap grows by %d octets and the log by %d", name, grown, log-logBefore)
		}
		if most > 0 && log == logBefore {
			t.Errorf("%s: nothing happens", name)
		}
		runtime.KeepAlive(tl)
	}
}
