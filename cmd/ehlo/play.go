package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"ehlo/cmd/internal/reading"
	"ehlo/sim"
	"ehlo/sim/files"
	"ehlo/sim/persona"
	"ehlo/sim/personas"
	"ehlo/sim/script"
	"ehlo/sim/trace"
	"ehlo/sim/trace/export"
	"ehlo/sim/witness"
	"ehlo/web"
)

var playCommand = command{
	name:  "play",
	args:  "[-world NAME|FILE] [-persona NAME …] [-trace] [-as FORM] [-conn N] [-knows] [-file HOST:PATH] SCRIPT|-",
	about: "play an input script against a world and print the transcript",
	help: `SCRIPT is a file, - is the standard input, which is played line by line as it comes:
  telnet mx.example.net 25          opens a connection
  > EHLO laptop.example.org         types the rest of the line, with CR LF behind it
  raw "NOOP\n"                      types exactly these octets
  fin, cut, use 1, wait 5m, at mail.example.org
  $ dig mx example.net              types a line at the terminal of your host
  tls mail.example.org 995, fault mx.example.net crash, repair mx.example.net crash
docs/scripts.md describes them all. With -persona twice or more the script is played once for each
kind of server, and their answers stand side by side; a mark shows where they differ.
With -as the play is printed at its end, whole, in one of these forms: ` + strings.Join(export.Formats(), ", ") + `.
  ehlo play -as pcapng SCRIPT > mail.pcapng     for Wireshark`,
	run: play,
}

func play(c *call) error {
	name := c.flags.String("world", "two-domains", "`NAME|FILE` of the world: ehlo world list names those that come with ehlo")
	asTrace := c.flags.Bool("trace", false, "print every trace event as a line of JSON")
	as := c.flags.String("as", "", "print the play in a `FORM` in place of the transcript")
	conn := c.flags.Uint("conn", 0, "with -as: connection `N` only")
	knows := c.flags.Bool("knows", false, "print at the end who knows what: what each host could read, and where it only saw that something passed")
	file := c.flags.String("file", "", "`HOST:PATH` of a file or a directory to print at the end, as in mx.example.net:/var/mail/bob")
	var of []*persona.Persona
	c.flags.Func("persona", "let the world's services of its protocol speak as another server does, `NAME`: "+strings.Join(personas.Names(), ", ")+"; several to compare them", func(name string) error {
		p, err := personaNamed(name)
		of = append(of, p)
		return err
	})
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(of) > 1 && (*asTrace || *as != "" || *knows || *file != "") {
		return usageError{"-trace, -as, -knows and -file are about one world: name one persona"}
	}
	if len(args) != 1 {
		return usageError{"say which script to play, or - for the standard input"}
	}
	if *as != "" && !slices.Contains(export.Formats(), *as) {
		return usageError{fmt.Sprintf("-as %q is none of %s", *as, strings.Join(export.Formats(), ", "))}
	}
	source, from := c.stdin, "standard input"
	if args[0] != "-" {
		text, err := os.ReadFile(args[0])
		if err != nil {
			return fileError(args[0], err)
		}
		if _, err := script.Parse(args[0], text); err != nil { // a script that has a mistake further down is not begun
			return tell(err)
		}
		source, from = bytes.NewReader(text), args[0]
	}
	if len(of) > 1 {
		return sideBySide(c, *name, from, source, of)
	}
	def, err := readWorld(*name)
	if err != nil {
		return err
	}
	for _, p := range of {
		if err := withPersona(def, p); err != nil {
			return err
		}
	}
	tl, err := sim.NewTimeline(def)
	if err != nil {
		return tell(err)
	}
	out := bufio.NewWriter(c.stdout)
	p := printer{out: out, tl: tl, asTrace: *asTrace, silent: *as != ""}
	p.print()
	err = playLines(from, source, tl, &p)
	p.endLine()
	if err == nil && *as != "" {
		err = printAs(out, *as, tl, export.Options{Conn: uint32(*conn), Start: def.Start.Unix()})
	}
	if err == nil && *knows {
		printKnowledge(out, witness.Read(tl.Trace().All()))
	}
	if err == nil && *file != "" {
		err = printFile(out, tl.World(), *file)
	}
	if flushErr := out.Flush(); err == nil {
		err = flushErr
	}
	return err
}

// printAs writes all that has happened in one of the forms of package export.
func printAs(out io.Writer, form string, tl *sim.Timeline, o export.Options) error {
	t, err := texts()
	if err != nil {
		return err
	}
	o.Text, o.Lang = func(id string, args map[string]string) string { return t.Render(id, args) }, t.Lang()
	file, _ := export.Write(form, tl.Trace().All(), o) // the form was checked
	_, err = out.Write(file)
	return err
}

// printFile writes what is in a file of a host, or lists a directory as ls -l does.
func printFile(out io.Writer, w *sim.World, name string) error {
	host, path, _ := strings.Cut(name, ":")
	disk, ok := w.Files(host)
	if !ok {
		return fmt.Errorf("-file %s: no host is called %q; write HOST:PATH", name, host)
	}
	f, ok := disk.Stat(files.Clean("/", path))
	switch {
	case !ok:
		return fmt.Errorf("-file %s: %s has no such file", name, host)
	case !f.Dir && f.Content != nil:
		_, err := out.Write(f.Content.Bytes())
		return err
	case !f.Dir:
		return nil
	}
	list, _ := disk.List(f.Path)
	for i := range list {
		k := &list[i]
		mode := fs.FileMode(k.Mode)
		if k.Dir {
			mode |= fs.ModeDir
		}
		fmt.Fprintf(out, "%s %-8s %7d %s %s\n", mode, k.Owner, k.Size(), time.Unix(k.Modified, 0).UTC().Format("2006-01-02 15:04"), k.Name())
	}
	return nil
}

// printKnowledge writes what each host knows.
func printKnowledge(out io.Writer, witnesses []witness.Witness) {
	for _, w := range witnesses {
		fmt.Fprintf(out, "# %s\n", w.Host)
		for _, f := range w.Facts {
			conn := ""
			if f.Conn > 0 {
				conn = fmt.Sprintf("  (connection %d)", f.Conn)
			}
			switch f.Kind {
			case witness.Content:
				fmt.Fprintf(out, "%-10s lines of messages: %s\n", f.Kind, f.Text)
			case witness.Sealed:
				fmt.Fprintf(out, "%-10s octets that it cannot read: %s%s\n", f.Kind, f.Text, conn)
			default:
				fmt.Fprintf(out, "%-10s %s%s\n", f.Kind, reading.Printable([]byte(f.Text)), conn)
			}
		}
	}
}

// playLines plays a script line by line and prints after each what it led to.
func playLines(name string, source io.Reader, tl *sim.Timeline, p *printer) error {
	player := script.NewPlayer(name, tl)
	lines := bufio.NewReader(source)
	for n := 1; ; n++ {
		line, readErr := lines.ReadString('\n')
		step, ok, err := script.ParseLine(name, n, line)
		if err != nil {
			return tell(err)
		}
		if ok {
			if err := player.Do(step); err != nil {
				return tell(err)
			}
			p.print()
			if err := p.out.Flush(); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(readErr, io.EOF):
			return nil
		case readErr != nil:
			return readErr
		}
	}
}

// printer writes what has happened in a timeline since it last looked.
type printer struct {
	out     *bufio.Writer
	tl      *sim.Timeline
	asTrace bool
	silent  bool // nothing is written: the play is printed whole at its end
	seen    int
	conn    uint32 // the latest lines belong to it
	host    string // whose terminal has shown a line without an end, "" where none has
	buf     []byte
}

func (p *printer) print() {
	log := p.tl.Trace()
	if p.silent {
		p.seen = log.Len()
	}
	for ; p.seen < log.Len(); p.seen++ {
		e := log.At(p.seen)
		if p.asTrace {
			p.buf = append(trace.AppendJSON(p.buf[:0], &e), '\n')
			p.out.Write(p.buf) // an error stays with the writer until Flush
			continue
		}
		if e.Kind == trace.KindTerminal {
			p.terminal(&e)
			continue
		}
		if c, ok := p.tl.World().Conn(e.Conn); ok && (c.Typed || c.Served) && c.Terminal == 0 {
			p.transcript(&e, c)
		}
	}
}

// terminal prints what a host's terminal shows. What speaks there is not a transcript of its own.
func (p *printer) terminal(e *trace.Event) {
	p.conn = 0
	if e.Actor != p.host {
		p.endLine()
	}
	shown := e.Data
	if e.Verb != "" {
		shown, _ = web.Manual(e.Verb)
		p.out.Write(shown) // an error stays with the writer until Flush
	} else {
		printTerminal(p.out, shown)
	}
	if p.host = ""; !bytes.HasSuffix(shown, []byte("\n")) {
		p.host = e.Actor
	}
}

// endLine ends what a terminal shows, where something else follows.
func (p *printer) endLine() {
	if p.host != "" {
		fmt.Fprintln(p.out)
		p.host = ""
	}
}

// transcript prints an event of a connection that the script opened.
func (p *printer) transcript(e *trace.Event, c sim.ConnInfo) {
	switch e.Kind {
	case trace.KindLine:
		if e.Conn != p.conn {
			p.say("# connection %d: %s to %s port %d\n", c.ID, c.From, c.To, c.Port)
			p.conn = e.Conn
		}
		for line := range bytes.Lines(e.Data) {
			p.say("%s: %s\n", e.Dir, reading.Printable(line))
		}
	case trace.KindRefused:
		p.say("# connection %d: %s refuses port %d: nothing listens there\n", c.ID, c.To, c.Port)
	case trace.KindUnreachable:
		p.say("# connection %d: no host is called %s, or no link leads there\n", c.ID, c.To)
	case trace.KindClosed:
		p.say("# connection %d: closed\n", c.ID)
	case trace.KindCut:
		p.say("# connection %d: broken\n", c.ID)
	}
}

// say prints on a line of its own.
func (p *printer) say(format string, args ...any) {
	p.endLine()
	fmt.Fprintf(p.out, format, args...)
}
