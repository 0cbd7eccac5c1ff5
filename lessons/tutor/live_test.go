package tutor_test

import "testing"

// tapeText is a session with a lab.
const tapeText = `{"at":0,"seq":1,"kind":"world","label":"live"}
{"at":0,"seq":2,"kind":"host","actor":"mail.example.test","target":"127.0.0.1","label":"mta"}
{"at":0,"seq":3,"kind":"listen","actor":"mail.example.test","num":2525,"label":"smtp"}
{"at":0,"seq":4,"kind":"mailbox","actor":"mail.example.test","target":"bob@example.test","label":"INBOX","num":3,"data":"3 1 0"}
`

const tapeMore = `{"at":1000000,"seq":1,"kind":"host","actor":"client-1","target":"127.0.0.1","label":"mua"}
{"at":1000000,"seq":2,"kind":"open","actor":"client-1","target":"mail.example.test","conn":7,"num":2525,"label":"smtp"}
{"at":1000000,"seq":3,"kind":"line","actor":"mail.example.test","target":"client-1","conn":7,"dir":"S","num":26,"from":1000000,"until":2000000,"label":"220","class":"greeting","state":"connected","next":"connected","data":"220 mail.example.test ESMTP\r\n"}
{"at":1000000,"seq":4,"kind":"segment","actor":"mail.example.test","target":"client-1","conn":7,"dir":"S","num":26,"from":1000000,"until":2000000,"data":"220 mail.example.test ESMTP\r\n"}
{"at":3000000,"seq":5,"kind":"line","actor":"client-1","target":"mail.example.test","conn":7,"dir":"C","num":10,"from":3000000,"until":4000000,"label":"NONSENSE","verb":"NONSENSE","class":"command","state":"connected","next":"connected","data":"NONSENSE\r\n"}
{"at":5000000,"seq":6,"kind":"closed","actor":"client-1","target":"mail.example.test","conn":7}
`

// tapeState is what the test looks at.
type tapeState struct {
	Total, Horizon, Epoch int
	Playing, Quiet        bool
	World                 struct {
		Name  string
		Hosts []struct{ Services []struct{ Port int } }
	}
	Conns []struct {
		Protocol   string
		Over, Mine bool
	}
}

func TestFollow(t *testing.T) {
	c := &client{t: t}
	follow := func(begin bool, events string) map[string]any {
		return map[string]any{"begin": begin, "events": events}
	}
	state := must[tapeState](c, "follow", follow(true, tapeText))
	if state.World.Name != "live" || len(state.World.Hosts) != 1 || state.World.Hosts[0].Services[0].Port != 2525 || state.Total != 4 || !state.Playing {
		t.Errorf("it begins with %+v", state)
	}
	state = must[tapeState](c, "follow", follow(false, tapeMore))
	if state.Horizon != 10 || state.Total != 4 || len(state.Conns) != 1 {
		t.Errorf("more: %+v", state)
	}
	must[tapeState](c, "tick", map[string]any{"ms": 4})
	type line struct{ Text string }
	conn := map[string]any{"conn": 7}
	if lines := must[[]line](c, "transcript", conn); len(lines) != 3 || lines[1].Text != "220 mail.example.test ESMTP" || lines[2].Text != "NONSENSE" {
		t.Errorf("the transcript is %+v", lines)
	}
	state = must[tapeState](c, "tick", map[string]any{"ms": 100})
	if k := state.Conns[0]; !k.Over || k.Protocol != "smtp" || !k.Mine || !state.Quiet || state.Total != 10 {
		t.Errorf("at the end: %+v", state)
	}
	if x := explained(c, 9); x.Text != "NONSENSE" || len(x.Legal) == 0 {
		t.Errorf("explained: %+v", x)
	}
	type box struct{ Counts struct{ Messages int } }
	if boxes := must[[]box](c, "mailboxes", nil); len(boxes) != 1 || boxes[0].Counts.Messages != 3 {
		t.Errorf("mailboxes: %+v", boxes)
	}
	if _, id, _ := c.call("open", map[string]any{"target": "mail.example.test", "port": 25}); id != "tutor.live" {
		t.Errorf("typing at real servers: %q", id)
	}
	if _, id, _ := c.call("follow", follow(false, "{\n")); id != "tutor.bad-log" {
		t.Errorf("what is no event: %q", id)
	}
	epoch := state.Epoch
	if state = must[tapeState](c, "follow", follow(true, tapeText)); state.Epoch == epoch || state.Horizon != 4 {
		t.Errorf("a new tape: %+v", state)
	}
	if len(c.s.Chunk(0, 3)) == 0 {
		t.Error("the stage gets nothing")
	}
	if state = must[tapeState](c, "load", map[string]any{"world": "one-host"}); state.World.Name != "one-host" {
		t.Errorf("a world after it: %+v", state.World)
	}
}

// Sessions with real servers go on beside a world, which stands still while they are shown.
func TestPlace(t *testing.T) {
	c := &client{t: t}
	if _, id, _ := c.call("place", map[string]any{"real": true}); id != "tutor.no-world" {
		t.Errorf("without anything to show: %q", id)
	}
	type placed struct {
		tapeState
		Real         bool
		Valid        int
		Now, Horizon int
	}
	world := must[placed](c, "load", map[string]any{"world": "one-host"})
	real := map[string]any{"real": true, "begin": true, "events": tapeText}
	if s := must[placed](c, "follow", real); s.Real || s.Epoch != world.Epoch || s.World.Name != "one-host" {
		t.Errorf("a session begins in the background: %+v", s)
	}
	must[placed](c, "pause", nil)
	s := must[placed](c, "place", map[string]any{"real": true})
	if !s.Real || s.Horizon != 4 || s.Valid != 0 || s.Epoch == world.Epoch || !s.Playing {
		t.Errorf("it is shown: %+v", s)
	}
	if _, id, _ := c.call("undo", nil); id != "tutor.live" {
		t.Errorf("undo at a real server: %q", id)
	}
	more := must[placed](c, "follow", map[string]any{"real": true, "events": tapeMore})
	if more.Epoch != s.Epoch || more.Horizon != 10 || more.Now != 1000000 {
		t.Errorf("more of it: %+v", more)
	}
	back := must[placed](c, "place", map[string]any{"real": false})
	if back.Real || back.World.Name != "one-host" || back.Valid != 0 || back.Epoch == s.Epoch || back.Playing || back.Now != world.Now {
		t.Errorf("back: %+v", back)
	}
	if s = must[placed](c, "place", map[string]any{"real": true}); s.Horizon != 10 {
		t.Errorf("there again: %+v", s)
	}
	if s = must[placed](c, "follow", real); !s.Real || s.Horizon != 4 {
		t.Errorf("begun anew in view: %+v", s)
	}
	if s = must[placed](c, "load", map[string]any{"world": "one-host"}); s.Real || s.Valid != 0 {
		t.Errorf("another world: %+v", s)
	}
}
