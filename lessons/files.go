package lessons

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"
)

// The files of a lesson's folder.
const (
	LessonFile   = "lesson.md"
	SolutionFile = "solution.txt"
	TestsFile    = "tests.txt"  // other right ways, and mistakes: learners do not get it
	WorldFile    = "world.toml" // a world of its own
	DrawsFile    = "draws.toml" // what is drawn anew for each seed

	// BundleFile holds the files of a lesson that is drawn, in the place of [PackedFile]: what a page makes a lesson of.
	BundleFile = "lesson.json"
)

// ownWorld is what front matter names where the lesson has a world of its own.
const ownWorld = "./" + WorldFile

// Files are what lies in a lesson's folder. A file that is not there is nil.
type Files struct {
	Name                                     string // the folder's
	Lesson, Solution, Tests, OwnWorld, Draws []byte

	Seed uint32 // with which they were drawn, 0 where nothing is drawn
	Key  string // what a seed has made of a lesson, for who teaches it
}

// ReadFiles reads a lesson's folder. A file that read says is not there (fs.ErrNotExist) stays nil, as the faults of the lesson
// then tell.
func ReadFiles(name string, read func(file string) ([]byte, error)) (Files, error) {
	f := Files{Name: name}
	for file, to := range f.all() {
		text, err := read(file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return f, err
		}
		*to = text
	}
	return f, nil
}

func (f *Files) all() map[string]*[]byte {
	return map[string]*[]byte{LessonFile: &f.Lesson, SolutionFile: &f.Solution, TestsFile: &f.Tests, WorldFile: &f.OwnWorld, DrawsFile: &f.Draws}
}

// Parse reads the lesson, as [Parse] does, with the world that lies beside it. What is drawn has to be drawn before.
func (f Files) Parse() (*Lesson, error) {
	l, err := Parse(f.Name, f.Lesson, f.Solution)
	if l == nil {
		return nil, err
	}
	if f.Seed > 0 {
		l.ID = Seeded(l.ID, f.Seed)
	}
	if l.Drawn = f.Draws != nil; l.World == ownWorld && f.OwnWorld != nil {
		l.World, l.WorldText = l.ID, string(f.OwnWorld)
	}
	return l, err
}

// Seeded is the identifier of a lesson that was drawn with a seed, as links, logs and progress name it: "practice-smtp@17".
func Seeded(id string, seed uint32) string { return id + "@" + strconv.FormatUint(uint64(seed), 10) }

// CutSeed is the opposite of [Seeded]. The seed is 0 where the identifier has none.
func CutSeed(id string) (base string, seed uint32) {
	at := strings.LastIndexByte(id, '@')
	n, err := strconv.ParseUint(id[at+1:], 10, 32)
	if at < 0 || err != nil {
		return id, 0
	}
	return id[:at], uint32(n)
}

// Bundle is what a page gets of [Files] to make a lesson of, in JSON.
type Bundle struct {
	Lesson   string `json:"lesson"`
	Solution string `json:"solution"`
	World    string `json:"world,omitempty"`
	Draws    string `json:"draws,omitempty"`
}

// Bundle returns the files that a page needs.
func (f Files) Bundle() Bundle {
	return Bundle{string(f.Lesson), string(f.Solution), string(f.OwnWorld), string(f.Draws)}
}

// Files are the files of a bundle. An empty one is one that is not there.
func (b Bundle) Files(name string) Files {
	f := Files{Name: name, Lesson: []byte(b.Lesson), Solution: []byte(b.Solution)}
	if b.World != "" {
		f.OwnWorld = []byte(b.World)
	}
	if b.Draws != "" {
		f.Draws = []byte(b.Draws)
	}
	return f
}
