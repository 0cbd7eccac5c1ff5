package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// program is what the tests need besides Go: the names under which it may be on the PATH, or where its file may lie, and Debian's
// package of it.
type program struct {
	names   []string
	pkg     string
	purpose string
}

var testPrograms = []program{
	{[]string{"chromium", "chromium-browser", "google-chrome"}, "chromium", "the browser tests"},
	{[]string{"/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf", "/usr/share/fonts/truetype/liberation2/LiberationSans-Regular.ttf"}, "fonts-liberation", "the pictures of the stage"},
	{[]string{"node", "nodejs"}, "nodejs", "the js/wasm tests"},
	{[]string{"gcc", "clang"}, "gcc libc6-dev", "the race detector"},
	{[]string{"swaks"}, "swaks libnet-ssleay-perl", "the tests with real mail programs"},
	{[]string{"curl"}, "curl", "the tests with real mail programs"},
	{[]string{"msmtp"}, "msmtp", "the tests with real mail programs"},
	{[]string{"fetchmail"}, "fetchmail", "the tests with real mail programs"},
	{[]string{"mpop"}, "mpop", "the tests with real mail programs"},
	{[]string{"python3"}, "python3", "the tests with real mail programs"},
	{[]string{"openssl"}, "openssl", "the tests with real mail programs"},
	{[]string{"mbsync"}, "isync libmail-imapclient-perl libio-socket-ssl-perl", "the tests with real mail programs"},
	{[]string{"/usr/share/perl5/Digest/HMAC_MD5.pm"}, "libdigest-hmac-perl", "the tests with real mail programs"},
	{[]string{"offlineimap"}, "offlineimap3", "the tests with real mail programs"},
	{[]string{"mutt"}, "mutt", "the tests with real mail programs"},
	{[]string{"tshark"}, "tshark", "the test of captures"},
	{[]string{"/usr/sbin/postfix"}, "postfix", "the tests with real servers"},
	{[]string{"/usr/lib/dovecot/imap"}, "dovecot-imapd", "the tests with real servers"},
	{[]string{"/usr/lib/dovecot/pop3"}, "dovecot-pop3d", "the tests with real servers"},
	{[]string{"nginx", "/usr/sbin/nginx"}, "nginx-light", "the tests of docs/deploy.md"},
	{[]string{"caddy"}, "caddy", "the tests of docs/deploy.md"},
	{[]string{"getmail"}, "getmail6", "the tests with real mail programs"},
}

// install sees to it that the programs are there. Where they are not, it installs Debian's packages as root or through
// a sudo that asks nothing; where it may not, the error is the one command to type.
func install(programs []program) error {
	var pkgs, purposes []string
	for _, p := range programs {
		if !p.present() {
			pkgs = append(pkgs, strings.Fields(p.pkg)...)
			if !slices.Contains(purposes, p.purpose) {
				purposes = append(purposes, p.purpose)
			}
		}
	}
	if len(pkgs) == 0 {
		return nil
	}
	// A Postfix without configuration, which serves nobody but the tests.
	const preseed = `echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections`
	command := "apt-get update && apt-get install -y --no-install-recommends " + strings.Join(pkgs, " ")
	if slices.Contains(pkgs, "postfix") {
		command = preseed + " && " + command
	}
	var c *exec.Cmd
	switch {
	case os.Getuid() == 0:
		c = exec.Command("sh", "-c", command)
	case exec.Command("sudo", "-n", "true").Run() == nil:
		c = exec.Command("sudo", "-n", "sh", "-c", command)
	}
	if _, err := exec.LookPath("apt-get"); err == nil && c != nil {
		fmt.Printf("installing %s for %s\n", strings.Join(pkgs, " "), strings.Join(purposes, ", "))
		c.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		c.Stdout, c.Stderr = os.Stdout, os.Stderr
		if err := c.Run(); err == nil {
			return nil
		}
	}
	return fmt.Errorf("%s: not installed. Type this, then run make test again:\n  sudo sh -c '%s'", strings.Join(purposes, ", "), command)
}

func (p program) present() bool {
	for _, name := range p.names {
		var err error
		if filepath.IsAbs(name) { // it need not be one that can be run
			_, err = os.Stat(name)
		} else {
			_, err = exec.LookPath(name)
		}
		if err == nil {
			return true
		}
	}
	return false
}
