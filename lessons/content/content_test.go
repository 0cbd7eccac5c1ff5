package content_test

import (
	"testing"

	"ehlo/lessons/content"
)

func TestEveryLessonParses(t *testing.T) {
	if len(content.Folders("en")) == 0 {
		t.Fatal("no lessons")
	}
	for _, folder := range content.Folders("en") {
		if _, err := content.Lesson("en", folder); err != nil {
			t.Error(err)
		}
	}
}
