package main

import (
	"fmt"
	"regexp"
	"strings"
)

// preload makes the browser fetch the core while it still reads the document. The loader fetches it in the same way
// later, and gets what is on its way.
const preload = `<head>
  <link rel="preload" href="%s" as="fetch" type="application/wasm" crossorigin>`

var (
	headTag = regexp.MustCompile(`<head>`)
	htmlTag = regexp.MustCompile(`<html\b`)
	urlAttr = regexp.MustCompile(`\b(href|src)="([^"]*)"`)
)

// rebase makes index.html, which is written as if it lay among the page's files, work from above them: each href and src
// that names one of them leads there. A name that is none of them is an error. tutor is the URL of the core, which is
// fetched ahead; lesson is the one that a first visitor opens, in the attribute data-lesson of the html element.
func rebase(index []byte, base fileSet, prefix, tutor, lesson string) ([]byte, error) {
	var missing []string
	index = htmlTag.ReplaceAll(index, []byte(`<html data-lesson="`+lesson+`"`))
	index = urlAttr.ReplaceAllFunc(index, func(attr []byte) []byte {
		m := urlAttr.FindSubmatch(attr)
		name := string(m[2])
		if _, ok := base[name]; ok {
			return []byte(string(m[1]) + `="` + prefix + name + `"`)
		}
		if name != "./" && !strings.HasPrefix(name, "#") {
			missing = append(missing, name)
		}
		return attr
	})
	index = headTag.ReplaceAll(index, fmt.Appendf(nil, preload, tutor))
	if missing != nil {
		return nil, fmt.Errorf("web/page/index.html names what is not there: %s", strings.Join(missing, ", "))
	}
	return index, nil
}
