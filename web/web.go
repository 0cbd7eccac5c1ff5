// Package web is the page as a browser gets it: the packed files under dist, and the handler that serves them with the
// right types, compression, caching and security headers. It serves files only: the simulation runs in the browser.
package web

import (
	"embed"
	"io/fs"
)

//go:embed dist
var dist embed.FS

// Files returns the page that was packed into this binary. It holds no index.html where nothing was packed before the
// binary was built.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the path is a constant and embedded
	}
	return files
}
