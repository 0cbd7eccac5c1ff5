package original

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

var wanted = regexp.MustCompile(`(?m)^Inst (\S+) (?:\[\S+\] )?\((\S+) `)

// fetch unpacks the packages that a server needs and that are not installed, and returns where they are and the
// versions of those that the server names. What was fetched is kept as long as the versions are those that Debian has.
func (s *server) fetch(dir string) (tree string, versions map[string]string, err error) {
	if _, err := exec.LookPath("apt-get"); err != nil {
		return "", nil, ErrNotHere
	}
	args := append([]string{"-s", "--no-install-recommends", "-o", "Debug::NoLocking=1", "install"}, s.packages...)
	plan, err := run("", "apt-get", args...)
	if err != nil {
		return "", nil, fmt.Errorf("%w (apt-get update?)", err)
	}
	var list []string
	versions = map[string]string{}
	for _, m := range wanted.FindAllStringSubmatch(plan, -1) {
		list = append(list, m[1]+"="+m[2])
		versions[m[1]] = m[2]
	}
	for _, p := range s.packages {
		if versions[p] == "" {
			if versions[p], err = run("", "dpkg-query", "-W", "-f", "${Version}", p); err != nil {
				return "", nil, err
			}
		}
	}
	if tree, err = filepath.Abs(filepath.Join(dir, s.name)); err != nil {
		return "", nil, err
	}
	stamp, want := tree+".packages", strings.Join(list, "\n")
	if have, err := os.ReadFile(stamp); err == nil && string(have) == want {
		return tree, versions, nil
	}
	if err := errors.Join(os.RemoveAll(tree), os.MkdirAll(tree, 0o755), unpack(tree, list)); err != nil {
		return "", nil, err
	}
	return tree, versions, os.WriteFile(stamp, []byte(want), 0o644)
}

// unpack downloads packages and unpacks them into a directory.
func unpack(tree string, list []string) error {
	if len(list) == 0 {
		return nil
	}
	debs := tree + ".debs"
	if err := os.MkdirAll(debs, 0o755); err != nil {
		return err
	}
	defer os.RemoveAll(debs)
	if _, err := run(debs, "apt-get", append([]string{"-q", "-o", "APT::Sandbox::User=root", "download"}, list...)...); err != nil {
		return err
	}
	paths, err := filepath.Glob(filepath.Join(debs, "*.deb"))
	if err != nil {
		return err
	}
	for _, path := range paths {
		if _, err := run("", "dpkg-deb", "-x", path, tree); err != nil {
			return err
		}
	}
	// Some packages still have /lib; on a machine where that is a link to /usr/lib a directory would hide it.
	for _, name := range []string{"bin", "sbin", "lib"} {
		old := filepath.Join(tree, name)
		if _, err := os.Stat(old); err != nil {
			continue
		}
		if _, err := run("", "cp", "-a", "--", old+"/.", filepath.Join(tree, "usr", name)); err != nil {
			return err
		}
		if err := os.RemoveAll(old); err != nil {
			return err
		}
	}
	return nil
}

// run runs a program in a directory and returns what it writes. What the program leaves running may go on writing.
func run(dir, program string, args ...string) (string, error) {
	out, err := os.CreateTemp("", "output")
	if err != nil {
		return "", err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "LC_ALL=C", "TZ=UTC")
	cmd.Stdout, cmd.Stderr = out, out
	err = cmd.Run()
	text, _ := os.ReadFile(out.Name())
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, text)
	}
	return string(text), nil
}
