//go:build !js && !386

package sim_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// listed is a package as `go list` tells of it.
type listed struct {
	ImportPath string
	Dir        string
	Export     string
	GoFiles    []string
	Imports    []string
	Standard   bool
}

// house is the package's place in the house: "sim/smtp" for ehlo/sim/smtp.
func (p listed) house() string { return strings.TrimPrefix(p.ImportPath, "ehlo/") }

// forTests says whether a package holds only what tests use.
func (p listed) forTests() bool { return strings.HasSuffix(p.ImportPath, "test") }

// list asks the go command for packages, natively or for the browser.
func list(browser bool, args ...string) ([]listed, error) {
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if browser {
		cmd.Env = append(cmd.Env, "GOOS=js", "GOARCH=wasm")
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, errors.New(err.Error() + ": " + stderr.String())
	}
	var all []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); err == io.EOF {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
}

// houseOnce lists every package of the house but those for tests, with all imports that it has in the browser or
// natively.
var houseOnce = sync.OnceValues(func() ([]listed, error) {
	var all []listed
	at := map[string]int{}
	for _, browser := range []bool{false, true} {
		some, err := list(browser, "-e", "-json=ImportPath,Dir,GoFiles,Imports", "./...")
		if err != nil {
			return nil, err
		}
		for _, p := range some {
			i, again := at[p.ImportPath]
			switch {
			case p.forTests():
			case again:
				all[i].Imports = slices.Compact(slices.Sorted(slices.Values(append(all[i].Imports, p.Imports...))))
			default:
				at[p.ImportPath] = len(all)
				all = append(all, p)
			}
		}
	}
	return all, nil
})

func house(t *testing.T) []listed {
	t.Helper()
	all, err := houseOnce()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// core lists the packages under sim.
func core(t *testing.T) []listed {
	t.Helper()
	var under []listed
	for _, p := range house(t) {
		if within(p.house(), "sim") {
			under = append(under, p)
		}
	}
	return under
}

func TestPurity(t *testing.T) {
	deps, err := list(false, "-deps", "-export", "-json=ImportPath,Dir,Export,GoFiles,Standard", "./sim/...")
	if err != nil {
		t.Fatal(err)
	}
	exports := map[string]string{}
	for _, p := range deps {
		exports[p.ImportPath] = p.Export
	}
	fset := token.NewFileSet()
	imports := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	for _, p := range deps {
		if !within(p.house(), "sim") || p.Standard || p.forTests() {
			continue
		}
		t.Run(p.house(), func(t *testing.T) {
			var files []*ast.File
			for _, name := range p.GoFiles {
				f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
				if err != nil {
					t.Fatal(err)
				}
				files = append(files, f)
			}
			info := newInfo()
			if _, err := (&types.Config{Importer: imports}).Check(p.ImportPath, fset, files, info); err != nil {
				t.Fatal(err)
			}
			for _, fault := range impurities(fset, info, files, within(p.house(), "sim/scene")) {
				t.Error(fault)
			}
		})
	}
}

func TestPurityFindsWhatItLooksFor(t *testing.T) {
	const source = `package p
import ("fmt"; "time"; now "time")
type Rate float64
func f(d time.Duration, start time.Time) {
	go f(d, start)
	select {}
	var c chan int
	_ = now.Now
	_ = d.Seconds()
	time.Sleep(1e9)
	fmt.Println()
	const exact = 1.5e3
	_ = Rate(2)
	_, _ = start.Add(exact), c
}`
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	info := newInfo()
	if _, err := (&types.Config{Importer: importer.ForCompiler(fset, "source", nil)}).Check("p", fset, []*ast.File{f}, info); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, fault := range impurities(fset, info, []*ast.File{f}, false) {
		place, _, _ := strings.Cut(fault, ": ")
		lines = append(lines, strings.TrimPrefix(place, "p.go:"))
	}
	if got, want := strings.Join(lines, " "), "3 5 6 7 8 9 10 11 13"; got != want {
		t.Errorf("faults in lines %s, want %s", got, want)
	}
}

func newInfo() *types.Info {
	return &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
}

// impurities lists what in the source of a package of the core breaks the laws, each with the reason.
func impurities(fset *token.FileSet, info *types.Info, files []*ast.File, floats bool) []string {
	c := purity{fset: fset, info: info, floats: floats}
	for _, f := range files {
		ast.Inspect(f, c.node)
	}
	return c.faults
}

// purity looks at the source of one package.
type purity struct {
	fset   *token.FileSet
	info   *types.Info
	floats bool // floating point is allowed here
	line   int  // of the latest floating point, so that a line is reported once
	faults []string
}

func (c *purity) report(n ast.Node, what, reason string) {
	at := c.fset.Position(n.Pos())
	c.faults = append(c.faults, fmt.Sprintf("%s:%d: %s: %s", filepath.Base(at.Filename), at.Line, what, reason))
}

func (c *purity) node(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.GoStmt:
		c.report(n, "a go statement", concurrencyReason)
	case *ast.SelectStmt:
		c.report(n, "a select statement", concurrencyReason)
	case *ast.ChanType:
		c.report(n, "a channel", concurrencyReason)
	case *ast.Ident:
		if o := c.info.Uses[n]; o != nil && o.Pkg() != nil {
			if name := o.Pkg().Path() + "." + o.Name(); o.Parent() == o.Pkg().Scope() && forbidden[name] != "" {
				c.report(n, name, forbidden[name])
			}
		}
	}
	if e, ok := n.(ast.Expr); ok && !c.floats {
		tv := c.info.Types[e]
		// Untyped constants are exact; what they become has a type.
		if b, ok := basic(tv.Type); ok && b.Info()&(types.IsFloat|types.IsComplex) != 0 && b.Info()&types.IsUntyped == 0 {
			if line := c.fset.Position(e.Pos()).Line; line != c.line {
				c.line = line
				c.report(e, "floating point ("+b.Name()+")", floatReason)
			}
		}
	}
	return true
}

func basic(t types.Type) (*types.Basic, bool) {
	if t == nil {
		return nil, false
	}
	b, ok := t.Underlying().(*types.Basic)
	return b, ok
}
