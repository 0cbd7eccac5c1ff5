package original

// courier has bob in its own file of users.
var courier = server{
	name:     "courier",
	packages: []string{"courier-imap", "courier-pop", "courier-authlib-userdb"},
	users:    []string{"courier"},
	files: func(set Setting) map[string]string {
		files := map[string]string{
			"etc/courier/authdaemonrc": "authmodulelist=\"authuserdb\"\nauthmodulelistorig=\"authuserdb\"\ndaemons=2\nauthdaemonvar=/run/courier/authdaemon\nDEBUG_LOGIN=0\n",
			"etc/courier/userdb":       "bob\tuid=1500|gid=1500|home=/home/bob|shell=/bin/sh|systempw=PASSWORD\n",
			"root/start":               courierStart,
		}
		return files
	},
	commands: func(Setting) [][]string { return [][]string{{"sh", "/root/start"}} },
}

const courierStart = `set -e
cd /home/bob
maildirmake.courier Maildir
` + "cat >Maildir/new/1795660800.M1P1.mx <<'END'\n" + letter + "END\n" + `chown -R bob:bob /home/bob
mkdir -p /run/courier/authdaemon
` + "password=$(openssl passwd -6 plover)\nsed -i \"s,PASSWORD,$password,\" /etc/courier/userdb\n" + `chown -R courier:courier /run/courier /etc/courier
chmod 0600 /etc/courier/userdb
makeuserdb
sed -i s/STARTTLS=YES/STARTTLS=NO/ /etc/courier/imapd-ssl /etc/courier/pop3d-ssl
/usr/sbin/authdaemond start
for service in imapd pop3d; do
	sed -i 's/^ADDRESS=.*/ADDRESS=192.0.2.2/' /etc/courier/$service
	/usr/lib/courier/$service start
done
`
