package lab

import (
	"bufio"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
)

// deflater is a client inside DEFLATE.
type deflater struct {
	w    *flate.Writer
	in   *bufio.Reader
	conn net.Conn
	sent *counting
}

// counting counts the octets that are written.
type counting struct {
	io.Writer
	n int
}

func (c *counting) Write(p []byte) (int, error) {
	c.n += len(p)
	return c.Writer.Write(p)
}

// deflate logs in and goes on compressed.
func (r *running) deflate() *deflater {
	r.Helper()
	return r.compress(r.login("imap", "bob", "plover"))
}

// compress lets a client that has logged in go on compressed.
func (r *running) compress(p *peer) *deflater {
	r.Helper()
	p.says("b COMPRESS DEFLATE")
	if text := p.until("b OK"); strings.Contains(text, "b OK [") {
		r.Errorf("it says %q", text)
	}
	sent := &counting{Writer: p.Conn}
	w, err := flate.NewWriter(sent, 9)
	if err != nil {
		r.Fatal(err)
	}
	return &deflater{w, bufio.NewReader(flate.NewReader(p.in)), p.Conn, sent}
}

func (d *deflater) says(t testing.TB, text string) {
	t.Helper()
	if _, err := io.WriteString(d.w, text+"\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := d.w.Flush(); err != nil {
		t.Fatal(err)
	}
}

func (d *deflater) until(t testing.TB, prefix string) string {
	t.Helper()
	var all strings.Builder
	for {
		line, err := d.in.ReadString('\n')
		if all.WriteString(line); err != nil {
			t.Fatalf("%v after %q", err, all.String())
		}
		if strings.HasPrefix(line, prefix) {
			return all.String()
		}
	}
}

// A session goes on inside DEFLATE: large messages both ways, news while the client idles, and a goodbye when the lab closes.
func TestDeflate(t *testing.T) {
	r := start(t, Options{})
	d := r.deflate()
	text := "Subject: long\r\n\r\n" + strings.Repeat("The same again and again.\r\n", 40_000)
	d.says(t, fmt.Sprintf("c APPEND INBOX {%d+}\r\n%s", len(text), text))
	d.until(t, "c OK")
	if d.sent.n > len(text)/20 {
		t.Errorf("%d octets were %d on the line", len(text), d.sent.n)
	}
	d.says(t, "d SELECT INBOX\r\ne FETCH 1 BODY.PEEK[]\r\nf COMPRESS DEFLATE")
	if got := d.until(t, "e OK"); !strings.Contains(got, text) {
		t.Errorf("it comes back with %d octets", len(got))
	}
	d.until(t, "f BAD [COMPRESSIONACTIVE]")
	d.says(t, "g IDLE")
	d.until(t, "+ ")
	r.mail("eve@example.org", "bob@example.test", "Now")
	d.until(t, "* 2 EXISTS")
	d.says(t, "DONE")
	d.until(t, "g OK")

	other := r.deflate() // is cut in the middle
	other.says(t, "c APPEND INBOX {1000}")
	other.until(t, "+ ")
	other.conn.Close()
	r.works()
	r.Lab.Close()
	d.until(t, "* BYE")
}

// What the standard library compresses, at any level and flushed anywhere, comes out; what is no DEFLATE ends in an error
// where that of the standard library does.
func TestInflate(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for level := -2; level <= 9; level++ {
		var packed bytes.Buffer
		w, err := flate.NewWriter(&packed, level)
		if err != nil {
			t.Fatal(err)
		}
		var text []byte
		for range 40 {
			part := make([]byte, r.IntN(20_000))
			for i := range part {
				part[i] = byte(r.IntN(1 + r.IntN(256)))
			}
			part = append(part, text[len(text)-r.IntN(1+min(len(text), 40_000)):]...)
			text = append(text, part[:min(len(part), 60_000)]...)
			w.Write(part[:min(len(part), 60_000)])
			if r.IntN(2) == 0 {
				w.Flush()
			}
		}
		w.Close()
		var got bytes.Buffer
		if err := inflate(&got, bytes.NewReader(packed.Bytes())); err != nil || !bytes.Equal(got.Bytes(), text) {
			t.Errorf("level %d: %v, %d octets of %d", level, err, got.Len(), len(text))
		}
		for range 50 {
			broken := bytes.Clone(packed.Bytes()[:1+r.IntN(min(packed.Len(), 3000))])
			broken[r.IntN(len(broken))] ^= 1 << r.IntN(8)
			judge(t, broken)
		}
	}
}

// judge compares with the standard library, which may read one symbol less before the end.
func judge(t *testing.T, packed []byte) {
	t.Helper()
	want, wantErr := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	var got bytes.Buffer
	err := inflate(&got, bytes.NewReader(packed))
	if _, corrupt := wantErr.(flate.CorruptInputError); !corrupt && (err != nil || !bytes.HasPrefix(got.Bytes(), want) || got.Len() > len(want)+258) {
		t.Errorf("%x: %v, %d octets, want %v, %d", packed, err, got.Len(), wantErr, len(want))
	}
}

func FuzzInflate(f *testing.F) {
	var packed bytes.Buffer
	w, _ := flate.NewWriter(&packed, 9)
	io.WriteString(w, strings.Repeat("a1 UID FETCH 1:* FLAGS\r\n", 20))
	w.Flush()
	io.WriteString(w, "a2 NOOP\r\n")
	w.Close()
	f.Add(packed.Bytes())
	f.Add([]byte{0x4A, 0x54, 0xF0, 0xF3, 0xF7, 0x0F, 0xE0, 0xE5, 0x02, 0x08})
	f.Fuzz(func(t *testing.T, packed []byte) {
		if len(packed) < 1<<12 {
			judge(t, packed)
		}
	})
}

// A client that ends what it says by an empty block of fixed codes, as zlib's Z_PARTIAL_FLUSH does, is heard at once.
func TestInflateAtOnce(t *testing.T) {
	ours, theirs := io.Pipe()
	heard := make(chan string)
	go inflate(writerFunc(func(p []byte) { heard <- string(p) }), ours)
	go theirs.Write([]byte{0x4A, 0x54, 0xF0, 0xF3, 0xF7, 0x0F, 0xE0, 0xE5, 0x02, 0x08}) // fixed codes: "a NOOP" and the line end
	all := ""
	for all != "a NOOP\r\n" {
		select {
		case p := <-heard:
			all += p
		case <-t.Context().Done():
			t.Fatalf("heard %q", all)
		}
	}
	theirs.Close()
}

type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) {
	f(p)
	return len(p), nil
}
