package main

import (
	"fmt"
	"runtime"
)

// version is set by the linker: what `git describe` says of the tree that was built.
var version = "devel"

var versionCommand = command{
	name:  "version",
	about: "print the version",
	run: func(c *call) error {
		if err := c.parseNoArgs(); err != nil {
			return err
		}
		fmt.Fprintf(c.stdout, "ehlo %s, %s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
		return nil
	},
}
