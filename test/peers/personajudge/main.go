// Command personajudge plays recorded sessions with the personas of ehlo, and prints line by line where they answer otherwise
// than the real servers, and why that is right. Differences without a reason make it fail.
//
//	go -C test/peers run ./personajudge [-v] [-record] [-recorded] [PERSONA…]
//
// The sessions are those of sim/personas/testdata. Debian's packages of Sendmail, Postfix, Exim, Dovecot, Courier and Cyrus hear them
// anew, on a loopback of their own, where this is root on Debian; what was recorded is compared elsewhere, or with -recorded. With
// -record what a server says otherwise than before is written into its session. With -v the table has what both say in full.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"ehlo/test/peers/original"
	"ehlo/test/recorded"
)

// sessions are where the sessions are, and packages where Debian's packages are kept.
const (
	sessions = "../../sim/personas/testdata/%s/*.txt"
	packages = "../../build/originals"
)

func main() {
	original.Inside()
	var j judge
	flag.BoolVar(&j.verbose, "v", false, "print both answers in full")
	flag.BoolVar(&j.record, "record", false, "write down what the servers say now")
	flag.BoolVar(&j.asRecorded, "recorded", false, "start no server")
	flag.Parse()
	if err := j.all(flag.Args()); err != nil {
		fmt.Fprintf(os.Stderr, "personajudge: %v\n", err)
		os.Exit(1)
	}
}

// judge is how sessions are judged, and what came of them.
type judge struct {
	verbose, record, asRecorded bool

	summary recorded.Summary
}

// all judges the sessions of some personas, or of all.
func (j *judge) all(only []string) error {
	var list []recorded.Session
	for _, kind := range []string{"smtp", "mail"} {
		some, err := recorded.Read(fmt.Sprintf(sessions, kind))
		if err != nil {
			return err
		}
		list = append(list, some...)
	}
	fmt.Print("| persona | command | the server says | the persona says | why that is right |\n|---|---|---|---|---|\n")
	for _, s := range list {
		if len(only) > 0 && !slices.Contains(only, s.Persona) {
			continue
		}
		if err := j.one(s); err != nil {
			return fmt.Errorf("%s: %w", s.Path, err)
		}
	}
	fmt.Print("\n", j.summary.Table())
	if n := j.summary.Without(); n > 0 {
		return fmt.Errorf("%d answers differ without a reason", n)
	}
	return nil
}

// one judges a session: as the real server makes it now, where that can be started, or as it is recorded.
func (j *judge) one(s recorded.Session) error {
	at := s.Package
	from := "as recorded at " + at
	if !j.asRecorded {
		now, version, err := original.Record(s, packages)
		switch {
		case errors.Is(err, original.ErrNotHere):
		case err != nil:
			return err
		default:
			if j.record {
				if err := now.Write(version); err != nil {
					return err
				}
			}
			if s, at, from = now, version, "at "+version; version != s.Package {
				from += " (the persona is after " + s.Package + ")"
			}
		}
	}
	differences, answers, err := recorded.Compare(s)
	if err != nil {
		return err
	}
	j.summary.Add(s.Persona, at, answers, differences)
	fmt.Printf("| **%s** | %s: %d answers, %d alike | | | |\n", s.Persona, from, answers, answers-len(differences))
	for _, d := range differences {
		why := strings.Join(d.Reasons, "; ")
		if why == "" {
			why = "**it is not**"
		}
		command := d.Command
		if command == "" {
			command = "(greeting)"
		}
		fmt.Printf("| %s | %s | %s | %s | %s |\n", s.Persona, cell([]string{command}, true), cell(d.Real, j.verbose), cell(d.Ours, j.verbose), why)
	}
	return nil
}

// cell is lines in a cell of a table.
func cell(lines []string, whole bool) string {
	text := strings.Join(lines, " ⏎ ")
	if r := []rune(text); len(r) > 160 && !whole {
		text = string(r[:160]) + "…"
	}
	if text == "" {
		return "(nothing)"
	}
	return "`" + strings.ReplaceAll(text, "|", "\\|") + "`"
}
