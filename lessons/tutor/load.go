package tutor

import (
	"crypto/sha256"
	"errors"
	"iter"
	"slices"
	"strconv"
	"strings"

	"ehlo/lessons"
	"ehlo/lessons/locale"
	"ehlo/lessons/packed"
	"ehlo/sim"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// helloArgs choose the language.
type helloArgs struct {
	Lang string `json:"lang"`
}

// worldEntry is a world of the catalogue.
type worldEntry struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

// lessonEntry is a lesson of the catalogue.
type lessonEntry struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	World   string `json:"world"`
	Minutes int    `json:"minutes"`
	Chapter string `json:"chapter"`
	Kind    string `json:"kind"`
	Routes  []int  `json:"routes"` // by their class periods
	Drawn   bool   `json:"drawn"`  // its names and faults come from a seed, which its id has behind an @
	Dir     string `json:"dir"`    // its folder, below lessons/LANG/
	path    string
}

// hello loads the texts of a language and says what there is.
func (s *Session) hello(a helloArgs) (any, error) {
	if err := s.loadTexts(a.Lang); err != nil {
		return nil, err
	}
	all, err := s.catalogue()
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"version": Version, "grammar": world.Grammar, "lang": s.lang, "paces": paceNames(), "worlds": all.worlds, "lessons": all.lessons,
	}, nil
}

// loadTexts reads the catalogue of a language, English where it is not there.
func (s *Session) loadTexts(lang string) error {
	index, err := s.file("locales/index.txt")
	if err != nil {
		return err
	}
	if !slices.Contains(strings.Fields(string(index)), lang) {
		lang = "en"
	}
	paths := []string{"locales/" + lang + "/" + locale.Packed, "locales/en/" + locale.Packed}
	if lang == "en" {
		paths = paths[:1]
	}
	packed, err := s.allFiles(paths)
	if err != nil {
		return err
	}
	s.lang, s.texts = lang, locale.Unpack(lang, packed[0])
	if len(packed) > 1 {
		s.texts = s.texts.Or(locale.Unpack("en", packed[1]))
	}
	return nil
}

// needTexts reads the catalogue of the session's language where nobody has said hello yet.
func (s *Session) needTexts() error {
	if s.texts != nil {
		return nil
	}
	return s.loadTexts(s.lang)
}

// listing is which worlds and lessons there are, in a language.
type listing struct {
	lang    string
	worlds  []worldEntry
	lessons []lessonEntry
}

// The indexes of worlds and lessons have a line for each, its parts set apart by tabs: reading JSON would cost a browser a part of the
// start that can be felt, and so does reading more of them than one line of a lesson.

var indexes = []string{"worlds/index.txt", "lessons/index.txt"} // are asked for together

// catalogue reads which worlds and lessons there are.
func (s *Session) catalogue() (*listing, error) {
	if s.listed != nil && s.listed.lang == s.lang {
		return s.listed, nil
	}
	texts, err := s.allFiles(indexes)
	if err != nil {
		return nil, err
	}
	all := &listing{lang: s.lang, worlds: parseWorlds(texts[0]), lessons: []lessonEntry{}}
	for line := range linesIn(s.lang, string(texts[1])) {
		if l, ok := parseEntry(line); ok {
			all.lessons = append(all.lessons, l)
		}
	}
	s.listed = all
	return all, nil
}

// entry finds a lesson of the catalogue; without one it is false.
func (s *Session) entry(id string) (l lessonEntry, ok bool, err error) {
	texts, err := s.allFiles(indexes)
	if err != nil {
		return l, false, err
	}
	for line := range linesIn(s.lang, string(texts[1])) {
		if !strings.Contains(line, "\t"+id+"\t") {
			continue
		}
		if l, ok = parseEntry(line); ok && l.ID == id {
			return l, true, nil
		}
	}
	return l, false, nil
}

// linesIn goes through the lines of an index of lessons that are in a language, or in English where none is.
func linesIn(lang, index string) iter.Seq[string] {
	begin := lang + "\t"
	if !strings.HasPrefix(index, begin) && !strings.Contains(index, "\n"+begin) {
		begin = "en\t"
	}
	return func(yield func(string) bool) {
		for line := range strings.Lines(index) {
			if strings.HasPrefix(line, begin) && !yield(line) {
				return
			}
		}
	}
}

// parseWorlds reads the index of worlds.
func parseWorlds(index []byte) (all []worldEntry) {
	for line := range strings.Lines(string(index)) {
		name, title, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		all = append(all, worldEntry{name, title})
	}
	return all
}

// parseEntry reads a line of the index of lessons.
func parseEntry(line string) (l lessonEntry, ok bool) {
	f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
	if len(f) != 10 {
		return l, false
	}
	minutes, _ := strconv.Atoi(f[4])
	return lessonEntry{ID: f[2], Dir: f[1], World: f[3], Minutes: minutes, Chapter: f[5], Title: f[6], Kind: f[7], Routes: routes(f[8]),
		Drawn: f[9] != "", path: "lessons/" + f[0] + "/" + f[1]}, true
}

// routes reads whole numbers with a space between them.
func routes(text string) []int {
	list := []int{}
	for _, word := range strings.Fields(text) {
		n, _ := strconv.Atoi(word)
		list = append(list, n)
	}
	return list
}

// loadArgs say what to open: a lesson, a world of the catalogue, a world's text, or an input log.
type loadArgs struct {
	Lesson    string `json:"lesson"`
	World     string `json:"world"`
	WorldText string `json:"worldText"`
	Name      string `json:"name"` // of WorldText
	Log       string `json:"log"`
}

// load opens a world, with a lesson or without one, and stands at its first moment, or where a log ends.
func (s *Session) load(a loadArgs) (any, error) {
	if err := s.needTexts(); err != nil {
		return nil, err
	}
	var log *trace.InputLog
	if a.Log != "" {
		parsed, err := trace.ParseInputLog([]byte(a.Log))
		if err != nil {
			return nil, refuse("tutor.bad-log", "detail", s.describe(err))
		}
		log = parsed
		a.World, a.WorldText, a.Name, a.Lesson = log.World, log.WorldText, log.World, log.Lesson
	}
	var lesson *lessons.Lesson
	host := ""
	if a.Lesson != "" {
		var err error
		lesson, err = s.readLesson(a.Lesson)
		var unknown *callError
		switch {
		case err == nil && log == nil:
			host, a.World, a.WorldText, a.Name = lesson.Host, lesson.World, lesson.WorldText, lesson.World
		case log != nil && errors.As(err, &unknown): // the session is worth opening without its lesson
		case err != nil:
			return nil, err
		}
	}
	def, err := s.definition(a)
	if err != nil {
		return nil, err
	}
	if err := s.start(def.SitAt(host), log); err != nil {
		return nil, err
	}
	delete(s.files, brought)
	s.world, s.lesson = a.WorldText, lesson
	if lesson != nil && log == nil {
		s.watch.of(lesson.ID).Attempts++
	}
	return s.state(none{})
}

// definition returns the world that is to be opened: one of the catalogue, or one that somebody has written.
func (s *Session) definition(a loadArgs) (*world.Definition, error) {
	var def world.Definition
	if a.WorldText != "" {
		octets, ok := s.files[written]
		delete(s.files, written)
		if err := packed.Read(octets, &def); ok && err != nil {
			return nil, err
		}
		if def.Name != a.Name || def.Digest != sha256.Sum256([]byte(a.WorldText)) {
			return nil, &unread{Path: written, Name: a.Name, Text: a.WorldText}
		}
		return &def, nil
	}
	index, err := s.file(indexes[0])
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(parseWorlds(index), func(w worldEntry) bool { return w.Name == a.World }) {
		return nil, refuse("tutor.other-world", "world", a.World)
	}
	octets, err := s.file(worldFile(a.World))
	if err != nil {
		return nil, err
	}
	return &def, packed.Read(octets, &def)
}

// The paths under which a world and a lesson that somebody has written are handed over, packed.
const (
	written = "written.bin"
	brought = "brought.bin"
)

// worldFile is the path of a world of the catalogue, packed.
func worldFile(name string) string { return "worlds/" + name + ".bin" }

// start builds a world's timeline, and plays a log into it.
func (s *Session) start(def *world.Definition, log *trace.InputLog) error {
	if log == nil {
		tl, err := sim.NewTimeline(def)
		if err != nil {
			return err
		}
		s.adopt(tl)
		s.playing = true
		return nil
	}
	tl, err := sim.Replay(def, *log)
	var diverged *sim.Diverged
	if err != nil && !errors.As(err, &diverged) {
		return err
	}
	s.adopt(tl)
	s.diverged = diverged
	s.playing = true
	return nil
}
