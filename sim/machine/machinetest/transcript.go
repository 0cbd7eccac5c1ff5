// Package machinetest tests protocol machines: it plays transcripts that read like a telnet session against them, feeds
// them whole and octet by octet, and does the same to observers. Only tests import it.
//
// A transcript is a text file. First come settings for the test, `name: value` with a name in lower case; then:
//
//	# a comment
//	C: EHLO laptop.example.org     the client says this line; CR LF is added
//	C+: MAIL FROM:<a@b>            the same, but it leaves in one piece with the next line
//	C-raw: "a\n" "b"*600 "\r\n"    the client says exactly these octets: Go strings, repeated and joined
//	S: 250 mx.example.net          the server says this line
//	S-raw: "250 bare\n"            the server says octets that are no clean line
//	Do: mail alice@example.org     a client machine is told to do this, see [Doer]
//	E: sender alice@example.org    the machine reports this, see [Reporter]
//	T: 5m                          time passes
//	EOF                            the peer sends nothing more
//	End                            the machine is done
//
// Where a server is tested, C lines are fed to it and S lines are what must come out; a client machine (a [Doer]) is fed
// the S lines. With the flag -rewrite what must come out is replaced by what does come out.
package machinetest

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

var rewrite = flag.Bool("rewrite", false, "write what machines really say into the transcripts")

// Peer is a machine whose questions are answered by the test's wrapper around it.
type Peer interface {
	Receive(now engine.Time, p []byte)
	HandleTimeout(now engine.Time)
	Output() []byte
	Timeout() (engine.Time, bool)
	Done() bool
}

// Doer is a Peer that is a client: it can be told to do something.
type Doer interface {
	Do(now engine.Time, command string) error
}

// Reporter is a Peer that reports events. Reports takes those since the last call.
type Reporter interface {
	Reports() []string
}

// closer is a Peer that can hear the end of its peer's octets.
type closer interface {
	ReceiveEOF(now engine.Time)
}

// Transcripts plays every file that matches the pattern, as a subtest named after the file. newPeer gets the file's
// settings.
func Transcripts(t *testing.T, pattern string, newPeer func(settings map[string]string) Peer) {
	t.Helper()
	for _, path := range glob(t, pattern) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			text, tr := read(t, path)
			got, faults, err := tr.play(newPeer(tr.settings))
			if err != nil {
				t.Fatalf("%s:%v", path, err)
			}
			if *rewrite {
				if got != text {
					if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				return
			}
			for _, f := range faults {
				t.Errorf("%s:%s", path, f)
			}
			if len(faults) > 0 {
				t.Logf("if that is right: go test -run '%s' -rewrite", t.Name())
			}
		})
	}
}

// read reads a transcript.
func read(t testing.TB, path string) (string, *script) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tr, err := parse(string(text))
	if err != nil {
		t.Fatalf("%s:%v", path, err)
	}
	return string(text), tr
}

// Said is octets of a conversation, all of one moment and direction.
type Said struct {
	At   engine.Time
	Dir  trace.Dir
	Data []byte
}

// Conversation reads from a transcript what both sides say, without playing it.
func Conversation(t testing.TB, path string) []Said {
	t.Helper()
	_, tr := read(t, path)
	var said []Said
	var now engine.Time
	for _, l := range tr.lines {
		if l.key == "T" {
			now = now.Add(l.wait)
		}
		dir := l.dir()
		if dir == trace.DirNone {
			continue
		}
		if n := len(said); n > 0 && said[n-1].Dir == dir && said[n-1].At == now {
			said[n-1].Data = append(said[n-1].Data, l.data...)
		} else {
			said = append(said, Said{now, dir, l.data})
		}
	}
	return said
}

// Paths returns the transcripts that match the pattern; that there is none is an error.
func Paths(t testing.TB, pattern string) []string { t.Helper(); return glob(t, pattern) }

func glob(t testing.TB, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no transcript matches %s (%v)", pattern, err)
	}
	return paths
}

// script is a parsed transcript.
type script struct {
	settings map[string]string
	head     []line // settings and what stands among them
	lines    []line
}

// step is one input, or several that leave in one piece, and everything up to the next one. The first step of a
// transcript has no input: it holds what a machine says unasked.
type step []line

// line is one line of the file.
type line struct {
	number int
	text   string
	key    string // "" for comments and empty lines
	data   []byte // what C and S lines say
	wait   time.Duration
}

// dir is the direction in which the line's octets go.
func (l *line) dir() trace.Dir {
	switch l.key[:min(1, len(l.key))] {
	case "C":
		return trace.ToServer
	case "S":
		return trace.ToClient
	}
	return trace.DirNone
}

func parse(text string) (*script, error) {
	tr := &script{settings: map[string]string{}}
	for i, s := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		l, err := parseLine(i+1, s)
		if err != nil {
			return nil, fmt.Errorf("%d: %w", i+1, err)
		}
		if l.key == "setting" {
			if len(tr.lines) > 0 {
				return nil, fmt.Errorf("%d: the setting %q stands behind the first line of the session", i+1, s)
			}
			name, value, _ := strings.Cut(s, ":")
			tr.settings[name] = strings.TrimSpace(value)
		}
		if len(tr.lines) == 0 && (l.key == "" || l.key == "setting") {
			tr.head = append(tr.head, l)
		} else {
			tr.lines = append(tr.lines, l)
		}
	}
	return tr, nil
}

func parseLine(number int, s string) (line, error) {
	l := line{number: number, text: s}
	if s == "" || s[0] == '#' {
		return l, nil
	}
	key, rest, ok := strings.Cut(s, ":")
	rest = strings.TrimPrefix(rest, " ")
	var err error
	switch {
	case s == "EOF" || s == "End":
		l.key = s
	case !ok:
		err = errors.New("neither a comment nor `name: text`")
	case key == "C" || key == "S" || key == "C+" || key == "S+":
		l.key, l.data = key, []byte(rest+"\r\n")
	case key == "C-raw" || key == "S-raw":
		l.key = key
		l.data, err = unquote(rest)
	case key == "Do" || key == "E":
		l.key = key
	case key == "T":
		l.key = key
		l.wait, err = time.ParseDuration(rest)
	case strings.ToLower(key) == key:
		l.key = "setting"
	default:
		err = fmt.Errorf("no line begins with %q", key)
	}
	return l, err
}

// steps groups the lines; input says which are fed to the machine.
func (tr *script) steps(input func(key string) bool) []step {
	steps := []step{nil}
	hold := false
	for _, l := range tr.lines {
		if input(l.key) {
			if !hold {
				steps = append(steps, nil)
			}
			hold = strings.HasSuffix(l.key, "+")
		}
		last := &steps[len(steps)-1]
		*last = append(*last, l)
	}
	return steps
}

// play feeds the inputs to a machine. It returns the file as it should be, and where the machine differs from it; the
// error is that of a [Doer] which does not understand its command.
func (tr *script) play(p Peer) (text string, faults []string, err error) {
	player := player{peer: p}
	_, player.client = p.(Doer)
	var b strings.Builder
	for _, l := range tr.head {
		b.WriteString(l.text + "\n")
	}
	number := 1
	for _, s := range tr.steps(player.input) {
		if len(s) > 0 {
			number = s[0].number
		}
		got, err := player.step(s)
		if err != nil {
			return "", nil, fmt.Errorf("%d: %w", number, err)
		}
		var want []string
		inputs := 0 // the inputs and what stands between them
		for i, l := range s {
			if player.input(l.key) {
				inputs = i + 1
			} else if l.key != "" {
				want = append(want, l.text)
			}
		}
		if slices.Equal(got, want) {
			writeStep(&b, s, 0, nil, true)
			continue
		}
		faults = append(faults, fmt.Sprintf("%d: the machine says\n\t%s\nand not\n\t%s",
			number, strings.Join(got, "\n\t"), strings.Join(want, "\n\t")))
		writeStep(&b, s, inputs, got, false)
	}
	return b.String(), faults, nil
}

// writeStep writes a step as it is or, where it is not right, with got behind its inputs in the place of what the file
// says.
func writeStep(b *strings.Builder, s step, inputs int, got []string, right bool) {
	for i := 0; i <= len(s); i++ {
		if i == inputs {
			for _, l := range got {
				b.WriteString(l + "\n")
			}
		}
		if i < len(s) && (right || i < inputs || s[i].key == "") {
			b.WriteString(s[i].text + "\n")
		}
	}
}

// player plays steps against one machine.
type player struct {
	peer   Peer
	client bool
	now    engine.Time
	done   bool
}

// input says whether lines with that key are fed to the machine.
func (p *player) input(key string) bool {
	switch key {
	case "C", "C+", "C-raw":
		return !p.client
	case "S", "S+", "S-raw":
		return p.client
	}
	return key == "Do" || key == "T" || key == "EOF"
}

// step feeds the inputs of one step and returns what comes of them, as lines of a transcript.
func (p *player) step(s step) (got []string, err error) {
	var octets []byte
	for _, l := range s {
		switch {
		case !p.input(l.key):
		case l.key == "Do":
			err = p.peer.(Doer).Do(p.now, strings.TrimSpace(strings.TrimPrefix(l.text, "Do:")))
		case l.key == "EOF":
			p.peer.(closer).ReceiveEOF(p.now)
		case l.key == "T":
			return p.wait(l.wait), nil
		default:
			octets = append(octets, l.data...)
		}
	}
	if octets != nil {
		p.peer.Receive(p.now, octets)
	}
	return p.take(), err
}

// wait runs the clock on, with a stop at each moment at which the machine wants one.
func (p *player) wait(d time.Duration) (got []string) {
	end := p.now.Add(d)
	for range 1000 { // a machine that asks for the same moment again and again must not hang the test
		at, ok := p.peer.Timeout()
		if !ok || at > end {
			break
		}
		p.now = max(p.now, at)
		p.peer.HandleTimeout(p.now)
		got = append(got, p.take()...)
	}
	p.now = end
	return got
}

// take returns what the machine says and reports now.
func (p *player) take() (got []string) {
	side := "S"
	if p.client {
		side = "C"
	}
	for _, l := range bytes.SplitAfter(p.peer.Output(), []byte("\n")) {
		if len(l) > 0 {
			got = append(got, format(side, l))
		}
	}
	if r, ok := p.peer.(Reporter); ok {
		for _, s := range r.Reports() {
			got = append(got, strings.TrimRight("E: "+s, " "))
		}
	}
	if p.peer.Done() && !p.done {
		p.done = true
		got = append(got, "End")
	}
	return got
}
