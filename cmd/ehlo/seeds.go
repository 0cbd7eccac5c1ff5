package main

import (
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"ehlo/lessons"
	"ehlo/lessons/content"
	"ehlo/sim/engine"
)

// mostSeed is the largest seed that a learner gets: short enough to be read out.
const mostSeed = 999_999

// lessonSeeds writes which learner has which seed of a lesson, and the link to it.
func lessonSeeds(c *call) error {
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(args) < 2 {
		return usageError{"say which lesson, and the names of the learners"}
	}
	folder := content.Find("en", args[0])
	if folder == "" {
		return fmt.Errorf("no lesson that comes with ehlo is called %s", args[0])
	}
	if l, err := content.Lesson("en", folder); err != nil || !l.Drawn {
		return fmt.Errorf("nothing of the lesson %s is drawn: it is the same for everybody", args[0])
	}
	lines := [][]string{{"learner", "seed", "link"}}
	taken := map[uint32]bool{}
	for _, name := range args[1:] {
		chance := engine.NewRand(0).Stream(args[0] + "/" + strings.ToLower(name))
		seed := uint32(chance.N(mostSeed)) + 1
		for taken[seed] {
			seed++
		}
		taken[seed] = true
		lines = append(lines, []string{name, strconv.Itoa(int(seed)), "?lesson=" + lessons.Seeded(args[0], seed)})
	}
	return csv.NewWriter(c.stdout).WriteAll(lines)
}

// seedsOf are the seeds of learners, by their names in small letters.
type seedsOf map[string]string

// readSeeds reads what lessonSeeds has written; "" is no file.
func readSeeds(file string) (seedsOf, error) {
	if file == "" {
		return nil, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fileError(file, err)
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.FieldsPerRecord = -1
	lines, err := in.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	seeds := seedsOf{}
	for i, l := range lines {
		if len(l) < 2 {
			return nil, fmt.Errorf("%s:%d: write the name of a learner, a comma, and a seed", file, i+1)
		}
		seeds[strings.ToLower(l[0])] = l[1]
	}
	return seeds, nil
}

// check says whose work a file is, and notes where it was done with the seed of somebody else. A lesson in which nothing is drawn
// has none.
func (s seedsOf) check(file string, w work, g *graded) (learner string) {
	if s == nil {
		return ""
	}
	learner = strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	seed, known := s[strings.ToLower(learner)]
	note := ""
	switch {
	case !known:
		note = "no learner is called " + learner
	case g.seed != "" && g.seed != seed:
		note = "this is not the learner's seed, which is " + seed
		for _, name := range slices.Sorted(maps.Keys(s)) {
			if s[name] == g.seed {
				note = "this is the seed of " + name + ", not the learner's, which is " + seed
			}
		}
	}
	if note != "" {
		g.note = strings.TrimPrefix(g.note+"; "+note, "; ")
	}
	return learner
}

// lessonKey prints what a seed has made of a lesson.
func lessonKey(c *call) error {
	number := c.flags.Uint("seed", 0, "the `SEED`, where the name of the lesson does not say it")
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(args) != 1 {
		return usageError{"say which lesson, as in practice-mx@17"}
	}
	id, seed := lessons.CutSeed(args[0])
	if *number > 0 {
		seed = uint32(*number)
	}
	var files lessons.Files
	if folder := content.Find("en", id); folder != "" {
		files, err = content.Source("en", folder)
	} else {
		src, e := readLesson(id)
		files, err = src.Files, e
	}
	if err == nil && files.Draws == nil {
		err = fmt.Errorf("nothing is drawn in a lesson called %s", id)
	}
	if err == nil {
		files, err = files.Draw(max(seed, 1))
	}
	if err != nil {
		return tell(err)
	}
	l, err := files.Parse()
	if err != nil {
		return tell(err)
	}
	fmt.Fprintf(c.stdout, "%s: %s\n\n", l.ID, l.Title)
	if files.Key != "" {
		fmt.Fprintf(c.stdout, "%s\n\n", files.Key)
	}
	fmt.Fprintln(c.stdout, strings.TrimSpace(l.Solution.Text))
	return nil
}
