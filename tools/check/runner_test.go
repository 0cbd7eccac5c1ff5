package main

import (
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
	r := &runner{}
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
