package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"ehlo/lessons"
	"ehlo/lessons/proof"
	"ehlo/sim"
	"ehlo/sim/trace"
)

// lessonRecord makes a folder with a lesson of a session that was saved.
func lessonRecord(c *call) error {
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(args) != 2 {
		return usageError{"say which session to read and which folder to make"}
	}
	log, err := savedSession(args[0])
	if err != nil {
		return err
	}
	tl, err := replay(log)
	var diverged *sim.Diverged
	if err != nil && !errors.As(err, &diverged) {
		return err
	}
	dir := args[1]
	if _, err := os.Stat(dir); err == nil {
		return fmt.Errorf("%s is there already", dir)
	}
	said, err := texts()
	if err != nil {
		return err
	}
	world := log.World
	if log.WorldText != "" {
		world = "./" + lessons.WorldFile // it lies in the lesson's folder
	}
	files, ok := proof.Record(proof.LessonID(filepath.Base(dir)), world, log, tl, said)
	if !ok {
		return fmt.Errorf("%s: nothing has come of this session: no command was answered, no message has arrived, no tool has run", args[0])
	}
	if log.WorldText != "" {
		files[lessons.WorldFile] = log.WorldText
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	fmt.Fprintf(c.stdout, "%s holds a lesson of what was done. Write its text, then: ehlo lesson test %s\n", dir, dir)
	return nil
}

// savedSession reads an input log, or of all of a learner's work the session that was open when it was saved.
func savedSession(file string) (*trace.InputLog, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fileError(file, err)
	}
	var take struct {
		Ehlo, Slot string
		Works      map[string]*struct{ Log string }
	}
	if json.Unmarshal(text, &take) == nil && take.Works[take.Slot] != nil {
		text = []byte(take.Works[take.Slot].Log)
	}
	log, err := trace.ParseInputLog(text)
	if err != nil {
		return nil, tell(err)
	}
	return log, nil
}
