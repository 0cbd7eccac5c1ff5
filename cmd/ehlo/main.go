// Command ehlo is the one binary: it serves the page, plays scripts against a world without a browser, and checks world
// files. This package holds flags and wiring only.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	_ "ehlo/sim/mua"   // the mail programs of the worlds' people
	_ "ehlo/sim/shell" // the shells of the worlds' hosts
)

// The exit codes besides 0: something did not work out, and the command line itself is wrong.
const (
	exitFailure = 1
	exitUsage   = 2
)

// command is one subcommand.
type command struct {
	name  string
	args  string // what follows the name, as in "[-world NAME|FILE] SCRIPT"
	about string // one line
	help  string // more lines for -h, or ""
	run   func(c *call) error
}

// call is one run of a subcommand.
type call struct {
	ctx    context.Context // ends at Ctrl-C
	flags  *flag.FlagSet   // the subcommand adds its own and calls parse
	args   []string
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
}

// usageError is a command line that cannot be understood. It ends the program with [exitUsage].
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

// errHelp says that help was asked for and given.
var errHelp = errors.New("help was given")

func commands() []command {
	return []command{serveCommand, exportCommand, labCommand, playCommand, shellCommand, explainCommand, dialCommand, bridgeCommand, simulateCommand, lessonCommand, worldCommand, versionCommand}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run carries out one command line and returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		usage(stderr)
		return exitUsage
	}
	name := args[0]
	switch name {
	case "-h", "-help", "--help", "help":
		usage(stdout)
		return 0
	}
	for _, cmd := range commands() {
		if cmd.name != name {
			continue
		}
		flags := flag.NewFlagSet(name, flag.ContinueOnError)
		flags.SetOutput(io.Discard)
		flags.Usage = func() {}
		err := cmd.run(&call{ctx, flags, args[1:], stdin, stdout, stderr})
		var usageErr usageError
		switch {
		case err == nil:
			return 0
		case errors.Is(err, errHelp):
			cmd.printHelp(stdout, flags)
			return 0
		case errors.As(err, &usageErr):
			fmt.Fprintf(stderr, "ehlo %s: %v (ehlo %s -h explains)\n", name, err, name)
			return exitUsage
		}
		fmt.Fprintf(stderr, "ehlo %s: %v\n", name, err)
		return exitFailure
	}
	fmt.Fprintf(stderr, "ehlo: there is no command %q (ehlo -h lists the commands)\n", name)
	return exitUsage
}

// parse reads the flags and hands over what follows them.
func (c *call) parse() ([]string, error) {
	if err := c.flags.Parse(c.args); errors.Is(err, flag.ErrHelp) {
		return nil, errHelp
	} else if err != nil {
		return nil, usageError{err.Error()}
	}
	return c.flags.Args(), nil
}

// parseNoArgs reads the flags of a subcommand that takes nothing else.
func (c *call) parseNoArgs() error {
	rest, err := c.parse()
	if err == nil && len(rest) > 0 {
		err = usageError{fmt.Sprintf("%q is one argument too many", rest[0])}
	}
	return err
}

func usage(w io.Writer) {
	fmt.Fprint(w, "ehlo is a mail internet to type at: SMTP, POP3 and IMAP on simulated hosts.\n\nCommands:\n")
	for _, cmd := range commands() {
		fmt.Fprintf(w, "  ehlo %-8s %s\n", cmd.name, cmd.about)
	}
	fmt.Fprint(w, "\nehlo COMMAND -h explains a command.\n")
}

func (cmd command) printHelp(w io.Writer, flags *flag.FlagSet) {
	synopsis := "ehlo " + cmd.name
	if cmd.args != "" {
		synopsis += " " + cmd.args
	}
	fmt.Fprintf(w, "%s\n\n%s\n", synopsis, cmd.about)
	if cmd.help != "" {
		fmt.Fprintf(w, "\n%s\n", cmd.help)
	}
	first := true
	flags.VisitAll(func(f *flag.Flag) {
		if first {
			fmt.Fprint(w, "\nFlags:\n")
			first = false
		}
		value, about := flag.UnquoteUsage(f)
		fmt.Fprintf(w, "  %-24s %s", "-"+f.Name+" "+value, about)
		if f.DefValue != "" && f.DefValue != "false" {
			fmt.Fprintf(w, " (otherwise %s)", f.DefValue)
		}
		fmt.Fprintln(w)
	})
}
