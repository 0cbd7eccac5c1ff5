package original

import "strings"

// postfix asks for HELO and has VRFY, as postfix-3.7 says; who logs in is Dovecot's to say, as on most machines with Postfix.
var postfix = server{
	name:     "postfix",
	packages: []string{"postfix", "dovecot-core"},
	users:    []string{"postfix", "postdrop", "dovecot", "dovenull"},
	files: func(set Setting) map[string]string {
		files := map[string]string{"etc/postfix/main.cf": postfixMain, "etc/postfix/master.cf": postfixMaster, "etc/aliases": ""}
		if set.TLS {
			files["etc/postfix/main.cf"] += "smtpd_tls_security_level = may\nsmtpd_tls_chain_files = /etc/ssl/mx.pem\n"
		}
		if len(set.Auth) > 0 {
			files["etc/postfix/main.cf"] += "smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = private/auth\n"
			files["etc/dovecot/dovecot.conf"] = strings.ReplaceAll(postfixLogins, "MECHANISMS", strings.ToLower(strings.Join(set.Auth, " ")))
		}
		return files
	},
	commands: func(set Setting) [][]string {
		list := [][]string{{"chgrp", "postdrop", "/usr/sbin/postqueue", "/usr/sbin/postdrop"}, {"postfix", "set-permissions"}, {"postfix", "start"}}
		if len(set.Auth) > 0 {
			list = append(list, []string{"dovecot"})
		}
		return list
	},
}

const postfixMain = `compatibility_level = 3.6
myhostname = mx.example.net
mydestination = example.net, mx.example.net
mynetworks = 127.0.0.0/8
inet_interfaces = 192.0.2.2
inet_protocols = ipv4
maillog_file = /var/log/mail.log
alias_maps =
local_recipient_maps = inline:{ bob=1 }
local_transport = discard
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
smtpd_helo_required = yes
disable_vrfy_command = no
`

const postfixMaster = `smtp inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
tlsmgr unix - - n 1000? 1 tlsmgr
flush unix n - n 1000? 0 flush
verify unix - - n - 1 verify
postlog unix-dgram n - n - 1 postlogd
`

const postfixLogins = `protocols =
log_path = /var/log/dovecot.log
auth_mechanisms = MECHANISMS
disable_plaintext_auth = no
ssl = no
passdb {
  driver = static
  args = user=bob password=plover
}
userdb {
  driver = static
  args = uid=bob gid=bob home=/home/bob
}
service auth {
  unix_listener /var/spool/postfix/private/auth {
    mode = 0666
  }
}
`
