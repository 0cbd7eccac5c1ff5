package main

import (
	"fmt"
	"time"

	"ehlo/cmd/internal/internet"
)

var simulateCommand = command{
	name:  "simulate",
	args:  "[-messages N] [-domains N] [-seed N] internet|WORLD|FILE",
	about: "run a mail internet without a page, and say what became of the mail",
	help: `internet is generated: mail hosts around an exchange point, 40 domains each, three users a domain. For any other world
the messages go between its users. All is virtual: nothing leaves this program.

Each virtual hour every recipient is accounted for on every host: accepted + generated + expanded = delivered + relayed +
bounced + discarded + queued. The same seed gives the same numbers.`,
	run: simulate,
}

func simulate(c *call) error {
	messages := c.flags.Int("messages", 10_000, "`N` messages are written within 20 virtual hours")
	domains := c.flags.Int("domains", 1000, "`N` domains of a generated internet")
	seed := c.flags.Uint64("seed", 0, "`N` with which chance begins (0: the world's own)")
	quiet := c.flags.Bool("quiet", false, "no progress")
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(args) != 1 || *messages < 1 || *domains < 1 {
		return usageError{"say internet, or which world to run, after the flags, and numbers from 1"}
	}
	o := internet.Options{Domains: *domains, Messages: *messages, Seed: *seed}
	if args[0] != "internet" {
		if o.World, err = readWorld(args[0]); err != nil {
			return err
		}
	}
	if !*quiet {
		o.Progress = func(r internet.Report) {
			fmt.Fprintf(c.stderr, "%6s virtual, %6s real: %d messages, %d recipients delivered, %d wait\n", r.Virtual, r.Real.Round(time.Second/10),
				r.Sent, r.Ledger.Delivered, r.Ledger.Queued)
		}
	}
	r, err := internet.Run(o)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "world      %s: %d hosts, %d domains, %d users\n", r.World, r.Hosts, r.Domains, r.Users)
	fmt.Fprintf(c.stdout, "messages   %d\n", r.Sent)
	fmt.Fprintf(c.stdout, "recipients accepted %d, generated %d, expanded %d\n", r.Ledger.Accepted, r.Ledger.Generated, r.Ledger.Expanded)
	fmt.Fprintf(c.stdout, "           delivered %d, relayed %d, bounced %d, discarded %d, queued %d\n", r.Ledger.Delivered, r.Ledger.Relayed,
		r.Ledger.Bounced, r.Ledger.Discarded, r.Ledger.Queued)
	fmt.Fprintf(c.stdout, "time       %s virtual, %s real\n", r.Virtual, r.Real.Round(time.Second/100))
	fmt.Fprintf(c.stdout, "events     %d, %d a second\n", r.Events, r.PerSecond())
	fmt.Fprintf(c.stdout, "memory     %d MB\n", r.Memory>>20)
	return nil
}
