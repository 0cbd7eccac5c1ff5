package script_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"ehlo/sim"
	"ehlo/sim/script"
	"ehlo/sim/simtest"
	"ehlo/sim/trace"
	"ehlo/sim/worlds"
)

var rewrite = flag.Bool("rewrite", false, "write down what happens in the worlds")

// told are the kinds of event that a story holds: what became of messages, logins and names.
var told = map[trace.Kind]bool{trace.KindQueued: true, trace.KindAttempt: true, trace.KindDeferred: true, trace.KindRelayed: true,
	trace.KindDelivered: true, trace.KindFailed: true, trace.KindLogin: true, trace.KindTLS: true, trace.KindExpanded: true,
	trace.KindDiscarded: true, trace.KindNotice: true, trace.KindTrouble: true, trace.KindAct: true, trace.KindAuth: true, trace.KindLookup: true}

// capabilities are not what a story is about.
var capabilities = regexp.MustCompile(`\[CAPABILITY [^]]*\]`)

const mark = "-- what happens --\n"

// TestStories plays a script in every world and compares what happens with what is written behind it: with -rewrite that is
// written down.
func TestStories(t *testing.T) {
	for _, name := range worlds.Names() {
		t.Run(name, func(t *testing.T) {
			file := "testdata/worlds/" + name + ".txt"
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("no story is told of this world. Write a script into it, then go test ./sim/script -rewrite, and read what happens: %v", err)
			}
			play, want, _ := strings.Cut(string(text), mark)
			got := story(t, simtest.World(t, name), play, told)
			if *rewrite {
				if err := os.WriteFile(file, []byte(play+mark+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("another thing happens; look at it, then go test ./sim/script -rewrite:\n%s", got)
			}
		})
	}
}

// story plays a script and tells what happened: the events of some kinds, and of lines those that a person typed or got.
func story(t *testing.T, tl *sim.Timeline, play string, kinds map[trace.Kind]bool) string {
	t.Helper()
	s, err := script.Parse(t.Name(), []byte(play))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Play(tl); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range tl.Trace().Events(0, tl.Seen()) {
		if !kinds[e.Kind] || e.Kind == trace.KindMailbox && e.At == 0 || e.Kind == trace.KindLine && e.Verb == "EHLO" && e.Class == trace.ClassUntagged {
			continue
		}
		if open := !strings.HasSuffix("\n"+b.String(), "\n"); open && e.Kind != trace.KindTerminal {
			b.WriteString("\n") // behind a prompt
		}
		switch e.Kind {
		case trace.KindLine, trace.KindRecord:
			c, _ := tl.World().Conn(e.Conn)
			if c.Typed && e.Kind == trace.KindRecord {
				b.WriteString(happening(&e) + "\n")
			} else if c.Typed {
				for line := range strings.Lines(string(e.Data)) {
					b.WriteString(e.Dir.String() + ": " + capabilities.ReplaceAllString(strings.TrimRight(line, "\r\n"), "[CAPABILITY …]") + "\n")
				}
			}
		case trace.KindTerminal:
			b.Write(e.Data)
		default:
			b.WriteString(happening(&e) + "\n")
		}
	}
	if b.Len() == 0 {
		t.Error("nothing happens")
	}
	for _, l := range tl.World().Ledgers() {
		if l.Balance() != 0 {
			t.Errorf("%s does not account for %d recipients", l.Host, l.Balance())
		}
	}
	return b.String()
}

// happening is an event on one line.
func happening(e *trace.Event) string {
	words := []string{e.At.String(), e.Actor, e.Kind.String(), e.Label, e.Verb, e.Target}
	if e.Kind == trace.KindTLS {
		words = words[:3]
		words = append(words, e.Target, e.Class.String())
	}
	switch e.Kind {
	case trace.KindLogin:
		words = append(words, e.Class.String())
	case trace.KindTrouble:
		words = append(words, fmt.Sprint(e.Num))
	case trace.KindDeferred, trace.KindFailed, trace.KindDiscarded:
		words = append(words, strings.ReplaceAll(string(e.Data), "\n", " "))
	case trace.KindTLS, trace.KindAuth:
		words = append(words, e.Next)
	case trace.KindMailbox:
		words = append(words, fmt.Sprint(e.Num))
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}
