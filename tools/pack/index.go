package main

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"ehlo/lessons"
	"ehlo/lessons/json"
	"ehlo/lessons/locale"
	"ehlo/lessons/markdown"
	"ehlo/lessons/packed"
	"ehlo/sim/persona"
	"ehlo/sim/world"
)

// addIndexes adds the lists that the page asks for, since a web server has no directories to read. Worlds, personas and
// lessons are read here, and packed in the place of their files: the core in the browser reads no TOML. One with a mistake is
// not packed.
func (s fileSet) addIndexes() error {
	for name, list := range map[string]func() ([][]string, error){
		"locales/index.txt": s.locales,
		"worlds/index.txt":  s.worlds,
		"lessons/index.txt": s.lessons,
	} {
		lines, err := list()
		if err != nil {
			return err
		}
		var text strings.Builder
		for _, parts := range lines {
			for _, part := range parts {
				if strings.ContainsAny(part, "\t\n") {
					return fmt.Errorf("%s: a tab or a line end in %q", name, part)
				}
			}
			text.WriteString(strings.Join(parts, "\t") + "\n")
		}
		s[name] = []byte(text.String())
	}
	return nil
}

// locales packs the catalogue files of each language into the files that a page loads: its own texts, the core's, the
// reader's, and those on real servers. It lists the languages. A text that cannot be read is not packed.
func (s fileSet) locales() ([][]string, error) {
	files := map[string][]locale.File{}
	for _, p := range s.paths() {
		if dir, file := path.Split(p); path.Dir(path.Clean(dir)) == "locales" && path.Ext(file) == ".toml" {
			lang := path.Base(dir)
			files[lang] = append(files[lang], locale.File{Name: "web/" + p, Text: s[p]})
			delete(s, p)
		}
	}
	english, err := locale.Load("en", files["en"]...)
	if err != nil {
		return nil, err
	}
	var list [][]string
	for _, lang := range slices.Sorted(maps.Keys(files)) {
		c, err := locale.Load(lang, files[lang]...)
		if err != nil {
			return nil, err
		}
		list = append(list, []string{lang})
		core, reader := c.Texts(""), c.Texts("")
		maps.DeleteFunc(core, func(id, _ string) bool {
			return locale.ForPage(id) || locale.ForReader(id)
		})
		maps.DeleteFunc(reader, func(id, _ string) bool { return !locale.ForReader(id) })
		s["locales/"+lang+"/"+locale.Packed] = locale.Pack(core)
		s["locales/"+lang+"/"+locale.PackedReader] = locale.Pack(reader)
		s["locales/"+lang+"/bridge.txt"] = locale.Pack(c.Or(english).Texts(locale.BridgePrefix))
		s["locales/"+lang+"/course.txt"] = locale.Pack(c.Or(english).Texts(locale.CoursePrefix))
		s["locales/"+lang+"/mail.txt"] = locale.Pack(c.Or(english).Texts(locale.MailPrefix))
		s["locales/"+lang+"/bench.txt"] = locale.Pack(c.Or(english).Texts(locale.BenchPrefix))
		s["locales/"+lang+"/page.txt"] = locale.Pack(c.Or(english).Texts(locale.PagePrefix))
	}
	return list, nil
}

// worlds packs the worlds and lists them: name, title.
func (s fileSet) worlds() ([][]string, error) {
	var list [][]string
	known, err := s.packPersonas()
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
		list = append(list, []string{name, def.Title})
		s["worlds/"+name+".bin"] = packed.Append(nil, *def)
		s["worlds/"+name+".txt"] = s[p] // to be changed
		delete(s, p)
	}
	return list, nil
}

// packPersonas packs the personas into one file: a world that somebody has written can name any of them. Worlds that are packed
// hold those that they name.
func (s fileSet) packPersonas() ([]*persona.Persona, error) {
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
		delete(s, p)
	}
	s["personas.bin"] = packed.Append(nil, known)
	return known, nil
}

// lessons packs the lessons and lists the course of each language in its order, which is that of the folders: language,
// folder, id, world, minutes, chapter, title, kind, routes with a space between them, and "drawn" where it comes from a seed. Of
// such a lesson the files are packed as they are: the page's reader makes the lesson when its seed is known.
func (s fileSet) lessons() ([][]string, error) {
	var list [][]string
	for _, p := range s.paths() {
		folder, ok := strings.CutSuffix(p, "/"+lessons.LessonFile)
		if !ok {
			continue
		}
		lang, dir := path.Base(path.Dir(folder)), path.Base(folder)
		files := s.lessonFiles(folder)
		l, err := readLesson(files)
		if err != nil {
			return nil, fmt.Errorf("lessons/content/%s: %w", lang, err)
		}
		id, drawn := l.ID, ""
		if l.Drawn {
			drawn = "drawn"
			id, _ = lessons.CutSeed(id)
			s[folder+"/"+lessons.BundleFile] = json.Append(nil, files.Bundle())
		} else {
			s[folder+"/"+lessons.PackedFile] = l.Pack()
		}
		list = append(list, []string{lang, dir, id, l.World, strconv.Itoa(l.Minutes), l.Chapter, l.Title, l.Kind,
			strings.Trim(fmt.Sprint(l.Routes), "[]"), drawn})
	}
	return list, nil
}

// lessonFiles takes the files of a lesson out of the set.
func (s fileSet) lessonFiles(folder string) lessons.Files {
	files, _ := lessons.ReadFiles(path.Base(folder), func(name string) ([]byte, error) { // it returns the error of this function only
		text := s[folder+"/"+name]
		delete(s, folder+"/"+name)
		return text, nil
	})
	return files
}

// readLesson reads a lesson, drawn with the first seed where it is drawn.
func readLesson(files lessons.Files) (*lessons.Lesson, error) {
	files, err := files.Draw(1)
	if err != nil {
		return nil, err
	}
	return markdown.Read(files)
}
