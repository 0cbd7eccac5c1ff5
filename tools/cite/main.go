// Command cite checks that the sections of RFCs which the project cites exist:
//
//	cite check [-root DIR]  reads every text file that git knows and prints, as file:line, each citation that is wrong
//	cite index DIR          prints the index of sections, made from the texts rfcN.txt in DIR
//
// A citation is written as RFC 5321 §4.1.1.2, RFC 5321 §D.1 or RFC 5321 Appendix C. A § or Appendix without an RFC
// belongs to the RFC named before it in the same paragraph. The index is the file sections.list beside this one, so that
// the check needs no texts; of an RFC that it does not hold, only the form of the citations is checked. To add RFCs:
//
//	go -C tools run ./cite index DIR > sections.list && mv sections.list tools/cite/
package main

import (
	"cmp"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

//go:embed sections.list
var sections string

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
		if list, err = makeIndex(os.Args[2]); err == nil {
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
const own = "tools/cite/scan_test.go"

// check reads the files below root and prints what is wrong, then counts.
func check(root string) error {
	ix, err := parseIndex(sections)
	if err != nil {
		return err
	}
	files, err := tracked(root)
	if err != nil {
		return err
	}
	s := scanner{index: ix, unknown: map[int]int{}}
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
		s.scan(name, string(text))
	}
	slices.SortStableFunc(s.problems, func(a, b problem) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line))
	})
	for _, p := range s.problems {
		fmt.Println(p)
	}
	fmt.Printf("sections cited: %d\n", s.cited)
	if len(s.unknown) > 0 {
		fmt.Println(s.formOnly())
	}
	switch {
	case s.cited == 0:
		return fmt.Errorf("nothing is cited below %s", root)
	case len(s.problems) > 0:
		return fmt.Errorf("wrong citations: %d", len(s.problems))
	}
	return nil
}

// formOnly says of which RFCs the index has no sections.
func (s *scanner) formOnly() string {
	var names []string
	citations := 0
	for _, number := range sortedKeys(s.unknown) {
		names = append(names, strconv.Itoa(number))
		citations += s.unknown[number]
	}
	return fmt.Sprintf("checked for their form only: %d, because the index does not hold these %d RFCs: %s",
		citations, len(names), strings.Join(names, ", "))
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
