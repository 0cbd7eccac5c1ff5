package toml

import (
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"

	"ehlo/sim/machine"
)

// Reader reads a file by the keys of a grammar and collects everything wrong in it. The identifiers of what it reports
// begin with the prefix of the grammar, "world" for "world.missing-key".
type Reader struct {
	*Source
	Errors Errors
	Broken bool // something could not be read, so what seems to be missing may be there

	prefix, file string
}

// NewReader returns a reader of a file that has reported nothing yet.
func NewReader(prefix, file string, text []byte) *Reader {
	return &Reader{Source: NewSource(text), prefix: prefix, file: file}
}

// Read parses the file, reports what is no TOML, and returns the table of the file itself.
func (r *Reader) Read() *Section {
	root, faults := r.Parse()
	for _, f := range faults {
		if id := r.prefix + "." + f.Problem; f.Problem == duplicateKey {
			key := Shorten(f.Key)
			r.Report(f.At, key, id, machine.Args{"key": key, "first": r.LineNumber(f.First)})
		} else {
			r.Broken = true
			r.Report(f.At, "", id, machine.Args{"text": r.Excerpt(f.At)})
		}
	}
	return &Section{Reader: r, Keys: Keys{Table: root}}
}

// Err returns everything that was reported as [Errors], in the order of the file, or nil.
func (r *Reader) Err() error {
	if len(r.Errors) == 0 {
		return nil
	}
	sort.SliceStable(r.Errors, func(i, j int) bool { return r.Errors[i].Start < r.Errors[j].Start })
	return r.Errors
}

// problems are what a reader and its sections report besides [syntaxProblems]. The repair of each is the same
// identifier with ".repair".
var problems = []string{duplicateKey, "missing-key", "unknown-key", "bad-time",
	"want-bool", "want-list", "want-number", "want-tables", "want-text", "want-time"}

// didYouMean is the repair that replaces an error's own one where something similar exists, and didYouMeanLine the same
// with the line at which that stands.
const (
	didYouMean     = ".did-you-mean"
	didYouMeanLine = ".did-you-mean-line"
)

// MessageIDs lists every identifier that a reader with that prefix uses of its own accord.
func MessageIDs(prefix string) []string {
	ids := []string{prefix + didYouMean, prefix + didYouMeanLine}
	for _, p := range slices.Concat(problems, syntaxProblems) {
		ids = append(ids, prefix+"."+p, prefix+"."+p+".repair")
	}
	return ids
}

// LineNumber is the line of a place, for an argument.
func (r *Reader) LineNumber(at Span) string { return strconv.Itoa(r.Line(at)) }

// Report adds an error whose repair is the identifier's own.
func (r *Reader) Report(at Span, key, id string, args machine.Args) {
	r.add(at, &Error{Key: key, Note: machine.Note{ID: id, Args: args}, Repair: machine.Note{ID: id + ".repair", Args: args}})
}

// ReportNear is Report, but where a candidate is similar to what was written the repair names it. candidates are the
// places where they stand, or the zero Span; where none is similar they become the argument "known".
func (r *Reader) ReportNear(at Span, key, id string, args machine.Args, written string, candidates map[string]Span) {
	names := slices.Sorted(maps.Keys(candidates))
	near, ok := Nearest(written, names)
	if !ok {
		if args["known"] = strings.Join(names, ", "); len(names) == 0 {
			args["known"] = "–"
		}
		r.Report(at, key, id, args)
		return
	}
	note := machine.Note{ID: id, Args: args}
	if first := candidates[near]; first.Exists() {
		r.replace(at, key, note, machine.Note{ID: r.prefix + didYouMeanLine,
			Args: machine.Args{"name": near, "line": r.LineNumber(first)}}, near)
		return
	}
	r.ReportInstead(at, key, note, near)
}

// ReportInstead adds an error that is repaired by writing something else in its place.
func (r *Reader) ReportInstead(at Span, key string, note machine.Note, write string) {
	r.replace(at, key, note, machine.Note{ID: r.prefix + didYouMean, Args: machine.Args{"name": write}}, write)
}

// replace adds an error that is repaired by writing something else in its place, with the quotes that stand there.
func (r *Reader) replace(at Span, key string, note, repair machine.Note, write string) {
	if q := r.text[at.Start]; q == '"' && !strings.ContainsAny(write, `"\`) || q == '\'' {
		write = string(q) + write + string(q)
	} else if q == '"' {
		write = "'" + write + "'"
	}
	r.add(at, &Error{Key: key, Note: note, Repair: repair, Replace: write})
}

// maxErrors is how many errors of one file are kept: more help nobody.
const maxErrors = 50

func (r *Reader) add(at Span, e *Error) {
	if len(r.Errors) == maxErrors {
		return
	}
	e.File, e.Start, e.End = r.file, at.Start, at.End
	e.Line, e.Column = r.Line(at), r.Column(at)
	r.Errors = append(r.Errors, e)
}

// Known makes candidates for [Reader.ReportNear] of words that a grammar knows.
func Known(words []string) map[string]Span {
	m := make(map[string]Span, len(words))
	for _, w := range words {
		m[w] = Span{}
	}
	return m
}
