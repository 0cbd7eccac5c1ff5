package deflate

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"os"
	"testing"
)

// unpacked reads a gzip file.
func unpacked(t *testing.T, packed []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestGzip(t *testing.T) {
	text, err := os.ReadFile("block.go")
	if err != nil {
		t.Fatal(err)
	}
	chance := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 3*part/2) // more than a part, and no match in it
	for i := range noise {
		noise[i] = byte(chance.Uint32())
	}
	for name, data := range map[string][]byte{
		"nothing": {}, "one": {7}, "two": {1, 1}, "the same": make([]byte, 2*part+1), "all octets": noise[:70000], "noise": noise,
		"text": text, "far": append(append(bytes.Clone(text), noise[:window-len(text)]...), text...),
		"across parts": append(append(bytes.Clone(noise[:part-100]), text...), text...),
	} {
		packed := Gzip(data)
		if !bytes.Equal(unpacked(t, packed), data) {
			t.Errorf("%s comes out as something else", name)
		}
		if usual := usually(data); len(packed) > usual+len(data)/1000 {
			t.Errorf("%s takes %d octets, and %d with compress/gzip", name, len(packed), usual)
		}
	}
	if n, usual := len(Gzip(text)), usually(text); n > 98*usual/100 {
		t.Errorf("text takes %d octets, and %d with compress/gzip: it should be 2 percent less at least", n, usual)
	}
}

// usually is what compress/gzip makes of data at its best, in octets.
func usually(data []byte) int {
	var packed bytes.Buffer
	w, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression) // the level is right, and memory takes all
	_, _ = w.Write(data)
	_ = w.Close()
	return packed.Len()
}

func FuzzGzip(f *testing.F) {
	f.Add([]byte("abcabcabcabc"))
	f.Add(make([]byte, 1000))
	f.Fuzz(func(t *testing.T, data []byte) {
		if !bytes.Equal(unpacked(t, Gzip(data)), data) {
			t.Errorf("%q comes out as something else", data)
		}
	})
}
