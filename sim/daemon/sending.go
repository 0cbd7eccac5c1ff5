//go:build first

package daemon

import (
	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/world"
)

// fetches: this program starts the page, and is a quarter smaller for what it lacks.
const fetches = false

func (*Host) serveFetching(Env, world.Service, Client, machine.TLSInfo) Server { return nil }

func fetchingObserver(string) machine.Observer { return nil }

func explainFetching(string, machine.Line) machine.Explanation { return machine.Explanation{} }

func fetchingTable(string) *machine.Table { return nil }

// NewReader returns nil: nobody fetches mail in this program.
func NewReader(engine.Time, string, string, string, Habits) Session { return nil }
