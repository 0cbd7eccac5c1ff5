package main

import "regexp"

var (
	htmlTag = regexp.MustCompile(`<html\b`)
	urlAttr = regexp.MustCompile(`\b(href|src)="([^"]*)"`)
)

// rebase makes index.html, which is written as if it lay among the page's files, work from above them: it says where
// they are in the attribute data-base of its html element, and each href and src that names one of them leads there.
func rebase(index []byte, base fileSet, prefix string) []byte {
	index = htmlTag.ReplaceAll(index, []byte(`<html data-base="`+prefix+`"`))
	return urlAttr.ReplaceAllFunc(index, func(attr []byte) []byte {
		m := urlAttr.FindSubmatch(attr)
		if _, ok := base[string(m[2])]; !ok {
			return attr
		}
		return []byte(string(m[1]) + `="` + prefix + string(m[2]) + `"`)
	})
}
