// Command smtpbench measures `ehlo lab` beside go-smtp's server and Postfix's smtp-sink, driven by Postfix's smtp-source,
// in turn, in one run. It prints a table, and -write puts it into docs/performance.md. It runs in the project's directory
// after make build.
//
//	build/tools/smtpbench [-rows "one connection"] [-rounds 5] [-ehlo bin/ehlo] [-write]
//
// smtp-source and smtp-sink are taken from the PATH or /usr/sbin; where they are not, Debian's package is fetched and
// unpacked, not installed, so that no mail server is started.
package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/test/peers/section"
)

// row is a load.
type row struct {
	name    string
	args    []string // of smtp-source
	n       int      // messages
	each    int      // what is counted, for each message
	counted string
}

var rows = []row{
	{"messages of 1 KiB, one connection", []string{"-d", "-s", "1", "-l", "1024"}, 1000, 1, "messages"},
	{"messages of 1 KiB, ten connections", []string{"-d", "-s", "10", "-l", "1024"}, 3000, 1, "messages"},
	{"messages of 1 KiB, a connection for each", []string{"-s", "10", "-l", "1024"}, 1500, 1, "messages"},
	{"messages of 100 KiB, ten connections", []string{"-d", "-s", "10", "-l", "102400"}, 300, 1, "messages"},
	{"commands: transactions with 90 recipients, ten connections", []string{"-d", "-s", "10", "-r", "90", "-l", "100"}, 200, 93, "commands"},
}

// peer is a server that is measured.
type peer struct {
	name    string
	address string
	process *os.Process
	rates   [][]float64 // by row
	cpu     [][]float64 // seconds of processor time for each thing that is counted
}

func main() {
	if len(os.Args) == 3 && os.Args[1] == "go-smtp" {
		serveGoSMTP(os.Args[2])
		return
	}
	rounds := flag.Int("rounds", 5, "how `OFTEN` each row is measured; the medians count")
	only := flag.String("rows", "", "measure only the rows whose names hold `TEXT`")
	program := flag.String("ehlo", "bin/ehlo", "the `PROGRAM` that is measured")
	write := flag.Bool("write", false, "write docs/performance.md")
	flag.Parse()
	rows = slices.DeleteFunc(rows, func(r row) bool { return !strings.Contains(r.name, *only) })
	table, err := measure(*program, max(*rounds, 1))
	if err == nil {
		fmt.Print(table)
	}
	if err == nil && *write {
		err = section.Replace("docs/performance.md", heading, table)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "smtpbench: %v\n", err)
		os.Exit(1)
	}
}

// measure lets each server take each load, and makes a table of it.
func measure(program string, rounds int) (string, error) {
	tools, err := postfix()
	if err != nil {
		return "", err
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	peers := []*peer{{name: "ehlo lab"}, {name: "go-smtp"}, {name: "smtp-sink"}}
	for _, p := range peers {
		if p.address, err = free(); err != nil {
			return "", err
		}
	}
	commands := []*exec.Cmd{
		exec.Command(program, "lab", "-smtp", peers[0].address, "-submission=", "-smtps=", "-pop3=", "-pop3s=", "-imap=", "-imaps=", "-http=",
			"-relay-from", "127.0.0.1"),
		exec.Command(self, "go-smtp", peers[1].address),
		tools.command("smtp-sink", sink(peers[2].address)...),
	}
	for i, c := range commands {
		if err := c.Start(); err != nil {
			return "", fmt.Errorf("%s: %w", peers[i].name, err)
		}
		peers[i].process = c.Process
		peers[i].rates, peers[i].cpu = make([][]float64, len(rows)), make([][]float64, len(rows))
		defer func() {
			_ = c.Process.Kill()
			_ = c.Wait()
		}()
	}
	time.Sleep(time.Second) // smtp-source gives up at once where nobody listens
	for round := range rounds {
		for i, r := range rows {
			for k := range peers {
				p := peers[(k+round)%len(peers)]
				if err := p.measure(tools, i, r); err != nil {
					return "", err
				}
			}
		}
	}
	return report(peers, rounds), nil
}

// free is an address at which nobody listens.
func free() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return ln.Addr().String(), ln.Close()
}

// sink is the command line of smtp-sink, which refuses to run as root.
func sink(address string) []string {
	args := []string{address, "100"}
	if os.Getuid() == 0 {
		args = append([]string{"-u", "nobody"}, args...)
	}
	return args
}

// measure lets smtp-source send a load.
func (p *peer) measure(tools tools, i int, r row) error {
	args := append(slices.Clone(r.args), "-m", strconv.Itoa(r.n), "-f", "eve@example.org", "-t", "bob@example.org", p.address)
	before, err := cpu(p.process.Pid)
	if err != nil {
		return err
	}
	began := time.Now()
	if out, err := tools.command("smtp-source", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s, %s: %v %s", p.name, r.name, err, out)
	}
	took := time.Since(began).Seconds()
	after, err := cpu(p.process.Pid)
	counted := float64(r.n * r.each)
	p.rates[i] = append(p.rates[i], counted/took)
	p.cpu[i] = append(p.cpu[i], (after-before)/counted)
	return err
}

// cpu is the processor time that a process has used, in seconds.
func cpu(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	user, err := strconv.ParseFloat(fields[11], 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseFloat(fields[12], 64)
	return (user + system) / 100, err // Linux counts in hundredths
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

// report is the table.
func report(peers []*peer, rounds int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nOne load after the other by Postfix's `smtp-source`, to each server in turn, %d times; medians. go-smtp's server reads a\n"+
		"message and drops it, and smtp-sink does the same; the lab takes it into a mailbox and keeps a transcript. A ratio above 1 is in\n"+
		"the lab's favour: its rate beside go-smtp's, and go-smtp's processor time for each beside the lab's.\n\n"+
		"| load | ehlo lab | go-smtp | smtp-sink | rate beside go-smtp | processor time beside go-smtp |\n|---|---|---|---|---|---|\n", heading, rounds)
	for i, r := range rows {
		fmt.Fprintf(&b, "| %s |", r.name)
		for _, p := range peers {
			fmt.Fprintf(&b, " %.0f %s/s |", median(p.rates[i]), r.counted)
		}
		time := "–"
		if own := median(peers[0].cpu[i]); own > 0 {
			time = fmt.Sprintf("%.2f ×", median(peers[1].cpu[i])/own)
		}
		fmt.Fprintf(&b, " %.2f × | %s |\n", median(peers[0].rates[i])/median(peers[1].rates[i]), time)
	}
	return b.String()
}

const heading = "## The lab beside other servers"

// tools is where Postfix's programs are.
type tools struct{ programs, libraries string }

func (t tools) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(t.programs, name), args...)
	if t.libraries != "" {
		c.Env = append(os.Environ(), "LD_LIBRARY_PATH="+t.libraries)
	}
	return c
}

// postfix finds smtp-source and smtp-sink, or unpacks them.
func postfix() (tools, error) {
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin") {
		if _, err := os.Stat(filepath.Join(dir, "smtp-source")); err == nil {
			return tools{programs: dir}, nil
		}
	}
	dir, err := filepath.Abs("build/postfix")
	if err != nil {
		return tools{}, err
	}
	t := tools{filepath.Join(dir, "usr/sbin"), filepath.Join(dir, "usr/lib/postfix")}
	if _, err := os.Stat(filepath.Join(t.programs, "smtp-source")); err == nil {
		return t, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return tools{}, err
	}
	c := exec.Command("sh", "-c", "apt-get download postfix && dpkg-deb -x postfix_*.deb .")
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		return tools{}, errors.Join(fmt.Errorf("smtp-source is not here, and Debian's package postfix cannot be fetched: %s", out), err)
	}
	return t, nil
}
