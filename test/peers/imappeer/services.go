package imappeer

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// dovecotProgram is the daemon of Debian's dovecot-core.
const dovecotProgram = "/usr/sbin/dovecot"

// serviceLetter is the message that bob has at Dovecot's services; recorded sessions hold it.
const serviceLetter = "From: Rosa <rosa@example.org>\nTo: bob@example.net\nSubject: hi\nDate: Thu, 26 Nov 2026 04:00:00 +0000\n\nHello\n.A dot\n"

const servicesConfig = `base_dir = %[1]s/run
state_dir = %[1]s/state
log_path = %[1]s/log
protocols = imap pop3
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:%[1]s/mail/%%u/Maildir
first_valid_uid = 1
namespace inbox {
  inbox = yes
}
passdb {
  driver = static
  args = password=plover
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=%[1]s/mail/%%u
}
service imap-login {
  inet_listener imap {
    port = %[2]d
  }
  inet_listener imaps {
    port = 0
  }
}
service pop3-login {
  inet_listener pop3 {
    port = %[3]d
  }
  inet_listener pop3s {
    port = 0
  }
}
`

// DovecotServices starts Dovecot's services for IMAP and POP3 on loopback, which root can do, with what they write in dir.
// addresses are the two, in this order. [ErrNoDovecot] says that there is no Dovecot.
func DovecotServices(dir string) (addresses [2]string, stop func(), err error) {
	for _, program := range []string{dovecotProgram, imapProgram, filepath.Join(filepath.Dir(imapProgram), "pop3")} {
		if _, err := os.Stat(program); err != nil {
			return addresses, nil, ErrNoDovecot
		}
	}
	ports := [2]int{}
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return addresses, nil, err
		}
		ports[i], addresses[i] = l.Addr().(*net.TCPAddr).Port, l.Addr().String()
		l.Close()
	}
	maildir := filepath.Join(dir, "mail", "bob", "Maildir")
	for _, sub := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(maildir, sub), 0o755); err != nil {
			return addresses, nil, err
		}
	}
	if err := os.WriteFile(filepath.Join(maildir, "new", "1795660800.M1P1.mx"), []byte(serviceLetter), 0o644); err != nil {
		return addresses, nil, err
	}
	config := filepath.Join(dir, "dovecot.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, servicesConfig, dir, ports[0], ports[1]), 0o644); err != nil {
		return addresses, nil, err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return addresses, nil, err
	}
	if out, err := exec.Command("chown", "-R", "nobody:nogroup", filepath.Join(dir, "mail")).CombinedOutput(); err != nil {
		return addresses, nil, fmt.Errorf("chown: %w: %s", err, out)
	}
	command := exec.Command(dovecotProgram, "-F", "-c", config)
	if err := command.Start(); err != nil {
		return addresses, nil, err
	}
	stop = func() {
		_ = command.Process.Signal(os.Interrupt)
		_ = command.Wait()
	}
	for range 100 { // it listens after a moment
		if answers(addresses[0]) && answers(addresses[1]) {
			return addresses, stop, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	stop()
	return addresses, nil, fmt.Errorf("dovecot does not listen; see %s/log", dir)
}

// answers says whether something listens there.
func answers(address string) bool {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return false
	}
	c.Close()
	return true
}
