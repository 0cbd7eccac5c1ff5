// Command imapjudge plays the same sessions with this project's IMAP service and with Dovecot, and says where they answer
// differently. Differences that the RFCs allow are listed with the reason; others make it fail.
//
//	go -C test/peers run ./imapjudge [-v] [SCRIPT…]
//
// A script in imapjudge/scripts is a command a line, or in the form of a Go string where it begins with a quote; a line
// that begins with # is a remark. In a command, {modseq} and {uidvalidity} are what the server told when it opened the
// mailbox.
// Both servers hold the letters of sim/imap/testdata/letters, in the order of their names.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/message"
	"ehlo/test/peers/imappeer"
)

func main() {
	verbose := flag.Bool("v", false, "print what both say to every command that they answer differently, allowed or not")
	flag.Parse()
	scripts := flag.Args()
	if len(scripts) == 0 {
		scripts, _ = filepath.Glob("imapjudge/scripts/*.txt")
	}
	var total verdict
	for _, script := range scripts {
		v, err := judge(script, *verbose)
		if errors.Is(err, imappeer.ErrNoDovecot) {
			fmt.Fprintf(os.Stderr, "imapjudge: %v\n", err)
			os.Exit(2)
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "imapjudge: %s: %v\n", script, err)
			os.Exit(1)
		}
		total.commands += v.commands
		total.same += v.same
		total.allowed += v.allowed
		total.wrong += v.wrong
	}
	fmt.Printf("%d commands: %d are answered alike, %d differ as the RFCs allow, %d differ and should not\n",
		total.commands, total.same, total.allowed, total.wrong)
	if total.wrong > 0 {
		os.Exit(1)
	}
}

// verdict counts what came of commands.
type verdict struct{ commands, same, allowed, wrong int }

// letters is what both servers hold.
func letters() ([]imappeer.Message, error) {
	paths, err := filepath.Glob("../../sim/imap/testdata/letters/*.eml")
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("no letters: %w", err)
	}
	var all []imappeer.Message
	for i, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if filepath.Base(path) == "global.eml" { // Dovecot 2.3 does not know message/global
			continue
		}
		all = append(all, imappeer.Message{Content: message.Canonical(string(text)),
			Flags: []string{"", `\Seen`, `\Seen \Flagged work`, `\Answered`}[i%4],
			Date:  time.Date(2026, 9, 1+i, 12, 0, 0, 0, time.UTC)})
	}
	return all, nil
}

// judge plays a script.
func judge(script string, verbose bool) (v verdict, err error) {
	dir, err := os.MkdirTemp("", "imapjudge")
	if err != nil {
		return v, err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // Dovecot runs as nobody
		return v, err
	}
	all, err := letters()
	if err != nil {
		return v, err
	}
	var sides [2]side
	for i, start := range []func(string, []imappeer.Message) (imappeer.Server, error){imappeer.Ehlo, imappeer.Dovecot} {
		s, err := start(dir, all)
		if err != nil {
			return v, err
		}
		defer s.Stop()
		c, err := imappeer.Connect(s)
		if err != nil {
			return v, err
		}
		defer c.Close()
		sides[i] = side{name: s.Name, conn: c}
	}
	text, err := os.ReadFile(script)
	if err != nil {
		return v, err
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		line := lines.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		if line[0] == '"' {
			if line, err = strconv.Unquote(line); err != nil {
				return v, fmt.Errorf("%s: %w", lines.Text(), err)
			}
		}
		for i := range sides {
			if err := sides[i].say(line); err != nil {
				return v, err
			}
		}
		v.compare(line, sides, verbose)
	}
	return v, lines.Err()
}

// side is one of the two servers with what it has answered last.
type side struct {
	name  string
	conn  *imappeer.Conn
	told  *strings.Replacer // what the server told when it opened the mailbox
	facts []string          // what the answer says, sorted
	raw   []imappeer.Response
}

var told = regexp.MustCompile(`^\* OK \[(UIDVALIDITY|HIGHESTMODSEQ) (\d+)\]`)

func (s *side) say(command string) (err error) {
	if s.told != nil {
		command = s.told.Replace(command)
	}
	if s.raw, err = s.conn.Do(command); err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	s.facts = nil
	var names []string
	for _, r := range s.raw {
		if m := told.FindSubmatch(r); m != nil {
			names = append(names, map[string]string{"UIDVALIDITY": "{uidvalidity}", "HIGHESTMODSEQ": "{modseq}"}[string(m[1])], string(m[2]))
		}
		facts, err := factsOf(r)
		if err != nil {
			facts = []string{fmt.Sprintf("no IMAP, %v: %q", err, r)}
		}
		s.facts = append(s.facts, facts...)
	}
	if len(names) == 4 {
		s.told = strings.NewReplacer(names...)
	}
	slices.Sort(s.facts)
	return nil
}

// compare counts a command, and says where its answers differ.
func (v *verdict) compare(command string, sides [2]side, verbose bool) {
	v.commands++
	ours, theirs := without(sides[0].facts, sides[1].facts), without(sides[1].facts, sides[0].facts)
	if len(ours)+len(theirs) == 0 {
		v.same++
		return
	}
	reason := allowed(command, ours, theirs)
	if reason != "" {
		v.allowed++
		fmt.Printf("%s\n\tallowed: %s\n", command, reason)
		if !verbose {
			return
		}
	} else {
		v.wrong++
		fmt.Printf("%s\n", command)
	}
	for _, f := range ours {
		fmt.Printf("\tehlo     %s\n", f)
	}
	for _, f := range theirs {
		fmt.Printf("\tDovecot  %s\n", f)
	}
}

// without is the facts that are not among others.
func without(facts, others []string) []string {
	others = slices.Clone(others)
	var out []string
	for _, f := range facts {
		if i := slices.Index(others, f); i >= 0 {
			others = slices.Delete(others, i, i+1)
		} else {
			out = append(out, f)
		}
	}
	return out
}
