package web

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// staticPolicy is the policy of a document as it states it itself, for servers that send no header; who may frame the page can be
// said in a header only. It is "" for a file that is no document.
func staticPolicy(name string) string {
	if path.Ext(name) != ".html" {
		return ""
	}
	return strings.TrimSuffix(policyOf("/"+name), "; frame-ancestors 'self'")
}

// Static hands over the packed page as files for any web server: each as it is, and where it was packed compressed, its .br
// and .gz forms beside it, for servers that know to send them. Documents state their policy in themselves. index.html comes
// last: whoever asks meanwhile gets the old page or the new one, whole. It returns [ErrNoPage] where files hold no
// index.html, and the first error of write.
func Static(files fs.FS, write func(name string, data []byte) error) error {
	assets, err := load(files)
	if err != nil {
		return err
	}
	if assets["index.html"] == nil {
		return ErrNoPage
	}
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(assets)), func(name string) bool { return name == "index.html" })
	for _, name := range append(names, "index.html") {
		forms, err := assets[name].static(staticPolicy(name))
		if err != nil {
			return err
		}
		for _, suffix := range []string{".br", ".gz", ""} {
			if forms[suffix] == nil {
				continue
			}
			if err := write(name+suffix, forms[suffix]); err != nil {
				return err
			}
		}
	}
	return nil
}

// static returns the forms of a file by the suffix of their names. A document states its policy.
func (a *asset) static(policy string) (map[string][]byte, error) {
	_, _, content := a.form("")
	var plain bytes.Buffer
	if err := content(&plain); err != nil {
		return nil, err
	}
	if policy == "" {
		return map[string][]byte{"": plain.Bytes(), ".br": a.br, ".gz": a.gz}, nil
	}
	page := bytes.Replace(plain.Bytes(), []byte("<meta charset=\"utf-8\">"),
		[]byte("<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\""+policy+"\">"), 1)
	var zipped bytes.Buffer
	w, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(page); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return map[string][]byte{"": page, ".gz": zipped.Bytes()}, nil
}
