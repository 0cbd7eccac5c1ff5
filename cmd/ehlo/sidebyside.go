package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"ehlo/sim"
	"ehlo/sim/persona"
	"ehlo/sim/personas"
	"ehlo/sim/world"
)

// widest is the most characters of a column.
const widest = 60

// personaNamed returns a persona that comes with ehlo.
func personaNamed(name string) (*persona.Persona, error) {
	for _, p := range personas.All() {
		if p.Name == name {
			return p, nil
		}
	}
	return nil, fmt.Errorf("there are %s", strings.Join(personas.Names(), ", "))
}

// withPersona lets every service of the persona's protocol speak as it does.
func withPersona(def *world.Definition, p *persona.Persona) error {
	found := false
	for i := range def.Hosts {
		services := def.Hosts[i].Services
		for k := range services {
			if services[k].Protocol == p.Protocol {
				services[k].Persona, found = p, true
			}
		}
	}
	if !found {
		return fmt.Errorf("-persona %s: this world has no service of %s", p.Name, strings.ToUpper(p.Protocol))
	}
	return nil
}

// sideBySide plays a script once for each persona and prints the answers beside each other.
func sideBySide(c *call, worldName, from string, source io.Reader, of []*persona.Persona) error {
	script, err := io.ReadAll(source)
	if err != nil {
		return err
	}
	transcripts := make([][]exchange, len(of))
	for i, p := range of {
		if p.Protocol != of[0].Protocol {
			return usageError{fmt.Sprintf("%s speaks %s and %s speaks %s: compare servers of one protocol",
				of[0].Name, strings.ToUpper(of[0].Protocol), p.Name, strings.ToUpper(p.Protocol))}
		}
		def, err := readWorld(worldName)
		if err != nil {
			return err
		}
		if err := withPersona(def, p); err != nil {
			return err
		}
		tl, err := sim.NewTimeline(def)
		if err != nil {
			return tell(err)
		}
		var text bytes.Buffer
		out := bufio.NewWriter(&text)
		pr := printer{out: out, tl: tl}
		pr.print()
		if err := playLines(from, bytes.NewReader(script), tl, &pr); err != nil {
			fmt.Fprintf(out, "# %v\n", err) // where another would have gone on
		}
		pr.endLine()
		if err := out.Flush(); err != nil {
			return err
		}
		transcripts[i] = exchanges(text.String())
	}
	return printColumns(c.stdout, of, transcripts)
}

// exchange is what a client said, and what came of it.
type exchange struct {
	said    string // "" before the first
	answers []string
}

// exchanges reads a transcript.
func exchanges(text string) []exchange {
	all := make([]exchange, 1)
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "C: ") {
			all = append(all, exchange{said: line})
			continue
		}
		last := &all[len(all)-1]
		last.answers = append(last.answers, line)
	}
	return all
}

// printColumns writes the answers in columns. A line that is not the same everywhere has a mark before it.
func printColumns(out io.Writer, of []*persona.Persona, transcripts [][]exchange) error {
	w := bufio.NewWriter(out)
	width := make([]int, len(of))
	most := 0
	for i, t := range transcripts {
		width[i] = utf8.RuneCountInString(of[i].Name)
		for _, x := range t {
			for _, line := range x.answers {
				width[i] = min(widest, max(width[i], utf8.RuneCountInString(line)))
			}
		}
		most = max(most, len(t))
	}
	row := func(mark string, cells []string) {
		for len(cells) > 0 && slices.ContainsFunc(cells, func(s string) bool { return s != "" }) {
			line := mark
			for i, cell := range cells {
				n := len(cell)
				if utf8.RuneCountInString(cell) > width[i] {
					n = len(string([]rune(cell)[:width[i]]))
				}
				line += cell[:n] + strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell[:n])) + " | "
				cells[i] = cell[n:]
			}
			fmt.Fprintln(w, strings.TrimRight(line, " |"))
			mark = strings.Repeat(" ", utf8.RuneCountInString(mark))
		}
	}
	names := make([]string, len(of))
	for i, p := range of {
		names[i] = p.Name
	}
	row("  ", names)
	for n := range most {
		said := ""
		rows := 0
		for _, t := range transcripts {
			if n < len(t) {
				said, rows = t[n].said, max(rows, len(t[n].answers))
			}
		}
		if said != "" {
			fmt.Fprintln(w, "  "+said)
		}
		for k := range rows {
			cells := make([]string, len(of))
			for i, t := range transcripts {
				if n < len(t) && k < len(t[n].answers) {
					cells[i] = t[n].answers[k]
				}
			}
			mark := "  "
			if slices.ContainsFunc(cells, func(s string) bool { return s != cells[0] }) {
				mark = "≠ "
			}
			row(mark, cells)
		}
	}
	return w.Flush()
}
