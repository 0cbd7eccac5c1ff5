// Command cite checks that the sections of RFCs which the project cites exist:
//
//	cite check [-root DIR]  reads every text file that git knows and prints, as file:line, each citation that is wrong
//	cite index DIR          prints the index of sections, made from the texts rfcN.txt in DIR
//
// The package lessons/cite says how a citation is written. Its index is the file sections.list there, so that the check
// needs no texts. To add RFCs:
//
//	go -C tools run ./cite index DIR > sections.list && mv sections.list lessons/cite/
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"ehlo/lessons/cite"
)

func main() {
	var err error
	switch {
	case len(os.Args) > 1 && os.Args[1] == "check":
		flags := flag.NewFlagSet("check", flag.ExitOnError)
		root := flags.String("root", ".", "the project's `DIRECTORY`")
		flags.Parse(os.Args[2:])
		err = check(*root)
	case len(os.Args) == 3 && os.Args[1] == "index":
		var list []byte
		if list, err = cite.MakeIndex(os.Args[2]); err == nil {
			_, err = os.Stdout.Write(list)
		}
	default:
		fmt.Fprintln(os.Stderr, "cite: say check [-root DIR] or index DIR")
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "cite: %v\n", err)
		os.Exit(1)
	}
}

// extensions are those of the files that are read.
var extensions = []string{".go", ".md", ".toml", ".txt", ".js", ".html"}

// own is the table of this program's tests, which has wrong citations.
const own = "lessons/cite/scan_test.go"

// check reads the files below root and prints what is wrong, then counts.
func check(root string) error {
	s, err := cite.NewScanner()
	if err != nil {
		return err
	}
	files, err := tracked(root)
	if err != nil {
		return err
	}
	for _, name := range files {
		if !slices.Contains(extensions, path.Ext(name)) || name == own {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted, and not committed yet
		}
		if err != nil {
			return err
		}
		s.Scan(name, string(text))
	}
	slices.SortStableFunc(s.Problems, func(a, b cite.Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	for _, p := range s.Problems {
		fmt.Println(p)
	}
	fmt.Printf("sections cited: %d\n", s.Cited)
	if len(s.Unknown) > 0 {
		fmt.Println(s.FormOnly())
	}
	switch {
	case s.Cited == 0:
		return fmt.Errorf("nothing is cited below %s", root)
	case len(s.Problems) > 0:
		return fmt.Errorf("wrong citations: %d", len(s.Problems))
	}
	return nil
}

// tracked lists the files that git knows, by their paths below root with slashes. Where git has nothing to say, as in an
// unpacked archive, it is all files but those in directories that are hidden or hold what was built.
func tracked(root string) ([]string, error) {
	c := exec.Command("git", "ls-files", "-z")
	c.Dir = root
	if out, err := c.Output(); err == nil && len(out) > 0 {
		return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"), nil
	}
	var files []string
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !d.IsDir():
			files = append(files, name)
		case name != "." && d.Name()[0] == '.', name == "bin", name == "build", name == "web/dist":
			return fs.SkipDir
		}
		return nil
	})
	return files, err
}
