package sim

import (
	"bytes"
	"slices"

	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// Diverged is what [Replay] reports where a log's trace comes out differently than when it was recorded. The timeline
// stands all the same.
type Diverged struct {
	Core   string // the version that recorded the log
	Events int    // how many events are known to be the same
}

// Error gives the place.
func (e *Diverged) Error() string { return "sim.diverged" }

// InputLog is everything from which the timeline can be made again, up to its end.
func (t *Timeline) InputLog(core string) trace.InputLog {
	log := t.logOf(core, len(t.inputs), t.log.Len())
	log.End, log.EndSeq = t.end, t.endSteps
	return log
}

// InputLogHere is everything from which the position can be made again; what was recorded after it is left out.
func (t *Timeline) InputLogHere(core string) trace.InputLog {
	log := t.logOf(core, t.applied, int(t.w.seq))
	log.End, log.EndSeq = t.w.now, t.w.steps
	return log
}

func (t *Timeline) logOf(core string, inputs, events int) trace.InputLog {
	log := trace.InputLog{Version: trace.InputLogVersion, Core: core, World: t.def.Name, WorldDigest: t.def.Digest,
		Seed: t.def.Seed, Host: t.def.You(), Inputs: t.inputs[:inputs]}
	sum, marks := t.log.Digests(events)
	log.TraceDigest, log.Marks = sum[:], marks
	return log
}

// Replay makes a timeline of a log and stands at the log's end. Its error is a [*Diverged] where the trace comes out
// differently; then the timeline is right for this core, if not for the one that recorded the log. A log with something that
// this program [Lacks] is refused with an [*InputError]: what else it holds would come out differently.
func Replay(def *world.Definition, log trace.InputLog) (*Timeline, error) {
	if slices.ContainsFunc(log.Inputs, func(in trace.Input) bool { return Lacks(def, in) }) {
		return nil, errNotWhole
	}
	def = def.SitAt(log.Host)
	if log.Seed != def.Seed {
		d := *def
		d.Seed = log.Seed
		def = &d
	}
	t, err := NewTimeline(def)
	if err != nil {
		return nil, err
	}
	t.inputs = log.Inputs
	t.end, t.endSteps = log.End, log.EndSeq
	for (t.applied < len(t.inputs) || t.w.steps < log.EndSeq) && t.step(log.End) {
	}
	t.begin()
	t.w.Skip(log.End)
	t.end, t.endSteps = t.w.now, t.w.steps
	if sum, _ := t.log.Digests(t.log.Len()); len(log.TraceDigest) > 0 && !bytes.Equal(sum[:], log.TraceDigest) {
		from, _, _ := t.log.Difference(log.Marks)
		return t, &Diverged{Core: log.Core, Events: from}
	}
	return t, nil
}
