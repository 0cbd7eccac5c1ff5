// Command check runs everything that has to hold before a change is good:
//
//	check install        what the tests need besides Go, or the one command that installs it
//	check lint           format, go vet, citations of RFCs, staticcheck, govulncheck, go.mod files
//	check test           lint, and all tests on every platform they are meant for
//	check fuzz DURATION  every fuzz target for that long, one after the other
//
// It is run in the project's directory, by the Makefile. Its last line counts what passed and what failed.
package main

import (
	"fmt"
	"os"
	"time"
)

func main() {
	r := &runner{started: time.Now()}
	switch {
	case len(os.Args) == 2 && os.Args[1] == "lint":
		lint(r)
	case len(os.Args) == 2 && os.Args[1] == "install":
		if err := install(testPrograms); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	case len(os.Args) == 2 && os.Args[1] == "test":
		lint(r)
		test(r)
		if os.Getenv("CI") != "" {
			unchanged(r)
		}
	case len(os.Args) == 3 && os.Args[1] == "fuzz":
		d, err := time.ParseDuration(os.Args[2])
		if err != nil {
			fmt.Fprintf(os.Stderr, "check: %q is no duration such as 30s or 5m\n", os.Args[2])
			os.Exit(2)
		}
		fuzz(r, d)
	default:
		fmt.Fprintln(os.Stderr, "check: say install, lint, test, or fuzz DURATION")
		os.Exit(2)
	}
	os.Exit(r.report())
}
