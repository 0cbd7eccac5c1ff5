package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"ehlo/sim/personas"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

var worldCommand = command{
	name:  "world",
	args:  "list | check FILE...",
	about: "list the worlds that come with ehlo, or check world files",
	help: `check says what is wrong in a world file, line by line, and how to repair it. docs/world-files.md describes the
files.`,
	run: func(c *call) error {
		args, err := c.parse()
		switch {
		case err != nil:
			return err
		case len(args) == 1 && args[0] == "list":
			return listWorlds(c)
		case len(args) > 1 && args[0] == "check":
			return checkWorlds(c, args[1:])
		}
		return usageError{"say list, or check with at least one file"}
	},
}

func listWorlds(c *call) error {
	for _, name := range worlds.Names() {
		def, err := readWorld(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.stdout, "%-16s %s\n", name, def.Title)
	}
	return nil
}

func checkWorlds(c *call, names []string) error {
	wrong := 0
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return fileError(name, err)
		}
		def, err := parseWorld(name, text)
		if err != nil {
			wrong++
			fmt.Fprintln(c.stderr, err)
			continue
		}
		fmt.Fprintf(c.stdout, "%s: in order (hosts: %d, links: %d, users: %d)\n", name, len(def.Hosts), len(def.Links), len(def.Users))
	}
	if wrong > 0 {
		return fmt.Errorf("not in order: %d of %d", wrong, len(names))
	}
	return nil
}

// readWorld reads a world of the catalogue or, where the name has a dot or a slash, a file.
func readWorld(name string) (*world.Definition, error) {
	if text, ok := worlds.Text(name); ok {
		return parseWorld(name, text)
	}
	if !strings.ContainsAny(name, `./\`) {
		return nil, fmt.Errorf("no world is called %s: there are %s, or name a file such as ./%[1]s.toml", name, strings.Join(worlds.Names(), ", "))
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fileError(name, err)
	}
	return parseWorld(name, text)
}

// parseWorld reads a world file. The world is called by the file's name without directory and .toml, errors name it as
// it was given.
func parseWorld(file string, text []byte) (*world.Definition, error) {
	def, err := world.Parse(strings.TrimSuffix(filepath.Base(file), ".toml"), text, personas.All()...)
	if faults := (world.Errors)(nil); errors.As(err, &faults) {
		for _, f := range faults {
			f.File = file
		}
		return nil, tell(err)
	}
	return def, err
}

// fileError says in one line why a file cannot be read.
func fileError(name string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no file %s", name)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("this user may not read %s", name)
	}
	return err
}
