package proof

import (
	_ "embed"
	"strings"

	"ehlo/lessons"
)

var (
	//go:embed template/lesson.md
	templateLesson string
	//go:embed template/solution.txt
	templateSolution string
	//go:embed template/tests.txt
	templateTests string
)

// Template is a small lesson that passes its test, as files by name, for the author of a new one. Its id is made of a
// folder's name.
func Template(folder string) map[string]string {
	id := LessonID(folder)
	return map[string]string{
		lessons.LessonFile:   strings.Replace(templateLesson, "my-lesson", id, 1),
		lessons.SolutionFile: templateSolution,
		lessons.TestsFile:    templateTests,
	}
}

// LessonID makes an identifier of a folder's name.
func LessonID(folder string) string {
	id := strings.Trim(strings.Map(func(c rune) rune {
		switch {
		case c >= 'A' && c <= 'Z':
			return c + 'a' - 'A'
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			return c
		}
		return '-'
	}, folder), "-0123456789")
	if id == "" {
		id = "my-lesson"
	}
	return id
}
