package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// asset is one file of the page in the forms in which it can be sent.
type asset struct {
	mime   string
	tag    string // the beginning of its content's hash
	br, gz []byte // precompressed, or nil
	raw    []byte // as it is; nil where only compressed forms were packed
	hashed bool   // its URL holds a hash: the content behind it never changes
}

// mimeTypes are the types of everything that a page set holds. The system's own table is not asked: it differs from
// machine to machine.
var mimeTypes = map[string]string{
	".css":         "text/css; charset=utf-8",
	".html":        "text/html; charset=utf-8",
	".ico":         "image/x-icon",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".md":          "text/markdown; charset=utf-8",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".toml":        "application/toml",
	".txt":         "text/plain; charset=utf-8",
	".wasm":        "application/wasm",
	".webmanifest": "application/manifest+json",
	".woff2":       "font/woff2",
}

// load reads a packed page: for each file its .br and .gz forms beside it, the plain one where there is one.
func load(files fs.FS) (map[string]*asset, error) {
	assets := make(map[string]*asset)
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == "README" {
			return err
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		plain, form := name, path.Ext(name)
		if form == ".br" || form == ".gz" {
			plain = strings.TrimSuffix(name, form)
		}
		a := assets[plain]
		if a == nil {
			a = &asset{mime: mimeTypes[path.Ext(plain)], hashed: strings.HasPrefix(plain, "a/") || strings.HasPrefix(plain, "w/")}
			if a.mime == "" {
				a.mime = "application/octet-stream"
			}
			assets[plain] = a
		}
		switch form {
		case ".br":
			a.br = data
		case ".gz":
			a.gz = data
		default:
			a.raw = data
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for name, a := range assets {
		if a.raw == nil && a.gz == nil {
			return nil, fmt.Errorf("%s is packed with brotli only: it needs its gzip form too", name)
		}
		content := a.raw
		if content == nil {
			content = a.gz
		}
		sum := sha256.Sum256(content)
		a.tag = hex.EncodeToString(sum[:8])
	}
	return assets, nil
}

// form returns the content to send to a client that takes the encodings of an Accept-Encoding header, and the name of
// the encoding, "" for none.
func (a *asset) form(accept string) (encoding string, size int, content func(io.Writer) error) {
	plain := func(p []byte) func(io.Writer) error {
		return func(w io.Writer) error { _, err := w.Write(p); return err }
	}
	switch {
	case a.br != nil && accepts(accept, "br"):
		return "br", len(a.br), plain(a.br)
	case a.gz != nil && accepts(accept, "gzip"):
		return "gzip", len(a.gz), plain(a.gz)
	case a.raw != nil:
		return "", len(a.raw), plain(a.raw)
	}
	// The last four octets of a gzip file are the size of its content (RFC 1952 §2.3.1).
	size = int(binary.LittleEndian.Uint32(a.gz[len(a.gz)-4:]))
	return "", size, func(w io.Writer) error {
		r, err := gzip.NewReader(bytes.NewReader(a.gz))
		if err != nil {
			return err
		}
		_, err = io.Copy(w, r)
		return err
	}
}
