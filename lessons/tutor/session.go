// Package tutor is one learner's session: a timeline, the lesson that watches it, and every text rendered. It is asked by
// name with JSON, so that a page, a worker and a test drive it alike; docs/api.md lists the methods. It reads no file: it
// says which files it needs, and is asked again when it has them.
package tutor

import (
	"bytes"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"strings"

	"ehlo/lessons"
	"ehlo/lessons/json"
	"ehlo/lessons/locale"
	"ehlo/sim"
	"ehlo/sim/machine"
	"ehlo/sim/script"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// Version is the core's version: input logs carry it.
const Version = "0.1"

// Session is a learner's session. The zero value is ready for its first call.
type Session struct {
	files   map[string][]byte
	lang    string
	texts   *locale.Catalogue
	listed  *listing
	tl      *sim.Timeline
	tape    *tape  // what is shown instead of a world, or nil
	live    *tape  // of the servers of a lab, or nil
	real    *tape  // of the learner's sessions with real servers, or nil
	paused  bool   // how the world was left for real
	entered int    // the timeline's epoch when it came into view
	world   string // the world file's text; "" of a world of the catalogue
	lesson  *lessons.Lesson
	watch   progress
	playing bool
	pace    sim.Pace
	moving  bool // the last tick left something to do
	epoch   int  // of earlier timelines

	diverged *sim.Diverged // how the log that was loaded came out differently, or nil
}

// result is the answer to a call: exactly one field is set.
type result struct {
	OK    any      `json:"ok,omitempty"`
	Error *problem `json:"error,omitempty"`
	Need  []string `json:"need,omitempty"`
	Read  *unread  `json:"read,omitempty"`
}

// problem is an error for people and programs.
type problem struct {
	ID     string `json:"id"`
	Text   string `json:"text"`
	Detail string `json:"detail,omitempty"`
}

// needError is what a method returns that lacks files.
type needError []string

func (e needError) Error() string { return "needs " + strings.Join(e, ", ") }

// unread is the error of a method that has a world file or a lesson to be read, and what is asked for then: what comes of its text
// is handed over as the file of that path.
type unread struct {
	Path string `json:"path"`
	Name string `json:"name"` // the world's name, or the lesson's identifier
	Text string `json:"text,omitempty"`

	Lesson bool   `json:"lesson,omitempty"`
	From   string `json:"from,omitempty"` // the path of its files, "" where somebody brings it
}

func (e *unread) Error() string { return "has to be read: " + e.Name }

// callError is a call that makes no sense as it is.
type callError struct{ machine.Note }

func (e *callError) Error() string { return e.ID }

func refuse(id string, args ...string) error {
	n := machine.Note{ID: id, Args: machine.Args{}}
	for i := 0; i+1 < len(args); i += 2 {
		n.Args[args[i]] = args[i+1]
	}
	return &callError{n}
}

// MessageIDs lists the locale identifiers that this package uses.
func MessageIDs() []string {
	return []string{"tutor.no-method", "tutor.bad-arguments", "tutor.no-world", "tutor.live", "tutor.live.title", "tutor.no-lesson", "tutor.no-message", "tutor.no-file",
		"tutor.no-conn", "tutor.no-line", "tutor.bad-log", "tutor.bad-lesson", "tutor.bad-script",
		"tutor.other-world", "tutor.panic", "tutor.nothing-to-undo", "tutor.pace", "tutor.no-stop",
		"tutor.no-task", "tutor.at-line", "kind.open", "kind.established", "kind.refused", "kind.unreachable", "kind.cut",
		"kind.closed"}
}

// Call does what a method says and returns the answer as JSON: {"ok": …}, {"error": {"id", "text", "detail"}}, or
// {"need": [paths]}, which asks for these files by [Session.File] and then for the same call again. {"read": {"path", "name",
// "text"}} asks for a world file to be read (package written), for what comes of it as the file of that path, and then for the
// same call again; with "lesson" for a lesson, whose files are at "from" or with who has brought it. A fault in the core is an error too: the session goes on with the world as it was before.
func (s *Session) Call(method string, args []byte) []byte {
	value, err := s.safely(method, args)
	r := result{OK: value}
	var need needError
	var text *unread
	if errors.As(err, &need) {
		r = result{Need: need}
	} else if errors.As(err, &text) {
		r = result{Read: text}
	} else if err != nil {
		r = result{Error: s.problem(err)}
	} else if value == nil {
		r.OK = struct{}{}
	}
	return json.Append(nil, r)
}

// panicError is a fault in the core.
type panicError struct{ what, stack string }

func (e *panicError) Error() string { return e.what }

func (s *Session) safely(method string, args []byte) (value any, err error) {
	m, ok := methods[method]
	if !ok {
		return nil, refuse("tutor.no-method", "method", method)
	}
	switch {
	case m.early || m.shows && s.tape != nil:
	case s.tape != nil:
		return nil, refuse("tutor.live")
	case s.tl == nil:
		return nil, refuse("tutor.no-world")
	}
	defer func() {
		if p := recover(); p != nil {
			value, err = nil, &panicError{fmt.Sprint(p), string(debug.Stack())}
			s.recover()
		}
	}()
	if len(args) == 0 {
		args = []byte("{}")
	}
	return m.call(s, args)
}

// recover builds the world anew from its inputs after a fault, without the last one where even that fails.
func (s *Session) recover() {
	if s.tl == nil {
		return
	}
	log := s.tl.InputLog(Version)
	for {
		if tl, ok := replay(s.tl.Definition(), log); ok {
			s.adopt(tl)
			return
		}
		if len(log.Inputs) == 0 {
			s.tl = nil
			return
		}
		last := log.Inputs[len(log.Inputs)-1]
		log.Inputs = log.Inputs[:len(log.Inputs)-1]
		log.End, log.EndSeq = last.At, last.Seq
	}
}

func replay(def *world.Definition, log trace.InputLog) (tl *sim.Timeline, ok bool) {
	defer func() { ok = recover() == nil && ok }()
	tl, err := sim.Replay(def, log)
	return tl, err == nil
}

// adopt makes a timeline the session's own.
func (s *Session) adopt(tl *sim.Timeline) {
	if s.tl != nil || s.tape != nil {
		s.leave()
	}
	s.tl, s.tape, s.live, s.moving, s.diverged, s.entered = tl, nil, nil, true, nil, 0
	s.watch.reset()
	s.watch.counted = nil
}

func first(a, _ int) int { return a }

// problem renders an error.
func (s *Session) problem(err error) *problem {
	var call *callError
	var in *sim.InputError
	var syntax *script.Error
	var broken *panicError
	switch {
	case errors.As(err, &call):
		return &problem{ID: call.ID, Text: s.note(call.Note), Detail: call.Args["detail"]}
	case errors.As(err, &syntax):
		args := machine.Args{"file": syntax.File, "at": fmt.Sprint(syntax.Line)}
		for k, v := range syntax.Args {
			args[k] = v
		}
		return &problem{ID: syntax.Text, Text: s.render("tutor.bad-script", machine.Args{"file": args["file"], "at": args["at"]}) + " " + s.render(syntax.Text, args)}
	case errors.As(err, &in):
		return &problem{ID: in.ID, Text: s.render(in.ID, in.Args)}
	case errors.As(err, &broken):
		return &problem{ID: "tutor.panic", Text: s.render("tutor.panic", machine.Args{"what": broken.what}), Detail: broken.stack}
	}
	return &problem{ID: "tutor.error", Text: err.Error()}
}

func (s *Session) note(n machine.Note) string { return s.render(n.ID, n.Args) }

// render gives the text of an identifier, or the identifier while no texts are there.
func (s *Session) render(id string, args machine.Args) string {
	if s.texts == nil {
		return id
	}
	return s.texts.Render(id, args)
}

// File hands over a file that was asked for. The session keeps the octets.
func (s *Session) File(path string, text []byte) {
	if s.files == nil {
		s.files = make(map[string][]byte)
	}
	s.files[path] = text
}

// Begin hands over a language and the files that a session always asks for, in one, as the page's builder packs them: a
// line for each with its path, a tab and its length in octets; an empty line; the files one after the other. What else it
// needs a session asks for, these too where octets hold something else. The session keeps the octets.
func (s *Session) Begin(lang string, octets []byte) {
	head, files, _ := bytes.Cut(octets, []byte("\n\n"))
	for line := range strings.Lines(string(head)) {
		path, length, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		n, err := strconv.Atoi(length)
		if err != nil || n < 0 || n > len(files) {
			break
		}
		s.File(path, files[:n:n])
		files = files[n:]
	}
	s.lang = lang
}

// file returns a file that the session was given, or asks for it.
func (s *Session) file(path string) ([]byte, error) {
	if text, ok := s.files[path]; ok {
		return text, nil
	}
	return nil, needError{path}
}

// allFiles returns several files, or asks for all that are missing at once.
func (s *Session) allFiles(paths []string) ([][]byte, error) {
	var texts [][]byte
	var need needError
	for _, p := range paths {
		text, err := s.file(p)
		if err != nil {
			need = append(need, p)
		}
		texts = append(texts, text)
	}
	if need != nil {
		return nil, need
	}
	return texts, nil
}

// Chunk returns the recorded events from place from up to and without place to in the binary encoding.
func (s *Session) Chunk(from, to int) []byte {
	if s.tl == nil && s.tape == nil {
		return nil
	}
	var events []trace.Event
	for _, e := range s.trace().Events(from, to) {
		events = append(events, e)
	}
	return trace.Append(nil, events...)
}

// method is one entry of the table of what a session can be asked.
type method struct {
	early bool // needs no world
	shows bool // a tape will do
	call  func(s *Session, args []byte) (any, error)
}

// with makes a method of a function that takes its arguments as a struct.
func with[A any](f func(*Session, A) (any, error)) method {
	return method{call: func(s *Session, args []byte) (any, error) {
		var a A
		if err := json.Read(args, &a); err != nil {
			return nil, refuse("tutor.bad-arguments", "detail", err.Error())
		}
		return f(s, a)
	}}
}

func early(m method) method {
	m.early = true
	return m
}

func shows(m method) method {
	m.shows = true
	return m
}

// none is the arguments of a method that takes none.
type none struct{}

// methods is filled by init, since the methods call each other.
var methods map[string]method

func init() {
	methods = map[string]method{
		"hello":  early(with((*Session).hello)),
		"load":   early(with((*Session).load)),
		"follow": early(with((*Session).follow)),
		"place":  shows(with((*Session).place)),

		"open":     with((*Session).open),
		"collect":  with((*Session).collect),
		"type":     with((*Session).typeInto),
		"fin":      with((*Session).fin),
		"cut":      with((*Session).cut),
		"fault":    with((*Session).fault),
		"repair":   with((*Session).repair),
		"faults":   with((*Session).broken),
		"script":   with((*Session).script),
		"shell":    with((*Session).shell),
		"mail":     with((*Session).mail),
		"mailView": with((*Session).mailView),
		"mailPart": with((*Session).mailPart),
		"tick":     shows(with((*Session).tick)),
		"play":     shows(with((*Session).play)),
		"pause":    shows(with((*Session).pause)),
		"pace":     with((*Session).setPace),
		"step":     with((*Session).step),
		"back":     with((*Session).back),
		"seek":     with((*Session).seek),
		"advance":  with((*Session).advance),
		"run":      with((*Session).run),
		"undo":     with((*Session).undo),
		"reset":    with((*Session).reset),
		"fork":     with((*Session).fork),

		"state":      shows(with((*Session).state)),
		"events":     shows(with((*Session).events)),
		"transcript": shows(with((*Session).transcript)),
		"line":       shows(with((*Session).line)),
		"mailboxes":  shows(with((*Session).mailboxes)),
		"message":    with((*Session).message),
		"file":       with((*Session).mbox),
		"queue":      shows(with((*Session).queue)),
		"states":     shows(with((*Session).states)),
		"views":      shows(with((*Session).views)),
		"files":      with((*Session).disk),
		"terminal":   with((*Session).terminal),
		"complete":   with((*Session).completion),

		"lesson":      with((*Session).lessonView),
		"reveal":      with((*Session).reveal),
		"progress":    early(with((*Session).progressView)),
		"setProgress": early(with((*Session).setProgress)),
		"export":      with((*Session).export),
		"share":       with((*Session).share),
		"outcome":     with((*Session).outcome),
	}
}
