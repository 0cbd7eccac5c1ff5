package tutor

import (
	"encoding/base64"
	"strconv"
	"time"

	"ehlo/sim"
	"ehlo/sim/engine"
	"ehlo/sim/script"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// paces are the speeds a page offers, by name.
var paces = []struct {
	name string
	pace sim.Pace
}{{"show", sim.Show}, {"0.01", 10}, {"0.1", 100}, {"1", 1000}, {"10", 10_000}, {"60", 60_000}, {"1000", 1_000_000}}

func paceNames() []string {
	names := make([]string, len(paces))
	for i, p := range paces {
		names[i] = p.name
	}
	return names
}

// openArgs name a host to type at, and where to connect.
type openArgs struct {
	Host   string `json:"host"`
	Target string `json:"target"`
	Port   int    `json:"port"`
	TLS    bool   `json:"tls"`  // from the first octet
	From   int    `json:"from"` // the port that the client chooses for itself, 0 for any
}

// open opens a connection, as telnet does, or as openssl s_client.
func (s *Session) open(a openArgs) (any, error) {
	if a.Host == "" {
		a.Host = s.tl.Definition().You()
	}
	in := trace.Input{Kind: trace.InputOpen, Actor: a.Host, Target: a.Target + ":" + strconv.Itoa(a.Port)}
	if a.TLS {
		in.Data = []byte(trace.OpenTLS)
	} else if a.From != 0 {
		in.Data = []byte(trace.OpenFrom + strconv.Itoa(a.From))
	}
	if err := s.input(in); err != nil {
		return nil, err
	}
	return map[string]int{"conn": len(s.tl.World().Conns())}, nil
}

// collectArgs say whose mail a mail program shall fetch, and how.
type collectArgs struct {
	Host     string `json:"host"`
	Protocol string `json:"protocol"` // "pop3" or "imap"
	Target   string `json:"target"`
	Port     int    `json:"port"`
	User     string `json:"user"`
	Password string `json:"password"`
}

// collect lets a mail program fetch a user's mail.
func (s *Session) collect(a collectArgs) (any, error) {
	if a.Host == "" {
		a.Host = s.tl.Definition().You()
	}
	data := a.Protocol + " " + a.Target + ":" + strconv.Itoa(a.Port) + " " + a.User + " " + a.Password
	if err := s.input(trace.Input{Kind: trace.InputRun, Actor: a.Host, Target: sim.Collect, Data: []byte(data)}); err != nil {
		return nil, err
	}
	return map[string]int{"conn": len(s.tl.World().Conns())}, nil
}

// typeArgs are octets for a connection: as text, or in base64 where they are no text.
type typeArgs struct {
	Conn uint32 `json:"conn"`
	Text string `json:"text"`
	B64  string `json:"b64"`
}

// typeInto sends octets as they are; a line end is the caller's.
func (s *Session) typeInto(a typeArgs) (any, error) {
	data := []byte(a.Text)
	if a.B64 != "" {
		var err error
		if data, err = base64.StdEncoding.DecodeString(a.B64); err != nil {
			return nil, refuse("tutor.bad-arguments", "detail", err.Error())
		}
	}
	if err := s.onConn(trace.InputType, a.Conn, data); err != nil {
		return nil, err
	}
	return s.state(none{})
}

// faultArgs say what shall break, or be repaired, and where.
type faultArgs struct {
	Host string `json:"host"`
	Kind string `json:"kind"`
	Args string `json:"args"`
}

// fault lets something break.
func (s *Session) fault(a faultArgs) (any, error) { return s.trouble(trace.InputFault, a) }

// repair repairs it.
func (s *Session) repair(a faultArgs) (any, error) { return s.trouble(trace.InputRepair, a) }

func (s *Session) trouble(kind trace.InputKind, a faultArgs) (any, error) {
	if err := s.input(trace.Input{Kind: kind, Actor: a.Host, Target: a.Kind, Data: []byte(a.Args)}); err != nil {
		return nil, err
	}
	return s.state(none{})
}

// faultForm is what a kind of fault needs: a link or a host, and what its value looks like.
type faultForm struct {
	Kind  string `json:"kind"`
	Link  bool   `json:"link"`
	Value string `json:"value"`
}

// broken lists what is broken, and what can break.
func (s *Session) broken(none) (any, error) {
	broken := []faultArgs{}
	for _, f := range s.tl.World().Troubles() {
		broken = append(broken, faultArgs{f.Host, f.Kind, f.Args()})
	}
	forms := []faultForm{}
	for _, kind := range world.FaultKinds() {
		link, value := world.FaultForm(kind)
		forms = append(forms, faultForm{kind, link, value})
	}
	return map[string]any{"broken": broken, "kinds": world.FaultKinds(), "forms": forms}, nil
}

// connArgs name a connection.
type connArgs struct {
	Conn uint32 `json:"conn"`
}

// fin closes the learner's direction of a connection.
func (s *Session) fin(a connArgs) (any, error) { return nil, s.onConn(trace.InputFin, a.Conn, nil) }

// cut breaks a connection.
func (s *Session) cut(a connArgs) (any, error) { return nil, s.onConn(trace.InputCut, a.Conn, nil) }

func (s *Session) onConn(kind trace.InputKind, conn uint32, data []byte) error {
	c, ok := s.tl.World().Conn(conn)
	if !ok {
		return refuse("tutor.no-conn", "conn", strconv.Itoa(int(conn)))
	}
	in := trace.Input{Kind: kind, Actor: c.From, Conn: conn, Data: data}
	if c.Served {
		in.Actor = c.To
	}
	return s.input(in)
}

// input puts something into the world. While time is paused, what comes of it happens at once, so that Enter shows the
// whole reply.
func (s *Session) input(in trace.Input) error {
	if err := s.tl.Input(in); err != nil {
		return err
	}
	s.moving = true
	if !s.playing {
		s.tl.Run()
	}
	return nil
}

// scriptArgs are an input script.
type scriptArgs struct {
	Text string `json:"text"`
	Name string `json:"name"`
}

// script plays an input script, each line to its end.
func (s *Session) script(a scriptArgs) (any, error) {
	sc, err := script.Parse(a.Name, []byte(a.Text))
	if err != nil {
		return nil, err
	}
	if sc.Lacks(s.tl.Definition()) {
		return nil, refuse("sim.not-whole") // before anything of it has happened
	}
	if err := sc.Play(s.tl); err != nil {
		return nil, err
	}
	return s.state(none{})
}

// tickArgs say how much real time has passed.
type tickArgs struct {
	Ms float64 `json:"ms"`
}

// tick moves virtual time by the pace while the world plays.
func (s *Session) tick(a tickArgs) (any, error) {
	switch d := time.Duration(a.Ms * float64(time.Millisecond)); {
	case s.playing && s.tape != nil:
		s.moving = s.tape.play(d)
	case s.playing:
		s.moving = s.tl.Play(s.pace, d)
	}
	return s.state(none{})
}

func (s *Session) play(none) (any, error) {
	s.playing, s.moving = true, true
	return s.state(none{})
}

func (s *Session) pause(none) (any, error) {
	s.playing = false
	return s.state(none{})
}

// paceArgs name a pace.
type paceArgs struct {
	Name string `json:"name"`
}

func (s *Session) setPace(a paceArgs) (any, error) {
	for _, p := range paces {
		if p.name == a.Name {
			s.pace, s.moving = p.pace, true
			return s.state(none{})
		}
	}
	return nil, refuse("tutor.pace", "pace", a.Name)
}

func (s *Session) step(none) (any, error) {
	s.playing = false
	s.tl.Step()
	return s.state(none{})
}

func (s *Session) back(none) (any, error) {
	s.playing = false
	s.tl.Back()
	return s.state(none{})
}

// seekArgs name a moment, by time, by steps, or by an event that has not happened yet.
type seekArgs struct {
	T      *int64  `json:"t"`
	Step   *uint64 `json:"step"`
	Before *uint64 `json:"before"`
}

func (s *Session) seek(a seekArgs) (any, error) {
	s.playing = false
	if a.Step != nil {
		s.tl.SeekStep(*a.Step)
	} else if a.Before != nil {
		s.tl.SeekBefore(*a.Before)
	} else if a.T != nil {
		s.tl.Seek(engine.Time(*a.T))
	}
	return s.state(none{})
}

// advanceArgs say how far the clock shall run: by milliseconds, or to a moment.
type advanceArgs struct {
	Ms float64 `json:"ms"`
	To *int64  `json:"to"`
}

func (s *Session) advance(a advanceArgs) (any, error) {
	to := s.tl.Now().Add(time.Duration(a.Ms * float64(time.Millisecond)))
	if a.To != nil {
		to = engine.Time(*a.To)
	}
	s.tl.Advance(to)
	return s.state(none{})
}

// runArgs say where to stop.
type runArgs struct {
	Until string `json:"until"`
}

// run lets virtual time pass until nothing is on its way ("quiet"), until after the next timer ("retry"), until a message
// fails ("bounce"), or for a day ("day").
func (s *Session) run(a runArgs) (any, error) {
	switch a.Until {
	case "", "quiet":
		s.tl.Run()
	case "retry":
		s.tl.Run()
		if t, ok := s.tl.World().NextTimer(); ok {
			s.tl.Advance(t)
			s.tl.Run()
		}
	case "bounce":
		s.untilFailure()
	case "day":
		s.tl.Advance(s.tl.Now().Add(24 * time.Hour))
	default:
		return nil, refuse("tutor.no-stop", "until", a.Until)
	}
	return s.state(none{})
}

// bounceSteps bounds the search for a failure: about a week of a small world's timers.
const bounceSteps = 100_000

func (s *Session) untilFailure() {
	seen := s.tl.Seen()
	for range bounceSteps {
		if !s.tl.Step() {
			return
		}
		for ; seen < s.tl.Seen(); seen++ {
			if s.tl.Trace().At(seen).Kind == trace.KindFailed {
				return
			}
		}
	}
}

// undo takes back the last input and what came of it.
func (s *Session) undo(none) (any, error) {
	if err := s.tl.Undo(); err != nil {
		return nil, refuse("tutor.nothing-to-undo")
	}
	s.watch.reset()
	return s.state(none{})
}

// reset goes back to the world's first moment.
func (s *Session) reset(none) (any, error) {
	s.tl.Reset()
	s.watch.reset()
	s.playing, s.moving = true, true
	if s.lesson != nil {
		s.watch.of(s.lesson.ID).Attempts++
	}
	return s.state(none{})
}

// fork makes the moment that is shown the end, so that the learner can go on from it.
func (s *Session) fork(none) (any, error) {
	s.tl.Fork()
	s.watch.reset()
	return s.state(none{})
}

// export gives the input log, from which everything can be made again.
func (s *Session) export(none) (any, error) { return s.logText(s.tl.InputLog(Version)) }

// share gives the input log up to the moment that is shown.
func (s *Session) share(none) (any, error) { return s.logText(s.tl.InputLogHere(Version)) }

func (s *Session) logText(log trace.InputLog) (any, error) {
	log.WorldText = s.world
	if s.lesson != nil {
		log.Lesson = s.lesson.ID
	}
	return map[string]string{"log": string(log.Marshal())}, nil
}
