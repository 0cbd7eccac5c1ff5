package imappeer

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// imapProgram is the program of Debian's dovecot-imapd that serves a session on its standard input and output, without
// any daemon.
const imapProgram = "/usr/lib/dovecot/imap"

// ErrNoDovecot says that Dovecot is not installed.
var ErrNoDovecot = errors.New("there is no " + imapProgram + ": apt-get install dovecot-imapd")

const dovecotConfig = `base_dir = %[1]s
state_dir = %[1]s
log_path = %[1]s/log
protocols = imap
mail_location = mdbox:%[1]s/mail
mail_fsync = never
ssl = no
first_valid_uid = 1
namespace inbox {
  inbox = yes
  separator = /
}
`

// Dovecot is Dovecot, a process for each session. Everything that it writes is in dir.
func Dovecot(dir string, messages []Message) (Server, error) {
	if _, err := os.Stat(imapProgram); err != nil {
		return Server{}, ErrNoDovecot
	}
	dir = filepath.Join(dir, "dovecot")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Server{}, err
	}
	config := filepath.Join(dir, "dovecot.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, dovecotConfig, dir), 0o644); err != nil {
		return Server{}, err
	}
	attributes, err := lesser(dir)
	if err != nil {
		return Server{}, err
	}
	dial := func() (net.Conn, error) {
		pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
		if err != nil {
			return nil, err
		}
		theirs, ours := os.NewFile(uintptr(pair[0]), "dovecot"), os.NewFile(uintptr(pair[1]), "client")
		defer theirs.Close()
		defer ours.Close()
		command := exec.Command(imapProgram, "-c", config)
		command.Env = []string{"USER=" + User, "HOME=" + dir}
		command.Dir = dir
		command.Stdin, command.Stdout = theirs, theirs
		command.SysProcAttr = attributes
		if err := command.Start(); err != nil {
			return nil, err
		}
		go command.Wait() // it ends with the connection
		return net.FileConn(ours)
	}
	s := Server{Name: "Dovecot", Dial: dial, Stop: func() {}}
	return s, Fill(s, messages)
}

// lesser has a process run as nobody where this one is root, and gives it the directory.
func lesser(dir string) (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return nil, err
	}
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, os.Chown(dir, uid, gid)
}
