package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"github.com/andybalholm/brotli"
)

// Sizes in octets: below small, compressing is not worth the three files; from large on it takes so long that it is told.
const (
	small = 256
	large = 1 << 20
)

// encoder is one form in which files are packed.
type encoder struct {
	suffix  string
	setting string // part of the cache's key: change it with the encoder or its options
	slow    bool   // takes seconds for a large file
	open    func(io.Writer) (io.WriteCloser, error)
}

var encoders = []encoder{
	{".br", "brotli-1.2-q11-w24", true, func(w io.Writer) (io.WriteCloser, error) {
		return brotli.NewWriterOptions(w, brotli.WriterOptions{Quality: 11, LGWin: 24}), nil
	}},
	{".gz", "gzip-9", false, func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, gzip.BestCompression) }},
}

// drafts are the same forms in a tenth of the time.
var drafts = []encoder{
	{".br", "brotli-1.2-q4-w24", false, func(w io.Writer) (io.WriteCloser, error) {
		return brotli.NewWriterOptions(w, brotli.WriterOptions{Quality: 4, LGWin: 24}), nil
	}},
	{".gz", "gzip-3", false, func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, 3) }},
}

// compressAll returns the files as they are packed: the two compressed forms of each, or the file itself where it is
// small or compressed already. The server unpacks gzip for the rare client that takes neither.
func compressAll(files fileSet, cache string) (fileSet, error) {
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return nil, err
	}
	var (
		packed = fileSet{}
		failed error
		mu     sync.Mutex
		wg     sync.WaitGroup
		slots  = make(chan struct{}, runtime.GOMAXPROCS(0))
	)
	paths := files.paths()
	slices.SortStableFunc(paths, func(a, b string) int { return len(files[b]) - len(files[a]) }) // what takes longest begins first
	for _, p := range paths {
		if ext := path.Ext(p); len(files[p]) < small || ext == ".png" || ext == ".woff2" {
			mu.Lock()
			packed[p] = files[p]
			mu.Unlock()
			continue
		}
		for _, e := range encoders {
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				data, err := e.compress(p, files[p], cache)
				mu.Lock()
				defer mu.Unlock()
				packed[p+e.suffix] = data
				if err != nil {
					failed = err
				}
			})
		}
	}
	wg.Wait()
	return packed, failed
}

// compress returns the compressed form of a file's data, from the cache where it is there.
func (e encoder) compress(name string, data []byte, cache string) ([]byte, error) {
	sum := sha256.Sum256(append([]byte(e.setting+"\n"), data...))
	file := filepath.Join(cache, hex.EncodeToString(sum[:])+e.suffix)
	if kept, err := os.ReadFile(file); err == nil {
		return kept, nil
	}
	if e.slow && len(data) >= large {
		fmt.Fprintf(os.Stderr, "pack: compressing %s, %.1f MB; the result is kept\n", path.Base(name), float64(len(data))/1e6)
	}
	var buf bytes.Buffer
	w, err := e.open(&buf)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	temp := file + ".new" // renamed when complete, so that an interrupted run leaves no half a result
	if err := os.WriteFile(temp, buf.Bytes(), 0o644); err != nil {
		return nil, err
	}
	return buf.Bytes(), os.Rename(temp, file)
}
