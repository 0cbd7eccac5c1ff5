package proof

import (
	"fmt"

	"ehlo/lessons"
	"ehlo/lessons/content"
	"ehlo/lessons/locale"
	_ "ehlo/sim/mua" // solutions may click in mail programs
	"ehlo/sim/personas"
	_ "ehlo/sim/shell" // solutions may type at terminals
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

// Built is a lesson that comes with ehlo. It fails where there is no such folder.
func Built(lang, folder string, texts *locale.Catalogue) (Source, error) {
	files, err := content.Source(lang, folder)
	return Source{Files: files, World: BuiltWorld, Lessons: BuiltLessons(lang), Worlds: worlds.Names(), Texts: texts}, err
}

// BuiltWorld is a world that comes with ehlo.
func BuiltWorld(name string) (*world.Definition, error) {
	text, ok := worlds.Text(name)
	if !ok {
		return nil, fmt.Errorf("no world is called %s", name)
	}
	return world.Parse(name, text, personas.All()...)
}

// BuiltLessons are the ids of the lessons that come with ehlo.
func BuiltLessons(lang string) []string {
	var ids []string
	for _, folder := range content.Folders(lang) {
		if l, err := content.Lesson(lang, folder); err == nil {
			id, _ := lessons.CutSeed(l.ID)
			ids = append(ids, id)
		}
	}
	return ids
}
