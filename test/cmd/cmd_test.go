// Package cmd tests the ehlo program from outside: each file in testdata is a session at a terminal with what it has to
// print. `go test -update` writes what the program prints now into the files.
package cmd

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write what the program prints into testdata")

// bin is the directory of the program, built natively as ehlo and for js/wasm as ehlo.wasm.
var bin string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	flag.Parse()
	var err error
	if bin, err = os.MkdirTemp("", "ehlo-test"); err == nil {
		defer os.RemoveAll(bin)
		err = build()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func build() error {
	for name, env := range map[string][]string{
		"ehlo":      {"CGO_ENABLED=0"},
		"ehlo.wasm": {"CGO_ENABLED=0", "GOOS=js", "GOARCH=wasm"},
	} {
		c := exec.Command("go", "build", "-o", filepath.Join(bin, name), "./cmd/ehlo")
		c.Dir, c.Env = "../..", append(os.Environ(), env...)
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("go build %s: %v\n%s", name, err, out)
		}
	}
	return nil
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", bin+string(filepath.ListSeparator)+env.Getenv("PATH"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"wasm": wasm},
	})
}

// wasm runs the program that was built for js/wasm in Node: wasm ehlo ARGUMENT...
func wasm(ts *testscript.TestScript, neg bool, args []string) {
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	ts.Check(err)
	support := filepath.Join(string(goroot[:len(goroot)-1]), "lib", "wasm", "wasm_exec_node.js")
	err = ts.Exec("node", append([]string{support, filepath.Join(bin, "ehlo.wasm")}, args[1:]...)...)
	if (err != nil) != neg {
		ts.Fatalf("wasm %v on %s: %v", args, runtime.Version(), err)
	}
}
