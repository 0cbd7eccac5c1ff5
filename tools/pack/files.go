package main

import (
	"bytes"
	"encoding/binary"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"ehlo/lessons"
)

// fileSet is a tree of files: slash-separated paths with contents.
type fileSet map[string][]byte

// paths lists the files in alphabetical order.
func (s fileSet) paths() []string { return slices.Sorted(maps.Keys(s)) }

// hash returns one hash of all paths and contents.
func (s fileSet) hash() string {
	var all bytes.Buffer
	for _, p := range s.paths() {
		for _, part := range [][]byte{[]byte(p), s[p]} {
			all.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
			all.Write(part)
		}
	}
	return hash(all.Bytes())
}

// add copies the files below a directory into the set, under a prefix. Sources of Go packages, tests (of lessons
// too) and notes to programmers stay behind.
func (s fileSet) add(prefix, dir string) error {
	return filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		switch {
		case strings.HasPrefix(name, "."), name == "README.md", name == "testdata", name == lessons.TestsFile, path.Ext(name) == ".go",
			strings.Contains(name, ".test."), strings.Contains(name, "_test."):
			if d.IsDir() && file != dir {
				return filepath.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		}
		rel, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		s[path.Join(prefix, filepath.ToSlash(rel))], err = os.ReadFile(file)
		return err
	})
}

// collect gathers everything of the page but the WebAssembly binaries.
func collect(root string) (fileSet, error) {
	base := fileSet{}
	for _, from := range []struct{ prefix, dir string }{
		{"", "web/page"},
		{"locales", "web/locales"},
		{"man", "web/man"},
		{"worlds", "sim/worlds"},
		{"personas", "sim/personas"},
		{"lessons", "lessons/content"},
	} {
		if err := base.add(from.prefix, filepath.Join(root, from.dir)); err != nil {
			return nil, err
		}
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	// The loader belongs to the compiler that made the binaries: it is taken from there and never edited.
	base["wasm_exec.js"], err = os.ReadFile(filepath.Join(strings.TrimSpace(string(goroot)), "lib/wasm/wasm_exec.js"))
	if err != nil {
		return nil, err
	}
	return base, base.addIndexes()
}

// write makes a directory hold exactly these files besides README. A file that is right already is not touched.
func write(dir string, files fileSet) error {
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, file)
		if err != nil || d.IsDir() || rel == "README" {
			return err
		}
		if _, ok := files[filepath.ToSlash(rel)]; !ok {
			return os.Remove(file)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, p := range files.paths() {
		file := filepath.Join(dir, filepath.FromSlash(p))
		if old, err := os.ReadFile(file); err == nil && bytes.Equal(old, files[p]) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, files[p], 0o644); err != nil {
			return err
		}
	}
	return removeEmpty(dir)
}

// removeEmpty removes the directories below dir that hold nothing.
func removeEmpty(dir string) error {
	var dirs []string
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && file != dir {
			dirs = append(dirs, file)
		}
		return err
	})
	for _, d := range slices.Backward(dirs) { // the deepest first
		if entries, readErr := os.ReadDir(d); readErr == nil && len(entries) == 0 {
			err = os.Remove(d)
		}
	}
	return err
}
