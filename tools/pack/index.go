package main

import (
	"encoding/json"
	"path"
	"strings"
)

// addIndexes adds the lists that the page asks for, since a web server has no directories to read.
func (s fileSet) addIndexes() error {
	locales := map[string][]string{}
	for _, p := range s.paths() {
		if dir, file := path.Split(p); path.Dir(path.Clean(dir)) == "locales" && path.Ext(file) == ".toml" {
			lang := path.Base(dir)
			locales[lang] = append(locales[lang], file)
		}
	}
	var err error
	s["locales/index.json"], err = json.Marshal(locales)
	if err != nil {
		return err
	}
	return s.indexWorlds()
}

func (s fileSet) indexWorlds() error {
	type entry struct {
		Name  string `json:"name"`
		Title string `json:"title"`
	}
	var list []entry
	for _, p := range s.paths() {
		if path.Dir(p) != "worlds" {
			continue
		}
		name := strings.TrimSuffix(path.Base(p), ".toml")
		title := name
		for line := range strings.Lines(string(s[p])) {
			if t, ok := strings.CutPrefix(line, "title = "); ok {
				title = strings.Trim(strings.TrimSpace(t), `"`)
			}
		}
		list = append(list, entry{name, title})
	}
	data, err := json.Marshal(list)
	s["worlds/index.json"] = data
	return err
}
