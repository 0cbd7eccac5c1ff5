package original

import (
	"fmt"
	"io"
	"net"
	"strings"
)

// cyrus takes passwords without TLS, and has its mailboxes below INBOX with a dot between levels.
var cyrus = server{
	name:     "cyrus",
	packages: []string{"cyrus-imapd", "cyrus-pop3d", "sasl2-bin", "libsasl2-modules"},
	users:    []string{"cyrus"},
	files: func(set Setting) map[string]string {
		return map[string]string{"etc/imapd.conf": cyrusConfig, "etc/cyrus.conf": cyrusServices, "root/start": cyrusStart}
	},
	commands: func(Setting) [][]string { return [][]string{{"sh", "/root/start"}} },
	fill:     appendLetter,
}

const cyrusConfig = `configdirectory: /var/lib/cyrus
proc_path: /run/cyrus/proc
mboxname_lockpath: /run/cyrus/lock
lmtpsocket: /run/cyrus/socket/lmtp
idlesocket: /run/cyrus/socket/idle
notifysocket: /run/cyrus/socket/notify
partition-default: /var/spool/cyrus/mail
defaultpartition: default
servername: mx.example.net
admins: cyrus
allowplaintext: yes
altnamespace: no
unixhierarchysep: no
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_mech_list: PLAIN
autocreate_quota: 0
autocreate_post: yes
syslog_prefix: cyrus
`

const cyrusServices = `START {
	recover cmd="/usr/sbin/cyrus ctl_cyrusdb -r"
}
SERVICES {
	imap cmd="imapd -U 30" listen="192.0.2.2:imap" prefork=0
	pop3 cmd="pop3d -U 30" listen="192.0.2.2:pop3" prefork=0
}
DAEMON {
	idled cmd="idled"
}
EVENTS {
}
`

const cyrusStart = `set -e
mkdir -p /run/cyrus/proc /run/cyrus/lock /run/cyrus/socket /var/lib/cyrus /var/spool/cyrus/mail
echo plover | saslpasswd2 -p -c -u mx.example.net bob
chown cyrus:mail /etc/sasldb2
chown -R cyrus:mail /run/cyrus /var/lib/cyrus /var/spool/cyrus
su -s /bin/sh cyrus -c '/usr/lib/cyrus/bin/mkimap' >/dev/null || true
/usr/lib/cyrus/bin/cyrmaster -d || /usr/sbin/cyrmaster -d
`

// appendLetter puts bob's message into his mailbox by IMAP.
func appendLetter() error {
	c, err := net.Dial("tcp", net.JoinHostPort(serverAddress, "143"))
	if err != nil {
		return err
	}
	defer c.Close()
	text := strings.ReplaceAll(letter, "\n", "\r\n")
	if _, err := fmt.Fprintf(c, "1 LOGIN bob plover\r\n2 APPEND INBOX {%d+}\r\n%s\r\n3 LOGOUT\r\n", len(text), text); err != nil {
		return err
	}
	said, err := io.ReadAll(c)
	if err == nil && !strings.Contains(string(said), "\r\n2 OK ") {
		err = fmt.Errorf("no message for bob:\n%s", said)
	}
	return err
}
