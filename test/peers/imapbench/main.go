// Command imapbench measures what IMAP commands cost on mailboxes of several sizes: this project's machine on a socket,
// the memory server of go-imap v2, and Dovecot, in turn, in one run. It writes a table.
//
//	go -C test/peers run ./imapbench [-sizes 10,10000,200000] [-time 300ms] [-without Dovecot] [-rows SEARCH]
//
// To fill Dovecot with 200,000 messages takes minutes.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/test/peers/imappeer"
)

// row is a command, or several that are sent in turn.
type row struct {
	name     string
	commands []string
	largest  int // the largest mailbox that it is measured on, 0 for any: its answer grows with the mailbox
}

var letter = imappeer.Letters(1)[0].Content

var rows = []row{
	{"NOOP", []string{"NOOP"}, 0},
	{"SELECT", []string{"SELECT INBOX"}, 0},
	{"FETCH flags of one message", []string{"UID FETCH 5 FLAGS"}, 0},
	{"FETCH header fields of ten", []string{"FETCH 1:10 (UID FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS (From To Subject Date)])"}, 0},
	{"FETCH headers of ten", []string{"FETCH 1:10 (UID BODY.PEEK[HEADER])"}, 0},
	{"FETCH envelopes of ten", []string{"FETCH 1:10 (UID FLAGS ENVELOPE)"}, 0},
	{"FETCH structure of ten", []string{"FETCH 1:10 BODYSTRUCTURE"}, 0},
	{"FETCH a message", []string{"FETCH 5 BODY.PEEK[]"}, 0},
	{"STORE a flag", []string{`STORE 5 +FLAGS (\Flagged)`, `STORE 5 -FLAGS (\Flagged)`}, 0},
	{"SEARCH UNSEEN, ten are found", []string{"UID SEARCH UNSEEN"}, 0},
	{"SEARCH SINCE, ten are found", []string{"UID SEARCH SINCE 21-Sep-2026"}, 0},
	{"SEARCH ten messages FROM", []string{"SEARCH 1:10 FROM person3"}, 0},
	{"SEARCH all FROM", []string{`SEARCH FROM "person 42 <"`}, 10_000},
	{"SEARCH all BODY", []string{"SEARCH BODY caterpillar"}, 10_000},
	{"FETCH all flags", []string{"FETCH 1:* FLAGS"}, 10_000},
	{"APPEND a message", []string{fmt.Sprintf("APPEND INBOX {%d+}\r\n%s", len(letter), letter)}, 0},
}

func main() {
	sizes := flag.String("sizes", "10,10000,200000", "the mailboxes' `SIZES`")
	span := flag.Duration("time", 300*time.Millisecond, "how `LONG` a row is measured in a round, of which there are five")
	without := flag.String("without", "", "leave out the `SERVER` of that name")
	only := flag.String("rows", "", "measure only the rows whose names hold `TEXT`")
	flag.Parse()
	rows = slices.DeleteFunc(rows, func(r row) bool { return !strings.Contains(r.name, *only) })
	for _, size := range strings.Split(*sizes, ",") {
		n, err := strconv.Atoi(size)
		if err == nil {
			err = measure(n, *span, *without)
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "imapbench: %v\n", err)
			os.Exit(1)
		}
	}
}

// measure measures every row on mailboxes of n messages.
func measure(n int, span time.Duration, without string) error {
	dir, err := os.MkdirTemp("", "imapbench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // Dovecot runs as nobody
		return err
	}
	letters := imappeer.Letters(n)
	var names []string
	var conns []*imappeer.Conn
	for _, start := range []struct {
		name  string
		start func(string, []imappeer.Message) (imappeer.Server, error)
	}{{"ehlo", imappeer.Ehlo}, {"go-imap", imappeer.GoIMAP}, {"Dovecot", imappeer.Dovecot}} {
		if strings.EqualFold(start.name, without) {
			continue
		}
		s, err := start.start(dir, letters)
		if err != nil {
			return fmt.Errorf("%s: %w", start.name, err)
		}
		defer s.Stop()
		c, err := imappeer.Connect(s)
		if err != nil {
			return err
		}
		defer c.Close()
		if err := c.Run("SELECT INBOX"); err != nil {
			return err
		}
		names, conns = append(names, s.Name), append(conns, c)
	}
	fmt.Printf("| %d messages | %s µs | | \n", n, strings.Join(names, " µs | "))
	for _, r := range rows {
		if r.largest > 0 && n > r.largest {
			continue
		}
		costs, err := r.measure(conns, span)
		if err != nil {
			return err
		}
		fmt.Printf("| %s |", r.name)
		for i, c := range costs {
			fmt.Printf(" %.1f", float64(c.Nanoseconds())/1000)
			if i > 0 {
				fmt.Printf(" (%.1f ×)", float64(c)/float64(costs[0]))
			}
			fmt.Print(" |")
		}
		fmt.Println()
	}
	return nil
}

// measure is the median cost of a row's command with each server, which take turns.
func (r row) measure(conns []*imappeer.Conn, span time.Duration) ([]time.Duration, error) {
	const rounds = 5
	all := make([][]time.Duration, len(conns))
	for range rounds {
		for i, c := range conns {
			n := 0
			start := time.Now()
			for time.Since(start) < span || n < len(r.commands) {
				if err := c.Run(r.commands[n%len(r.commands)]); err != nil {
					return nil, err
				}
				n++
			}
			all[i] = append(all[i], time.Since(start)/time.Duration(n))
		}
	}
	costs := make([]time.Duration, len(conns))
	for i := range all {
		slices.Sort(all[i])
		costs[i] = all[i][rounds/2]
	}
	return costs, nil
}
