// Command simbench runs ehlo simulate with more and more messages, and writes into docs/performance.md what a message and an
// event cost. It runs in the project's directory after make build.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"ehlo/test/peers/section"
)

const heading = "## A mail internet by the million"

const domains = "10000"

// run is what a run has cost.
type run struct {
	messages  int
	events    int64
	memory    string
	real, cpu time.Duration
}

func main() {
	most := flag.Int("most", 1_000_000, "`N` messages of the largest run")
	flag.Parse()
	if err := measure(*most); err != nil {
		fmt.Fprintf(os.Stderr, "simbench: %v\n", err)
		os.Exit(1)
	}
}

func measure(most int) error {
	empty, err := simulate(1) // hosts and mailboxes have to be made, too
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString(heading + "\n\n`ehlo simulate -domains " + domains + " -seed 1 internet` with more and more messages. Processor time is that of all cores, garbage\n" +
		fmt.Sprintf("collection in it, without the %.1f s in which the world is made.\n\n", empty.cpu.Seconds()) +
		"| messages | real time | processor time | for a message | for an event | memory |\n|---|---|---|---|---|---|\n")
	for n := 10_000; n <= most; n *= 10 {
		r, err := simulate(n)
		if err != nil {
			return err
		}
		cpu := r.cpu - empty.cpu
		fmt.Fprintf(&b, "| %d | %.1f s | %.1f s | %.0f µs | %.2f µs | %s |\n", n, r.real.Seconds(), cpu.Seconds(), float64(cpu.Microseconds())/float64(n),
			float64(cpu.Microseconds())/float64(r.events), r.memory)
	}
	fmt.Print(b.String())
	return section.Replace("docs/performance.md", heading, b.String())
}

// simulate runs the program and reads what it prints.
func simulate(messages int) (run, error) {
	r := run{messages: messages}
	cmd := exec.Command("bin/ehlo", "simulate", "-quiet", "-messages", strconv.Itoa(messages), "-domains", domains, "-seed", "1", "internet")
	cmd.Stderr = os.Stderr
	began := time.Now()
	out, err := cmd.Output()
	if err != nil {
		return r, fmt.Errorf("%v: %w", cmd.Args, err)
	}
	r.real, r.cpu = time.Since(began), cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()
	for line := range strings.Lines(string(out)) {
		switch key, value, _ := strings.Cut(strings.TrimSpace(line), " "); key {
		case "events":
			number, _, _ := strings.Cut(strings.TrimSpace(value), ",")
			if r.events, err = strconv.ParseInt(number, 10, 64); err != nil {
				return r, err
			}
		case "memory":
			r.memory = strings.TrimSpace(value)
		}
	}
	if r.events == 0 {
		return r, fmt.Errorf("%v says nothing of events", cmd.Args)
	}
	return r, nil
}
