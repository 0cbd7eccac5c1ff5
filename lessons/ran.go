package lessons

import (
	"slices"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// ran asks for a tool that somebody has run at a terminal of a host.
type ran struct {
	host      string   // "" for any
	tools     []string // one of them
	arguments []string // each is part of a word that the tool was given
	shows     string   // part of what it has shown, or ""
	failed    bool     // its exit status is not 0
}

// run is a tool that began to run.
type run struct {
	host, tool string
	terminal   int64
	words      string // the whole command
	shown      []byte
	seq        uint64 // of its end, or of its latest output while it runs
	over       bool
	status     int64
}

func readRan(f *fields) condition {
	return ran{host: f.text("host", optional), tools: f.texts("tool", required), arguments: f.texts("argument", optional),
		shows: f.text("shows", optional), failed: f.flag("failed")}
}

// terminal takes what happens at terminals.
func (f *facts) terminal(e *trace.Event) {
	if e.Kind == trace.KindCommand {
		f.runs = append(f.runs, &run{host: e.Actor, tool: e.Label, terminal: e.Num, words: string(e.Data), seq: e.Seq})
		return
	}
	for _, r := range slices.Backward(f.runs) {
		if r.host != e.Actor || r.terminal != e.Num || r.tool != e.Label || r.over {
			continue
		}
		r.seq = e.Seq
		if e.Kind == trace.KindExit {
			r.over, r.status = true, e.Off
		} else if e.Class != trace.ClassCommand {
			r.shown = append(r.shown, e.Data...)
		}
		return
	}
}

func (w ran) judge(f *facts, _ Query, after uint64) verdict {
	none := missing("lessons.missing.ran", "host", w.host, "tool", w.tool(), "argument", strings.Join(w.arguments, " "))
	for _, r := range f.runs {
		if r.seq <= after || !slices.Contains(w.tools, r.tool) || w.host != "" && !strings.EqualFold(r.host, w.host) ||
			slices.ContainsFunc(w.arguments, func(a string) bool { return !strings.Contains(r.words, a) }) {
			continue
		}
		switch {
		case r.over && (r.status != 0) != w.failed:
			none = missing("lessons.missing.ran-status", "tool", r.tool)
		case !strings.Contains(string(r.shown), w.shows):
			none = missing("lessons.missing.ran-shows", "tool", r.tool, "shows", w.shows)
		default:
			return done(r.seq)
		}
	}
	return none
}

// tool names the tool for a note: the first of those that will do.
func (w ran) tool() string { return strings.Join(w.tools[:min(1, len(w.tools))], "") }

func (w ran) happened() machine.Note { return note("lessons.happened.ran", "tool", w.tool()) }
