package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"ehlo/lessons/locale"
	"ehlo/sim"
	"ehlo/sim/script"
	"ehlo/sim/toml"
	"ehlo/sim/trace"
	"ehlo/web"
)

// texts reads the English catalogue, in which errors of the core are told.
func texts() (*locale.Catalogue, error) {
	const lang = "en"
	names, err := fs.Glob(web.Texts(), lang+"/*.toml")
	if err != nil {
		return nil, err
	}
	var files []locale.File
	for _, name := range names {
		text, err := fs.ReadFile(web.Texts(), name)
		if err != nil {
			return nil, err
		}
		files = append(files, locale.File{Name: name, Text: text})
	}
	return locale.Load(lang, files...)
}

// tell makes sentences of an error of the core: where (with the key of a file), what, and how to repair it, one line for each fault. An error of
// another kind is returned as it is.
func tell(err error) error {
	t, loadErr := texts()
	if loadErr != nil {
		return errors.Join(err, loadErr)
	}
	var inFile toml.Errors
	if errors.As(err, &inFile) {
		lines := make([]string, len(inFile))
		for i, e := range inFile {
			key := e.Key
			if key != "" {
				key += ": "
			}
			lines[i] = fmt.Sprintf("%s:%d: %s%s %s", e.File, e.Line, key, t.Note(e.Note), t.Note(e.Repair))
		}
		return told{strings.Join(lines, "\n"), err}
	}
	sentence := ""
	var inScript *script.Error
	if errors.As(err, &inScript) {
		sentence = fmt.Sprintf("%s:%d: %s", inScript.File, inScript.Line, t.Render(inScript.Text, inScript.Args))
	}
	var inInput *sim.InputError
	if errors.As(err, &inInput) {
		sentence = strings.TrimSpace(sentence + " " + t.Render(inInput.ID, inInput.Args))
	}
	var inLog *trace.FormatError
	if errors.As(err, &inLog) {
		sentence = fmt.Sprintf("line %d: %s", inLog.Line, t.Render(inLog.ID, inLog.Args))
	}
	if sentence == "" {
		return err
	}
	return told{sentence, err}
}

// told is an error with its sentences.
type told struct {
	text string
	err  error
}

func (e told) Error() string { return e.text }
func (e told) Unwrap() error { return e.err }
