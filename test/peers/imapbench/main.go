// Command imapbench measures what IMAP commands cost on mailboxes of several sizes: `ehlo lab`, the memory server of
// go-imap v2, and Dovecot, each in a process of its own, in turn, in one run. It prints tables, and -write puts them into
// docs/performance.md. It runs in the project's directory after make build.
//
//	build/tools/imapbench [-sizes 10,10000,200000] [-time 300ms] [-without Dovecot] [-rows SEARCH] [-write]
//
// To fill Dovecot with 200,000 messages takes minutes.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/test/peers/imappeer"
	"ehlo/test/peers/section"
)

// row is a command, or several that are sent in turn.
type row struct {
	name     string
	commands []string
	largest  int // the largest mailbox that it is measured on, 0 for any: its answer grows with the mailbox
	ahead    int // how many are sent before the first is answered; 0 is one after the other
}

var letter = imappeer.Letters(1)[0].Content

var rows = []row{
	{"NOOP", []string{"NOOP"}, 0, 0},
	{"NOOP, a hundred at once", []string{"NOOP"}, 0, 100},
	{"SELECT", []string{"SELECT INBOX"}, 0, 0},
	{"FETCH flags of one message", []string{"UID FETCH 5 FLAGS"}, 0, 0},
	{"FETCH header fields of ten", []string{"FETCH 1:10 (UID FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS (From To Subject Date)])"}, 0, 0},
	{"FETCH headers of ten", []string{"FETCH 1:10 (UID BODY.PEEK[HEADER])"}, 0, 0},
	{"FETCH envelopes of ten", []string{"FETCH 1:10 (UID FLAGS ENVELOPE)"}, 0, 0},
	{"FETCH structure of ten", []string{"FETCH 1:10 BODYSTRUCTURE"}, 0, 0},
	{"FETCH a message", []string{"FETCH 5 BODY.PEEK[]"}, 0, 0},
	{"STORE a flag", []string{`STORE 5 +FLAGS (\Flagged)`, `STORE 5 -FLAGS (\Flagged)`}, 0, 0},
	{"SEARCH UNSEEN, ten are found", []string{"UID SEARCH UNSEEN"}, 0, 0},
	{"SEARCH SINCE, ten are found", []string{"UID SEARCH SINCE 21-Sep-2026"}, 0, 0},
	{"SEARCH ten messages FROM", []string{"SEARCH 1:10 FROM person3"}, 0, 0},
	{"SEARCH all FROM", []string{`SEARCH FROM "person 42 <"`}, 10_000, 0},
	{"SEARCH all BODY", []string{"SEARCH BODY caterpillar"}, 10_000, 0},
	{"FETCH all flags", []string{"FETCH 1:* FLAGS"}, 10_000, 0},
	{"APPEND a message", []string{fmt.Sprintf("APPEND INBOX {%d+}\r\n%s", len(letter), letter)}, 0, 0},
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "go-imap" {
		fail(imappeer.ServeGoIMAP())
		return
	}
	sizes := flag.String("sizes", "10,10000,200000", "the mailboxes' `SIZES`")
	span := flag.Duration("time", 300*time.Millisecond, "how `LONG` a row is measured in a round, of which there are five")
	without := flag.String("without", "", "leave out the `SERVERS` of these names, with commas between them")
	only := flag.String("rows", "", "measure only the rows whose names hold `TEXT`")
	program := flag.String("ehlo", "bin/ehlo", "the `PROGRAM` that is measured")
	write := flag.Bool("write", false, "write docs/performance.md")
	flag.Parse()
	fail(oneProcessor())
	rows = slices.DeleteFunc(rows, func(r row) bool { return !strings.Contains(r.name, *only) })
	var b strings.Builder
	b.WriteString(heading + "\n\n" + preface)
	for _, size := range strings.Split(*sizes, ",") {
		n, err := strconv.Atoi(size)
		fail(err)
		table, err := measure(n, *span, *without, *program)
		fail(err)
		fmt.Print(table)
		b.WriteString("\n" + table)
	}
	memory, err := memory()
	fail(err)
	fmt.Print(memory)
	if *write {
		fail(section.Replace("docs/performance.md", heading, b.String()+"\n"+memory))
	}
}

// oneProcessor has this process and all that it starts run on the first processor. On two, most of a short command's time is that
// of waking the other processor, and where a server happens to share the client's, it has an advantage that is not its own.
func oneProcessor() error {
	out, err := exec.Command("taskset", "-a", "-p", "-c", "0", strconv.Itoa(os.Getpid())).CombinedOutput()
	if err != nil {
		return fmt.Errorf("taskset: %w: %s", err, out)
	}
	return nil
}

// fail ends the program where there is an error.
func fail(err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "imapbench: %v\n", err)
		os.Exit(1)
	}
}

const heading = "## IMAP beside other servers"

const preface = "One client, one command after the other, to each server in turn, five times; medians, in microseconds from the command to its end,\n" +
	"and in brackets how many times as long the others take as the lab. All of them keep to one processor: between two, the time is\n" +
	"mostly that of waking the other, and whoever happens to share the client's is ahead. The lab and go-imap's memory server listen on loopback; Dovecot\n" +
	"is its program `imap` on a socket, with its mail on the disk and `mail_fsync = never`. The lab keeps a transcript besides. The last\n" +
	"column is what a command costs the lab of processor time, and go-imap's server.\n"

// measure measures every row on mailboxes of n messages, and makes a table of it.
func measure(n int, span time.Duration, without, program string) (string, error) {
	dir, err := os.MkdirTemp("", "imapbench")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // Dovecot runs as nobody
		return "", err
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	letters := imappeer.Letters(n)
	var names []string
	var peers []peer
	for _, start := range []struct {
		name  string
		start func(string, []imappeer.Message) (imappeer.Server, error)
	}{{"ehlo", imappeer.Lab(program)}, {"go-imap", imappeer.GoIMAPProcess(self)}, {"Dovecot", imappeer.Dovecot}} {
		if slices.ContainsFunc(strings.Split(without, ","), func(name string) bool { return strings.EqualFold(name, start.name) }) {
			continue
		}
		s, err := start.start(dir, letters)
		if err != nil {
			return "", fmt.Errorf("%s: %w", start.name, err)
		}
		defer s.Stop()
		c, err := imappeer.Connect(s)
		if err != nil {
			return "", err
		}
		defer c.Close()
		if err := c.Run("SELECT INBOX"); err != nil {
			return "", err
		}
		names, peers = append(names, s.Name), append(peers, peer{s, c})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "| %d messages | %s | processor time |\n|---%s|---|\n", n, strings.Join(names, " | "), strings.Repeat("|---", len(names)))
	for _, r := range rows {
		if r.largest > 0 && n > r.largest {
			continue
		}
		costs, err := r.measure(peers, span)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "| %s |", r.name)
		for i, c := range costs {
			fmt.Fprintf(&b, " %.1f", float64(c.wall.Nanoseconds())/1000)
			if i > 0 {
				fmt.Fprintf(&b, " (%.1f ×)", float64(c.wall)/float64(costs[0].wall))
			}
			b.WriteString(" |")
		}
		fmt.Fprintf(&b, " %.1f", float64(costs[0].cpu.Nanoseconds())/1000)
		if len(costs) > 1 && costs[1].cpu > 0 {
			fmt.Fprintf(&b, ", go-imap %.1f (%.1f ×)", float64(costs[1].cpu.Nanoseconds())/1000, float64(costs[1].cpu)/float64(costs[0].cpu))
		}
		b.WriteString(" |\n")
	}
	return b.String(), nil
}

// memory says what a stored message costs.
func memory() (string, error) {
	const n = 20_000
	dir, err := os.MkdirTemp("", "imapbench")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	own, err := imappeer.Memory(dir, imappeer.Ehlo, n)
	if err != nil {
		return "", err
	}
	other, err := imappeer.Memory(dir, imappeer.GoIMAP, n)
	return fmt.Sprintf("Each of %d stored messages takes %.0f octets of memory besides its own, and in go-imap's memory server %.0f.\n", n, own, other), err
}

// peer is a server, and a session with it.
type peer struct {
	imappeer.Server
	*imappeer.Conn
}

// cost is what a command takes: until it is over, and of processor time in the server.
type cost struct{ wall, cpu time.Duration }

// measure is the median cost of a row's command with each server, which take turns.
func (r row) measure(peers []peer, span time.Duration) ([]cost, error) {
	const rounds = 5
	walls, cpus := make([][]time.Duration, len(peers)), make([][]time.Duration, len(peers))
	for range rounds {
		for i, p := range peers {
			n := 0
			before, err := p.CPU()
			if err != nil {
				return nil, err
			}
			start := time.Now()
			for time.Since(start) < span || n < len(r.commands) {
				if err := p.RunAhead(r.commands[n%len(r.commands)], max(r.ahead, 1)); err != nil {
					return nil, err
				}
				n += max(r.ahead, 1)
			}
			walls[i] = append(walls[i], time.Since(start)/time.Duration(n))
			after, err := p.CPU()
			if err != nil {
				return nil, err
			}
			cpus[i] = append(cpus[i], (after-before)/time.Duration(n))
		}
	}
	costs := make([]cost, len(peers))
	for i := range peers {
		slices.Sort(walls[i])
		slices.Sort(cpus[i])
		costs[i] = cost{walls[i][rounds/2], cpus[i][rounds/2]}
	}
	return costs, nil
}
