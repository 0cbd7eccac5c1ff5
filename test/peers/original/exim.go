package original

import "strings"

// exim has the parts of its default configuration that a session of SMTP meets.
var exim = server{
	name:     "exim",
	packages: []string{"exim4-daemon-heavy"},
	users:    []string{"Debian-exim"},
	files: func(set Setting) map[string]string {
		tls, auth := "tls_advertise_hosts =\n", ""
		if set.TLS {
			tls = "tls_advertise_hosts = *\ntls_certificate = /etc/ssl/mx.pem\n"
		}
		for _, m := range set.Auth {
			auth += eximLogins[m]
		}
		return map[string]string{"etc/exim4/exim4.conf": strings.NewReplacer("TLS\n", tls, "LOGINS\n", auth).Replace(eximConfig)}
	},
	commands: func(Setting) [][]string {
		return [][]string{{"mkdir", "-p", "/var/spool/exim4", "/var/log/exim4"}, {"chown", "-R", "Debian-exim:Debian-exim", "/var/spool/exim4", "/var/log/exim4"},
			{"sh", "-c", "exim4 -bdf &"}}
	},
}

const eximConfig = `primary_hostname = mx.example.net
domainlist local_domains = example.net : mx.example.net
daemon_smtp_ports = 25
local_interfaces = 192.0.2.2
smtp_banner = $smtp_active_hostname ESMTP Exim $version_number $tod_full
acl_smtp_rcpt = check_recipient
acl_smtp_vrfy = accept
acl_smtp_expn = accept
acl_smtp_etrn = accept
smtp_etrn_command = /bin/true
pipelining_connect_advertise_hosts =
keep_environment =
message_size_limit = 10M
queue_only
never_users = root
TLS
begin acl

check_recipient:
  deny    local_parts = ^[.] : ^.*[@%!/|]
          message     = Restricted characters in address
  require message = nice hosts say HELO first
          condition = ${if def:sender_helo_name}
  accept  authenticated = *
  accept  local_parts = postmaster
          domains = +local_domains
  require message = relay not permitted
          domains = +local_domains
  require verify = recipient
  accept

begin routers

local_user:
  driver = accept
  domains = +local_domains
  check_local_user
  transport = local

begin transports

local:
  driver = appendfile
  file = /var/mail/$local_part

begin retry

* * F,2h,15m

begin authenticators
LOGINS
`

// eximLogins are the authenticators by mechanism, as in the default configuration.
var eximLogins = map[string]string{
	"PLAIN": `
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{bob}}{eq{$auth3}{plover}}}}
  server_set_id = $auth2
`,
	"LOGIN": `
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = <| Username: | Password:
  server_condition = ${if and{{eq{$auth1}{bob}}{eq{$auth2}{plover}}}}
  server_set_id = $auth1
`,
	"CRAM-MD5": `
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = ${if eq{$auth1}{bob}{plover}fail}
  server_set_id = $auth1
`,
}
