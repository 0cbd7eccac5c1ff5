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

// Lesson reads one lesson. Its error is that of [lessons.Parse], or says that there is no such folder.
func Lesson(lang, folder string) (*lessons.Lesson, error) {
	dir := lang + "/" + folder + "/"
	lesson, err := Files.ReadFile(dir + lessons.LessonFile)
	if err != nil {
		return nil, err
	}
	solution, err := Files.ReadFile(dir + lessons.SolutionFile)
	if err != nil {
		return nil, err
	}
	return lessons.Parse(folder, lesson, solution)
}
