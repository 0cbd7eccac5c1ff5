package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"ehlo/cmd/internal/lab"
	"ehlo/sim/personas"
	"ehlo/web"
)

var labCommand = command{
	name:  "lab",
	args:  "[-world NAME|FILE] [-domain DOMAIN]... [-user NAME:PASSWORD]... [-smtp HOST:PORT] ...",
	about: "serve SMTP, POP3 and IMAP to real mail programs until Ctrl-C",
	help: `Mail that SMTP takes for the lab's users is at once in the mailboxes that POP3 and IMAP show, and in the HTTP interface
for test suites, which http://127.0.0.1:8025/api/v1/openapi.json describes. Nothing ever leaves the lab: mail for other
domains is refused, or, from clients named with -relay-from, kept in the mailbox of the user ` + lab.CatchAll + `.
Without -world and -user there are alice:wonder and bob:plover at example.test. An empty address turns a service off, as
in -imap '', and port 0 is any that is free. Each service that listens prints a line such as: listening smtp 127.0.0.1:2525`,
	run: runLab,
}

func runLab(c *call) error {
	var o lab.Options
	worldName := c.flags.String("world", "", "hold the domains, users and messages of a world: `NAME|FILE`")
	mailFlags(c, &o)
	c.flags.Func("persona", "have the wording and quirks of another server, `NAME`: "+strings.Join(personas.Names(), ", ")+"; one for each protocol",
		func(name string) error {
			p, err := personaNamed(name)
			if err == nil {
				o.Personas = append(o.Personas, p)
			}
			return err
		})
	c.flags.Func("fault", "an error on demand, as in \"command=RCPT argument=bob probability=0.5 delay=2s reply=451 4.3.0 Later\": `FAULT`; may be repeated",
		func(s string) error {
			f, err := lab.ParseFault(s)
			o.Faults = append(o.Faults, f)
			return err
		})
	c.flags.StringVar(&o.Data, "data", "", "keep the mail in `DIR`, where the next lab finds it; otherwise it is gone when the lab ends")
	c.flags.Uint64Var(&o.Seed, "seed", 1, "seed of the chance of faults: `NUMBER`")
	addresses := make([]*string, len(lab.Doors))
	for i, d := range lab.Doors {
		addresses[i] = c.flags.String(d.Name, d.Address, "`HOST:PORT` of "+d.About)
	}
	certs, keys := stringsFlag(c, "cert", "show the certificate in `FILE`, PEM, with its chain; may be repeated, the client's server name chooses"),
		stringsFlag(c, "key", "the key of the -cert before it, `FILE` in PEM")
	var files labFiles
	c.flags.StringVar(&files.authority, "ca-file", "", "write the certificate that clients have to trust into `PATH`")
	c.flags.StringVar(&files.ready, "ready-file", "", "write what listens where into `PATH` when all do, and remove it at the end")
	c.flags.BoolVar(&o.AllowLAN, "allow-lan", false, "allow addresses that other machines can reach")
	if err := c.parseNoArgs(); err != nil {
		return err
	}
	for i, d := range lab.Doors {
		if *addresses[i] != "" {
			o.Services = append(o.Services, lab.Service{Name: d.Name, Address: *addresses[i]})
		}
	}
	if len(*certs) != len(*keys) {
		return usageError{"each -cert needs its -key: -cert FILE -key FILE"}
	}
	for i, cert := range *certs {
		o.Certificates = append(o.Certificates, lab.KeyPair{Certificate: cert, Key: (*keys)[i]})
	}
	if len(*certs) > 0 && files.authority != "" {
		return usageError{"-ca-file is for the certificate that the lab makes, and -cert names another: leave one of them out"}
	}
	if *worldName != "" {
		def, err := readWorld(*worldName)
		if err != nil {
			return err
		}
		o.World = def
	}
	page, err := web.Handler(web.Files())
	if err != nil && !errors.Is(err, web.ErrNoPage) { // without a page the interface is there all the same
		return err
	}
	o.Page = page
	o.Log = func(line string) { fmt.Fprintf(c.stderr, "ehlo lab: %s\n", line) }
	return serveLab(c, o, files)
}

// labFiles are what the lab writes for those who use it; "" is not at all.
type labFiles struct{ ready, authority string }

// stringsFlag is a flag that may be repeated.
func stringsFlag(c *call, name, about string) *[]string {
	var list []string
	c.flags.Func(name, about, func(s string) error {
		list = append(list, s)
		return nil
	})
	return &list
}

// mailFlags are those that say whose mail the lab takes.
func mailFlags(c *call, o *lab.Options) {
	c.flags.Func("domain", "take mail for `DOMAIN`; may be repeated (otherwise example.test)", func(s string) error {
		o.Domains = append(o.Domains, s)
		return nil
	})
	c.flags.Func("user", "a mailbox and its login, `NAME:PASSWORD` or NAME@DOMAIN:PASSWORD; may be repeated", func(s string) error {
		name, password, found := strings.Cut(s, ":")
		if !found {
			return errors.New("write it as in -user bob:secret")
		}
		name, domain, _ := strings.Cut(name, "@")
		o.Users = append(o.Users, lab.User{Name: name, Domain: domain, Password: password})
		return nil
	})
	c.flags.Func("relay-from", "keep mail for other domains from clients at `ADDRESS` or ADDRESS/BITS; may be repeated", func(s string) error {
		p, err := netip.ParsePrefix(s)
		if a, aErr := netip.ParseAddr(s); err != nil && aErr == nil {
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			return errors.New("write it as in -relay-from 127.0.0.1 or -relay-from 192.0.2.0/24")
		}
		o.RelayFrom = append(o.RelayFrom, p)
		return nil
	})
	c.flags.BoolVar(&o.OwnSenders, "own-senders", false, "take mail of a user who has logged in from that user's own address only")
}

// spareHeap makes the garbage collector wait, which otherwise comes whenever the heap has doubled: small as a lab's is, each
// few hundred messages. Nobody touches these octets, so the system gives no memory for them.
const spareHeap = 64 << 20

// serveLab runs the lab until the call's context ends.
func serveLab(c *call, o lab.Options, files labFiles) error {
	if files.ready != "" {
		if err := os.Remove(files.ready); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fileError(files.ready, err)
		}
	}
	spare := make([]byte, spareHeap)
	defer runtime.KeepAlive(spare)
	l, err := lab.Start(o)
	var wrong *lab.OptionError
	if errors.As(err, &wrong) {
		return usageError{wrong.Text}
	} else if err != nil {
		return err
	}
	defer l.Close()
	var lines strings.Builder
	fmt.Fprintf(&lines, "host %s\n", l.Host())
	for _, a := range l.Addresses() {
		fmt.Fprintf(&lines, "user %s\n", a)
	}
	for _, s := range l.Services() {
		fmt.Fprintf(&lines, "listening %s %s\n", s.Name, s.Address)
	}
	if files.authority != "" {
		if err := writeWhole(files.authority, string(l.Authority())); err != nil {
			return fmt.Errorf("-ca-file: %w", err)
		}
		fmt.Fprintf(&lines, "ca %s\n", files.authority)
	}
	if files.ready != "" {
		if err := writeWhole(files.ready, lines.String()); err != nil {
			return fmt.Errorf("-ready-file: %w", err)
		}
		defer os.Remove(files.ready)
	}
	fmt.Fprintf(c.stdout, "%sready, Ctrl-C stops it\n", lines.String())
	<-c.ctx.Done()
	return nil
}

// writeWhole writes a file that nobody can see half written.
func writeWhole(name, text string) error {
	dir := filepath.Dir(name)
	f, err := os.CreateTemp(dir, filepath.Base(name)+".*")
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no directory %s for %s", dir, filepath.Base(name))
	} else if err != nil {
		return fileError(dir, err)
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // it is of no use
		return fileError(name, err)
	}
	return nil
}
