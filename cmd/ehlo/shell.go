package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"time"

	"ehlo/cmd/internal/reading"
	"ehlo/sim"
	"ehlo/sim/trace"
	"ehlo/web"
)

var shellCommand = command{
	name:  "shell",
	args:  "WORLD|FILE [HOST]",
	about: "sit at a terminal of a simulated host",
	help: `HOST is where you sit; without it, where the world says. help lists the commands of the host, man explains one.
Ctrl-D ends the input of what runs and leaves, Ctrl-C leaves at once; virtual time goes on while something runs.
When the standard input is a file or a pipe, its lines are typed one after the other.`,
	run: runShell,
}

func runShell(c *call) error {
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(args) < 1 || len(args) > 2 {
		return usageError{"say in which world, and at which host if not where the world says"}
	}
	def, err := readWorld(args[0])
	if err != nil {
		return err
	}
	tl, err := sim.NewTimeline(def)
	if err != nil {
		return tell(err)
	}
	s := seat{tl: tl, host: def.You(), out: bufio.NewWriter(c.stdout), live: isTerminal(c.stdin)}
	if len(args) == 2 {
		s.host = args[1]
	}
	info, ok := tl.World().Terminal(s.host, 1)
	if !ok {
		return fmt.Errorf("no host is called %s in this world", s.host)
	}
	s.seen = tl.Trace().Len()
	if s.live {
		fmt.Fprint(s.out, info.Prompt)
	}
	if err := s.out.Flush(); err != nil {
		return err
	}
	return s.run(c)
}

// seat is a terminal of a host that is shown in a real one.
type seat struct {
	tl     *sim.Timeline
	host   string
	out    *bufio.Writer
	live   bool // somebody types; what is typed then stands on the screen already
	seen   int
	prompt bool // the first prompt is on the screen
}

// run types lines until there are no more.
func (s *seat) run(c *call) error {
	lines := make(chan string)
	go func() {
		defer close(lines)
		in := bufio.NewReader(c.stdin)
		for {
			line, err := in.ReadString('\n')
			if line != "" {
				lines <- line
			}
			if err != nil {
				return
			}
		}
	}()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-c.ctx.Done():
			return nil
		case <-tick.C:
			if info, _ := s.tl.World().Terminal(s.host, 1); s.live && info.Running != "" {
				s.tl.Advance(s.tl.Now().Add(50 * time.Millisecond))
			}
		case line, ok := <-lines:
			if !ok {
				return s.end()
			}
			if err := s.typeIn([]byte(line)); err != nil {
				return err
			}
		}
		if err := s.print(); err != nil {
			return err
		}
	}
}

// typeIn types octets and lets what they lead to happen.
func (s *seat) typeIn(octets []byte) error {
	if err := s.tl.Input(trace.Input{Kind: trace.InputTerminal, Actor: s.host, Conn: 1, Data: octets}); err != nil {
		return tell(err)
	}
	s.tl.Run()
	return nil
}

// end is the end of the input: what runs hears of it and has an hour to finish.
func (s *seat) end() error {
	if info, _ := s.tl.World().Terminal(s.host, 1); info.Running != "" {
		if err := s.typeIn([]byte{4}); err != nil {
			return err
		}
		s.tl.Advance(s.tl.Now().Add(time.Hour))
	}
	if err := s.print(); err != nil {
		return err
	}
	_, err := io.WriteString(s.out, "\n")
	if err == nil {
		err = s.out.Flush()
	}
	return err
}

// print writes what the terminal has shown since the last time.
func (s *seat) print() error {
	log := s.tl.Trace()
	for ; s.seen < log.Len(); s.seen++ {
		e := log.At(s.seen)
		if e.Actor != s.host || e.Kind != trace.KindTerminal || e.Num != 1 {
			continue
		}
		if !s.prompt && s.live { // run has written it
			s.prompt = true
			continue
		}
		if s.live && e.Class == trace.ClassCommand {
			continue
		}
		page, _ := web.Manual(e.Verb)
		s.out.Write(page) // an error stays with the writer until Flush
		printTerminal(s.out, e.Data)
	}
	return s.out.Flush()
}

// printTerminal writes what a simulated terminal shows, so that nothing in it steers the real one.
func printTerminal(out io.Writer, data []byte) {
	for i, line := range bytes.Split(data, []byte("\n")) {
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprint(out, reading.Printable(line))
	}
}
