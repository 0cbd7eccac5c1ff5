package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"ehlo/cmd/internal/reading"
	"ehlo/lessons/incident"
	"ehlo/lessons/incident/shown"
	"ehlo/lessons/locale"
	"ehlo/sim/paste"
)

var explainCommand = command{
	name:  "explain",
	args:  "[-protocol NAME] [-parts] [-mask] [-contents] [-share FILE] [-world FILE] FILE|-",
	about: "explain a recorded session, a mail log, a bounce, a header or a capture",
	help: `FILE is what somebody has of something that went wrong: a session (lines with C: and S:, what telnet or nc showed, or
what swaks, curl -v, msmtp -d, fetchmail -v or Python's smtplib wrote), lines of a mail log of Postfix, Sendmail or Exim, a
bounce, the header of a message, or a capture of packets (pcap, pcapng). - reads the standard input. Each line is shown with
what it tells, and where it was refused, with the reason and the smallest repair.

-contents lists what of it may be private, -mask hides passwords in what is shown, and -share writes it to a file with its
passwords masked. -world makes a world of it, with a script that lets it happen again.`,
	run: explain,
}

func explain(c *call) error {
	protocol := c.flags.String("protocol", "", "`NAME` of what is spoken, smtp, pop3 or imap; otherwise the text shows it")
	parts := c.flags.Bool("parts", false, "name the parts of each line, with the section of the RFC")
	mask := c.flags.Bool("mask", false, "hide passwords in what is shown")
	contents := c.flags.Bool("contents", false, "list what of it may be private, and explain nothing")
	share := c.flags.String("share", "", "write it to `FILE` with its passwords masked, and list what else may be private")
	world := c.flags.String("world", "", "write a world to `FILE`, which ends in .toml, and a script beside it that replays the incident")
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(args) != 1 {
		return usageError{"say which file to explain, or - for the standard input"}
	}
	data, err := readInput(c, args[0])
	if err != nil {
		return err
	}
	t, err := texts()
	if err != nil {
		return err
	}
	in, err := incident.Read(data, *protocol)
	if err == nil && *mask {
		in, err = in.Mask(*protocol)
	}
	if err != nil {
		return tellIncident(t, args[0], err)
	}
	switch {
	case *world != "":
		return makeWorld(c, t, args[0], in, *world)
	case *share != "":
		text, _ := in.Masked()
		if err := writeNew(*share, text); err != nil {
			return err
		}
		return list(c.stdout, t, in)
	case *contents:
		return list(c.stdout, t, in)
	}
	p := reading.NewPrinter(c.stdout, t)
	p.Parts = *parts
	if in.Kind != incident.Session {
		p.Heading(t.Note(in.Summary()))
	}
	for i := range in.Parts {
		explainPart(p, &in.Parts[i], in.Kind == incident.Session)
	}
	return p.Flush()
}

// explainPart writes a part. What a session comes to stands behind it, what anything else comes to before its lines.
func explainPart(p *reading.Printer, part *incident.Part, session bool) {
	p.Heading(p.Texts.Note(part.Title))
	summary := func() {
		for _, n := range part.Summary {
			p.Heading(strings.TrimSpace(p.Texts.Note(n)))
		}
	}
	if !session {
		summary()
	}
	if c := part.Conversation; c != nil {
		for i, l := range c.Lines {
			p.Line(l.At, l.Line, c.Explain(i))
		}
	}
	for _, e := range part.Entries {
		p.Entry(e.At, e.Text, e.Explanation)
	}
	if session {
		summary()
	}
}

// list writes what an incident holds.
func list(w io.Writer, t *locale.Catalogue, in *incident.Incident) error {
	for _, m := range in.Contents() {
		if _, err := fmt.Fprintln(w, reading.Printable([]byte(t.Note(m.Note())))); err != nil {
			return err
		}
	}
	return nil
}

// makeWorld writes the world and the script of an incident, and says what was assumed.
func makeWorld(c *call, t *locale.Catalogue, source string, in *incident.Incident, file string) error {
	name, ok := strings.CutSuffix(file, ".toml")
	if !ok {
		return usageError{"a world file ends in .toml: " + file}
	}
	r, err := in.World()
	if err != nil {
		return tellIncident(t, source, err)
	}
	if err := writeNew(file, []byte(r.World)); err != nil {
		return err
	}
	if err := writeNew(name+".txt", []byte(r.Script)); err != nil {
		return err
	}
	for _, n := range r.Assumed {
		fmt.Fprintln(c.stdout, t.Note(n))
	}
	_, err = fmt.Fprintf(c.stdout, "ehlo play -world %s %s.txt\n", file, name)
	return err
}

// writeNew writes a file that is not there yet.
func writeNew(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return told{name + " is there already: name another file", err}
	}
	if err != nil {
		return fileError(name, err)
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// readInput reads a file, or the standard input where it is called -.
func readInput(c *call, name string) ([]byte, error) {
	in := c.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, fileError(name, err)
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, incident.MaxCapture+1))
	if err != nil {
		return nil, fileError(name, err)
	}
	return data, nil
}

// tellIncident makes sentences of why something cannot be read.
func tellIncident(t *locale.Catalogue, name string, err error) error {
	var p *paste.Error
	if !errors.As(err, &p) {
		return err
	}
	if name == "-" {
		name = "standard input"
	}
	text := shown.Problem(err, t)
	if p.ID == "paste.protocol" {
		return usageError{text}
	}
	return told{name + ": " + text, err}
}
