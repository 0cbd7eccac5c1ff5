// Command personajudge plays recorded sessions with the personas of ehlo, and prints line by line where they answer otherwise
// than the real servers, and why that is right. Differences without a reason make it fail.
//
//	go -C test/peers run ./personajudge [-v]
//
// The sessions are those of sim/personas/testdata, recorded at Debian 12's packages of Sendmail, Postfix, Exim, Dovecot, Courier and
// Cyrus, with what differs from one session to the next masked. Where Dovecot is installed, and this is root, it is started on
// loopback and hears the same session anew. With -v the table has what both say in full.
package main

import (
	"flag"
	"fmt"
	"net"
	"os"
	"strings"

	"ehlo/test/peers/imappeer"
	"ehlo/test/recorded"
)

func main() {
	verbose := flag.Bool("v", false, "print both answers in full")
	flag.Parse()
	if err := judge(*verbose); err != nil {
		fmt.Fprintf(os.Stderr, "personajudge: %v\n", err)
		os.Exit(1)
	}
}

func judge(verbose bool) error {
	sessions, err := recorded.Read("../../sim/personas/testdata/smtp/*.txt")
	if err != nil {
		return err
	}
	mail, err := recorded.Read("../../sim/personas/testdata/mail/*.txt")
	if err != nil {
		return err
	}
	total, alike, wrong := 0, 0, 0
	fmt.Print("| persona | command | the server says | the persona says | why that is right |\n|---|---|---|---|---|\n")
	for _, s := range append(sessions, mail...) {
		s, from, err := heard(s)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Path, err)
		}
		differences, commands, err := recorded.Compare(s)
		if err != nil {
			return err
		}
		total, alike = total+commands, alike+commands-len(differences)
		fmt.Printf("| **%s** | %s: %d answers, %d alike | | | |\n", s.Persona, from, commands, commands-len(differences))
		for _, d := range differences {
			why := strings.Join(d.Reasons, "; ")
			if why == "" {
				why = "**it is not**"
				wrong++
			}
			command := d.Command
			if command == "" {
				command = "(greeting)"
			}
			fmt.Printf("| %s | %s | %s | %s | %s |\n", s.Persona, cell([]string{command}, true), cell(d.Real, verbose), cell(d.Ours, verbose), why)
		}
	}
	fmt.Printf("\n%d answers: %d are alike, %d differ with a reason, %d differ and should not\n", total, alike, total-alike-wrong, wrong)
	if wrong > 0 {
		return fmt.Errorf("%d answers differ without a reason", wrong)
	}
	return nil
}

// heard is a session as the real server makes it now, where it can be started, or as it is recorded.
func heard(s recorded.Session) (recorded.Session, string, error) {
	i, service := strings.Index(s.Persona, "-"), 0
	switch {
	case !strings.HasPrefix(s.Persona, "dovecot-") || os.Geteuid() != 0:
		return s, "as recorded", nil
	case strings.HasPrefix(s.Persona[i:], "-pop3"):
		service = 1
	}
	dir, err := os.MkdirTemp("", "personajudge")
	if err != nil {
		return s, "", err
	}
	defer os.RemoveAll(dir)
	addresses, stop, err := imappeer.DovecotServices(dir)
	if err == imappeer.ErrNoDovecot {
		return s, "as recorded", nil
	}
	if err != nil {
		return s, "", err
	}
	defer stop()
	s, err = s.Record(func() (net.Conn, error) { return net.Dial("tcp", addresses[service]) })
	return s, "at Dovecot on this machine", err
}

// cell is lines in a cell of a table.
func cell(lines []string, whole bool) string {
	text := strings.Join(lines, " ⏎ ")
	if r := []rune(text); len(r) > 160 && !whole {
		text = string(r[:160]) + "…"
	}
	if text == "" {
		return "(nothing)"
	}
	return "`" + strings.ReplaceAll(text, "|", "\\|") + "`"
}
