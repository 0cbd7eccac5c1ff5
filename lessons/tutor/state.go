package tutor

import (
	"ehlo/lessons/json"
	"ehlo/sim"
	"ehlo/sim/trace"
)

// stateView is what a page shows without asking further. Times are nanoseconds of virtual time.
type stateView struct {
	Now     int64  `json:"now"`
	End     int64  `json:"end"`
	Steps   uint64 `json:"steps"`
	Playing bool   `json:"playing"`
	Pace    string `json:"pace"`
	Past    bool   `json:"past"`
	Quiet   bool   `json:"quiet"` // at this pace nothing more happens by itself
	Next    *int64 `json:"next"`  // the next step, or null
	Total   int    `json:"total"`
	Horizon int    `json:"horizon"`
	Epoch   int    `json:"epoch"`
	Valid   int    `json:"valid"`
	Inputs  int    `json:"inputs"`
	Seed    uint64 `json:"seed"`

	Real bool `json:"real,omitempty"` // what is shown is the learner's sessions with real servers

	World  worldView   `json:"world"`
	Conns  []connView  `json:"conns"`
	Lesson *lessonView `json:"lesson"`

	// Diverged says how many events of the log that was loaded came out as recorded, where not all did.
	Diverged *divergedView `json:"diverged,omitempty"`
}

type divergedView struct {
	Core   string `json:"core"` // the version that recorded the log
	Events int    `json:"events"`
}

type worldView struct {
	Name  string     `json:"name"`
	Title string     `json:"title"`
	Start int64      `json:"start"` // virtual time 0 in seconds of Unix time
	Hosts []hostView `json:"hosts"`
}

type hostView struct {
	Name     string        `json:"name"`
	Address  string        `json:"address"`
	IPv6     string        `json:"ipv6,omitempty"`
	Role     string        `json:"role"`
	Person   string        `json:"person,omitempty"`
	You      bool          `json:"you,omitempty"`
	Services []serviceView `json:"services"`
}

type serviceView struct {
	Protocol string `json:"protocol"`
	Port     int    `json:"port"`
}

type connView struct {
	ID       uint32 `json:"id"`
	From     string `json:"from"`
	To       string `json:"to"`
	Port     int    `json:"port"`
	Protocol string `json:"protocol"`
	State    string `json:"state"`
	Open     bool   `json:"open"`
	Over     bool   `json:"over"`
	Mine     bool   `json:"mine"`
	Served   bool   `json:"served,omitempty"` // the learner answers in the server's place
}

// state describes the moment that is shown.
func (s *Session) state(none) (any, error) {
	if s.tape != nil {
		return s.tapeState(), nil
	}
	tl, w := s.tl, s.tl.World()
	end, _ := tl.End()
	epoch, valid := tl.Epoch()
	v := stateView{Now: int64(tl.Now()), End: int64(end), Steps: w.Steps(), Playing: s.playing, Past: tl.Past(),
		Quiet: !s.moving || s.pace == sim.Show && w.Quiet() && !tl.Past(), Total: tl.Seen(), Horizon: tl.Trace().Len(),
		Epoch: s.epoch + epoch, Valid: valid, Inputs: len(tl.Inputs()), Seed: tl.Definition().Seed, Conns: []connView{}}
	if epoch == s.entered { // it has just come into view: nothing of what was there before holds
		v.Valid = 0
	}
	for _, p := range paces {
		if p.pace == s.pace {
			v.Pace = p.name
		}
	}
	if t, ok := w.Next(); ok {
		next := int64(t)
		v.Next = &next
	}
	v.World = worldView{Name: tl.Definition().Name, Title: tl.Definition().Title, Start: tl.Definition().Start.Unix()}
	for _, h := range tl.Definition().Hosts {
		hv := hostView{Name: h.Name, Address: h.Address, IPv6: h.IPv6, Role: h.Role, Person: h.Person, You: h.You, Services: []serviceView{}}
		for _, sv := range h.Services {
			if sv.IsOff() {
				continue
			}
			hv.Services = append(hv.Services, serviceView{sv.Protocol, sv.Port})
		}
		v.World.Hosts = append(v.World.Hosts, hv)
	}
	for _, c := range w.Conns() {
		v.Conns = append(v.Conns, connView{c.ID, c.From, c.To, c.Port, c.Protocol, c.State, c.Open, c.Over, c.Typed || c.Served, c.Served})
	}
	v.Lesson = s.lessonState()
	if d := s.diverged; d != nil {
		v.Diverged = &divergedView{d.Core, d.Events}
	}
	return v, nil
}

// eventsArgs name a range of recorded events.
type eventsArgs struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// events gives recorded events as in the JSON encoding of traces.
func (s *Session) events(a eventsArgs) (any, error) {
	out := []json.Raw{}
	for _, e := range s.trace().Events(a.From, a.To) {
		out = append(out, trace.AppendJSON(nil, &e))
	}
	return out, nil
}
