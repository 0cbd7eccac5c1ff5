package lessons

import "ehlo/lessons/packed"

// PackedFile is the name of a packed lesson in its folder: what a page loads in the place of [LessonFile] and
// [SolutionFile].
const PackedFile = "lesson.bin"

// conditions are what a check can ask for, as packed lessons number them.
var conditions = []any{connected{}, dialogue{}, loginWant{}, delivered{}, mailboxWant{}, retrieved{}, fetched{}, overheard{}, passedOn{},
	asked{}, ran{}}

// Pack returns the lesson in the form in which a page loads it.
func (l *Lesson) Pack() []byte { return packed.Append(nil, *l, conditions...) }

// Unpack makes a lesson of what [Lesson.Pack] returned. The error is [packed.ErrDamaged].
func Unpack(octets []byte) (*Lesson, error) {
	var l Lesson
	if err := packed.Read(octets, &l, conditions...); err != nil {
		return nil, err
	}
	return &l, nil
}
