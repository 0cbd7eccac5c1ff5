package world

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"ehlo/sim/machine"
)

// Error is one thing wrong in a world file: where, what, and how to repair it. The sentences are made from the two
// notes by the locales.
type Error struct {
	File       string
	Line       int    // counted from 1
	Column     int    // of the first character that is wrong, counted from 1
	Start, End int    // the octets of the file that are wrong
	Key        string // "host.relay-from", or "" for the file as a whole
	Note       machine.Note
	Repair     machine.Note
	Replace    string // what to write instead of them to repair it, or "" where only you can know
}

// Error gives "file:line: key: id argument=value …", for programs and tests; people are shown the rendered notes.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File + ":" + strconv.Itoa(e.Line) + ": ")
	if e.Key != "" {
		b.WriteString(e.Key + ": ")
	}
	writeNote(&b, e.Note)
	b.WriteString("; ")
	writeNote(&b, e.Repair)
	return b.String()
}

func writeNote(b *strings.Builder, n machine.Note) {
	b.WriteString(n.ID)
	for _, name := range slices.Sorted(maps.Keys(n.Args)) {
		b.WriteString(" " + name + "=" + strconv.Quote(n.Args[name]))
	}
}

// Errors is everything wrong in a world file, in the order of its lines. It is never empty.
type Errors []*Error

// Error gives one line for each.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the errors one by one, for errors.As.
func (e Errors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, err := range e {
		errs[i] = err
	}
	return errs
}

// maxErrors is how many errors of one file are kept: more help nobody.
const maxErrors = 50

// didYouMean is the repair that replaces an error's own one where something similar exists.
const didYouMean = "world.did-you-mean"

// didYouMeanLine is didYouMean with the line at which the similar thing stands.
const didYouMeanLine = "world.did-you-mean-line"

// problems are the identifiers of what can be wrong. The repair of each is the same identifier with ".repair".
var problems = []string{
	"world.bad-bandwidth", "world.bad-duration", "world.bad-flag", "world.bad-ip-address", "world.bad-letter",
	"world.bad-mail-address", "world.bad-name", "world.bad-password", "world.bad-port", "world.bad-protocol",
	"world.bad-role", "world.bad-seed", "world.bad-text", "world.bad-time",
	"world.duplicate-address", "world.duplicate-domain", "world.duplicate-host", "world.duplicate-key",
	"world.duplicate-link", "world.duplicate-port", "world.duplicate-user", "world.duplicate-you",
	"world.grammar-missing", "world.grammar-newer", "world.grammar-unknown",
	"world.link-ends", "world.link-itself", "world.missing-host", "world.missing-key", "world.smarthost-itself",
	"world.syntax", "world.syntax.array", "world.syntax.curly-quotes", "world.syntax.equals", "world.syntax.escape",
	"world.syntax.header", "world.syntax.line-end", "world.syntax.number", "world.syntax.quotes",
	"world.syntax.string-end", "world.syntax.utf8",
	"world.too-large", "world.unknown-domain", "world.unknown-host", "world.unknown-key", "world.unknown-user",
	"world.want-bool", "world.want-list", "world.want-number", "world.want-tables",
	"world.want-text", "world.want-time",
}

// MessageIDs lists every identifier that an [Error] can carry.
func MessageIDs() []string {
	ids := []string{didYouMean, didYouMeanLine}
	for _, id := range problems {
		ids = append(ids, id, id+".repair")
	}
	return ids
}

// span is a part of the file: the octets from start up to and without end. The zero span is nowhere.
type span struct{ start, end int }

func (s span) exists() bool { return s.end > 0 }

// reporter collects the errors of one file.
type reporter struct {
	file   string
	text   []byte
	starts []int // where each line begins
	errs   Errors
}

func newReporter(file string, text []byte) *reporter {
	r := &reporter{file: file, text: text, starts: []int{0}}
	for i, c := range text {
		if c == '\n' {
			r.starts = append(r.starts, i+1)
		}
	}
	return r
}

// line is the line of an octet, counted from 1.
func (r *reporter) line(offset int) int {
	i, found := slices.BinarySearch(r.starts, offset)
	if found {
		i++
	}
	return i
}

// first is the line at which a span begins, for an argument.
func (r *reporter) first(at span) string { return strconv.Itoa(r.line(at.start)) }

// report adds an error whose repair is the identifier's own.
func (r *reporter) report(at span, key, id string, args machine.Args) {
	r.add(at, &Error{Key: key, Note: machine.Note{ID: id, Args: args}, Repair: machine.Note{ID: id + ".repair", Args: args}})
}

// reportNear is report, but where a candidate is similar to what was written the repair names it. candidates are the
// places where they stand, or the zero span.
func (r *reporter) reportNear(at span, key, id string, args machine.Args, written string, candidates map[string]span) {
	names := slices.Sorted(maps.Keys(candidates))
	near, ok := nearest(written, names)
	if !ok {
		if args["known"] = strings.Join(names, ", "); len(names) == 0 {
			args["known"] = "–"
		}
		r.report(at, key, id, args)
		return
	}
	repair := machine.Note{ID: didYouMean, Args: machine.Args{"name": near}}
	if candidates[near].exists() {
		repair = machine.Note{ID: didYouMeanLine, Args: machine.Args{"name": near, "line": r.first(candidates[near])}}
	}
	r.replace(at, key, machine.Note{ID: id, Args: args}, repair, near)
}

// replace adds an error that is repaired by writing something else in its place, with the quotes that stand there.
func (r *reporter) replace(at span, key string, note, repair machine.Note, with string) {
	if q := r.text[at.start]; q == '"' && !strings.ContainsAny(with, `"\`) || q == '\'' {
		with = string(q) + with + string(q)
	} else if q == '"' {
		with = "'" + with + "'"
	}
	r.add(at, &Error{Key: key, Note: note, Repair: repair, Replace: with})
}

func (r *reporter) add(at span, e *Error) {
	if len(r.errs) == maxErrors {
		return
	}
	e.File, e.Start, e.End = r.file, at.start, at.end
	e.Line = r.line(at.start)
	e.Column = utf8.RuneCount(r.text[r.starts[e.Line-1]:at.start]) + 1
	r.errs = append(r.errs, e)
}

// known makes candidates of words that the grammar knows.
func known(words []string) map[string]span {
	m := make(map[string]span, len(words))
	for _, w := range words {
		m[w] = span{}
	}
	return m
}
