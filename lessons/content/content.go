// Package content holds the lessons that come with ehlo: a folder for each language, and in it a folder for each lesson.
package content

import (
	"embed"

	"ehlo/lessons"
)

// Files holds the lessons, as LANG/NN-NAME/lesson.md and solution.txt.
//
//go:embed en
var Files embed.FS

// Folders lists the lessons of a language in the order of the course.
func Folders(lang string) []string {
	entries, _ := Files.ReadDir(lang) // a language without lessons has none
	var folders []string
	for _, e := range entries {
		if e.IsDir() {
			folders = append(folders, e.Name())
		}
	}
	return folders
}

// firstSeed is that of a lesson for which nobody has named one.
const firstSeed = 1

// Source is what lies in a lesson's folder, nothing where there is no such folder.
func Source(lang, folder string) (lessons.Files, error) {
	return lessons.ReadFiles(folder, func(file string) ([]byte, error) { return Files.ReadFile(lang + "/" + folder + "/" + file) })
}

// Lesson reads one lesson; where it is drawn, with the first seed. Its error is that of [lessons.Files.Draw] or
// [lessons.Files.Parse].
func Lesson(lang, folder string) (*lessons.Lesson, error) { return Drawn(lang, folder, firstSeed) }

// Drawn is Lesson with a seed, which means nothing where nothing is drawn.
func Drawn(lang, folder string, seed uint32) (*lessons.Lesson, error) {
	files, err := Source(lang, folder)
	if err == nil {
		files, err = files.Draw(seed)
	}
	if err != nil {
		return nil, err
	}
	return files.Parse()
}

// Find returns the folder of a lesson by its identifier, without a seed; "" where there is none.
func Find(lang, id string) string {
	for _, folder := range Folders(lang) {
		if l, err := Lesson(lang, folder); err == nil && base(l.ID) == id {
			return folder
		}
	}
	return ""
}

func base(id string) string {
	id, _ = lessons.CutSeed(id)
	return id
}
