package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"ehlo/web"
)

var exportCommand = command{
	name:  "export",
	args:  "[-dir DIRECTORY] TARGET",
	about: "write the page as files for any web server",
	help: `TARGET is a directory, which is made where there is none. What it then holds works at any path of any web server, or
in a learning platform that takes a folder of HTML: all links are relative. Files that are named after their content have
compressed forms beside them, .br and .gz, for servers that know to send those. A page that was exported there before is
replaced. The lab and the bridge need this program and are not in it (docs/deploy.md).`,
	run: exportPage,
}

// exported are the names at the top of an exported page.
var exported = map[string]bool{"a": true, "w": true, "index.html": true, "index.html.gz": true, "sw.js": true, "sw.js.br": true, "sw.js.gz": true}

func exportPage(c *call) error {
	dir := c.flags.String("dir", "", "take the packed page in `DIRECTORY` instead of the one in this binary")
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(args) != 1 {
		return usageError{"say which directory to write the page to"}
	}
	files, from, err := packed(*dir)
	if err != nil {
		return err
	}
	target := args[0]
	if err := onlyExported(target); err != nil {
		return err
	}
	written := map[string]bool{}
	octets := 0
	err = web.Static(files, func(name string, data []byte) error {
		written[name] = true
		octets += len(data)
		return place(filepath.Join(target, filepath.FromSlash(name)), data)
	})
	if errors.Is(err, web.ErrNoPage) {
		return noPage(from)
	} else if err != nil {
		return err
	}
	if err := removeOthers(target, written); err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "%s holds the page: %d files, %d MB. Any web server can serve it, at any path.\n", target, len(written), (octets+1<<20-1)>>20)
	return nil
}

// onlyExported refuses a directory that holds what no export has written: nothing of anybody else's is ever removed.
func onlyExported(target string) error {
	entries, err := os.ReadDir(target)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	} else if err != nil {
		return fileError(target, err)
	}
	for _, e := range entries {
		if !exported[e.Name()] {
			return fmt.Errorf("%s holds %s, which is no part of an exported page: name an empty directory, or one for ehlo alone", target, e.Name())
		}
	}
	return nil
}

// place writes a file by a name of its own and then gives it the right one: a server that is asked meanwhile has it whole or
// not at all.
func place(file string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(file+".new", data, 0o644); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

// removeOthers removes the files of an earlier version, and the directories that they leave empty.
func removeOthers(target string, written map[string]bool) error {
	var dirs []string
	err := filepath.WalkDir(target, func(file string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			dirs = append(dirs, file)
			return nil
		}
		name, err := filepath.Rel(target, file)
		if err != nil || written[filepath.ToSlash(name)] {
			return err
		}
		return os.Remove(file)
	})
	for i := len(dirs) - 1; i > 0 && err == nil; i-- { // the deepest first
		if left, readErr := os.ReadDir(dirs[i]); readErr == nil && len(left) == 0 {
			err = os.Remove(dirs[i])
		}
	}
	return err
}
