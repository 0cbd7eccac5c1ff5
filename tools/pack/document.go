package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

var (
	htmlTag = regexp.MustCompile(`<html\b`)
	invite  = regexp.MustCompile(`(<p class="invite" id="invite">)(</p>)`)
	urlAttr = regexp.MustCompile(`\b(href|src)="([^"]*)"`)
)

// start is what the page has to know before anything else.
type start struct {
	program string // the path of the core's program
	full    string // and of the one with shells
	octets  int    // of which that one consists, unpacked
	lesson  string // the identifier of the lesson that a first visitor opens
	invite  string // the HTML of the line that invites one, in English
}

// rebase makes index.html, which is written as if it lay among the page's files, work from above them: each href and src
// that names one of them leads there. A name that is none of them is an error. The html element is told how to start, in
// data attributes, and the line that invites a first visitor stands in it before any script has run.
func rebase(index []byte, base fileSet, prefix string, s start) ([]byte, error) {
	var missing []string
	index = htmlTag.ReplaceAll(index, fmt.Appendf(nil, `<html data-program="%s" data-full="%s" data-octets="%d" data-lesson="%s"`,
		s.program, s.full, s.octets, s.lesson))
	if !invite.Match(index) {
		return nil, errors.New("web/page/index.html has no place for the invitation")
	}
	index = invite.ReplaceAll(index, []byte("${1}"+strings.ReplaceAll(s.invite, "$", "$$")+"${2}"))
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
