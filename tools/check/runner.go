package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// runner carries out one step after the other and counts.
type runner struct {
	started                 time.Time
	passed, failed, skipped int
	failures                []string // one line for each
	notes                   []string // what could not be done here, and what was skipped
	slow                    []slowTest
}

// step is one command.
type step struct {
	name string
	dir  string   // "" is the project's directory
	env  []string // added to this program's own, or all of it where bare
	bare bool
	args []string
}

func (s step) command() *exec.Cmd {
	c := exec.Command(s.args[0], s.args[1:]...)
	c.Dir = s.dir
	c.Env = append(os.Environ(), s.env...)
	if s.bare {
		c.Env = s.env
	}
	return c
}

// check runs a command that passes or fails as a whole. bad, where it is not nil, finds a failure in the output of a
// command that exits with 0.
func (r *runner) check(s step, bad func(output string) bool) bool {
	begin := time.Now()
	out, err := s.command().CombinedOutput()
	took := time.Since(begin).Round(100 * time.Millisecond)
	if err != nil || bad != nil && bad(string(out)) {
		fmt.Printf("%s\nFAIL  %s (%v): %v\n", bytes.TrimSpace(out), s.name, took, err)
		r.fail(s.name)
		return false
	}
	fmt.Printf("ok    %s (%v)\n", s.name, took)
	r.passed++
	return true
}

func (r *runner) fail(what string) {
	r.failed++
	r.failures = append(r.failures, what)
}

// event is a line of `go test -json`.
type event struct {
	Action, Package, Test, Output string
	ImportPath                    string
	Elapsed                       float64
}

// tests runs a `go test` command line, to which -json is added, and counts its tests.
func (r *runner) tests(s step) {
	s.args = append([]string{"go", "test", "-json"}, s.args[2:]...)
	begin, before := time.Now(), r.failed
	c := s.command()
	var errOut bytes.Buffer
	c.Stderr = &errOut
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		r.fail(s.name + ": " + err.Error())
		return
	}
	passed := r.passed
	r.read(s.name, out)
	err = c.Wait()
	if err != nil && r.failed == before {
		r.fail(s.name + ": " + err.Error())
	}
	verdict := "ok  "
	if r.failed > before {
		verdict = "FAIL"
		fmt.Printf("%s\n", bytes.TrimSpace(errOut.Bytes()))
	}
	fmt.Printf("%s  %s: %d passed, %d failed (%v)\n", verdict, s.name, r.passed-passed, r.failed-before, time.Since(begin).Round(100*time.Millisecond))
}

// read counts test events, and prints what the tests that failed had to say.
func (r *runner) read(name string, out io.Reader) {
	type key struct{ pkg, test string }
	said := map[key]*strings.Builder{}
	failedIn := map[string]bool{}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Println(lines.Text())
			continue
		}
		if e.Package == "" {
			e.Package = e.ImportPath // of a build that failed
		}
		k := key{e.Package, e.Test}
		switch e.Action {
		case "output", "build-output":
			if said[k] == nil {
				said[k] = &strings.Builder{}
			}
			said[k].WriteString(e.Output)
			continue
		case "pass":
			if e.Test != "" {
				r.passed++
			}
			if e.Test != "" && !strings.Contains(e.Test, "/") {
				r.took(name, e)
			}
		case "skip":
			if e.Test != "" {
				r.skipped++
				r.notes = append(r.notes, fmt.Sprintf("skipped: %s: %s %s: %s", name, e.Package, e.Test, oneLine(said[k])))
			}
		case "fail":
			if e.Test != "" || !failedIn[e.Package] { // a package's own failure counts where no test of it failed
				failedIn[e.Package] = true
				r.fail(strings.TrimSpace(name + ": " + e.Package + " " + e.Test))
			}
			if said[k] != nil {
				fmt.Print(said[k].String())
			}
		case "build-fail":
			if said[k] != nil {
				fmt.Print(said[k].String())
			}
		default:
			continue
		}
		if e.Test != "" {
			delete(said, k)
		}
	}
	if err := lines.Err(); err != nil {
		r.fail(name + ": " + err.Error())
	}
}

// mostSlow is how many tests the summary names for their time.
const mostSlow = 15

// took notes how long a test took, where it is one of the slowest.
func (r *runner) took(name string, e event) {
	r.slow = append(r.slow, slowTest{e.Elapsed, strings.TrimSpace(name + ": " + e.Package + " " + e.Test)})
	slices.SortStableFunc(r.slow, func(a, b slowTest) int { return cmp.Compare(b.seconds, a.seconds) })
	r.slow = r.slow[:min(len(r.slow), mostSlow)]
}

// slowTest is a test and the time that it took, waiting for others included.
type slowTest struct {
	seconds float64
	name    string
}

// oneLine is what a skipped test said, without the lines that say that it was skipped.
func oneLine(said *strings.Builder) string {
	if said == nil {
		return "no reason given"
	}
	var kept []string
	for line := range strings.Lines(said.String()) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "=== ") && !strings.HasPrefix(line, "--- ") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, " ")
}

// report prints the summary and returns the exit code.
func (r *runner) report() int {
	fmt.Println()
	for _, s := range r.slow {
		fmt.Printf("%5.1f s  %s\n", s.seconds, s.name)
	}
	for _, n := range r.notes {
		fmt.Println(n)
	}
	for _, f := range r.failures {
		fmt.Println("failed:", f)
	}
	fmt.Printf("finished in %v\n", time.Since(r.started).Round(time.Second))
	fmt.Printf("%d passed, %d failed", r.passed, r.failed)
	if r.skipped > 0 {
		fmt.Printf(", %d skipped", r.skipped)
	}
	fmt.Println()
	if r.failed > 0 || r.passed == 0 {
		return 1
	}
	return 0
}
