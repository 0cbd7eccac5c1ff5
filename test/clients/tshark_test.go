package clients

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
)

// captures are plays whose packets tshark reads, and what it has to find in them: a field with one of its values.
var captures = []struct {
	world, script string
	want          map[string]string
}{
	{"two-domains", `telnet mail.example.org 25
> EHLO laptop.example.org
> MAIL FROM:<alice@example.org>
> RCPT TO:<bob@example.net>
> DATA
> Subject: Friday
>
> At noon.
> .
> QUIT
wait 1m
telnet mx.example.net 110
> USER bob
> PASS plover
> RETR 3
> QUIT
telnet mx.example.net 143
> a1 LOGIN bob plover
> a2 SELECT INBOX
> a3 FETCH 1:* (FLAGS ENVELOPE)
> a4 LOGOUT
telnet laptop.example.org 25
`, map[string]string{"imf.subject": "Friday", "smtp.req.command": "RCPT", "pop.request.command": "RETR", "imap.request.command": "FETCH", "tcp.flags.reset": "1"}},
	{"today", `$ dig mx example.net
tls mail.example.org 993
> a1 NOOP
> a2 LOGOUT
`, map[string]string{"dns.qry.name": "example.net", "dns.mx.mail_exchange": "mx1.example.net", "tls.handshake.extensions_server_name": "mail.example.org"}},
}

// wrong are the fields that no packet may have, with the values that are meant, "" for any.
var wrong = map[string]string{"_ws.malformed": "", "_ws.expert.severity": "8388608", "tcp.analysis.retransmission": "", "tcp.analysis.lost_segment": "",
	"ip.checksum.status": "0", "tcp.checksum.status": "0", "udp.checksum.status": "0"}

// TestTshark lets tshark decode the packets of plays: nothing may be malformed, and no expert may call anything an error.
func TestTshark(t *testing.T) {
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Fatal("tshark is not installed: make test installs it, or apt-get install tshark")
	}
	for _, c := range captures {
		t.Run(c.world, func(t *testing.T) {
			play := exec.Command(binary, "play", "-world", c.world, "-as", "pcapng", "-")
			play.Stdin = strings.NewReader(c.script)
			packets, err := play.Output()
			if err != nil {
				t.Fatal(err)
			}
			args := []string{"-r", "-", "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-T", "fields", "-E", "separator=|"}
			var fields []string
			for _, set := range []map[string]string{wrong, c.want} {
				for f := range set {
					fields = append(fields, f)
					args = append(args, "-e", f)
				}
			}
			tshark := exec.Command("tshark", args...)
			tshark.Stdin = bytes.NewReader(packets)
			out, err := tshark.Output()
			if err != nil {
				t.Fatalf("tshark: %v", err)
			}
			found := map[string]string{}
			for line := range strings.Lines(string(out)) {
				for i, value := range strings.Split(strings.TrimRight(line, "\n"), "|") {
					bad, isWrong := wrong[fields[i]]
					if value != "" && isWrong && (bad == "" || strings.Contains(value, bad)) {
						t.Errorf("%s is %s in %q", fields[i], value, line)
					}
					found[fields[i]] += value + " "
				}
			}
			for field, value := range c.want {
				if !strings.Contains(found[field], value) {
					t.Errorf("%s is %q, want %s among it", field, found[field], value)
				}
			}
			if len(found) != len(fields) {
				t.Errorf("tshark reads no packet of %d octets", len(packets))
			}
		})
	}
}
