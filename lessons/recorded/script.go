package proof

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"ehlo/lessons"
	"ehlo/sim"
	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// pause is how long somebody may think before a script waits as long.
const pause = 30 * time.Second

// Record makes a lesson of a session: its solution types what was typed, and its tasks ask for what came of that. tl is the
// session replayed to its end; world is what the lesson's front matter names. The files are for an author, who writes the text,
// better words for the tasks, other right ways and mistakes.
func Record(id, world string, log *trace.InputLog, tl *sim.Timeline) map[string]string {
	r := recording{log: log, tl: tl}
	goals, arrived := lessons.Goals(events(tl), r.served, r.mine)
	r.script()
	var b strings.Builder
	fmt.Fprintf(&b, "+++\nid = %q\ntitle = \"A recorded session\"\nchapter = \"My lessons\"\nworld = %q\n", id, world)
	if log.Host != "" && log.Host != tl.Definition().You() {
		fmt.Fprintf(&b, "host = %q\n", log.Host)
	}
	b.WriteString("minutes = 5\n\n[[task]]\nid = \"all\"\ntext = \"Do what was recorded. (Say here what that is, or make several tasks of it.)\"\n")
	for _, g := range goals {
		fmt.Fprintf(&b, "\n  [[task.check]]\n  kind = \"dialogue\"\n  protocol = %q\n  host = %q\n  port = %d\n", g.Protocol, g.Host, g.Port)
		if g.Served {
			b.WriteString("  served = true\n")
		}
		b.WriteString("  steps = [\n")
		for _, s := range g.Steps {
			argument := ""
			if s.Argument != "" {
				argument = ", argument = " + strconv.QuoteToASCII(s.Argument)
			}
			fmt.Fprintf(&b, "    { verb = %q%s, reply = %q },\n", s.Verb, argument, s.Reply)
		}
		b.WriteString("  ]\n")
	}
	for _, a := range arrived {
		fmt.Fprintf(&b, "\n  [[task.check]]\n  kind = \"delivered\"\n  to = %q\n  from = %q\n", a.To, a.From)
		if a.Subject != "" && !strings.ContainsAny(a.Subject, "\"\\") {
			fmt.Fprintf(&b, "  header = { Subject = \"%s\" }\n", a.Subject)
		}
	}
	b.WriteString("+++\n\n" + recordedText)
	return map[string]string{lessons.LessonFile: b.String(), lessons.SolutionFile: "# task: all\n" + r.out.String(), lessons.TestsFile: recordedTests}
}

const recordedText = `This lesson was made of a session. Write here what your learners need to know before they begin, in short sentences: what
happens, who says what, and in which section of which RFC that is written. Then look at the tasks above: one for each thing to do,
with hints that help more and more. Take the steps out of the checks that do not matter, since a check accepts whatever leads to
the same. The test leaves each line of the solution out in turn and says which of them nobody needs.

::: teacher
Only you see this.
:::
`

const recordedTests = `# Another right way, and two mistakes with what your learners are told: docs/authoring.md says how.
`

// recording turns an input log into a script.
type recording struct {
	log    *trace.InputLog
	tl     *sim.Timeline
	out    strings.Builder
	opened []uint32 // connections in the order in which a script numbers them
	host   string
	conn   uint32
}

func (r *recording) served(conn uint32) bool {
	c, ok := r.tl.World().Conn(conn)
	return ok && c.Served
}

func (r *recording) mine(conn uint32) bool {
	c, ok := r.tl.World().Conn(conn)
	return ok && c.Typed
}

func (r *recording) line(format string, args ...any) { fmt.Fprintf(&r.out, format+"\n", args...) }

// script writes the inputs down as steps.
func (r *recording) script() {
	var opens []uint32 // what each input that opens has opened
	opening := false
	for e := range events(r.tl) {
		switch {
		case e.Kind == trace.KindInput:
			opening = e.Label == trace.InputOpen.String()
		case e.Kind == trace.KindOpen && opening:
			opens, opening = append(opens, e.Conn), false
		}
	}
	r.host = r.log.Host
	if r.host == "" {
		r.host = r.tl.Definition().You()
	}
	var before engine.Time
	for _, in := range r.log.Inputs {
		if gap := time.Duration(in.At - before); gap > pause {
			r.line("wait %s", gap.Round(time.Second))
		}
		before = in.At
		if in.Kind == trace.InputOpen && len(opens) > 0 {
			r.at(in.Actor)
			r.conn, opens = opens[0], opens[1:]
			r.opened = append(r.opened, r.conn)
		}
		r.step(in)
	}
}

// at says where somebody sits.
func (r *recording) at(host string) {
	if host != r.host {
		r.host = host
		r.line("at %s", host)
	}
}

// use makes a connection the current one.
func (r *recording) use(conn uint32) {
	if conn == r.conn {
		return
	}
	r.conn = conn
	for i, id := range r.opened {
		if id == conn {
			r.line("use %d", i+1)
			return
		}
	}
	r.opened = append(r.opened, conn)
	r.line("serve")
}

func (r *recording) step(in trace.Input) {
	target := strings.Replace(in.Target, ":", " ", 1)
	switch in.Kind {
	case trace.InputOpen:
		switch own, from := strings.CutPrefix(string(in.Data), sim.OpenFrom); {
		case string(in.Data) == sim.OpenTLS:
			r.line("tls %s", target)
		case from:
			r.line("telnet %s %s", target, own)
		default:
			r.line("telnet %s", target)
		}
	case trace.InputType:
		r.use(in.Conn)
		r.text(">", "raw", "\r\n", string(in.Data))
	case trace.InputTerminal:
		r.at(in.Actor)
		r.text("$", "keys", "\n", string(in.Data))
	case trace.InputFin, trace.InputCut:
		r.use(in.Conn)
		r.line("%s", in.Kind)
	case trace.InputFault, trace.InputRepair:
		r.line("%s %s %s %s", in.Kind, in.Actor, in.Target, in.Data)
	case trace.InputRun:
		r.at(in.Actor)
		if in.Target == sim.MUA {
			r.line("mail %s", strconv.Quote(string(in.Data)))
		} else {
			r.line("# %s %q: no script does this", in.Target, in.Data)
		}
	}
}

// text writes whole lines as typed ones, and what is left as octets.
func (r *recording) text(sign, octets, end, text string) {
	for text != "" {
		line, rest, whole := strings.Cut(text, end)
		if !whole || strings.ContainsAny(line, "\r\n\x00") {
			r.line("%s %s", octets, strconv.QuoteToASCII(text))
			return
		}
		r.line("%s", strings.TrimRight(sign+" "+line, "\n"))
		text = rest
	}
}
