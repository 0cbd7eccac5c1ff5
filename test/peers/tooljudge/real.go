package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"ehlo/sim/dns"
	"ehlo/sim/personas"
	"ehlo/sim/world"
)

// real is what the real programs talk to.
type real struct {
	dir  string
	ca   string
	at   map[string]string // ports by service
	dns  string            // port
	lab  *exec.Cmd
	name net.PacketConn
}

// programs are those that have to be there, with Debian's packages.
var programs = [][2]string{{"fetchmail", "fetchmail"}, {"dig", "bind9-dnsutils"}, {"postqueue", "postfix"}, {"mailq", "postfix"}, {"openssl", "openssl"}}

func start() (*real, error) {
	for _, p := range programs {
		if _, err := exec.LookPath(p[0]); err != nil {
			return nil, fmt.Errorf("there is no %s: apt-get install %s", p[0], p[1])
		}
	}
	dir, err := os.MkdirTemp("", "tooljudge")
	if err != nil {
		return nil, err
	}
	r := &real{dir: dir, ca: filepath.Join(dir, "ca.pem"), at: map[string]string{}}
	if err := errors.Join(os.Chmod(dir, 0o755), r.startLab(), r.startNames(), r.fillQueue()); err != nil {
		r.stop()
		return nil, err
	}
	return r, nil
}

func (r *real) stop() {
	if r.lab != nil {
		_ = r.lab.Process.Signal(os.Interrupt)
		_ = r.lab.Wait()
	}
	if r.name != nil {
		_ = r.name.Close()
	}
	_ = os.RemoveAll(r.dir)
}

// startLab builds ehlo and lets its lab serve the world.
func (r *real) startLab() error {
	file, binary, ready := filepath.Join(r.dir, "judge.toml"), filepath.Join(r.dir, "ehlo"), filepath.Join(r.dir, "ready")
	if err := os.WriteFile(file, worldText, 0o600); err != nil {
		return err
	}
	build := exec.Command("go", "build", "-o", binary, "./cmd/ehlo")
	build.Dir, build.Env = "../..", append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	args := []string{"lab", "-world", file, "-ready-file", ready, "-ca-file", r.ca}
	for _, s := range []string{"smtp", "submission", "smtps", "pop3", "pop3s", "imap", "imaps", "http"} {
		args = append(args, "-"+s, "127.0.0.1:0")
	}
	r.lab = exec.Command(binary, args...)
	r.lab.Stderr = os.Stderr
	if err := r.lab.Start(); err != nil {
		return err
	}
	for range 1000 {
		text, err := os.ReadFile(ready)
		if err != nil {
			time.Sleep(10 * time.Millisecond)
			continue
		}
		for line := range strings.Lines(string(text)) {
			if f := strings.Fields(line); f[0] == "listening" {
				_, r.at[f[1]], _ = net.SplitHostPort(f[2])
			}
		}
		return nil
	}
	return errors.New("the lab is not ready")
}

// startNames answers questions for names from the zones of the world.
func (r *real) startNames() error {
	def, err := world.Parse("judge", worldText, personas.All()...)
	if err != nil {
		return err
	}
	if r.name, err = net.ListenPacket("udp", "127.0.0.1:0"); err != nil {
		return err
	}
	_, r.dns, _ = net.SplitHostPort(r.name.LocalAddr().String())
	var all []*dns.Zone
	for _, z := range def.Zones {
		all = append(all, dns.NewZone(z.Name, z.Servers, z.DNSSEC, z.Records))
	}
	zones := dns.NewZones(all)
	go func() {
		data := make([]byte, 4096)
		for {
			n, from, err := r.name.ReadFrom(data)
			if err != nil {
				return
			}
			m, ok := dns.Parse(data[:n])
			if !ok {
				continue
			}
			a := dns.Message{ID: m.ID, Response: true, Recursion: true, Question: m.Question}
			if zone, ok := zones.Of(m.Question.Name); ok {
				a.Code, a.Answers, a.Authority = zone.Find(m.Question)
			} else {
				a.Code = dns.NXDomain
			}
			_, _ = r.name.WriteTo(a.Append(nil), from)
		}
	}()
	return nil
}

// fillQueue makes a Postfix of its own, which is not running, with a message in its queue.
func (r *real) fillQueue() error {
	etc, queue := filepath.Join(r.dir, "postfix"), filepath.Join(r.dir, "queue")
	config := "compatibility_level = 3.6\nqueue_directory = " + queue + "\ndata_directory = " + filepath.Join(r.dir, "data") +
		"\nmyhostname = client.example.test\nmydomain = example.test\nalternate_config_directories = " + etc + "\nmail_owner = postfix\nsetgid_group = postdrop\nmaillog_file =\n"
	for _, d := range []string{etc, queue} {
		if err := os.Mkdir(d, 0o755); err != nil {
			return err
		}
	}
	master, err := os.ReadFile("/usr/share/postfix/master.cf.dist")
	if err != nil {
		return err
	}
	if err := errors.Join(os.WriteFile(filepath.Join(etc, "main.cf"), []byte(config), 0o644), os.WriteFile(filepath.Join(etc, "master.cf"), master, 0o644)); err != nil {
		return err
	}
	for _, args := range [][]string{{"postfix", "-c", etc, "check"}, {"sendmail", "-C", etc, "-f", "root@client.example.test", "bob@example.org"}} {
		if out, err := r.run("Subject: waits\n\nhello\n", args[0], args[1:]...); err != nil {
			return fmt.Errorf("%v: %w\n%s", args, err, out)
		}
	}
	return nil
}

// run runs a program for ten seconds at most and returns all it writes; how it ends is not of interest.
func (r *real) run(input, program string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdin = strings.NewReader(input)
	cmd.Env = append(os.Environ(), "HOME="+r.dir, "FETCHMAILHOME="+r.dir, "LC_ALL=C", "TZ=UTC", "MAIL_CONFIG="+filepath.Join(r.dir, "postfix"))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		return "", err
	}
	return out.String(), nil
}

// fetchmail runs fetchmail by a file of its own.
func (r *real) fetchmail(rc string, args ...string) (string, error) {
	file := filepath.Join(r.dir, "fetchmailrc")
	for _, service := range []string{"pop3s", "imaps", "pop3", "imap"} {
		rc = strings.ReplaceAll(rc, "{"+service+"}", r.at[service])
	}
	rc = strings.ReplaceAll(rc, "{ca}", r.ca)
	if err := os.WriteFile(file, []byte(rc), 0o600); err != nil {
		return "", err
	}
	return r.run("", "fetchmail", append([]string{"-f", file, "--nosyslog", "--pidfile", filepath.Join(r.dir, "pid"), "-i", filepath.Join(r.dir, "ids")}, args...)...)
}
