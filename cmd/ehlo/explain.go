package main

import (
	"errors"
	"io"
	"os"
	"strings"

	"ehlo/cmd/internal/reading"
	"ehlo/lessons/locale"
	"ehlo/sim/paste"
)

var explainCommand = command{
	name:  "explain",
	args:  "[-protocol NAME] [-parts] FILE|-",
	about: "explain a recorded SMTP, POP3 or IMAP session line by line",
	help: `FILE is a session that somebody recorded: lines with C: and S:, what telnet or nc showed, or what swaks, curl -v,
msmtp -d, fetchmail -v or Python's smtplib wrote. - reads the standard input. Each line is shown with what it does, and
where it was refused, with the reason and the smallest repair.`,
	run: explain,
}

func explain(c *call) error {
	protocol := c.flags.String("protocol", "", "`NAME` of what is spoken, smtp, pop3 or imap; otherwise the text shows it")
	parts := c.flags.Bool("parts", false, "name the parts of each line, with the section of the RFC")
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(args) != 1 {
		return usageError{"say which file to explain, or - for the standard input"}
	}
	text, err := readInput(c, args[0])
	if err != nil {
		return err
	}
	t, err := texts()
	if err != nil {
		return err
	}
	conversations, err := paste.Read(text, *protocol)
	if err != nil {
		return tellPaste(t, args[0], err)
	}
	p := reading.NewPrinter(c.stdout, t)
	p.Parts = *parts
	for i := range conversations {
		explainOne(p, &conversations[i])
	}
	return p.Flush()
}

func explainOne(p *reading.Printer, c *paste.Conversation) {
	p.Heading(strings.ToUpper(c.Protocol))
	for i, l := range c.Lines {
		p.Line(l.At, l.Line, c.Explain(i))
	}
	p.Heading(p.Texts.Note(c.Summary()))
}

// readInput reads a file, or the standard input where it is called -.
func readInput(c *call, name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(c.stdin, paste.MaxText+1))
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fileError(name, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, paste.MaxText+1))
	if err != nil {
		return nil, fileError(name, err)
	}
	return text, nil
}

// tellPaste makes sentences of why a text is no conversation.
func tellPaste(t *locale.Catalogue, name string, err error) error {
	var p *paste.Error
	if !errors.As(err, &p) {
		return err
	}
	if name == "-" {
		name = "standard input"
	}
	text := t.Render(p.ID, p.Args) + " " + t.Render(p.ID+".repair", p.Args)
	if p.ID == "paste.protocol" {
		return usageError{text}
	}
	return told{name + ": " + text, err}
}
