package original

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// machine lays packages over this machine's files at a directory, with changes in memory, and returns where it has them.
func machine(tree, at string) (root string, err error) {
	root = filepath.Join(at, "root")
	dev := filepath.Join(root, "dev")
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return "", fmt.Errorf("mount: %w", err)
	}
	if err := syscall.Mount("tmpfs", at, "tmpfs", 0, "mode=755"); err != nil {
		return "", fmt.Errorf("mount tmpfs: %w", err)
	}
	for _, d := range []string{"root", "upper", "work"} {
		if err := os.Mkdir(filepath.Join(at, d), 0o755); err != nil {
			return "", err
		}
	}
	layers := "lowerdir=/,upperdir=" + filepath.Join(at, "upper") + ",workdir=" + filepath.Join(at, "work")
	if err := syscall.Mount("overlay", root, "overlay", 0, layers); err != nil {
		return "", fmt.Errorf("mount overlay: %w", err)
	}
	for _, m := range [][2]string{{"proc", "proc"}, {"tmpfs", "dev"}, {"tmpfs", "run"}, {"tmpfs", "tmp"}} {
		if err := syscall.Mount(m[0], filepath.Join(root, m[1]), m[0], 0, ""); err != nil {
			return "", fmt.Errorf("mount %s: %w", m[1], err)
		}
	}
	for _, d := range []string{"null", "zero", "full", "random", "urandom"} { // no /dev/log: nothing is written into this machine's log
		if err := os.WriteFile(filepath.Join(dev, d), nil, 0o666); err != nil {
			return "", err
		}
		if err := syscall.Mount("/dev/"+d, filepath.Join(dev, d), "", syscall.MS_BIND, ""); err != nil {
			return "", fmt.Errorf("mount %s: %w", d, err)
		}
	}
	_, err = run("/", "cp", "-a", "--", tree+"/.", root) // it cannot be a layer: it lies below another
	return root, err
}

// enter goes into the machine, and gives it a name and addresses.
func enter(root string) error {
	if err := errors.Join(syscall.Chroot(root), os.Chdir("/"), syscall.Sethostname([]byte("mx.example.net"))); err != nil {
		return err
	}
	for _, args := range []string{"link set lo up", "addr add " + clientAddress + "/32 dev lo", "addr add " + serverAddress + "/32 dev lo"} {
		if _, err := run("/", "ip", strings.Fields(args)...); err != nil {
			return err
		}
	}
	return nil
}

// firstID is the number of the first of a server's users.
const firstID = 900

// Who is on the machine besides them.
const (
	people = "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1::/:/bin/sh\nmail:x:8:8::/var/mail:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n" +
		"bob:x:1500:1500:Bob:/home/bob:/bin/sh\n"
	groups = "root:x:0:\ndaemon:x:1:\nadm:x:4:\ntty:x:5:\nmail:x:8:\nshadow:x:42:\nsasl:x:45:\nnogroup:x:65534:\nbob:x:1500:\n"
)

// prepare writes the files of the machine, which is below a directory: those of names and users, and the server's own. It cannot write
// anywhere else.
func (s *server) prepare(root string, set Setting) error {
	below, err := os.OpenRoot(root)
	if err != nil {
		return err
	}
	defer below.Close()
	passwd, group := people, groups
	for i, u := range s.users {
		passwd += fmt.Sprintf("%s:x:%d:%d::/var/spool/%s:/bin/sh\n", u, firstID+i, firstID+i, u)
		group += fmt.Sprintf("%s:x:%d:\n", u, firstID+i)
	}
	files := map[string]string{
		"etc/passwd":        passwd,
		"etc/group":         group,
		"etc/hosts":         "127.0.0.1 localhost\n" + clientAddress + " laptop.example.org laptop\n" + serverAddress + " mx.example.net mx\n",
		"etc/nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files\nservices: files\nprotocols: files\naliases: files\n",
		"etc/resolv.conf":   "nameserver " + serverAddress + "\noptions timeout:1 attempts:1\n",
		"etc/hostname":      "mx.example.net\n",
		"etc/mailname":      "mx.example.net\n",
	}
	for name, text := range s.files(set) {
		files[name] = text
	}
	if set.TLS {
		if files["etc/ssl/mx.pem"], err = certificate(); err != nil {
			return err
		}
	}
	for name, text := range files {
		_ = below.Remove(name) // it may be a link
		mode := os.FileMode(0o644)
		if strings.HasPrefix(text, "#!") {
			mode = 0o755
		}
		if err := errors.Join(below.MkdirAll(filepath.Dir(name), 0o755), below.WriteFile(name, []byte(text), mode)); err != nil {
			return err
		}
	}
	return errors.Join(below.MkdirAll("home/bob", 0o755), below.Chown("home/bob", 1500, 1500), below.MkdirAll("run/lock", 0o777))
}
