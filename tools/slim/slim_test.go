package slim

import (
	"bytes"
	"compress/gzip"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// program prints something, collects garbage with pointers on its stack, and shows where it stands.
const program = `package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
)

type list struct {
	next *list
	text string
}

func deep(n int, l *list) int {
	if n == 0 {
		runtime.GC()
		os.Stdout.Write(debug.Stack())
		return 0
	}
	more := &list{l, fmt.Sprint(n)}
	count := deep(n-1, more)
	if more.text != fmt.Sprint(n) || more.next != l {
		panic("a pointer was lost")
	}
	return count + 1
}

func main() {
	defer func() { fmt.Println("recovered:", recover()) }()
	fmt.Println(deep(100, nil))
	var none *list
	fmt.Println(none.text)
}
`

func TestTheProgramDoesTheSame(t *testing.T) {
	module := build(t)
	for _, o := range []Options{{Lines: true}, {}} {
		slim, err := Program(module, o)
		if err != nil {
			t.Fatal(err)
		}
		output := run(t, slim)
		for _, want := range []string{"main.deep", "\n100\n", "recovered: runtime error: invalid memory address"} {
			if !strings.Contains(output, want) {
				t.Errorf("%+v: no %q in\n%s", o, want, output)
			}
		}
		if got := strings.Contains(output, "main.go:"); got != o.Lines {
			t.Errorf("%+v: lines in the trace: %v", o, got)
		}
		if before, after := packed(t, module), packed(t, slim); after > before*95/100 {
			t.Errorf("%+v: %d octets packed, %d before", o, after, before)
		}
	}
}

func TestSegmentsFillTheSameMemory(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 0))
		memory := make([]byte, r.IntN(5000))
		for range r.IntN(20) {
			for i, n := r.IntN(len(memory)+1), r.IntN(300); n > 0 && i < len(memory); i, n = i+1, n-1 {
				memory[i] = byte(r.Uint32())
			}
		}
		got, err := load(segments(memory))
		if err != nil {
			t.Fatal(err)
		}
		if want := bytes.TrimRight(memory, "\x00"); !bytes.Equal(got, want) {
			t.Fatalf("seed %d: the memory differs", seed)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, value := range []int64{0, 1, 63, 64, -1, -64, -65, 8191, 8192, 1 << 31, -1 << 31, 1<<62 + 5, -1 << 63} {
		if got, n := readSigned(appendSigned(nil, value)); got != value || n == 0 {
			t.Errorf("%d was read as %d", value, got)
		}
	}
}

func TestWhatIsNotOfGo(t *testing.T) {
	for _, test := range []struct{ name, module, want string }{
		{"text", "hello", "not a WebAssembly module"},
		{"cut", preamble + "\x0b\x7f", "ends too early"},
		{"without data", preamble, "no data"},
		{"passive segment", preamble + "\x0b\x05\x01\x01\x02ab", "constant address"},
		{"far away", preamble + "\x0b\x0b\x01\x00\x41\x80\x80\x80\x80\x04\x0b\x01x", "outside"},
		{"no table", preamble + "\x0b\x07\x01\x00\x41\x00\x0b\x01x", "tables of functions"},
	} {
		_, err := Program([]byte(test.module), Options{})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
}

func build(t *testing.T) []byte {
	dir := t.TempDir()
	source, out := filepath.Join(dir, "main.go"), filepath.Join(dir, "main.wasm")
	if err := os.WriteFile(source, []byte(program), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "build", "-ldflags=-s -w", "-o", out, source)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	module, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return module
}

func run(t *testing.T, module []byte) string {
	file := filepath.Join(t.TempDir(), "program.wasm")
	if err := os.WriteFile(file, module, 0o644); err != nil {
		t.Fatal(err)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	output, err := exec.Command(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "go_js_wasm_exec"), file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v (on %s, with Node)\n%s", err, runtime.GOOS, output)
	}
	return string(output)
}

func packed(t *testing.T, data []byte) int {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}
