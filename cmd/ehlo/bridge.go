package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ehlo/cmd/internal/bridge"
	"ehlo/sim/toml"
)

var bridgeCommand = command{
	name:  "bridge",
	args:  "check FILE... | invite -key FILE [-room NAME] [-for DURATION] [-page URL]",
	about: "check a bridge's configuration, or make an invitation to a room",
	help: `A bridge lets the page talk to the real servers that its configuration names (docs/bridge.md); ehlo serve -bridge FILE
opens one. check says what is wrong in a configuration, line by line, and what would make it an open proxy. invite prints an
invitation for a bridge that runs with the same -bridge-key.`,
	run: runBridge,
}

func runBridge(c *call) error {
	if len(c.args) == 0 || c.args[0] == "-h" || c.args[0] == "-help" || c.args[0] == "--help" {
		addInviteFlags(c)
		if len(c.args) == 0 {
			return usageError{"say check or invite"}
		}
		return errHelp
	}
	word := c.args[0]
	c.args = c.args[1:]
	switch word {
	case "check":
		files, err := c.parse()
		if err == nil && len(files) == 0 {
			err = usageError{"say which file to check"}
		}
		for _, file := range files {
			if err != nil {
				break
			}
			if _, err = readBridge(file); err == nil {
				fmt.Fprintf(c.stdout, "%s: in order\n", file)
			}
		}
		return err
	case "invite":
		return invite(c)
	}
	return usageError{fmt.Sprintf("%q is neither check nor invite", word)}
}

type inviteFlags struct {
	key, room, page *string
	life            *time.Duration
}

func addInviteFlags(c *call) inviteFlags {
	return inviteFlags{
		c.flags.String("key", "", "the `FILE` that the bridge has as -bridge-key"),
		c.flags.String("room", "class", "`NAME` of the room, which the audit log shows"),
		c.flags.String("page", "", "print a link to the page at `URL` that takes the invitation up"),
		c.flags.Duration("for", 2*time.Hour, "how long it is good, `DURATION`; a week at most"),
	}
}

func invite(c *call) error {
	f := addInviteFlags(c)
	if err := c.parseNoArgs(); err != nil {
		return err
	}
	if *f.key == "" {
		return usageError{"say with -key which file signs the invitation"}
	}
	key, err := os.ReadFile(*f.key)
	if err != nil {
		return fileError(*f.key, err)
	}
	b, err := bridge.New(bridge.Options{Config: &bridge.Config{}, Key: key})
	if err != nil {
		return fmt.Errorf("%s: %w", *f.key, err)
	}
	defer b.Close()
	invite := b.Invite(*f.room, *f.life)
	if *f.page != "" {
		invite = bridge.InviteURL(*f.page, invite)
	}
	fmt.Fprintln(c.stdout, invite)
	return nil
}

// bridgeOptions are the flags with which a bridge is opened.
type bridgeOptions struct {
	file, key, audit, room *string
	life                   *time.Duration
	proxies                []netip.Prefix
}

func bridgeFlags(c *call) *bridgeOptions {
	o := &bridgeOptions{
		file:  c.flags.String("bridge", "", "let the page talk to the real servers that `FILE` names"),
		key:   c.flags.String("bridge-key", "", "`FILE` that signs tokens, made where it is not there; otherwise a new key each time"),
		audit: c.flags.String("bridge-log", "", "append to `FILE` who reached what and when; otherwise the standard error"),
		room:  c.flags.String("bridge-room", "class", "`NAME` of the room to which the printed invitation is"),
		life:  c.flags.Duration("bridge-for", 8*time.Hour, "how long the printed invitation is good, `DURATION`"),
	}
	c.flags.Func("bridge-proxy", "believe X-Forwarded-For of a proxy at `ADDRESS`[/BITS]; may be repeated", func(s string) error {
		p, err := netip.ParsePrefix(s)
		if a, aErr := netip.ParseAddr(s); err != nil && aErr == nil {
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			return errors.New("write it as in -bridge-proxy 127.0.0.1")
		}
		o.proxies = append(o.proxies, p)
		return nil
	})
	return o
}

// open makes the bridge that the flags ask for, or none.
func (o *bridgeOptions) open(c *call) (*bridge.Bridge, error) {
	if *o.file == "" {
		return nil, nil
	}
	config, err := readBridge(*o.file)
	if err != nil {
		return nil, err
	}
	key, err := signingKey(*o.key)
	if err != nil {
		return nil, err
	}
	var log io.Writer = c.stderr
	if *o.audit != "" {
		f, err := os.OpenFile(*o.audit, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, fileError(*o.audit, err)
		}
		log = f // open as long as the program runs
	}
	return bridge.New(bridge.Options{Config: config, Dir: filepath.Dir(*o.file), Key: key, Proxies: o.proxies, Audit: log})
}

// signingKey reads a key, or makes one; without a name it is forgotten when the program ends.
func signingKey(name string) ([]byte, error) {
	fresh := []byte(rand.Text() + rand.Text())
	if name == "" {
		return fresh, nil
	}
	key, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		key = fresh
		err = os.WriteFile(name, key, 0o600)
	}
	if err != nil {
		return nil, fileError(name, err)
	}
	return key, nil
}

// readBridge reads a configuration; its errors are told line by line.
func readBridge(name string) (*bridge.Config, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fileError(name, err)
	}
	config, err := bridge.Parse(filepath.Base(name), text)
	var faults toml.Errors
	if !errors.As(err, &faults) {
		return config, err
	}
	t, loadErr := texts()
	if loadErr == nil {
		t, loadErr = bridge.Texts(t)
	}
	if loadErr != nil {
		return nil, errors.Join(err, loadErr)
	}
	lines := make([]string, len(faults))
	for i, e := range faults {
		lines[i] = fmt.Sprintf("%s:%d: %s %s", e.File, e.Line, t.Note(e.Note), t.Note(e.Repair))
	}
	return nil, told{strings.Join(lines, "\n"), err}
}
