package sasl

import (
	"encoding/base64"
	"testing"

	"ehlo/sim/machine"
)

func TestDecode(t *testing.T) {
	for _, x := range []struct {
		text, want string
		fault      Fault
		pos        int
	}{
		{"", "", 0, 0},
		{"dGlt", "tim", 0, 0},
		{"dGk=", "ti", 0, 0},
		{"dA==", "t", 0, 0},
		{"alice", "", FaultLength, 5},
		{"dGltdA", "", FaultLength, 6},
		{"dGltdA=", "", FaultLength, 7},
		{"dGltdGk", "", FaultLength, 7},
		{"dGltd", "", FaultLength, 5},
		{"dGltd===", "", FaultPadding, 5},
		{"dGlt=", "", FaultPadding, 4},
		{"dGlt====", "", FaultPadding, 4},
		{"dGk==", "", FaultPadding, 4},
		{"dA===", "", FaultPadding, 4},
		{"=", "", FaultPadding, 0},
		{"====", "", FaultPadding, 0},
		{"dA==dGlt", "", FaultPadding, 2},
		{"d=lt", "", FaultPadding, 1},
		{"dG t", "", FaultOctet, 2},
		{"dGlt\r\n", "", FaultOctet, 4},
		{"dGl-", "", FaultOctet, 3},
		{"dA==\n", "", FaultOctet, 4},
		{"\xFF", "", FaultOctet, 0},
		{"dGl=", "", FaultBits, 2},
		{"dB==", "", FaultBits, 1},
	} {
		got, err := Decode([]byte(x.text))
		if x.fault == 0 {
			if err != nil || string(got) != x.want {
				t.Errorf("%q gives %q, %v", x.text, got, err)
			}
			continue
		}
		if e, ok := err.(*Base64Error); !ok || *e != (Base64Error{x.pos, x.fault}) || got != nil {
			t.Errorf("%q gives %q, %v: want fault %d at octet %d", x.text, got, err, x.fault, x.pos+1)
		}
	}
	if got, err := Initial([]byte("=")); got != nil || err != nil {
		t.Errorf("= gives %q, %v", got, err)
	}
	if string(AppendInitial(nil, nil)) != "=" || string(AppendInitial(nil, []byte("tim"))) != "dGlt" || !IsCancel([]byte("*")) || IsCancel([]byte("**")) {
		t.Error("what is empty or cancelled is written otherwise")
	}
}

// Decode takes what the strict decoder of the standard library takes, but for line ends, which that one skips.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{"", "dGlt", "dA==", "dB==", "dGk==", "=", "d\n", "dA=a"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := Decode(text)
		for _, c := range text {
			if c == '\r' || c == '\n' {
				if err == nil {
					t.Fatal("a line end is taken")
				}
				return
			}
		}
		want, bad := base64.StdEncoding.Strict().DecodeString(string(text))
		if (err == nil) != (bad == nil) || err == nil && string(got) != string(want) {
			t.Fatalf("%q, %v: want %q, %v", got, err, want, bad)
		}
		if e, ok := err.(*Base64Error); ok && (e.Pos < 0 || e.Pos > len(text) || e.Note().ID == "") {
			t.Fatalf("octet %d of %d", e.Pos, len(text))
		}
		if err == nil && string(Append(nil, got)) != string(text) {
			t.Fatalf("%q is written otherwise", text)
		}
	})
}

// Spans that follow each other do so in base64 too, and none vanishes.
func TestSpansOnText(t *testing.T) {
	for n := 1; n <= 12; n++ {
		var spans []machine.Span
		for i := range n {
			spans = append(spans, machine.Span{Start: i, End: i + 1})
		}
		moved := OnText(spans, 5)
		at := 5
		for _, s := range moved {
			if s.Start != at || s.End <= s.Start {
				t.Fatalf("%d octets: %+v", n, moved)
			}
			at = s.End
		}
		text := base64.RawStdEncoding.EncodeToString(make([]byte, n))
		if at != 5+len(text) {
			t.Errorf("%d octets end at %d, their text at %d", n, at, 5+len(text))
		}
	}
}
