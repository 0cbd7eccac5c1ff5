package main

import (
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"slices"

	"ehlo/cmd/internal/dial"
	"ehlo/cmd/internal/peer"
	"ehlo/cmd/internal/reading"
	"ehlo/sim/paste"
)

var dialCommand = command{
	name:  "dial",
	args:  "[-tls] [-protocol NAME] HOST:PORT",
	about: "talk to a real server and explain each line",
	help: `Type commands; each goes out with CR LF behind it. STARTTLS and STLS are carried out when the server agrees to them.
Port numbers such as 25, 587, 465, 110, 995, 143, 993 and those of ehlo lab say protocol and TLS; -protocol and -tls say it for
others. When the standard input is a file or a pipe, each line waits for the reply to the one before it.
This sends what you type to the machine you name, passwords too.`,
	run: runDial,
}

// doors are the ports whose protocol is known: those of the RFCs and those of ehlo lab.
var doors = map[string]struct {
	protocol string
	tls      bool
}{
	"25": {"smtp", false}, "587": {"smtp", false}, "465": {"smtp", true},
	"110": {"pop3", false}, "995": {"pop3", true}, "143": {"imap", false}, "993": {"imap", true},
	"2525": {"smtp", false}, "2587": {"smtp", false}, "2465": {"smtp", true},
	"2110": {"pop3", false}, "2995": {"pop3", true}, "2143": {"imap", false}, "2993": {"imap", true},
}

func runDial(c *call) error {
	var o dial.Options
	c.flags.StringVar(&o.Protocol, "protocol", "", "`NAME` of what is spoken: smtp, pop3 or imap")
	withTLS := c.flags.Bool("tls", false, "begin TLS with the first octet")
	c.flags.StringVar(&o.Name, "name", "", "the server's certificate must be for `NAME`, otherwise for HOST")
	ca := c.flags.String("ca", "", "trust the certificates in `FILE` (PEM), and no others")
	c.flags.BoolVar(&o.Insecure, "insecure", false, "go on with a certificate that cannot be verified")
	parts := c.flags.Bool("parts", false, "name the parts of each line, with the section of the RFC")
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(args) != 1 {
		return usageError{"say where to connect, as in mail.example.org:587"}
	}
	o.Address = args[0]
	_, port, err := net.SplitHostPort(o.Address)
	if err != nil || port == "" {
		return usageError{fmt.Sprintf("%q is no HOST:PORT such as mail.example.org:587", o.Address)}
	}
	door := doors[port]
	o.TLS = *withTLS || door.tls
	if o.Protocol == "" {
		o.Protocol = door.protocol
	}
	if !slices.Contains(paste.Protocols(), o.Protocol) {
		return usageError{fmt.Sprintf("port %s does not say what is spoken there: add -protocol smtp, pop3 or imap", port)}
	}
	if *ca != "" {
		if o.Roots, err = roots(*ca); err != nil {
			return err
		}
	}
	o.Script = !isTerminal(c.stdin)
	t, err := texts()
	if err != nil {
		return err
	}
	p := reading.NewPrinter(c.stdout, t)
	p.Parts = *parts
	return dial.Run(c.ctx, o, c.stdin, p)
}

func roots(file string) (*x509.CertPool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fileError(file, err)
	}
	pool, err := peer.Roots(text)
	if err != nil {
		return nil, fmt.Errorf("%s holds %w", file, err)
	}
	return pool, nil
}

// isTerminal says whether somebody types the input.
func isTerminal(r any) bool {
	f, ok := r.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
