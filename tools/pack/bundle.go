package main

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// entries are the scripts that a browser starts; every other module beside them is joined into those that import it.
var entries = []string{"main.js", "worker.js", "reader.js", "boot.js", serviceWorker}

// eager tells a browser that knows it to compile all functions of a script while that arrives, beside the page's own thread. Most of
// main.js runs before the page can be used, and otherwise that thread would read each function twice and compile it when it is called
// (V8's explicit compile hints). To others it is a comment.
const eager = "//# allFunctionsCalledOnLoad"

// serviceWorker is the script that keeps the page for use without a network. It lies beside index.html, whose directory is
// what it may answer for, under a name that never changes.
const serviceWorker = "sw.js"

// sheet is the one style sheet that index.html's become.
const sheet = "page.css"

var styleLink = regexp.MustCompile(`\n *<link rel="stylesheet" href="([^"]*)">`)

// bundle joins the page's modules into the few scripts that are started, and the style sheets of index.html into one:
// each file is a request, and half a hundred of them take longer than all the rest of the start. The stage's files stay
// as they are.
func (s fileSet) bundle() error {
	scripts := map[string][]byte{}
	for _, entry := range entries {
		if s[entry] == nil {
			return fmt.Errorf("web/page has no %s", entry)
		}
		script, err := s.join(entry)
		if err != nil {
			return err
		}
		scripts[entry] = script
	}
	for _, p := range s.paths() {
		if path.Dir(p) == "." && path.Ext(p) == ".js" && p != "wasm_exec.js" {
			delete(s, p)
		}
	}
	for p, script := range scripts {
		s[p] = script
	}
	return s.joinStyles()
}

// join returns an entry with all that it imports, without comments and spaces.
func (s fileSet) join(entry string) ([]byte, error) {
	format := api.FormatESModule
	if entry == "boot.js" || entry == serviceWorker { // the classic ones
		format = api.FormatDefault
	}
	banner := map[string]string{}
	if entry == "main.js" {
		banner["js"] = eager
	}
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{entry}, Banner: banner, Bundle: true, Format: format, Target: api.ES2022, Charset: api.CharsetUTF8,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, LegalComments: api.LegalCommentsNone,
		Plugins: []api.Plugin{{Name: "set", Setup: s.serve}},
	})
	if len(result.Errors) > 0 {
		e := result.Errors[0]
		if e.Location == nil {
			return nil, fmt.Errorf("web/page/%s: %s", entry, e.Text)
		}
		return nil, fmt.Errorf("web/page/%s:%d: %s", strings.TrimPrefix(e.Location.File, "set:"), e.Location.Line, e.Text)
	}
	return result.OutputFiles[0].Contents, nil
}

// serve lets the joining read from the set, in which all modules lie side by side.
func (s fileSet) serve(build api.PluginBuild) {
	build.OnResolve(api.OnResolveOptions{Filter: `.*`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		name := path.Clean(args.Path)
		if s[name] == nil {
			return api.OnResolveResult{}, fmt.Errorf("there is no %s", args.Path)
		}
		return api.OnResolveResult{Path: name, Namespace: "set"}, nil
	})
	build.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: "set"}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		text := string(s[args.Path])
		return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, nil
	})
}

// joinStyles puts the style sheets of index.html into one, in their order, and makes index.html name that.
func (s fileSet) joinStyles() error {
	index := s["index.html"]
	var all strings.Builder
	for _, m := range styleLink.FindAllSubmatch(index, -1) {
		name := string(m[1])
		if s[name] == nil {
			return fmt.Errorf("web/page/index.html names what is not there: %s", name)
		}
		all.Write(s[name])
		all.WriteByte('\n')
		delete(s, name)
	}
	result := api.Transform(all.String(), api.TransformOptions{Loader: api.LoaderCSS, MinifyWhitespace: true, Charset: api.CharsetUTF8,
		LegalComments: api.LegalCommentsNone})
	if len(result.Errors) > 0 {
		return fmt.Errorf("style sheets, line %d of all: %s", result.Errors[0].Location.Line, result.Errors[0].Text)
	}
	s[sheet] = result.Code
	first := true
	s["index.html"] = styleLink.ReplaceAllFunc(index, func([]byte) []byte {
		if !first {
			return nil
		}
		first = false
		return []byte("\n  <link rel=\"stylesheet\" href=\"" + sheet + "\">")
	})
	return nil
}
