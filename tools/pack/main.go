// Command pack turns the page's sources into what a browser gets: web/dist, which package web embeds and serves.
//
//	pack [-root DIR] [-draft] [-quick]
//
// It joins the page's modules and style sheets into few files, puts them with worlds, lessons and texts under one hash of
// them all (a/HASH/), makes each WebAssembly binary smaller (package slim) and puts it under its own (w/HASH/), writes the
// indexes the page asks for and the service worker's list of what it keeps, and compresses everything once with brotli and gzip.
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

	"ehlo/tools/slim"
)

func main() {
	root := flag.String("root", ".", "the project's `DIRECTORY`")
	draft := flag.Bool("draft", false, "compress quickly and keep line numbers, for trying a change: the files are larger than those of a release")
	quick := flag.Bool("quick", false, "compress quickly, for tests: the files hold the same and are larger")
	flag.Parse()
	if *draft || *quick {
		encoders = drafts
	}
	if err := pack(*root, *draft); err != nil {
		fmt.Fprintf(os.Stderr, "pack: %v\n", err)
		os.Exit(1)
	}
}

// pack writes web/dist of the project in root; lines keeps line numbers in the traces of panics.
func pack(root string, lines bool) error {
	out := fileSet{}
	manifest := map[string]string{}
	for _, name := range []string{"tutor", "full", "reader", "stage"} {
		data, err := os.ReadFile(filepath.Join(root, "build/wasm", name+".wasm"))
		if err != nil {
			return fmt.Errorf("%w (make wasm builds it)", err)
		}
		data = smaller(name, data, lines)
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
	index, worker := base["index.html"], base[serviceWorker]
	delete(base, "index.html")
	delete(base, serviceWorker)
	version := base.hash()
	prefix := "a/" + version + "/"
	for path, data := range base {
		out[prefix+path] = data
	}
	if out[serviceWorker], err = keeper(worker, version, out); err != nil {
		return err
	}
	begin := start{program: strings.TrimPrefix(manifest["tutor"], "../../"), full: strings.TrimPrefix(manifest["full"], "../../"), lesson: lesson}
	if begin.invite, err = base.invitation(); err != nil {
		return err
	}
	begin.octets = len(out[begin.full])
	if out["index.html"], err = rebase(index, base, prefix, begin); err != nil {
		return err
	}
	packed, err := compressAll(out, filepath.Join(root, "build/cache"))
	if err != nil {
		return err
	}
	return write(filepath.Join(root, "web/dist"), packed)
}

// smaller returns the program as it goes over the wire. A linker whose programs are not understood costs their users some
// waiting, not the page.
func smaller(name string, program []byte, lines bool) []byte {
	out, err := slim.Program(program, slim.Options{Lines: lines})
	if err != nil && !lines {
		fmt.Fprintf(os.Stderr, "pack: %s.wasm keeps its line numbers: %v\n", name, err)
		out, err = slim.Program(program, slim.Options{Lines: true})
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "pack: %s.wasm stays as large as it is: %v\n", name, err)
		return program
	}
	return out
}

// hash returns the part of content's hash that makes a URL.
func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:6])
}
