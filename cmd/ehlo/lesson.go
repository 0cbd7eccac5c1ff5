package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"ehlo/lessons"
	"ehlo/lessons/content"
	"ehlo/lessons/proof"
	"ehlo/sim/worlds"
)

var lessonCommand = command{
	name:  "lesson",
	args:  "test [DIR...] | new DIR | preview DIR | record FILE DIR | grade FILE... | seeds LESSON NAME... | key LESSON",
	about: "test lessons, begin a new one, make one of a session, or grade what learners have saved",
	help: `test plays a lesson as its learners would: the solution, nothing, the solution without each of its steps, other right
ways and mistakes; and it reads the texts. DIR is the folder of a lesson, or a folder of such folders; without one, the
lessons that come with ehlo are tested. With -rewrite it first writes what learners are told into tests.txt.
new makes a folder with a small lesson that passes. docs/authoring.md takes you from there.
preview serves the page with the lesson of a folder, and shows at once what you change there; -addr as in ehlo serve.
record makes a lesson of a session that was saved in the page ("Take it with you", or an input log): its solution types the same,
and its task asks for what came of it.
grade replays sessions that learners have saved in the page ("Take it with you") and writes CSV: which tasks are done, which
are open, how many inputs there are, and which earlier file holds the same ones. With -lesson it takes a lesson of your own. With
-learners it marks work that was not done with the learner's own seed.
seeds gives each learner a seed of a lesson whose names, hosts and faults are drawn, as CSV with the link for each: what a
neighbour has typed leads to nothing there. The name of a learner and of the file that is handed in are the same.
key prints what a seed has made of such a lesson, with its solution: ehlo lesson key practice-mx@17, or -seed 17 DIR.`,
	run: lesson,
}

func lesson(c *call) error {
	if len(c.args) == 0 {
		return usageError{"say test, new, preview, record, grade, seeds or key"}
	}
	do := map[string]func(*call) error{"test": lessonTest, "new": lessonNew, "preview": lessonPreview, "record": lessonRecord, "grade": lessonGrade, "seeds": lessonSeeds, "key": lessonKey}[c.args[0]]
	if do == nil {
		if err := c.parseNoArgs(); err != nil {
			return err
		}
		return usageError{fmt.Sprintf("%q is not one of test, new, preview, record, grade, seeds and key", c.args[0])}
	}
	c.args = c.args[1:]
	return do(c)
}

func lessonTest(c *call) error {
	rewrite := c.flags.Bool("rewrite", false, "write what learners are told into tests.txt, then test")
	dirs, err := c.parse()
	if err != nil {
		return err
	}
	sources, err := lessonSources(dirs, *rewrite)
	if err != nil {
		return err
	}
	wrong := 0
	for _, src := range sources {
		findings := proof.Test(src)
		for _, f := range findings {
			fmt.Fprintln(c.stderr, f)
		}
		if len(findings) > 0 {
			wrong++
		}
	}
	if wrong > 0 {
		return fmt.Errorf("not in order: %d of %d", wrong, len(sources))
	}
	fmt.Fprintf(c.stdout, "lessons in order: %d\n", len(sources))
	return nil
}

// lessonSources reads the lessons in directories, or those that come with ehlo.
func lessonSources(dirs []string, rewrite bool) ([]proof.Source, error) {
	t, err := texts()
	if err != nil {
		return nil, err
	}
	var sources []proof.Source
	if len(dirs) == 0 {
		for _, folder := range content.Folders("en") {
			src, err := proof.Built("en", folder, t)
			if err != nil {
				return nil, err
			}
			sources = append(sources, src)
		}
		return sources, nil
	}
	for _, dir := range dirs {
		folders, err := lessonFolders(dir)
		if err != nil {
			return nil, err
		}
		for _, folder := range folders {
			src, err := readLesson(folder)
			if err != nil {
				return nil, err
			}
			src.Texts = t
			if rewrite {
				src.Tests = proof.Rewrite(src)
				if err := os.WriteFile(filepath.Join(folder, lessons.TestsFile), src.Tests, 0o644); err != nil {
					return nil, err
				}
			}
			sources = append(sources, src)
		}
	}
	return sources, nil
}

// lessonFolders are the folders at or below dir that hold a lesson.
func lessonFolders(dir string) ([]string, error) {
	var folders []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && d.Name() == lessons.LessonFile {
			folders = append(folders, filepath.Dir(name))
		}
		return err
	})
	if err != nil {
		return nil, fileError(dir, err)
	}
	if len(folders) == 0 {
		return nil, fmt.Errorf("there is no %s in %s", lessons.LessonFile, dir)
	}
	return folders, nil
}

// readLesson reads the files of a lesson's folder; solution and tests may be missing, which its test then says.
func readLesson(dir string) (proof.Source, error) {
	files, err := lessons.ReadFiles(dir, func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(dir, name)) })
	return proof.Source{Files: files, Lessons: proof.BuiltLessons("en"), Worlds: worlds.Names(), World: readWorld}, err
}

func lessonNew(c *call) error {
	dirs, err := c.parse()
	if err != nil {
		return err
	}
	if len(dirs) != 1 {
		return usageError{"say which folder to make"}
	}
	if _, err := os.Stat(dirs[0]); err == nil {
		return fmt.Errorf("%s is there already", dirs[0])
	}
	if err := os.MkdirAll(dirs[0], 0o755); err != nil {
		return err
	}
	for name, text := range proof.Template(filepath.Base(dirs[0])) {
		if err := os.WriteFile(filepath.Join(dirs[0], name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	fmt.Fprintf(c.stdout, "%s holds a lesson. Change lesson.md, then: ehlo lesson test %s\n", dirs[0], dirs[0])
	return nil
}
