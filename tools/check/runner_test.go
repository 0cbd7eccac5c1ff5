package main

import (
	"io"
	"strings"
	"testing"
)

func TestCounting(t *testing.T) {
	const output = `{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"--- PASS: TestA\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestB","Output":"    b_test.go:7: needs a disk\n"}
{"Action":"skip","Package":"p","Test":"TestB"}
{"Action":"fail","Package":"p","Test":"TestC"}
{"Action":"fail","Package":"p"}
{"Action":"skip","Package":"without-tests"}
{"Action":"build-fail","ImportPath":"q"}
{"Action":"fail","Package":"q"}
`
	r := &runner{out: io.Discard}
	r.read("unit", strings.NewReader(output))
	if r.passed != 1 || r.failed != 2 || r.skipped != 1 {
		t.Errorf("%d passed, %d failed, %d skipped", r.passed, r.failed, r.skipped)
	}
	if got := strings.Join(r.failures, "; "); got != "unit: p TestC; unit: q" {
		t.Errorf("failures: %s", got)
	}
	if got := strings.Join(r.notes, "; "); got != "skipped: unit: p TestB: b_test.go:7: needs a disk" {
		t.Errorf("notes: %s", got)
	}
}

// TestBeside runs the test above twice at once, in a module that exists and in one that does not.
func TestBeside(t *testing.T) {
	var said strings.Builder
	r := &runner{out: &said}
	good := r.beside(step{name: "good", args: []string{"go", "test", "-run=^TestCounting$", "."}})
	bad := r.beside(step{name: "bad", args: []string{"go", "test", "./nowhere"}})
	if good(); r.passed != 1 || r.failed != 0 {
		t.Errorf("%d passed, %d failed: %s", r.passed, r.failed, &said)
	}
	if bad(); r.passed != 1 || r.failed == 0 || len(r.failures) != r.failed {
		t.Errorf("%d passed, %d failed: %s", r.passed, r.failed, &said)
	}
	if text := said.String(); strings.Index(text, "ok    good: 1 passed") > strings.Index(text, "FAIL  bad: 0 passed") {
		t.Errorf("what was waited for first is not said first:\n%s", text)
	}
}
