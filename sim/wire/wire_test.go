package wire_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"ehlo/sim/wire"
)

// cut feeds a stream in pieces of the given size and returns its lines as text, "!" before those that were too long.
func cut(stream string, limit, piece int) string {
	l := wire.Lines{Limit: limit}
	var b strings.Builder
	for len(stream) > 0 {
		n := min(piece, len(stream))
		l.Feed([]byte(stream[:n]))
		stream = stream[n:]
		for line, tooLong, ok := l.Next(); ok; line, tooLong, ok = l.Next() {
			if tooLong {
				b.WriteByte('!')
			}
			fmt.Fprintf(&b, "%q ", line)
		}
	}
	fmt.Fprintf(&b, "and %d", l.Pending())
	return b.String()
}

func TestLines(t *testing.T) {
	for _, c := range []struct {
		stream string
		limit  int
		want   string
	}{
		{"", 0, "and 0"},
		{"a\r\nb\n\r\nc", 0, `"a\r\n" "b\n" "\r\n" and 1`},
		{"12345678\r\nx\r\n", 10, `"12345678\r\n" "x\r\n" and 0`},
		{"123456789\r\nx\r\n", 10, `!"123456789\r\n" "x\r\n" and 0`},
		{"1234567890abcdef\r\nx\r\n", 10, `!"1234567890\n" "x\r\n" and 0`},
		{strings.Repeat("x", 1000), 10, "and 10"},
	} {
		for _, piece := range []int{1, 3, 1 << 20} {
			if got := cut(c.stream, c.limit, piece); got != c.want {
				t.Errorf("%.20q with limit %d in pieces of %d: %s, want %s", c.stream, c.limit, piece, got, c.want)
			}
		}
	}
}

func TestTakeLeavesTheRest(t *testing.T) {
	var l wire.Lines
	l.Feed([]byte("literal\r\nnext\r\nrest"))
	l.Feed([]byte(" of it"))
	if got := l.Take(7); string(got) != "literal" {
		t.Fatalf("took %q", got)
	}
	c := l.Clone()
	for _, l := range []*wire.Lines{&l, &c} {
		var got []string
		for line, _, ok := l.Next(); ok; line, _, ok = l.Next() {
			got = append(got, string(line))
		}
		if fmt.Sprintf("%q", got) != `["\r\n" "next\r\n"]` || string(l.Take(100)) != "rest of it" || l.Pending() != 0 {
			t.Errorf("after a literal come %q", got)
		}
	}
}

func TestTrimEnd(t *testing.T) {
	for line, want := range map[string]string{"": " false", "a": "a false", "a\n": "a false", "a\r\n": "a true", "\n": " false",
		"\r\n": " true", "\r": "\r false"} {
		if text, crlf := wire.TrimEnd([]byte(line)); fmt.Sprintf("%s %v", text, crlf) != want {
			t.Errorf("%q is %q, %v", line, text, crlf)
		}
	}
}

func TestStuffing(t *testing.T) {
	for message, want := range map[string]string{
		"":                   ".\r\n",
		"a\r\n":              "a\r\n.\r\n",
		"a":                  "a\r\n.\r\n",
		".\r\n..\r\na.\r\n":  "..\r\n...\r\na.\r\n.\r\n",
		"\r\n.\r\n\r\n":      "\r\n..\r\n\r\n.\r\n",
		"no line end, .dots": "no line end, .dots\r\n.\r\n",
	} {
		if got := wire.AppendStuffed(nil, []byte(message)); string(got) != want {
			t.Errorf("%q is sent as %q, want %q", message, got, want)
		}
	}
}

// What is stuffed and sent in any pieces comes out as it went in.
func FuzzTransparency(f *testing.F) {
	f.Add([]byte(".\r\n..\r\ntext\r\n"), 1)
	f.Add([]byte("\n.\n\r.\r\n"), 2)
	f.Fuzz(func(t *testing.T, message []byte, piece int) {
		if len(message) > 0 && !bytes.HasSuffix(message, []byte("\r\n")) {
			message = append(message, "\r\n"...)
		}
		stream := wire.AppendStuffed(nil, message)
		var l wire.Lines
		var got []byte
		piece = max(1, piece%64)
		for len(stream) > 0 {
			n := min(piece, len(stream))
			l.Feed(stream[:n])
			stream = stream[n:]
			for line, _, ok := l.Next(); ok; line, _, ok = l.Next() {
				text, end := wire.Unstuff(line)
				if end && (len(stream) > 0 || l.Pending() > 0) {
					t.Fatalf("the text ends %d octets early", len(stream)+l.Pending())
				}
				got = append(got, text...)
			}
		}
		if !bytes.Equal(got, message) {
			t.Fatalf("%q became %q", message, got)
		}
	})
}
