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

// start is what the page has to know before anything else.
type start struct {
	program string // the path of the core's program
	full    string // and of the one with shells
	octets  int    // of which that one consists, unpacked
	lesson  string // the identifier of the lesson that a first visitor opens
}

// rebase makes index.html, which is written as if it lay among the page's files, work from above them: each href and src
// that names one of them leads there. A name that is none of them is an error. The html element is told how to start, in
// data attributes.
func rebase(index []byte, base fileSet, prefix string, s start) ([]byte, error) {
	var missing []string
	index = htmlTag.ReplaceAll(index, fmt.Appendf(nil, `<html data-program="%s" data-full="%s" data-octets="%d" data-lesson="%s"`,
		s.program, s.full, s.octets, s.lesson))
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
