package main

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"ehlo/lessons"
	"ehlo/lessons/content"
	"ehlo/lessons/proof"
	"ehlo/sim"
	"ehlo/sim/personas"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// lessonGrade replays sessions that learners have saved and writes a line of CSV for each.
func lessonGrade(c *call) error {
	dir := c.flags.String("lesson", "", "the folder `DIR` of a lesson that does not come with ehlo")
	learners := c.flags.String("learners", "", "a `FILE` of ehlo lesson seeds: which learner has which seed")
	files, err := c.parse()
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return usageError{"say which files were handed in"}
	}
	seeds, err := readSeeds(*learners)
	if err != nil {
		return err
	}
	var own *lessons.Files
	if *dir != "" {
		src, err := readLesson(*dir)
		if err != nil {
			return err
		}
		own = &src.Files
	}
	out := csv.NewWriter(c.stdout)
	lines := [][]string{{"file", "learner", "lesson", "seed", "done", "tasks", "open", "hints", "solutions", "predictions", "right", "inputs", "same as", "note"}}
	first := map[[sha256.Size]byte]string{} // the file that held the same inputs before
	for _, file := range files {
		works, err := handedIn(file)
		if err != nil {
			lines = append(lines, append(append([]string{file}, make([]string, 12)...), err.Error()))
		}
		for _, w := range works {
			g := w.grade(own)
			learner := seeds.check(file, w, &g)
			same := ""
			if g.inputs > 0 && first[g.digest] != file {
				same = first[g.digest]
			}
			if first[g.digest] == "" {
				first[g.digest] = file
			}
			n := strconv.Itoa
			lines = append(lines, []string{file, learner, g.lesson, g.seed, n(g.done), n(g.tasks), strings.Join(g.open, " "), n(g.hints), n(g.solutions),
				n(g.predicted), n(g.right), n(g.inputs), same, g.note})
		}
	}
	return out.WriteAll(lines)
}

// work is a learner's session in a lesson.
type work struct {
	lesson, log string
	kept        keptProgress
}

// keptProgress is what the page keeps of a learner's way through a lesson, by task.
type keptProgress struct {
	Hints     map[string]int
	Solutions map[string]bool
	Predicted map[string]int // the choice, from 1
}

// handedIn reads the lessons of a file: the page saves all of a learner's work, or one session as an input log.
func handedIn(file string) ([]work, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fileError(file, err)
	}
	var take struct {
		Ehlo     string
		Works    map[string]*struct{ Log, Lesson string }
		Progress struct{ JSON string }
	}
	if err := json.Unmarshal(text, &take); err != nil || take.Ehlo != "take" {
		log, err := trace.ParseInputLog(text)
		if err != nil {
			return nil, tell(err)
		}
		return []work{{lesson: log.Lesson, log: string(text)}}, nil
	}
	progress := map[string]keptProgress{}
	if take.Progress.JSON != "" {
		if err := json.Unmarshal([]byte(take.Progress.JSON), &progress); err != nil {
			return nil, err
		}
	}
	var works []work
	for _, slot := range slices.Sorted(maps.Keys(take.Works)) {
		if w := take.Works[slot]; w != nil && w.Lesson != "" {
			works = append(works, work{w.Lesson, w.Log, progress[w.Lesson]})
		}
	}
	return works, nil
}

// graded is what became of a lesson.
type graded struct {
	lesson, seed, note                                      string
	done, tasks, inputs, hints, solutions, predicted, right int
	open                                                    []string // ids of the tasks that are not done
	digest                                                  [sha256.Size]byte
}

// grade replays a session. What is wrong with it stands in the note.
func (w work) grade(own *lessons.Files) (g graded) {
	g.lesson = w.lesson
	if base, seed := lessons.CutSeed(w.lesson); seed > 0 {
		g.lesson, g.seed = base, strconv.Itoa(int(seed))
	}
	log, err := trace.ParseInputLog([]byte(w.log))
	if err != nil {
		g.note = tell(err).Error()
		return g
	}
	g.inputs = len(log.Inputs)
	bare := *log
	bare.Core, bare.End, bare.EndSeq, bare.TraceDigest, bare.Marks = "", 0, 0, nil, nil
	g.digest = sha256.Sum256(bare.Marshal())
	l := w.find(own)
	if l == nil {
		g.note = "no lesson was open, or none that is known here"
		return g
	}
	tl, err := replay(log)
	var diverged *sim.Diverged
	if err != nil && !errors.As(err, &diverged) {
		g.note = err.Error()
		return g
	}
	if diverged != nil {
		g.note = "this version of ehlo plays it otherwise than the one that wrote it"
	}
	if l.WorldText != "" && l.WorldText != log.WorldText {
		g.note = "this is not the world of the lesson"
		return g
	}
	for i, r := range proof.Check(l, tl) {
		g.count(r, l.Tasks[i], w.kept)
	}
	return g
}

// count adds a task.
func (g *graded) count(r lessons.TaskResult, t lessons.Task, kept keptProgress) {
	g.tasks++
	if r.Done {
		g.done++
	} else {
		g.open = append(g.open, r.ID)
	}
	g.hints += kept.Hints[r.ID]
	if kept.Solutions[r.ID] {
		g.solutions++
	}
	if choice := kept.Predicted[r.ID]; t.Predict != nil && choice > 0 {
		g.predicted++
		if choice == t.Predict.Right+1 {
			g.right++
		}
	}
}

// replay builds the world of a log and plays the log into it.
func replay(log *trace.InputLog) (*sim.Timeline, error) {
	var def *world.Definition
	var err error
	if log.WorldText != "" {
		def, err = world.Parse(log.World, []byte(log.WorldText), personas.All()...)
	} else {
		def, err = proof.BuiltWorld(log.World) // a file that was handed in may name no other file
	}
	if err != nil {
		return nil, err
	}
	return sim.Replay(def, *log)
}

// find returns the lesson in which the work was done, drawn with its seed: the given one, or one that comes with ehlo; nil where
// it is neither.
func (w work) find(own *lessons.Files) *lessons.Lesson {
	base, seed := lessons.CutSeed(w.lesson)
	if own != nil {
		files, err := own.Draw(max(seed, 1))
		if err != nil {
			return nil
		}
		l, err := files.Parse()
		brought := strings.Contains(base, "://") // by an address, which need not be the lesson's name
		if err == nil && (l.ID == w.lesson || brought || "own:"+l.ID == w.lesson) {
			return l
		}
	}
	folder := content.Find("en", base)
	if folder == "" {
		return nil
	}
	l, err := content.Drawn("en", folder, max(seed, 1))
	if err != nil || l.ID != w.lesson {
		return nil
	}
	return l
}
