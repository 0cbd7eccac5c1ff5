// Package web is the page as a browser gets it: the packed files under dist, and the handler that serves them with the
// right types, compression, caching and security headers. It serves files only: the simulation runs in the browser. The
// message catalogues under locales and the manual pages under man belong to page and terminal alike.
package web

import (
	"embed"
	"io/fs"
)

var (
	//go:embed dist
	dist embed.FS
	//go:embed locales
	locales embed.FS
	//go:embed man
	manual embed.FS
)

// Files returns the page that was packed into this binary. It holds no index.html where nothing was packed before the
// binary was built.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the path is a constant and embedded
	}
	return files
}

// Texts returns the message catalogues, a directory for each language with its TOML files.
func Texts() fs.FS {
	files, err := fs.Sub(locales, "locales")
	if err != nil {
		panic(err) // the path is a constant and embedded
	}
	return files
}

// Manual returns a manual page of a tool of the simulated hosts in English, and false where there is none.
func Manual(name string) ([]byte, bool) {
	text, err := manual.ReadFile("man/en/" + name + ".txt")
	return text, err == nil
}
