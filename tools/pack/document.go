package main

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	htmlTag = regexp.MustCompile(`<html\b`)
	urlAttr = regexp.MustCompile(`\b(href|src)="([^"]*)"`)
)

// rebase makes index.html, which is written as if it lay among the page's files, work from above them: each href and src
// that names one of them leads there. A name that is none of them is an error. The html element is told where the core's
// program is, in data-program, and which lesson a first visitor opens, in data-lesson.
func rebase(index []byte, base fileSet, prefix, program, lesson string) ([]byte, error) {
	var missing []string
	index = htmlTag.ReplaceAll(index, []byte(`<html data-program="`+program+`" data-lesson="`+lesson+`"`))
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
	if missing != nil {
		return nil, fmt.Errorf("web/page/index.html names what is not there: %s", strings.Join(missing, ", "))
	}
	return index, nil
}
