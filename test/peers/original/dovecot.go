package original

// dovecot has bob's mailbox as a maildir.
var dovecot = server{
	name:     "dovecot",
	packages: []string{"dovecot-imapd", "dovecot-pop3d"},
	users:    []string{"dovecot", "dovenull"},
	files: func(set Setting) map[string]string {
		return map[string]string{"etc/dovecot/dovecot.conf": dovecotConfig, "home/bob/Maildir/new/1795660800.M1P1.mx": letter}
	},
	commands: func(Setting) [][]string {
		return [][]string{{"chown", "-R", "bob:bob", "/home/bob"}, {"dovecot"}}
	},
}

const dovecotConfig = `protocols = imap pop3
listen = 192.0.2.2
log_path = /var/log/dovecot.log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:~/Maildir
first_valid_uid = 1
namespace inbox {
  inbox = yes
}
passdb {
  driver = static
  args = user=bob password=plover
}
userdb {
  driver = static
  args = uid=bob gid=bob home=/home/bob
}
`
