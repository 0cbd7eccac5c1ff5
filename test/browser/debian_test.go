package browser

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// debian is Postfix and Dovecot of Debian on loopback ports, with configuration and data in a directory of the test. They
// know bob, whose password is plover.
type debian struct {
	dir                                  string
	ca                                   string // file of who signed their certificate
	smtp, pop3, pop3s, imap, imaps, auth string // addresses
}

// programs of Debian's packages postfix and dovecot.
const (
	postfixProgram = "/usr/sbin/postfix"
	dovecotProgram = "/usr/sbin/dovecot"
)

// startDebian runs both until the test ends. They change users, so they need root.
func startDebian(t *testing.T) *debian {
	t.Helper()
	for _, program := range []string{postfixProgram, dovecotProgram, "/usr/lib/dovecot/pop3", "/usr/lib/dovecot/imap"} {
		if _, err := os.Stat(program); err != nil {
			t.Fatalf("there is no %s: make test installs it, or apt-get install postfix dovecot-imapd dovecot-pop3d", program)
		}
	}
	if os.Geteuid() != 0 {
		t.Skip("Postfix and Dovecot are started by root only")
	}
	dir, err := os.MkdirTemp("", "ehlo-debian") // others than root have to get there
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	d := &debian{dir: dir, ca: filepath.Join(dir, "ca.pem")}
	for _, at := range []*string{&d.smtp, &d.pop3, &d.pop3s, &d.imap, &d.imaps, &d.auth} {
		*at = freeAddress(t)
	}
	for _, sub := range []string{"", "mail", "postfix", "postfix/queue", "postfix/data", "dovecot"} {
		must(t, os.MkdirAll(filepath.Join(dir, sub), 0o755))
	}
	must(t, os.Chmod(dir, 0o755))
	must(t, os.Chown(filepath.Join(dir, "mail"), nobody, nobody))
	postfix, err := user.Lookup("postfix")
	must(t, err)
	uid, _ := strconv.Atoi(postfix.Uid)
	must(t, os.Chown(filepath.Join(dir, "postfix/data"), uid, -1))
	d.certificate(t)
	d.postfix(t)
	d.dovecot(t)
	for _, at := range []string{d.smtp, d.pop3s, d.imaps, d.auth} {
		d.await(t, at)
	}
	return d
}

// nobody is the user to whom the mail belongs.
const nobody = 65534

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer ln.Close()
	return ln.Addr().String()
}

func portOf(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}

// write makes a file of the directory.
func (d *debian) write(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(d.dir, name)
	must(t, os.WriteFile(file, []byte(strings.ReplaceAll(text, "DIR", d.dir)), 0o644))
	return file
}

// certificate makes an authority and a certificate for 127.0.0.1.
func (d *debian) certificate(t *testing.T) {
	t.Helper()
	issue := func(name string, serial int64, parent *x509.Certificate, signer *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey, string) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		must(t, err)
		c := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour)}
		if parent == nil {
			c.IsCA, c.BasicConstraintsValid, c.KeyUsage = true, true, x509.KeyUsageCertSign
			parent, signer = c, key
		} else {
			c.IPAddresses, c.DNSNames = []net.IP{net.IPv4(127, 0, 0, 1)}, []string{"mail.example.test"}
		}
		der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
		must(t, err)
		keyDER, err := x509.MarshalPKCS8PrivateKey(key)
		must(t, err)
		d.write(t, name+".key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})))
		return c, key, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}
	ca, signer, text := issue("authority", 1, nil, nil)
	must(t, os.WriteFile(d.ca, []byte(text), 0o644))
	_, _, text = issue("mail.example.test", 2, ca, signer)
	d.write(t, "cert.pem", text)
}

const postfixMain = `compatibility_level = 3.6
queue_directory = DIR/postfix/queue
data_directory = DIR/postfix/data
maillog_file = DIR/postfix/log
maillog_file_prefixes = DIR
myhostname = mail.example.test
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
smtputf8_enable = no
virtual_mailbox_domains = example.test
virtual_mailbox_base = DIR/mail
virtual_mailbox_maps = texthash:DIR/postfix/boxes
virtual_minimum_uid = 1
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = DIR/cert.pem
smtpd_tls_key_file = DIR/mail.example.test.key
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:AUTH
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
`

const postfixMaster = `SMTP inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`

func (d *debian) postfix(t *testing.T) {
	t.Helper()
	d.write(t, "postfix/main.cf", strings.ReplaceAll(postfixMain, "AUTH", d.auth))
	d.write(t, "postfix/master.cf", strings.ReplaceAll(postfixMaster, "SMTP", d.smtp))
	d.write(t, "postfix/boxes", "bob@example.test bob/\n")
	d.run(t, postfixProgram, "-c", filepath.Join(d.dir, "postfix"), "start-fg")
	t.Cleanup(func() { _ = exec.Command(postfixProgram, "-c", filepath.Join(d.dir, "postfix"), "stop").Run() })
}

const dovecotConfig = `base_dir = DIR/dovecot/run
state_dir = DIR/dovecot/state
log_path = DIR/dovecot/log
protocols = imap pop3
listen = 127.0.0.1
ssl = yes
ssl_cert = <DIR/cert.pem
ssl_key = <DIR/mail.example.test.key
mail_location = maildir:DIR/mail/%%n
first_valid_uid = 1
auth_mechanisms = plain login
passdb {
  driver = passwd-file
  args = scheme=PLAIN DIR/dovecot/users
}
userdb {
  driver = static
  args = uid=65534 gid=65534 home=DIR/mail/%%n
}
namespace inbox {
  inbox = yes
}
service imap-login {
  inet_listener imap {
    port = %[1]s
  }
  inet_listener imaps {
    port = %[2]s
    ssl = yes
  }
}
service pop3-login {
  inet_listener pop3 {
    port = %[3]s
  }
  inet_listener pop3s {
    port = %[4]s
    ssl = yes
  }
}
service auth {
  inet_listener {
    address = 127.0.0.1
    port = %[5]s
  }
}
`

func (d *debian) dovecot(t *testing.T) {
	t.Helper()
	config := d.write(t, "dovecot/dovecot.conf", fmt.Sprintf(dovecotConfig, portOf(d.imap), portOf(d.imaps), portOf(d.pop3), portOf(d.pop3s), portOf(d.auth)))
	d.write(t, "dovecot/users", "bob:plover\n")
	d.run(t, dovecotProgram, "-F", "-c", config)
}

// run runs a daemon in the foreground until the test ends, with all that it starts.
func (d *debian) run(t *testing.T, program string, args ...string) {
	t.Helper()
	c := exec.Command(program, args...)
	out, err := os.Create(filepath.Join(d.dir, filepath.Base(program)+".out"))
	must(t, err)
	c.Stdout, c.Stderr = out, out
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	must(t, c.Start())
	t.Cleanup(func() {
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGTERM)
		done := time.AfterFunc(5*time.Second, func() { _ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) })
		_ = c.Wait()
		done.Stop()
		out.Close()
	})
}

// await waits until somebody listens.
func (d *debian) await(t *testing.T, address string) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("nobody listens at %s:\n%s", address, d.logs())
		}
	}
}

// logs is what the servers complained of.
func (d *debian) logs() string {
	var all strings.Builder
	for _, pattern := range []string{"*.out", "*/log"} {
		files, _ := filepath.Glob(filepath.Join(d.dir, pattern))
		for _, file := range files {
			text, _ := os.ReadFile(file)
			fmt.Fprintf(&all, "-- %s\n%s", strings.TrimPrefix(file, d.dir+"/"), text)
		}
	}
	return all.String()
}
