package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"path"
	"slices"
	"strings"

	"ehlo/lessons"
	"ehlo/lessons/locale"
	"ehlo/lessons/tutor"
	"ehlo/sim/machine"
	"ehlo/sim/world"
)

// addStarts adds for each language start/LANG.txt, the files that the core asks for when it starts with the first lesson
// of the course, in one: a request for each would take longer than reading them. It returns that lesson's identifier. The
// other lessons and worlds are fetched when they are opened.
//
// The form is a line for each file with its path, a tab and its length in octets; an empty line; the files one after the
// other. [tutor.Session.Begin] reads it. Beside it lies start/LANG.json: what the core answers to the page's
// first question, and the page's texts.
func (s fileSet) addStarts() (lesson string, err error) {
	courses := s.firsts()
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
		name := "start/" + lang
		s[name+".txt"] = []byte(head.String() + "\n" + all.String())
		if s[name+".json"], err = greeting(lang, s[name+".txt"], s[path.Join("locales", lang, "page.txt")]); err != nil {
			return "", err
		}
	}
	return courses["en"][2], nil
}

// greeting is what a session says first in a language, with the page's texts.
func greeting(lang string, files, texts []byte) ([]byte, error) {
	var session tutor.Session
	session.Begin(lang, files)
	var answer struct{ OK, Error json.RawMessage }
	if err := json.Unmarshal(session.Call("hello", fmt.Appendf(nil, `{"lang":%q}`, lang)), &answer); err != nil {
		return nil, fmt.Errorf("the core's greeting: %w", err)
	}
	if answer.OK == nil {
		return nil, fmt.Errorf("the core gives no greeting: %s", answer.Error)
	}
	return json.Marshal(map[string]any{"hello": answer.OK, "texts": string(texts)})
}

// firsts gives the first line of each language in the index of lessons.
func (s fileSet) firsts() map[string][]string {
	courses := map[string][]string{}
	for line := range strings.Lines(string(s["lessons/index.txt"])) {
		if parts := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); courses[parts[0]] == nil {
			courses[parts[0]] = parts
		}
	}
	return courses
}

// invitation is the line with which the page invites a first visitor to the world of the first lesson in English, as HTML: first.js
// writes the same when the world is there.
func (s fileSet) invitation() (string, error) {
	name := s.firsts()["en"][3]
	def, err := world.Parse(name, s["worlds/"+name+".txt"])
	if err != nil {
		return "", fmt.Errorf("the world that a first visitor meets: %w", err)
	}
	args := machine.Args{}
	for _, h := range def.Hosts {
		if h.You {
			args["name"] = h.Name
		}
		if slices.ContainsFunc(h.Services, func(v world.Service) bool { return v.Protocol == "smtp" }) {
			args["host"] = h.Name
		}
	}
	text := html.EscapeString(locale.Unpack("en", s["locales/en/page.txt"]).Render("page.first", args))
	parts := strings.Split(text, "`")
	for i := 1; i < len(parts); i += 2 {
		parts[i] = "<code>" + parts[i] + "</code>"
	}
	return strings.Join(parts, ""), nil
}
