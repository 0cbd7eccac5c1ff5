// Package recorded makes a lesson of a session: its solution types what was typed, its task asks for what came of that, and its
// tests are a way that is right as well, and two mistakes. It needs the trace, not the world: the page's reader has it, and the
// program.
package recorded

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"ehlo/lessons"
	"ehlo/sim/toml"
	"ehlo/sim/trace"
)

// Task is the task of a recorded lesson.
const Task = "all"

// Session is what somebody has done, up to the moment at which it becomes a lesson.
type Session struct {
	ID, Title    string // of the lesson; without a title it gets one
	World        string // what the lesson's front matter names
	You          string // the host at which the learner sits
	Log          *trace.InputLog
	Events       iter.Seq[trace.Event]
	Mine, Served func(conn uint32) bool // connections into which the person has typed, and those in which they were the server
}

// Lesson returns the files of a lesson by name, and ok; nothing where nothing has come of the session. The files are for an author, who writes the text, better words for the task and other right
// ways. What learners are told after its mistakes is not known here: it stands there as a question mark.
func Lesson(s Session) (files map[string]string, ok bool) {
	r := recording{Session: s}
	r.script()
	solution := r.out.String()
	o := lessons.Goals(s.Events, lessons.Doer{Mine: s.Mine, Served: s.Served, Hosts: r.hosts()})
	asked := checks(o)
	if asked == "" {
		return nil, false
	}
	return map[string]string{
		lessons.LessonFile:   r.front() + asked + "+++\n\n" + text,
		lessons.SolutionFile: "# task: " + Task + "\n" + solution,
		lessons.TestsFile:    tests(o, solution),
	}, true
}

const text = `This lesson was made of a session. Write here what your learners need to know before they begin, in short sentences: what
happens, who says what, and in which section of which RFC that is written. Then look at the task above: make several of it, one for
each thing to do, with hints that help more and more. Take out of the checks what does not matter, since a check accepts whatever
leads to the same.

::: teacher
Only you see this.
:::
`

func (r *recording) front() string {
	var b strings.Builder
	title := r.Title
	if title == "" {
		title = "A recorded session"
	}
	fmt.Fprintf(&b, "+++\nid = %s\ntitle = %s\nchapter = \"My lessons\"\nworld = %s\n", toml.Quote(r.ID), toml.Quote(title), toml.Quote(r.World))
	if r.Log.Host != "" {
		b.WriteString("host = " + toml.Quote(r.Log.Host) + "\n")
	}
	b.WriteString("minutes = 5\n\n[[task]]\nid = \"" + Task + "\"\ntext = \"Do what was recorded. (Say here what that is, or make several tasks of it.)\"\n")
	return b.String()
}

// hosts are those at which the person has done something.
func (r *recording) hosts() (hosts []string) {
	for _, in := range r.Log.Inputs {
		if (in.Kind == trace.InputTerminal || in.Kind == trace.InputRun) && !slices.Contains(hosts, in.Actor) {
			hosts = append(hosts, in.Actor)
		}
	}
	return hosts
}

// checks asks for what has come of the session.
func checks(o lessons.Outcome) string {
	var b strings.Builder
	begin := func(kind string) { b.WriteString("\n  [[task.check]]\n  kind = \"" + kind + "\"\n") }
	set := func(key, value string) { b.WriteString("  " + key + " = " + value + "\n") }
	for _, g := range o.Goals {
		begin("dialogue")
		set("protocol", toml.Quote(g.Protocol))
		set("host", toml.Quote(g.Host))
		set("port", fmt.Sprint(g.Port))
		if g.Served {
			set("served", "true")
		}
		b.WriteString("  steps = [\n")
		for _, s := range g.Steps {
			b.WriteString("    { verb = " + toml.Quote(s.Verb))
			if s.Argument != "" {
				b.WriteString(", argument = " + toml.Quote(s.Argument))
			}
			if s.TLS {
				b.WriteString(", tls = true")
			}
			b.WriteString(", reply = " + toml.Quote(s.Reply) + " },\n")
		}
		b.WriteString("  ]\n")
	}
	for _, a := range o.Arrivals {
		begin("delivered")
		set("to", toml.Quote(a.To))
		set("from", toml.Quote(a.From))
		if len(a.Header) > 0 {
			set("header", header(a.Header))
		}
		if len(a.Lines) > 0 {
			set("lines", toml.QuoteAll(a.Lines))
		}
	}
	for _, r := range o.Runs {
		begin("ran")
		set("host", toml.Quote(r.Host))
		set("tool", toml.Quote(r.Tool))
		if r.Words != r.Tool {
			set("argument", toml.Quote(r.Words))
		}
		if r.Failed {
			set("failed", "true")
		}
	}
	return b.String()
}

// header is a table of what fields hold; of one that stands there twice the first is enough.
func header(fields [][2]string) string {
	var names, pairs []string
	for _, f := range fields {
		if !slices.Contains(names, f[0]) {
			names = append(names, f[0])
			pairs = append(pairs, f[0]+" = "+toml.Quote(f[1]))
		}
	}
	return "{ " + strings.Join(pairs, ", ") + " }"
}
