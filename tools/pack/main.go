// Command pack turns the page's sources into what a browser gets: web/dist, which package web embeds and serves.
//
//	pack [-root DIR] [-draft]
//
// It joins the page's modules and style sheets into few files, puts them with worlds, lessons and texts under one hash of
// them all (a/HASH/), each WebAssembly binary under its own (w/HASH/), writes the indexes the page asks for, and compresses
// everything once with brotli and gzip.
// The same sources give the same files. Results of compression are kept in build/cache by the hash of what went in.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	root := flag.String("root", ".", "the project's `DIRECTORY`")
	draft := flag.Bool("draft", false, "compress quickly, for trying a change: the files are larger than those of a release")
	flag.Parse()
	if *draft {
		encoders = drafts
	}
	if err := pack(*root); err != nil {
		fmt.Fprintf(os.Stderr, "pack: %v\n", err)
		os.Exit(1)
	}
}

func pack(root string) error {
	out := fileSet{}
	manifest := map[string]string{}
	for _, name := range []string{"tutor", "reader", "stage"} {
		data, err := os.ReadFile(filepath.Join(root, "build/wasm", name+".wasm"))
		if err != nil {
			return fmt.Errorf("%w (make wasm builds it)", err)
		}
		path := "w/" + hash(data) + "/" + name + ".wasm"
		out[path] = data
		manifest[name] = "../../" + path
	}
	base, err := collect(root)
	if err != nil {
		return err
	}
	lesson, err := base.addStarts()
	if err != nil {
		return err
	}
	if base["manifest.json"], err = json.Marshal(manifest); err != nil {
		return err
	}
	if base["index.html"] == nil {
		return fmt.Errorf("web/page has no index.html")
	}
	if err := base.bundle(); err != nil {
		return err
	}
	index := base["index.html"]
	delete(base, "index.html")
	prefix := "a/" + base.hash() + "/"
	for path, data := range base {
		out[prefix+path] = data
	}
	if out["index.html"], err = rebase(index, base, prefix, strings.TrimPrefix(manifest["tutor"], "../../"), lesson); err != nil {
		return err
	}
	packed, err := compressAll(out, filepath.Join(root, "build/cache"))
	if err != nil {
		return err
	}
	return write(filepath.Join(root, "web/dist"), packed)
}

// hash returns the part of content's hash that makes a URL.
func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:6])
}
