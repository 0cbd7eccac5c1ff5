package written_test

import (
	"encoding/json"
	"strings"
	"testing"

	"ehlo/lessons"
	"ehlo/lessons/content"
	"ehlo/lessons/locale/localetest"
	"ehlo/lessons/written"
)

// A lesson that is drawn comes out as it does natively, under the name with which it was asked for.
func TestLesson(t *testing.T) {
	files, err := content.Source("en", "198-practice-smtp")
	if err != nil {
		t.Fatal(err)
	}
	english := localetest.English(t, "../..")
	ask := func(name string, b lessons.Bundle) (*lessons.Lesson, written.Problem) {
		t.Helper()
		request, _ := json.Marshal(written.LessonRequest{Name: name, Files: b})
		octets, problem, err := written.Lesson(request, english)
		if err != nil {
			t.Fatal(err)
		}
		var p written.Problem
		if problem != nil {
			if err := json.Unmarshal(problem, &p); err != nil {
				t.Fatal(err)
			}
			return nil, p
		}
		l, err := lessons.Unpack(octets)
		if err != nil {
			t.Fatal(err)
		}
		return l, p
	}
	want, err := content.Drawn("en", "198-practice-smtp", 17)
	if err != nil {
		t.Fatal(err)
	}
	l, _ := ask("own:practice-smtp@17", files.Bundle())
	if l == nil || l.ID != "own:practice-smtp@17" || l.World != l.ID || l.WorldText != want.WorldText || l.Solution.Text != want.Solution.Text || !l.Drawn {
		t.Errorf("%+v", l)
	}
	wrong := files.Bundle()
	wrong.Lesson = strings.Replace(wrong.Lesson, "minutes = 6", "minute = 6", 1) + "\n<b>bold</b>\n"
	if l, p := ask("own:practice-smtp", wrong); l != nil || p.ID != "tutor.wrong-lesson" || !strings.Contains(p.Detail, "lesson.md:7: minute: ") ||
		!strings.Contains(p.Detail, "HTML") {
		t.Errorf("%+v", p)
	}
	wrong = files.Bundle()
	wrong.Solution += "{{nobody}}\n"
	if _, p := ask("own:practice-smtp@3", wrong); !strings.Contains(p.Detail, "solution.txt:") || !strings.Contains(p.Detail, "nobody") {
		t.Errorf("%+v", p)
	}
	if _, _, err := written.Lesson([]byte("{"), english); err == nil {
		t.Error("a request that is none is taken")
	}
}
