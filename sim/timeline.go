package sim

import (
	"errors"
	"slices"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// CheckpointSteps is the most steps that a seek replays.
const CheckpointSteps = 1000

// ErrPast is an input given while the timeline stands in its past. Seek to the end, or Fork, first.
var ErrPast error = &InputError{ID: "sim.past"}

// ErrNothingToUndo is an Undo without any input before it.
var ErrNothingToUndo = errors.New("sim.nothing-to-undo")

// Timeline is a world with everything that has happened in it: it can be played on from its end, and shown at any
// earlier moment. Its position is a moment between two steps.
type Timeline struct {
	def         *world.Definition
	w           *World
	log         trace.Log
	inputs      []trace.Input
	applied     int // inputs that have taken effect at the position
	end         engine.Time
	endSteps    uint64
	checkpoints []checkpoint
	epoch       int
	valid       int // how many events of the previous epoch still hold
}

// checkpoint is a world as it was.
type checkpoint struct {
	w       *World
	applied int
}

// replayer is the recorder of a timeline: it keeps what it has not heard before.
type replayer struct{ tl *Timeline }

func (r replayer) Record(e *trace.Event) {
	if e.Seq > uint64(r.tl.log.Len()) {
		r.tl.log.Record(e)
	}
}

// NewTimeline builds a world and stands at its first moment.
func NewTimeline(def *world.Definition) (*Timeline, error) {
	t := &Timeline{def: def}
	w, err := New(def, replayer{t})
	if err != nil {
		return nil, err
	}
	t.w = w
	return t, nil
}

// begin keeps the first moment, before anything happens. A page whose learner only reads yet has not waited for that.
func (t *Timeline) begin() {
	if len(t.checkpoints) == 0 {
		t.checkpoints = append(t.checkpoints, checkpoint{t.w.Clone(trace.Discard{}), 0})
	}
}

// World is the world at the position. It is for asking only.
func (t *Timeline) World() *World { return t.w }

// Definition is what the world was before it started.
func (t *Timeline) Definition() *world.Definition { return t.def }

// Now is the virtual time of the position.
func (t *Timeline) Now() engine.Time { return t.w.now }

// End is the latest virtual time that was reached, and the steps that were done then.
func (t *Timeline) End() (engine.Time, uint64) { return t.end, t.endSteps }

// Past says that the position is before the end.
func (t *Timeline) Past() bool {
	return t.w.now < t.end || t.w.steps < t.endSteps || t.applied < len(t.inputs)
}

// Trace is every event that was recorded, those after the position among them.
func (t *Timeline) Trace() *trace.Log { return &t.log }

// Seen is how many events have happened at the position.
func (t *Timeline) Seen() int { return int(t.w.seq) }

// Epoch counts how often recorded events became invalid; valid is how many from before the last time still hold.
func (t *Timeline) Epoch() (epoch, valid int) { return t.epoch, t.valid }

// Inputs is what was put in, in order. It must not be changed.
func (t *Timeline) Inputs() []trace.Input { return t.inputs }

// Input lets an input take effect at the end of the timeline. At and Seq are set by it. An input that cannot be taken
// leaves everything as it was: its error is an [InputError].
func (t *Timeline) Input(in trace.Input) error {
	if t.Past() {
		return ErrPast
	}
	t.begin()
	in.At, in.Seq = t.w.now, t.w.steps
	in.Data = slices.Clone(in.Data)
	if err := t.w.Input(in); err != nil {
		return err
	}
	t.inputs = append(t.inputs, in)
	t.applied++
	return nil
}

// Run lets time pass until only timers remain.
func (t *Timeline) Run() {
	for !t.w.Quiet() || t.applied < len(t.inputs) {
		if !t.step(engine.Never) {
			return
		}
	}
}

// Advance lets time pass up to a moment.
func (t *Timeline) Advance(to engine.Time) {
	for t.step(to) {
	}
	t.w.Skip(to)
	t.reached()
}

// Step does the next step, whenever it is, and says whether there was one.
func (t *Timeline) Step() bool { return t.step(engine.Never) }

// step does the next thing, a step of the world or a recorded input, if it is not after the limit.
//
// An input takes effect after as many steps as when it was recorded. Where a log comes from another version of the core
// that count may never be right; then it takes effect when its time has come.
func (t *Timeline) step(limit engine.Time) bool {
	t.begin()
	if t.applied == len(t.inputs) {
		if !t.w.StepUntil(limit) {
			return false
		}
		t.reached()
		return true
	}
	in := t.inputs[t.applied]
	if t.w.steps < in.Seq && t.w.StepUntil(min(limit, in.At)) {
		t.reached()
		return true
	}
	if in.At > limit {
		return false
	}
	t.w.Skip(in.At)
	// What this world refuses of a log from elsewhere is passed over.
	_ = t.w.Input(in)
	t.applied++
	t.reached()
	return true
}

// reached notes how far the timeline has come, and keeps a checkpoint now and then.
func (t *Timeline) reached() {
	if t.w.now > t.end || t.w.steps > t.endSteps {
		t.end, t.endSteps = max(t.end, t.w.now), max(t.endSteps, t.w.steps)
	}
	if last := t.checkpoints[len(t.checkpoints)-1]; t.w.steps >= last.w.steps+CheckpointSteps {
		t.checkpoints = append(t.checkpoints, checkpoint{t.w.Clone(trace.Discard{}), t.applied})
	}
}

// Seek goes to the state in which everything up to a moment has happened.
func (t *Timeline) Seek(to engine.Time) {
	to = min(max(to, 0), t.end)
	if to < t.w.now {
		t.restore(func(c checkpoint) bool { return c.w.now <= to })
	}
	t.Advance(to)
}

// SeekStep goes to the state after that many steps, with every input that came before the next one.
func (t *Timeline) SeekStep(steps uint64) {
	steps = min(steps, t.endSteps)
	if steps < t.w.steps {
		t.restore(func(c checkpoint) bool { return c.w.steps <= steps })
	}
	for t.w.steps < steps && t.step(engine.Never) {
	}
}

// SeekBefore goes to before the step or the input of which a recorded event came, named by its number: all that came earlier has
// happened.
func (t *Timeline) SeekBefore(seq uint64) {
	seq = min(seq, uint64(t.log.Len()))
	if t.w.seq >= seq {
		t.restore(func(c checkpoint) bool { return c.w.seq < seq })
	}
	for t.w.seq < seq && t.step(engine.Never) {
	}
	t.Back()
}

// Back goes to before the last thing that happened: a step or an input.
func (t *Timeline) Back() {
	if t.applied > 0 && t.inputs[t.applied-1].Seq == t.w.steps {
		t.before(t.applied - 1)
	} else if t.w.steps > 0 {
		t.SeekStep(t.w.steps - 1)
		t.applyUpTo(t.w.steps)
	}
}

// applyUpTo lets the recorded inputs take effect that came before the step after the given number of steps.
func (t *Timeline) applyUpTo(steps uint64) {
	for t.applied < len(t.inputs) && t.inputs[t.applied].Seq == steps && t.w.steps == steps && t.step(engine.Never) {
	}
}

// before goes to just before the k-th input takes effect.
func (t *Timeline) before(k int) {
	in := t.inputs[k]
	t.restore(func(c checkpoint) bool { return c.applied <= k && c.w.steps <= in.Seq && c.w.now <= in.At })
	for t.applied < k || t.w.steps < in.Seq {
		if !t.step(engine.Never) {
			break
		}
	}
	t.w.Skip(in.At)
}

// restore goes to the latest checkpoint that is early enough.
func (t *Timeline) restore(early func(checkpoint) bool) {
	t.begin()
	for i := len(t.checkpoints) - 1; i >= 0; i-- {
		if c := t.checkpoints[i]; i == 0 || early(c) {
			t.w, t.applied = c.w.Clone(replayer{t}), c.applied
			return
		}
	}
}

// Undo takes back the last input before the position and all that came of it; the timeline ends there.
func (t *Timeline) Undo() error {
	if t.applied == 0 {
		return ErrNothingToUndo
	}
	t.before(t.applied - 1)
	t.Fork()
	return nil
}

// Fork makes the position the end: what was recorded after it is gone.
func (t *Timeline) Fork() {
	if !t.Past() {
		return
	}
	t.inputs = slices.Clone(t.inputs[:t.applied])
	t.end, t.endSteps = t.w.now, t.w.steps
	t.log.Truncate(int(t.w.seq))
	t.checkpoints = slices.DeleteFunc(t.checkpoints, func(c checkpoint) bool {
		return c.w.seq > t.w.seq || c.w.steps > t.w.steps || c.applied > t.applied
	})
	t.epoch++
	t.valid = t.log.Len()
}

// Reset goes back to the first moment and forgets everything since.
func (t *Timeline) Reset() {
	t.restore(func(checkpoint) bool { return false })
	t.Fork()
}

// Hop is how long the quickest of what is on its way needs for its link, and false where nothing is on its way.
func (t *Timeline) Hop() (time.Duration, bool) { return t.w.net.Hop() }
