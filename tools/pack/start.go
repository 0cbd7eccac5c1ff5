package main

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"ehlo/lessons"
	"ehlo/lessons/locale"
)

// addStarts adds for each language start/LANG.txt, the files that the core asks for when it starts with the first lesson
// of the course, in one: a request for each would take longer than reading them. It returns that lesson's identifier. The
// other lessons and worlds are fetched when they are opened.
//
// The form is a line for each file with its path, a tab and its length in octets; an empty line; the files one after the
// other. worker.js reads it.
func (s fileSet) addStarts() (lesson string, err error) {
	courses := map[string][]string{} // the first line of each language in the index of lessons
	for line := range strings.Lines(string(s["lessons/index.txt"])) {
		if parts := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); courses[parts[0]] == nil {
			courses[parts[0]] = parts
		}
	}
	if courses["en"] == nil {
		return "", errors.New("there is no lesson in English")
	}
	for lang := range strings.FieldsSeq(string(s["locales/index.txt"])) {
		first := courses[lang]
		if first == nil {
			first = courses["en"]
		}
		folder := path.Join("lessons", first[0], first[1])
		names := []string{"locales/index.txt", "worlds/index.txt", "lessons/index.txt", path.Join("locales", lang, locale.Packed),
			folder + "/" + lessons.PackedFile, "worlds/" + first[3] + ".bin"}
		if lang != "en" {
			names = append(names, path.Join("locales/en", locale.Packed))
		}
		var head, all strings.Builder
		for _, name := range names {
			if s[name] == nil {
				return "", fmt.Errorf("there is no %s", name)
			}
			fmt.Fprintf(&head, "%s\t%d\n", name, len(s[name]))
			all.Write(s[name])
		}
		s["start/"+lang+".txt"] = []byte(head.String() + "\n" + all.String())
	}
	return courses["en"][2], nil
}
