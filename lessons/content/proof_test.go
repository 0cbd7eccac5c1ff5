package content_test

import (
	"flag"
	"os"
	"testing"

	"ehlo/lessons"
	"ehlo/lessons/content"
	"ehlo/lessons/locale/localetest"
	"ehlo/lessons/proof"
)

var rewrite = flag.Bool("rewrite", false, "write what learners are told into the lessons' tests.txt")

// TestLessons proves each lesson: see package proof.
func TestLessons(t *testing.T) {
	english := localetest.English(t, "../..")
	if len(content.Folders("en")) == 0 {
		t.Fatal("no lessons")
	}
	for _, folder := range content.Folders("en") {
		t.Run(folder, func(t *testing.T) {
			src, err := proof.Built("en", folder, english)
			if err != nil {
				t.Fatal(err)
			}
			if *rewrite {
				if err := os.WriteFile("en/"+folder+"/"+lessons.TestsFile, proof.Rewrite(src), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			for _, f := range proof.Test(src) {
				t.Error(f)
			}
		})
	}
}

// TestPredictions: a lesson asks before something surprising happens, or has something broken to be repaired.
func TestPredictions(t *testing.T) {
	for _, folder := range content.Folders("en") {
		l, err := content.Lesson("en", folder)
		if err != nil {
			t.Fatal(err)
		}
		asks := l.Kind == lessons.Debugging || l.Predict
		for _, task := range l.Tasks {
			asks = asks || task.Predict != nil
		}
		if !asks {
			t.Errorf("%s asks for no prediction", folder)
		}
	}
}
