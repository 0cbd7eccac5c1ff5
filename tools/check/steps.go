package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// nested are the modules besides the product's own: what builds and tests it and stays out of its go.mod.
var nested = []string{"tools", "test/cmd", "test/browser", "test/clients", "test/peers"}

var jsWasm = []string{"GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0"}

// lint runs the checks that look at the source only.
func lint(r *runner) {
	r.check(step{name: "gofmt", args: []string{"gofmt", "-l", "cmd", "lessons", "sim", "test", "tools", "wasm", "web"}},
		func(output string) bool { return strings.TrimSpace(output) != "" })
	r.check(step{name: "go vet", args: []string{"go", "vet", "./..."}}, nil)
	r.check(step{name: "go vet js/wasm", env: jsWasm, args: []string{"go", "vet", "./wasm/..."}}, nil)
	for _, dir := range nested {
		r.check(step{name: "go vet " + dir, dir: dir, args: []string{"go", "vet", "./..."}}, nil)
	}
	for _, dir := range append([]string{"."}, nested...) {
		r.check(step{name: "go mod tidy -diff " + dir, dir: dir, args: []string{"go", "mod", "tidy", "-diff"}}, nil)
	}
	r.check(step{name: "citations of RFCs", dir: "tools", args: []string{"go", "run", "./cite", "check", "-root", ".."}}, nil)
	bin, ok := tools(r)
	if !ok {
		return
	}
	static := filepath.Join(bin, "staticcheck")
	r.check(step{name: "staticcheck", args: []string{static, "./..."}}, nil)
	r.check(step{name: "staticcheck js/wasm", env: jsWasm, args: []string{static, "./wasm/..."}}, nil)
	for _, dir := range nested {
		r.check(step{name: "staticcheck " + dir, dir: dir, args: []string{static, "./..."}}, nil)
	}
	vulnerabilities(r, filepath.Join(bin, "govulncheck"))
}

// tools builds the checkers that tools/go.mod pins, and returns the directory they are in.
func tools(r *runner) (bin string, ok bool) {
	bin, err := filepath.Abs("build/tools")
	if err != nil {
		r.fail(err.Error())
		return "", false
	}
	ok = r.check(step{name: "build staticcheck and govulncheck", dir: "tools",
		args: []string{"go", "build", "-o", bin + "/", "honnef.co/go/tools/cmd/staticcheck", "golang.org/x/vuln/cmd/govulncheck"}}, nil)
	return bin, ok
}

// vulnerabilities compares what the product calls with the list of known vulnerabilities, where that can be fetched.
func vulnerabilities(r *runner, govulncheck string) {
	c := exec.Command(govulncheck, "./...")
	out, err := c.CombinedOutput()
	switch text := string(out); {
	case err == nil:
		fmt.Println("ok    govulncheck")
		r.passed++
	case strings.Contains(text, "Vulnerability #"):
		fmt.Printf("%s\nFAIL  govulncheck\n", text)
		r.fail("govulncheck")
	default:
		lines := strings.Split(strings.TrimSpace(text), "\n")
		note := "not done: govulncheck, because the list of vulnerabilities cannot be reached from here: " + lines[len(lines)-1]
		fmt.Println(note)
		r.notes = append(r.notes, note)
	}
}

// test runs all tests.
func test(r *runner) {
	// What is long and says nothing of goroutines or of the platform is left to the run on 386, which is several times as fast.
	on386 := runtime.GOARCH == "amd64" || runtime.GOARCH == "386"
	race := []string{"go", "test", "-race", "./..."}
	if on386 {
		race = slices.Insert(race, 3, "-short")
	}
	r.tests(step{name: "tests with -race", env: []string{"CGO_ENABLED=1"}, args: race})
	if goroot, err := exec.Command("go", "env", "GOROOT").Output(); err != nil {
		r.fail("go env GOROOT: " + err.Error())
	} else {
		node := filepath.Join(strings.TrimSpace(string(goroot)), "lib/wasm/go_js_wasm_exec")
		r.tests(step{name: "tests on js/wasm", bare: true, env: append(smallEnv(), jsWasm...),
			args: []string{"go", "test", "-short", "-exec", node, "./sim/...", "./lessons/..."}})
	}
	if on386 {
		r.tests(step{name: "tests on 386", env: []string{"GOARCH=386", "CGO_ENABLED=0"}, args: []string{"go", "test", "./sim/...", "./lessons/..."}})
	} else {
		r.notes = append(r.notes, "not done: the tests on 386, because this processor does not run its programs")
	}
	r.tests(step{name: "tests of what starts the page", args: []string{"go", "test", "-tags", "first", "-run", "^TestFirst", "./sim/script", "./lessons/proof", "./lessons/tutor"}})
	for _, dir := range nested {
		// What these run (the binary, the browser) is not known to the test cache: -count=1 asks for it anew.
		r.tests(step{name: "tests of " + dir, dir: dir, args: []string{"go", "test", "-count=1", "-timeout=20m", "./..."}})
	}
}

// unchanged checks, in a checkout made for the run, that tests and builds write nothing into the tree.
func unchanged(r *runner) {
	r.check(step{name: "the tree is as it was", args: []string{"git", "status", "--porcelain"}},
		func(output string) bool { return strings.TrimSpace(output) != "" })
}

// smallEnv is the environment for Node: Go's loader hands over only a few kilobytes of it.
func smallEnv() []string {
	var env []string
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "GOFLAGS", "GOPROXY", "GOCACHE", "GOMODCACHE", "GOPATH", "GOTOOLCHAIN", "GONOSUMDB", "GOSUMDB", "GOPRIVATE"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// fuzz finds every fuzz target and runs each for a while.
func fuzz(r *runner, d time.Duration) {
	out, err := exec.Command("go", "list", "-f", "{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}", "./...").Output()
	if err != nil {
		r.fail("go list: " + err.Error())
		return
	}
	for pkg := range strings.FieldsSeq(string(out)) {
		names, err := exec.Command("go", "test", "-list", "^Fuzz", pkg).Output()
		if err != nil {
			r.fail(pkg + ": " + err.Error())
			continue
		}
		for name := range strings.FieldsSeq(string(names)) {
			if strings.HasPrefix(name, "Fuzz") {
				r.check(step{name: pkg + " " + name, args: []string{"go", "test", "-run", "^$", "-fuzz", "^" + name + "$", "-fuzztime", d.String(), pkg}}, nil)
			}
		}
	}
}
