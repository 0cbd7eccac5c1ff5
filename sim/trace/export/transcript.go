package export

import (
	"bytes"
	"iter"
	"sort"
	"strconv"
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// said is a line of a conversation as its client has it, or what became of the connection.
type said struct {
	at    engine.Time
	dir   trace.Dir // none for a note
	class trace.Class
	text  string // for people, without its end
}

// dialogue is what was said on a connection.
type dialogue struct {
	conn       uint32
	from, to   string
	port       int64
	said       []said
	arrivals   []arrival // at the client
	unanswered []pending
}

// arrival says up to where the server's octets are there, and when.
type arrival struct {
	end int64
	at  engine.Time
}

// pending is a line of the server with the end of its octets.
type pending struct {
	end  int64
	line said
}

// dialogues reads what was said on a connection, or on each where o.Conn is 0, in the order in which they were opened. A
// reply stands where it has reached the client; one that is on its way is not there.
func dialogues(events iter.Seq2[int, trace.Event], o Options) []*dialogue {
	var list []*dialogue
	byConn := map[uint32]*dialogue{}
	for _, e := range events {
		if e.Conn == 0 || o.Conn != 0 && e.Conn != o.Conn {
			continue
		}
		d := byConn[e.Conn]
		if e.Kind == trace.KindOpen {
			d = &dialogue{conn: e.Conn, from: e.Actor, to: e.Target, port: e.Num}
			byConn[e.Conn] = d
			list = append(list, d)
		}
		if d != nil {
			d.event(&e, o)
		}
	}
	for _, d := range list {
		d.settle()
	}
	return list
}

func (d *dialogue) event(e *trace.Event, o Options) {
	note := func(id string) {
		text := o.Text("ladder."+id, map[string]string{"host": e.Target, "port": strconv.FormatInt(d.port, 10)})
		d.said = append(d.said, said{at: e.At, text: text, class: e.Class})
	}
	switch e.Kind {
	case trace.KindLine:
		for line := range bytes.Lines(e.Data) {
			l := said{max(e.At, e.From), e.Dir, e.Class, visible(line)}
			if e.Dir == trace.ToClient {
				d.unanswered = append(d.unanswered, pending{e.Off + e.Num, l})
				continue
			}
			d.said = append(d.said, l)
		}
	case trace.KindSegment:
		if e.Dir == trace.ToClient && e.Target == d.from {
			d.arrivals = append(d.arrivals, arrival{e.Off + e.Num, e.Until})
		}
	case trace.KindEstablished, trace.KindRefused, trace.KindUnreachable, trace.KindCut, trace.KindClosed:
		note(e.Kind.String())
	}
}

// settle puts each line of the server where its last octet arrived, and one that has not arrived nowhere.
func (d *dialogue) settle() {
	for _, p := range d.unanswered {
		if len(d.arrivals) == 0 { // a trace that tells of lines only
			d.said = append(d.said, p.line)
		}
		for _, a := range d.arrivals {
			if a.end >= p.end {
				p.line.at = a.at
				d.said = append(d.said, p.line)
				break
			}
		}
	}
	sort.SliceStable(d.said, func(i, j int) bool {
		a, b := &d.said[i], &d.said[j]
		return a.at < b.at || a.at == b.at && a.dir == trace.DirNone && b.dir != trace.DirNone && a.class == trace.ClassNone
	})
}

// heading names a connection.
func (d *dialogue) heading(o Options) string {
	return o.Text("ladder.conn", map[string]string{"conn": strconv.FormatUint(uint64(d.conn), 10), "from": d.from, "to": d.to,
		"port": strconv.FormatInt(d.port, 10)})
}

// Transcript writes what was said as text: a heading for each connection, and before each line who says it.
func Transcript(events iter.Seq2[int, trace.Event], o Options) string {
	o = o.filled()
	var b strings.Builder
	for i, d := range dialogues(events, o) {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString("# " + d.heading(o) + "\n")
		for _, s := range d.said {
			if s.dir == trace.DirNone {
				b.WriteString("# " + s.text + "\n")
				continue
			}
			b.WriteString(s.dir.String() + ": " + s.text + "\n")
		}
	}
	return b.String()
}

// style is the look of a transcript in HTML, which stands for itself: in the light, in the dark, and on paper.
const style = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}` +
	`h2{font-size:1.1rem;margin:2rem 0 .5rem}ol{list-style:none;padding:0;margin:0}li{display:flex;gap:.75rem}` +
	`time,b,samp{font:14px/1.6 ui-monospace,monospace}time{color:GrayText;flex:none}samp{white-space:pre-wrap;overflow-wrap:anywhere}` +
	`.c b{color:#0B57A4}.s b{color:#8A4100}@media(prefers-color-scheme:dark){.c b{color:#7EB6F2}.s b{color:#E8A36B}}.bad samp{text-decoration:underline dashed;text-underline-offset:3px}` +
	`.note{font-style:italic}`

// TranscriptHTML writes what was said as a page that stands for itself.
func TranscriptHTML(events iter.Seq2[int, trace.Event], o Options) string {
	o = o.filled()
	var b strings.Builder
	title := escaper.Replace(o.Text("ladder.transcript", nil))
	b.WriteString("<!doctype html>\n<html lang=\"" + escaper.Replace(o.Lang) + "\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>" +
		title + "</title>\n<style>" + style + "</style>\n<h1>" + title + "</h1>\n")
	for _, d := range dialogues(events, o) {
		b.WriteString("<h2>" + escaper.Replace(d.heading(o)) + "</h2>\n<ol>\n")
		for _, s := range d.said {
			class, who := "note", ""
			switch s.dir {
			case trace.ToServer:
				class, who = "c", "<b>C:</b>"
			case trace.ToClient:
				class, who = "s", "<b>S:</b>"
			}
			if s.class == trace.ClassPermanent || s.class == trace.ClassTransient {
				class += " bad"
			}
			b.WriteString(`<li class="` + class + `"><time>` + s.at.String() + "</time>" + who + "<samp>" + escaper.Replace(s.text) + "</samp></li>\n")
		}
		b.WriteString("</ol>\n")
	}
	b.WriteString("</html>\n")
	return b.String()
}

// longestPause is what asciinema is told to cut pauses to, in seconds.
const longestPause = 3

// Asciicast writes what was said as a recording for asciinema (asciicast v2): the lines of a connection, or of all, at the
// moments at which its client sent or received them.
func Asciicast(events iter.Seq2[int, trace.Event], o Options) string {
	o = o.filled()
	type shown struct {
		at   engine.Time
		text string
	}
	var list []shown
	title := ""
	all := dialogues(events, o)
	for _, d := range all {
		heading := "# " + d.heading(o)
		title = heading[2:]
		for i, s := range d.said {
			text := "\x1b[2m# " + s.text + "\x1b[0m"
			switch s.dir {
			case trace.ToServer:
				text = "\x1b[36;1mC:\x1b[0m " + s.text
			case trace.ToClient:
				text = "\x1b[33mS:\x1b[0m " + s.text
			}
			if len(all) > 1 {
				text = strconv.FormatUint(uint64(d.conn), 10) + " " + text
			}
			if i == 0 {
				text = "\x1b[1m" + heading + "\x1b[0m\r\n" + text
			}
			list = append(list, shown{s.at, text + "\r\n"})
		}
	}
	if len(all) != 1 {
		title = o.Text("ladder.transcript", nil)
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].at < list[j].at })
	out := append([]byte(`{"version":2,"width":100,"height":30,"timestamp":`), strconv.FormatInt(o.Start, 10)...)
	out = append(append(out, `,"idle_time_limit":`...), strconv.Itoa(longestPause)...)
	out = trace.AppendString(append(out, `,"title":`...), title)
	out = append(out, "}\n"...)
	for _, s := range list {
		micro := strconv.FormatInt(int64(s.at)%1e9/1000, 10)
		out = append(append(out, '['), strconv.FormatInt(int64(s.at)/1e9, 10)...)
		out = append(append(out, '.'), strings.Repeat("0", 6-len(micro))+micro...)
		out = trace.AppendString(append(out, `,"o",`...), s.text)
		out = append(out, "]\n"...)
	}
	return string(out)
}
