package original

import (
	"strings"
)

// sendmail keeps no secrets, and asks no name server.
var sendmail = server{
	name:     "sendmail",
	packages: []string{"sendmail-bin", "sasl2-bin", "libsasl2-modules"},
	users:    []string{"smmta", "smmsp"},
	files: func(set Setting) map[string]string {
		more := ""
		if set.TLS {
			more += "define(`confSERVER_CERT', `/etc/ssl/mx.pem')\ndefine(`confCACERT', `/etc/ssl/mx.pem')\ndefine(`confCACERT_PATH', `/etc/ssl/certs')\ndefine(`confSERVER_KEY', `/etc/ssl/mx.pem')\n"
		}
		more += "define(`confAUTH_MECHANISMS', `EXTERNAL " + strings.Join(set.Auth, " ") + "')\n" // nobody can EXTERNAL: it is not offered
		if len(set.Auth) > 0 {
			more += "TRUST_AUTH_MECH(`" + strings.Join(set.Auth, " ") + "')\n"
		}
		return map[string]string{
			"etc/mail/sendmail.mc":        strings.ReplaceAll(sendmailConfig, "MORE\n", more),
			"etc/mail/local-host-names":   "example.net\nmx.example.net\n",
			"etc/mail/aliases":            "postmaster: bob\nstaff: bob, postmaster\n",
			"etc/mail/submit.cf":          "",
			"etc/mail/sasl/Sendmail.conf": sendmailLogins,
			"usr/lib/sasl2/Sendmail.conf": sendmailLogins,
			"etc/sasl2/Sendmail.conf":     sendmailLogins,
			"usr/lib/sm.bin/.keep":        "",
			"var/spool/mqueue/.keep":      "",
			"run/sendmail/.keep":          "",
		}
	},
	commands: func(set Setting) [][]string {
		list := [][]string{
			{"sh", "-c", "m4 /etc/mail/sendmail.mc >/etc/mail/sendmail.cf"},
			{"chown", "-R", "root:root", "/var/spool/mqueue"},
			{"chmod", "0700", "/var/spool/mqueue"},
			{"sh", "-c", "/usr/libexec/sendmail/sendmail -C /etc/mail/sendmail.cf -bi"},
		}
		if set.TLS {
			list = append(list, []string{"chmod", "0600", "/etc/ssl/mx.pem"}) // it takes no key that others can read
		}
		if len(set.Auth) > 0 {
			list = append(list, []string{"sh", "-c", "echo plover | saslpasswd2 -p -c -u mx.example.net bob && chown smmta /etc/sasldb2"})
		}
		return append(list, []string{"/usr/libexec/sendmail/sendmail", "-C", "/etc/mail/sendmail.cf", "-bd"})
	},
}

const sendmailConfig = `divert(-1)
divert(0)
include(` + "`/usr/share/sendmail/cf/m4/cf.m4'" + `)
OSTYPE(` + "`linux'" + `)
FEATURE(` + "`use_cw_file'" + `)
FEATURE(` + "`accept_unresolvable_domains'" + `)
FEATURE(` + "`accept_unqualified_senders'" + `)
FEATURE(` + "`no_default_msa'" + `)
define(` + "`confPRIVACY_FLAGS', `needmailhelo'" + `)
define(` + "`LOCAL_MAILER_PATH', `/bin/true'" + `)
define(` + "`QUEUE_DIR', `/var/spool/mqueue'" + `)
define(` + "`HELP_FILE', `/etc/mail/helpfile'" + `)
define(` + "`confPID_FILE', `/run/sendmail.pid'" + `)
define(` + "`confMAX_MESSAGE_SIZE', `10485760'" + `)
define(` + "`confDOMAIN_NAME', `mx.example.net'" + `)
define(` + "`confTO_IDENT', `0'" + `)
FEATURE(` + "`nocanonify'" + `)
define(` + "`confSERVICE_SWITCH_FILE', `/etc/mail/service.switch-nodns'" + `)
define(` + "`confQUEUE_LA', `1000'" + `)
define(` + "`confREFUSE_LA', `1000'" + `)
define(` + "`confDONT_PROBE_INTERFACES', `true'" + `)
define(` + "`ALIAS_FILE', `/etc/mail/aliases'" + `)
MORE
DAEMON_OPTIONS(` + "`Name=MTA-v4, Family=inet, Addr=192.0.2.2'" + `)
MAILER(` + "`local'" + `)
MAILER(` + "`smtp'" + `)
`

const sendmailLogins = "pwcheck_method: auxprop\nauxprop_plugin: sasldb\n"
