package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"ehlo/lessons"
	"ehlo/lessons/locale"
	"ehlo/lessons/markdown"
	"ehlo/sim/persona"
	"ehlo/sim/world"
)

// addIndexes adds the lists that the page asks for, since a web server has no directories to read. Worlds, personas and
// lessons are read by the code that will read them in the browser: one with a mistake is not packed.
func (s fileSet) addIndexes() error {
	for name, list := range map[string]func() (any, error){
		"locales/index.json":  s.locales,
		"worlds/index.json":   s.worlds,
		"personas/index.json": s.personas,
		"lessons/index.json":  s.lessons,
	} {
		value, err := list()
		if err != nil {
			return err
		}
		if s[name], err = json.Marshal(value); err != nil {
			return err
		}
	}
	return nil
}

// locales packs the catalogue files of each language into the one file that a page loads, and lists the languages. A text
// that cannot be read is not packed.
func (s fileSet) locales() (any, error) {
	files := map[string][]locale.File{}
	for _, p := range s.paths() {
		if dir, file := path.Split(p); path.Dir(path.Clean(dir)) == "locales" && path.Ext(file) == ".toml" {
			lang := path.Base(dir)
			files[lang] = append(files[lang], locale.File{Name: "web/" + p, Text: s[p]})
			delete(s, p)
		}
	}
	for lang, f := range files {
		c, err := locale.Load(lang, f...)
		if err != nil {
			return nil, err
		}
		s["locales/"+lang+"/"+locale.Packed] = c.Pack()
	}
	return slices.Sorted(maps.Keys(files)), nil
}

// worldEntry is a world in the index.
type worldEntry struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

func (s fileSet) worlds() (any, error) {
	list := []worldEntry{}
	known, err := s.readPersonas()
	if err != nil {
		return nil, err
	}
	for _, p := range s.paths() {
		if path.Dir(p) != "worlds" || path.Ext(p) != ".toml" {
			continue
		}
		name := strings.TrimSuffix(path.Base(p), ".toml")
		def, err := world.Parse(name, s[p], known...)
		if err != nil {
			return nil, fmt.Errorf("sim/worlds: %w", err)
		}
		list = append(list, worldEntry{name, def.Title})
	}
	return list, nil
}

// personas lists the names of the personas.
func (s fileSet) personas() (any, error) {
	names := []string{}
	known, err := s.readPersonas()
	for _, p := range known {
		names = append(names, p.Name)
	}
	return names, err
}

func (s fileSet) readPersonas() ([]*persona.Persona, error) {
	var known []*persona.Persona
	for _, p := range s.paths() {
		if path.Dir(p) != "personas" || path.Ext(p) != ".toml" {
			continue
		}
		read, err := persona.Parse(strings.TrimSuffix(path.Base(p), ".toml"), s[p])
		if err != nil {
			return nil, fmt.Errorf("sim/personas: %w", err)
		}
		known = append(known, read)
	}
	return known, nil
}

// lessonEntry is a lesson in the index. Dir is its folder, below lessons/LANGUAGE/.
type lessonEntry struct {
	ID      string `json:"id"`
	Dir     string `json:"dir"`
	Title   string `json:"title"`
	Chapter string `json:"chapter"`
	World   string `json:"world"`
	Minutes int    `json:"minutes"`
}

// lessons lists the course in each language; folders are in course order.
func (s fileSet) lessons() (any, error) {
	list := map[string][]lessonEntry{}
	for _, p := range s.paths() {
		folder, ok := strings.CutSuffix(p, "/"+lessons.LessonFile)
		if !ok {
			continue
		}
		lang, dir := path.Base(path.Dir(folder)), path.Base(folder)
		l, err := markdown.Read(dir, s[p], s[folder+"/"+lessons.SolutionFile])
		if err != nil {
			return nil, fmt.Errorf("lessons/content/%s: %w", lang, err)
		}
		list[lang] = append(list[lang], lessonEntry{l.ID, dir, l.Title, l.Chapter, l.World, l.Minutes})
	}
	return list, nil
}
