// Command tooljudge runs Debian's fetchmail, dig, mailq, postqueue and openssl s_client, and the tools of the same names at a
// simulated host, and compares what they write, line by line, with the parts masked that differ from run to run. The real ones
// talk to `ehlo lab` with the same world, to a name server that answers from the same zones, and to a Postfix queue of their
// own. A table says what differs and why that is right; a difference without a reason makes it fail.
//
//	go -C test/peers run ./tooljudge [-v]
package main

import (
	_ "embed"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"text/tabwriter"

	"ehlo/sim"
	"ehlo/sim/personas"
	"ehlo/sim/trace"
	"ehlo/sim/world"

	_ "ehlo/sim/shell"
)

//go:embed world.toml
var worldText []byte

// trial is a command of which both write something.
type trial struct {
	tool   string
	before []string // typed at the simulated host ahead of it, without being compared
	ours   string   // the command there
	real   func(*real) (string, error)
}

func main() {
	verbose := flag.Bool("v", false, "print what both write")
	flag.Parse()
	if err := run(*verbose); err != nil {
		fmt.Fprintln(os.Stderr, "tooljudge:", err)
		os.Exit(1)
	}
}

func run(verbose bool) error {
	r, err := start()
	if err != nil {
		return err
	}
	defer r.stop()
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "tool\tcommand\talike\tdiffer\tof these right")
	reasons := map[string]int{}
	var wrong []string
	for _, t := range trials {
		theirs, err := t.real(r)
		if err != nil {
			return fmt.Errorf("%s: %w", t.ours, err)
		}
		ours, err := simulated(append(append([]string{}, t.before...), t.ours))
		if err != nil {
			return fmt.Errorf("%s: %w", t.ours, err)
		}
		if verbose {
			fmt.Printf("--- %s\n%s\n--- real\n%s\n", t.ours, mask(t.tool, ours), mask(t.tool, theirs))
		}
		alike, differ, right := 0, 0, 0
		for _, d := range diff(lines(mask(t.tool, ours)), lines(mask(t.tool, theirs))) {
			if d.side == ' ' {
				alike++
				continue
			}
			differ++
			if why := allowed(t.tool, d); why != "" {
				right++
				reasons[t.tool+"\t"+why]++
				continue
			}
			wrong = append(wrong, fmt.Sprintf("%s: %c %s", t.ours, d.side, d.line))
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\n", t.tool, t.ours, alike, differ, right)
	}
	fmt.Fprintln(table, "\t\t\t\t\ntool\tlines\twhy they differ")
	for _, a := range reasonsInOrder {
		if n := reasons[a.tool+"\t"+a.why]; n > 0 {
			fmt.Fprintf(table, "%s\t%d\t%s\n", a.tool, n, a.why)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, w := range wrong {
		fmt.Println(w)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%d lines differ without a reason", len(wrong))
	}
	return nil
}

// simulated types commands at the host of the world, and returns what the last one writes.
func simulated(commands []string) (string, error) {
	def, err := world.Parse("judge", worldText, personas.All()...)
	if err != nil {
		return "", err
	}
	tl, err := sim.NewTimeline(def)
	if err != nil {
		return "", err
	}
	for i, c := range commands {
		before := tl.Trace().Len()
		if err := tl.Input(trace.Input{Kind: trace.InputTerminal, Actor: def.You(), Conn: 1, Data: []byte(c + "\n")}); err != nil {
			return "", err
		}
		tl.Run()
		if i < len(commands)-1 {
			continue
		}
		var out strings.Builder
		for n, e := range tl.Trace().All() {
			if n >= before && e.Kind == trace.KindTerminal && e.Class != trace.ClassCommand {
				out.Write(e.Data)
			}
		}
		text := out.String()
		if at := strings.LastIndex(text, "root@client:~# "); at >= 0 {
			text = text[:at]
		}
		return strings.TrimPrefix(text, "root@client:~# "), nil
	}
	return "", nil
}

func lines(s string) []string {
	var list []string
	for line := range strings.Lines(strings.ReplaceAll(s, "\r", "")) {
		list = append(list, strings.TrimRight(line, " \n"))
	}
	return list
}

// change is a line: ' ' of both, '-' of ours only, '+' of the real program only.
type change struct {
	side byte
	line string
}

// diff compares texts by their longest common subsequence of lines.
func diff(a, b []string) (all []change) {
	length := make([][]int, len(a)+1)
	for i := range length {
		length[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for k := len(b) - 1; k >= 0; k-- {
			if length[i][k] = max(length[i+1][k], length[i][k+1]); a[i] == b[k] {
				length[i][k] = length[i+1][k+1] + 1
			}
		}
	}
	i, k := 0, 0
	for i < len(a) || k < len(b) {
		switch {
		case i < len(a) && k < len(b) && a[i] == b[k]:
			all = append(all, change{' ', a[i]})
			i, k = i+1, k+1
		case k == len(b) || i < len(a) && length[i+1][k] >= length[i][k+1]:
			all = append(all, change{'-', a[i]})
			i++
		default:
			all = append(all, change{'+', b[k]})
			k++
		}
	}
	return all
}

// allowed is why a line may differ, "" where it may not.
func allowed(tool string, d change) string {
	for _, a := range reasonsInOrder {
		if a.tool == tool && strings.IndexByte(a.side, d.side) >= 0 && regexp.MustCompile(a.line).MatchString(d.line) {
			return a.why
		}
	}
	return ""
}
