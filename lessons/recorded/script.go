package recorded

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// pause is how long somebody may think before a script waits as long.
const pause = 30 * time.Second

// recording turns an input log into a script.
type recording struct {
	Session
	out    strings.Builder
	opened []uint32 // connections in the order in which a script numbers them
	host   string
	conn   uint32
}

func (r *recording) line(format string, args ...any) { fmt.Fprintf(&r.out, format+"\n", args...) }

// script writes the inputs down as steps.
func (r *recording) script() {
	var opens []uint32 // what each input that opens has opened
	opening := false
	for e := range r.Events {
		switch {
		case e.Kind == trace.KindInput:
			opening = e.Label == trace.InputOpen.String()
		case e.Kind == trace.KindOpen && opening:
			opens, opening = append(opens, e.Conn), false
		}
	}
	r.host = r.Log.Host
	if r.host == "" {
		r.host = r.You
	}
	var before engine.Time
	for _, in := range r.Log.Inputs {
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
		switch own, from := strings.CutPrefix(string(in.Data), trace.OpenFrom); {
		case string(in.Data) == trace.OpenTLS:
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
		if in.Target == trace.MUA {
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
